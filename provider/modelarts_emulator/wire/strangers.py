"""Who may reach a server: programs of this machine, and the emulator's own page; no page of any other origin.

A browser runs what strangers wrote, and lets them send requests to loopback. It says for whom it asks, in the fields
`Host`, `Origin` and `Sec-Fetch-Site`, which no script can change.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from modelarts_emulator.wire.refusals import forbidden_host

if TYPE_CHECKING:
    from collections.abc import Mapping

OWN_SITES = frozenset({"same-origin", "none"})
"""What a browser says of a request by the page itself, or by its user. Another port of this machine is `same-site`."""


def is_loopback(name: str) -> bool:
    """Whether a host is this machine, by a name or address that nobody else can give a meaning to."""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def refuse(headers: Mapping[str, str], *, is_open: bool) -> None:
    """Refuse what a page of another origin asks for.

    A name that only leads here is how a page makes itself one of the same origin (DNS rebinding): on loopback the host
    has to be one of loopback's own.

    Args:
        headers: Fields of the request, names in lower case.
        is_open: True for a server beyond loopback, which may be called by any name.

    Raises:
        ApiError: 403.
    """
    host, origin = headers.get("host", "").lower(), headers.get("origin")
    if not is_open and not is_loopback(_name_of(host)):
        raise forbidden_host(_name_of(host))
    if origin is not None and origin.lower() not in _own_origins(host, is_open=is_open):
        raise forbidden_host(origin)
    if headers.get("sec-fetch-site", "none") not in OWN_SITES:
        raise forbidden_host(origin or "of another site")


def _name_of(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _own_origins(host: str, *, is_open: bool) -> set[str]:
    """Origins of the emulator's own page; beyond loopback something before the server may speak TLS for it."""
    return {f"http://{host}", f"https://{host}"} if is_open else {f"http://{host}"}
