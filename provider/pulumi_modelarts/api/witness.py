"""Watching connections: what is seen of an answer beside its content, such as its date and its server's certificate."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pulumi_modelarts.api.http import httpx

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pulumi_modelarts.api.clock import Clock

Transport: TypeAlias = httpx.BaseTransport
"""What leads to a service."""

ORGANIZATION: Final = "organizationName"


@dataclass(frozen=True)
class Tls:
    """What a connection is protected by.

    Attributes:
        version: such as `TLSv1.3`.
        issuer: organization that made the server's certificate, or its name where it names no organization.
        expires: when the certificate ends, in seconds since 1970.
    """

    version: str
    issuer: str
    expires: float

    @property
    def by_public_authority(self) -> bool:
        """Whether the issuer is one of the organizations that everybody believes, and not one of an office, say."""
        return self.issuer in _public_organizations()


@dataclass(frozen=True)
class Sight:
    """What was seen of one answer.

    Attributes:
        host: who answered.
        status: the HTTP status.
        took: seconds from the request to the head of the answer.
        ahead: seconds by which the answer's date is ahead of this machine's clock; None where it has no date.
        tls: what the connection is protected by; None for one that is not.
    """

    host: str
    status: int
    took: float
    ahead: float | None
    tls: Tls | None


class Witness(Transport):
    """Sends by other transports, and remembers what it saw.

    Args:
        ways: the transport to each host; the one of the empty name leads to all others.
        clock: tells what time it is here.

    Attributes:
        sights: of all answers, in their order.
    """

    def __init__(self, ways: dict[str, Transport], clock: Clock) -> None:
        self._ways = ways
        self._clock = clock
        self.sights: list[Sight] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request the way to its host."""
        began = self._clock.monotonic()
        way = self._ways.get(request.url.host) or self._ways[""]
        response = way.handle_request(request)
        took = self._clock.monotonic() - began
        ahead = _ahead(response.headers.get("date", ""), self._clock.time() - took / 2)
        self.sights.append(Sight(request.url.host, response.status_code, took, ahead, _tls(response)))
        return response

    def close(self) -> None:
        """Close the connections."""
        for way in self._ways.values():
            way.close()

    def first(self, host: str) -> Sight | None:
        """What was seen of the first answer of a host; None where it gave none."""
        return next((sight for sight in self.sights if sight.host == host), None)


def _ahead(date: str, now: float) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() - now
    except (ValueError, OverflowError):  # no date, or none that a computer has
        return None


def _tls(response: httpx.Response) -> Tls | None:
    stream = response.extensions.get("network_stream")
    connection = None if stream is None else stream.get_extra_info("ssl_object")
    if connection is None:
        return None
    certificate: Any = connection.getpeercert() or {}
    names = dict(_pairs(certificate.get("issuer", ())))
    expires = ssl.cert_time_to_seconds(certificate["notAfter"]) if "notAfter" in certificate else 0.0
    return Tls(connection.version() or "", names.get(ORGANIZATION) or names.get("commonName") or "", expires)


def _pairs(name: Iterable[Iterable[tuple[str, str]]]) -> Iterable[tuple[str, str]]:
    return (pair for part in name for pair in part)


@cache
def _public_organizations() -> frozenset[str]:
    """Names of the organizations whose authorities the HTTP library brings."""
    known: Any = httpx.create_ssl_context(trust_env=False).get_ca_certs()
    return frozenset(dict(_pairs(each["subject"])).get(ORGANIZATION, "") for each in known) - {""}
