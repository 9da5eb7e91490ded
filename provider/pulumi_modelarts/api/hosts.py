"""Names and addresses of machines: what is one, and which is this machine."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

_LABEL: Final = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME: Final = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*\.?")

HIGHEST_PORT: Final = 65535


def address_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is given by; None for a name. An IPv4 address in the clothes of IPv6 is an IPv4 one."""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def is_host(host: str) -> bool:
    """Whether a text is an address, or a name that can be looked up: anything else makes resolvers fail oddly."""
    return address_of(host) is not None or _NAME.fullmatch(host) is not None


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine by definition, without asking anybody."""
    found = address_of(host)
    if found is not None:
        return found.is_loopback
    return host == "localhost" or host.endswith(".localhost")
