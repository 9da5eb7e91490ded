"""Which proxy leads to which host, as the environment says it.

`https_proxy` or `HTTPS_PROXY` is for addresses that begin with https, `all_proxy` or `ALL_PROXY` for those without one
of their own; the spelling in small letters wins, and an empty one switches the other off. `no_proxy` or `NO_PROXY`
names the hosts that are reached without: names with all that is below them, addresses, ranges of addresses, each with
a port or without, and `*` for all. Other tools read them so too. This machine is never reached through a proxy.

Each host is looked up by itself: ModelArts may be reached through a proxy and IAM without, or the reverse.
"""

from __future__ import annotations

import ipaddress
import re
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from pulumi_modelarts.api.hosts import HIGHEST_PORT, address_of, is_host, is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SCHEMES: Final = ("https", "http", "all")
SOCKS: Final = ("socks5", "socks5h")
DEFAULT_PORTS: Final = {"https": 443, "http": 80}

OF_THE_SYSTEM: Final = "the proxy settings of this machine"
"""What stands for a variable where macOS or Windows says which proxy to take."""

_ADDRESS: Final = re.compile(
    r"""(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://
    ((?P<user>[^\s/?\#@\x00-\x1f\x7f\ud800-\udfff]*)@)?
    (\[(?P<v6>[^\]\s@]*)\]|(?P<name>[^:/?\#@\[\]\s]*))
    (:(?P<port>[0-9]{1,5}))?/?""",
    re.VERBOSE,
)
_EXCEPTION: Final = re.compile(r"(\[(?P<v6>[^\]]*)\]|(?P<name>[^:]*))(:(?P<port>[0-9]{1,5}))?")

_FORM: Final = "Write it as http://proxy.example:3128, or as http://user:password@proxy.example:3128"
_ESCAPES: Final = "in user and password write %2F for /, %40 for @, %3A for :, %23 for #, %3F for ? and %20 for a blank"


@dataclass(frozen=True)
class Proxy:
    """A proxy that somebody has set. Its address shows nowhere: it may hold a password.

    Attributes:
        variable: what it was set by, such as `HTTPS_PROXY`.
        address: with its scheme.
    """

    variable: str
    address: str = field(repr=False)

    @property
    def is_socks(self) -> bool:
        """Whether it speaks SOCKS."""
        return self._scheme in SOCKS

    @property
    def is_over_tls(self) -> bool:
        """Whether it is itself reached over TLS."""
        return self._scheme == "https"

    @property
    def problem(self) -> str | None:
        """Why it cannot be used, and what to write; None where it can. Never repeats any part of it."""
        found = _ADDRESS.fullmatch(self.address)
        if found is None or not is_host(found["name"] if found["v6"] is None else found["v6"]):
            return _what_is_wrong(self.address)
        if found["scheme"].lower() not in {"http", "https", *SOCKS}:
            return f"is of a kind that is not known; use http://, https:// or socks5://. {_FORM}"
        if found["port"] and not 0 < int(found["port"]) <= HIGHEST_PORT:
            return f"has a port beyond {HIGHEST_PORT}. {_FORM}"
        if self.is_socks and find_spec("socksio") is None:
            return 'is a SOCKS proxy, which needs one more package: pip install "pulumi-modelarts[socks]", or socksio'
        return None

    @property
    def password(self) -> str:
        """Its password, in plain; empty for none."""
        return unquote(self.address.partition("://")[2].rpartition("@")[0].partition(":")[2])

    @property
    def _scheme(self) -> str:
        return self.address.partition("://")[0].lower()

    def __str__(self) -> str:
        """Where it is, without user and password, and what it was set by."""
        scheme, _, rest = self.address.partition("://")
        return f"{scheme}://{rest.rpartition('@')[2].rstrip('/')} ({self.variable})"


