"""Where the service is and who asks.

Each setting is looked for in the stack's configuration, `modelarts:*` then `huaweicloud:*`, then in the environment,
`HW_*`; the first that is set wins. With `modelarts:endpoint` set to `emulator` only `modelarts:*` counts, so that what
is set up for a real account neither reaches nor redirects the embedded emulator.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from pulumi_modelarts.api import spelling
from pulumi_modelarts.api.credentials import AccessKey, Credentials, Password, Token, choose, need_none, secrets_of
from pulumi_modelarts.api.hosts import is_host, is_loopback
from pulumi_modelarts.api.proxies import NO_PROXIES, Proxies
from pulumi_modelarts.api.sources import Sources
from pulumi_modelarts.api.trust import Trust

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["AccessKey", "Credentials", "Password", "Settings", "Token"]

EMULATOR: Final = "emulator"
EMULATOR_FILE: Final = ".modelarts/emulator.db"
EMULATOR_DOMAIN: Final = "emulator.invalid"
"""`.invalid` is reserved for names that never resolve: a request that misses the emulator goes nowhere."""

DOCUMENTED_REGION: Final = "cn-north-7"
DOCUMENTED_PROJECT: Final = "86c13962597848eeb29c5861153a391f"
"""Region and project of the examples in the API reference; the emulator opens on them."""

REGION_FORM: Final = "[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?"
ID_FORM: Final = "[A-Za-z0-9-]{1,64}"

LONGEST_ADDRESS: Final = 2000
"""Characters; HTTP libraries refuse longer ones with errors of their own."""


@dataclass(frozen=True)
class Settings:
    """Where the service is and who asks. Hashable: clients are kept by it.

    Attributes:
        region: such as `cn-north-4`.
        project_id: id of the project in that region.
        endpoint: address of ModelArts, no trailing slash.
        iam_endpoint: address of IAM, no trailing slash and no `/v3`.
        credentials: who asks.
        emulator_file: file of the embedded emulator; None for a service reached over the network.
        workspace_id: the workspace whose pools are listed; None leaves it to the service, which takes its default one.
        proxies: what is on the way to the service and to IAM.
        trust: whose certificates are believed; None for the usual authorities, and where nobody shows any.
    """

    region: str
    project_id: str
    endpoint: str
    iam_endpoint: str
    credentials: Credentials
    emulator_file: str | None = None
    workspace_id: str | None = None
    proxies: Proxies = NO_PROXIES
    trust: Trust | None = None

    @property
    def asked(self) -> tuple[str, ...]:
        """Addresses of the hosts that are asked: IAM only by who gets tokens from it."""
        return _asked(self.endpoint, self.iam_endpoint, self.credentials)

    @property
    def secrets(self) -> list[str]:
        """What must never be shown: parts of credentials, and passwords of proxies."""
        known = {EMULATOR}  # in place of a token, where there is none
        return [secret for secret in (*secrets_of(self.credentials), *self.proxies.passwords) if secret not in known]

    @classmethod
    def resolve(cls, lookup: Callable[[str], str | None], environ: Mapping[str, str]) -> Settings:
        """Find the settings.

        Args:
            lookup: value of a configuration key such as `modelarts:region`, None if there is none.
            environ: the environment.

        Raises:
            ConfigurationError: something is missing or cannot be used; all of it in one error.
        """
        sources = Sources(lookup, environ)
        settings = cls.read(sources)
        if settings is None:
            raise sources.error()
        return settings

    @classmethod
    def read(cls, sources: Sources) -> Settings | None:
        """Read the settings; None where `sources` remembers something that is missing or cannot be used."""
        own = sources.own()
        endpoint = own.find("endpoint") or ""
        if endpoint != EMULATOR and not spelling.is_near(endpoint, EMULATOR):
            return _remote(sources)
        if endpoint != EMULATOR:
            own.reject("endpoint", f"is neither an address nor the emulator; did you mean {EMULATOR!r}?")
        return _emulated(own)


def _emulated(sources: Sources) -> Settings | None:
    need_none(sources)
    region = sources.formed("region", REGION_FORM) or DOCUMENTED_REGION
    project_id = sources.formed("project id", ID_FORM) or DOCUMENTED_PROJECT
    file, workspace_id = sources.find("emulator file") or EMULATOR_FILE, sources.formed("workspace id", ID_FORM)
    if sources.faulty:
        return None
    return Settings(
        region=region,
        project_id=project_id,
        endpoint=f"https://modelarts.{region}.{EMULATOR_DOMAIN}",
        iam_endpoint=f"https://iam.{region}.{EMULATOR_DOMAIN}",
        credentials=Token(SecretStr(EMULATOR)),
        emulator_file=file,
        workspace_id=workspace_id,
    )


def _remote(sources: Sources) -> Settings | None:
    region = sources.need("region", REGION_FORM)
    project_id = sources.need("project id", ID_FORM)
    endpoint = _address(sources, "endpoint") or f"https://modelarts.{region}.myhuaweicloud.com"
    iam_endpoint = _address(sources, "IAM endpoint") or f"https://iam.{region}.myhuaweicloud.com"
    credentials, workspace_id = choose(sources), sources.formed("workspace id", ID_FORM)
    asked = _asked(endpoint, iam_endpoint, credentials)
    proxies = _proxies(sources, asked)
    trust = _trust(sources) if proxies.over_tls(asked) else None
    if credentials is None or sources.faulty:
        return None
    return Settings(
        region=region,
        project_id=project_id,
        endpoint=endpoint,
        iam_endpoint=iam_endpoint.removesuffix("/v3"),
        credentials=credentials,
        workspace_id=workspace_id,
        proxies=proxies,
        trust=trust,
    )


def _address(sources: Sources, what: str) -> str:
    """The address that is configured, without a trailing slash; empty if there is none."""
    found = sources.find(what)
    if found is None:
        return ""
    if problem := _problem_of(found):
        sources.reject(what, problem)
        return ""
    return found.rstrip("/")


def _problem_of(address: str) -> str | None:
    """Why an address cannot be used. Never repeats the address, which may hold a password."""
    if address == EMULATOR:
        return f"the emulator is chosen in the stack only: `pulumi config set modelarts:endpoint {EMULATOR}`"
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port  # asking for a port that is none raises
    except ValueError:
        return "is no address"
    if parts.username is not None or parts.query or parts.fragment or not host:
        return "give an address such as https://modelarts.cn-north-4.myhuaweicloud.com, and nothing but it"
    if not is_host(host) or not parts.path.isascii() or len(address) > LONGEST_ADDRESS:
        return "is no address"
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        return "must begin with https://; http:// is for this machine (127.0.0.1, localhost) only"
    return None


def _asked(endpoint: str, iam_endpoint: str, credentials: Credentials | None) -> tuple[str, ...]:
    return (endpoint, iam_endpoint) if isinstance(credentials, Password) else (endpoint,)


def _proxies(sources: Sources, asked: Iterable[str]) -> Proxies:
    """What is on the way to the hosts that are asked. A proxy on the way to nobody may be as wrong as it likes."""
    proxies = Proxies.of_environment(sources.environ)
    for proxy in map(proxies.of, asked):
        if proxy is not None and proxy.problem:
            sources.reject_key(proxy.variable, proxy.problem)
    return proxies


def _trust(sources: Sources) -> Trust | None:
    """Whose certificates are believed: read to see that it can be, for which some need long (45 ms for 144 of them)."""
    path = sources.find("CA file")
    if path is None:
        return None
    trust = Trust(sources.key_of("CA file"), path)
    if trust.problem:
        sources.reject("CA file", trust.problem)
    return trust
