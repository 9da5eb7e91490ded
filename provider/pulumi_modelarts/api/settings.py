"""Where the service is and who asks.

Each setting is looked for in the stack's configuration, `modelarts:*` then `huaweicloud:*`, then in the environment,
`HW_*`; the first that is set wins. With `modelarts:endpoint` set to `emulator` only `modelarts:*` counts, so that what
is set up for a real account neither reaches nor redirects the embedded emulator.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from pulumi_modelarts.api.credentials import AccessKey, Credentials, Password, Token, choose
from pulumi_modelarts.api.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["AccessKey", "Credentials", "Password", "Settings", "Token"]

EMULATOR: Final = "emulator"
EMULATOR_FILE: Final = ".modelarts/emulator.db"
EMULATOR_ENDPOINT: Final = "https://modelarts.emulator.invalid"
EMULATOR_IAM_ENDPOINT: Final = "https://iam.emulator.invalid"
"""`.invalid` is reserved for names that never resolve: a request that misses the emulator goes nowhere."""

DOCUMENTED_REGION: Final = "cn-north-7"
DOCUMENTED_PROJECT: Final = "86c13962597848eeb29c5861153a391f"
"""Region and project of the examples in the API reference; the emulator opens on them."""

REGION_FORM: Final = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
PROJECT_ID_FORM: Final = "[A-Za-z0-9-]{1,64}"


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
    """

    region: str
    project_id: str
    endpoint: str
    iam_endpoint: str
    credentials: Credentials
    emulator_file: str | None = None
    workspace_id: str | None = None

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
        own = sources.own()
        return _emulated(own) if own.find("endpoint") == EMULATOR else _remote(sources)


def _emulated(sources: Sources) -> Settings:
    credentials = choose(sources, default=Token(SecretStr(EMULATOR)))
    if credentials is None or sources.faulty:
        raise sources.error()
    return Settings(
        region=sources.find("region") or DOCUMENTED_REGION,
        project_id=sources.find("project id") or DOCUMENTED_PROJECT,
        endpoint=EMULATOR_ENDPOINT,
        iam_endpoint=EMULATOR_IAM_ENDPOINT,
        credentials=credentials,
        emulator_file=sources.find("emulator file") or EMULATOR_FILE,
        workspace_id=sources.find("workspace id"),
    )


def _remote(sources: Sources) -> Settings:
    region = sources.need("region", REGION_FORM)
    project_id = sources.need("project id", PROJECT_ID_FORM)
    endpoint = _address(sources, "endpoint") or f"https://modelarts.{region}.myhuaweicloud.com"
    iam_endpoint = _address(sources, "IAM endpoint") or f"https://iam.{region}.myhuaweicloud.com"
    credentials = choose(sources)
    if credentials is None or sources.faulty:
        raise sources.error()
    return Settings(
        region=region,
        project_id=project_id,
        endpoint=endpoint,
        iam_endpoint=iam_endpoint.removesuffix("/v3"),
        credentials=credentials,
        workspace_id=sources.find("workspace id"),
    )


def _address(sources: Sources, what: str) -> str:
    """The address that is configured, without a trailing slash; empty if there is none."""
    found = sources.find(what)
    if found is None:
        return ""
    if problem := _problem_of(found):
        sources.reject(what, problem)
    return found.rstrip("/")


def _problem_of(address: str) -> str | None:
    """Why an address cannot be used. Never repeats the address, which may hold a password."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port  # asking for a port that is none raises
    except ValueError:
        return "is no address"
    if address == EMULATOR:
        return f"the emulator is chosen in the stack only: `pulumi config set modelarts:endpoint {EMULATOR}`"
    if parts.username is not None or parts.query or parts.fragment or not host:
        return "give an address such as https://modelarts.cn-north-4.myhuaweicloud.com, and nothing but it"
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        return "must begin with https://; http:// is for this machine (127.0.0.1, localhost) only"
    return None


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine by definition, without asking anybody."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