@dataclass(frozen=True)
class Proxies:
    """Proxies, and the hosts that are reached without.

    Attributes:
        by_scheme: proxies for addresses that begin with a scheme, `all` for the rest.
        exceptions: what `NO_PROXY` lists.
        of_the_system: whether they are those of macOS or Windows, which has exceptions of its own.
    """

    by_scheme: tuple[tuple[str, Proxy], ...] = ()
    exceptions: tuple[str, ...] = ()
    of_the_system: bool = False

    @classmethod
    def of_environment(cls, environ: Mapping[str, str]) -> Proxies:
        """Those that an environment names; where it names none, those of macOS or Windows."""
        found = {scheme: _variable(environ, f"{scheme}_proxy") for scheme in SCHEMES}
        if not any(found.values()) and sys.platform in {"darwin", "win32"}:
            return _of_the_system()
        named = _variable(environ, "no_proxy")
        return cls(
            tuple((scheme, _proxy(*variable)) for scheme, variable in found.items() if variable),
            tuple(entry.lower() for entry in re.split(r"[,\s]+", named[1]) if entry) if named else (),
        )

    def of(self, address: str) -> Proxy | None:
        """The proxy on the way to an address; None for none."""
        parts = urlsplit(address)
        host, scheme = (parts.hostname or "").rstrip("."), parts.scheme
        if is_loopback(host) or self._excepts(host, parts.port or DEFAULT_PORTS.get(scheme)):
            return None
        proxies = dict(self.by_scheme)
        return proxies.get(scheme) or proxies.get("all")

    def over_tls(self, asked: Iterable[str]) -> bool:
        """Whether whoever is at some addresses, or on the way there, shows a certificate."""
        ways = {address: self.of(address) for address in asked}
        return any(
            address.startswith("https:") or (proxy is not None and proxy.is_over_tls) for address, proxy in ways.items()
        )

    @property
    def passwords(self) -> list[str]:
        """What must never be shown of them."""
        return [proxy.password for _, proxy in self.by_scheme if proxy.password]

    def _excepts(self, host: str, port: int | None) -> bool:
        if any(_names(entry, host, port) for entry in self.exceptions):
            return True
        return self.of_the_system and bool(proxy_bypass(host))


NO_PROXIES: Final = Proxies()


def _variable(environ: Mapping[str, str], name: str) -> tuple[str, str] | None:
    """The variable that counts, and its value; None where none is set."""
    spelling = name if name in environ else name.upper()
    value = environ.get(spelling, "").strip()
    return (spelling, value) if value else None


def _proxy(variable: str, value: str) -> Proxy:
    return Proxy(variable, value if "://" in value else f"http://{value}")


def _of_the_system() -> Proxies:
    found = {scheme: address for scheme, address in getproxies().items() if scheme in SCHEMES}
    proxies = tuple((scheme, _proxy(OF_THE_SYSTEM, address)) for scheme, address in found.items())
    return Proxies(proxies, of_the_system=True)


def _names(entry: str, host: str, port: int | None) -> bool:
    """Whether an entry of `NO_PROXY` means a host."""
    if entry == "*":
        return True
    address = address_of(host)
    if address is not None and (addresses := _range(entry)) is not None:
        return address in addresses
    found = _EXCEPTION.fullmatch(entry)
    if found is None or (found["port"] and int(found["port"]) != port):
        return False
    if address is not None:
        return address == address_of(found["name"] if found["v6"] is None else found["v6"])
    name = (found["name"] or "").removeprefix("*").strip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _range(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """The addresses that an entry stands for: a range such as 10.0.0.0/8, or a single one; None for anything else."""
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None


def _what_is_wrong(address: str) -> str:
    """Why a text is no address of a proxy. What is said depends on signs alone, and repeats none of the letters."""
    before, at, _after = address.partition("://")[2].rpartition("@")
    if at and re.search(r"[\s/?#@]", before):
        return f"has a sign in its user or password that has to be written otherwise: {_ESCAPES}"
    if not at and re.search(r":[^0-9\]/]*[^0-9\]/:][^\]/]*/?\Z", address.partition("://")[2]):
        return f"has a port that is no number. {_FORM}"
    return f"is no address of a proxy. {_FORM}; {_ESCAPES}"
