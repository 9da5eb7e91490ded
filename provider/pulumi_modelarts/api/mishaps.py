"""What goes wrong between here and a service: how far a request came, and what is said about it.

A message names the host and the proxy on the way to it, never a password, and what to do next.
"""

from __future__ import annotations

import errno
import os
import socket
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.api.http import httpx
from pulumi_modelarts.api.proxies import DEFAULT_PORTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi_modelarts.api.proxies import Proxy

PROXY_WANTS_USER: Final = "407"

_UNREACHABLE: Final = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN)
_EXPIRED, _NOT_YET_VALID, _OTHER_NAME, _OTHER_ADDRESS = 10, 9, 62, 64  # OpenSSL's X509_V_ERR_*


class InWords:
    """Marks an error of ours that says by itself what went wrong."""


@dataclass
class Journey:
    """How far a request came; what `httpx` calls a trace.

    Attributes:
        url: where it is going.
        proxy: on the way; None for none.
        limits: seconds for each step: `connect`, `read`, `write`, `pool`; None for no limit.
        watched: whether anything was seen of it at all: transports without a network show nothing.
        sent: whether it began to go out to the service. What asks a proxy for a way is not it.
        handshake: who was last asked for a certificate, by the part of the library that did: `connection` is the
            first machine on the way.
    """

    url: httpx.URL
    proxy: Proxy | None = None
    limits: Mapping[str, float | None] = field(default_factory=dict)
    watched: bool = False
    sent: bool = False
    handshake: str = ""

    def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """Note an event such as `http11.send_request_headers.started`."""
        self.watched = True
        part, _, what = event.partition(".")
        if what == "send_request_headers.started" and getattr(info.get("request"), "method", b"") != b"CONNECT":
            self.sent = True
        elif what == "start_tls.started":
            self.handshake = part

    @property
    def held_up(self) -> bool:
        """Whether it is known that nothing of the request went out to the service."""
        return self.watched and not self.sent

    @property
    def host(self) -> str:
        """The host that it is going to, with the port."""
        name = f"[{self.url.host}]" if ":" in self.url.host else self.url.host
        return f"{name}:{self.url.port or DEFAULT_PORTS.get(self.url.scheme, 0)}"

    @property
    def first(self) -> str:
        """The first machine on the way: the proxy, or the host itself."""
        return self.host if self.proxy is None else f"the proxy {self.proxy}"

    @property
    def asked_for_certificate(self) -> str:
        """Whose certificate was looked at last."""
        return self.first if self.handshake == "connection" else self.host


def told(error: httpx.RequestError, journey: Journey) -> str:
    """What went wrong, and what to do about it.

    Args:
        error: what the HTTP library says.
        journey: how far the request came.
    """
    behind = list(_chain(error))
    unsafe = next((each for each in behind if isinstance(each, ssl.SSLError)), None)
    if unsafe is not None:
        return _unsafe(unsafe, journey)
    match error:
        case InWords():
            text = str(error)
        case httpx.ProxyError():
            text = _refused_by_proxy(str(error), journey)
        case httpx.TimeoutException():
            text = _late(error, journey)
        case httpx.ConnectError():
            found = next((each for each in reversed(behind) if isinstance(each, OSError)), None)
            text = _unconnected(error, found, journey)
        case httpx.NetworkError() | httpx.RemoteProtocolError():
            text = _broken(error, journey)
        case _:  # what the library says may repeat a header
            text = f"{journey.host} could not be asked ({type(error).__name__})"
    return text


def is_certificate_refused(error: BaseException) -> bool:
    """Whether a certificate was not accepted, which waiting does not mend."""
    return any(isinstance(each, ssl.SSLCertVerificationError) for each in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _unsafe(error: ssl.SSLError, journey: Journey) -> str:
    who = journey.asked_for_certificate
    if not isinstance(error, ssl.SSLCertVerificationError):
        return f"{who} broke off the TLS handshake ({error.reason or error}); check that it is the right address"
    said, code = f"({getattr(error, 'verify_message', error)})", getattr(error, "verify_code", None)
    if code in {_OTHER_NAME, _OTHER_ADDRESS}:
        return f"the certificate of {who} is for another name {said}; check the address"
    if code in {_EXPIRED, _NOT_YET_VALID}:
        return f"the certificate of {who} is not valid today {said}; check the clock of this machine"
    return (
        f"the certificate of {who} is from an authority that is not known here {said}; if this network has one of its "
        "own, name the file with its certificate: `pulumi config set modelarts:caFile <path>`, or SSL_CERT_FILE"
    )


def _refused_by_proxy(said: str, journey: Journey) -> str:
    variable = "it" if journey.proxy is None else journey.proxy.variable
    refusal = f"the proxy {journey.proxy}" if journey.proxy is not None else "the proxy"
    if said.startswith(PROXY_WANTS_USER) or "assword" in said or "AUTH" in said:
        return f"{refusal} does not let this user in ({said}); check user and password in {variable}"
    return (
        f"{refusal} does not lead to {journey.host} ({said}); have it allowed there, or name the host in NO_PROXY if "
        "it can be reached without"
    )


def _late(error: httpx.TimeoutException, journey: Journey) -> str:
    limits = journey.limits
    if isinstance(error, httpx.PoolTimeout):
        return f"no connection became free{_within(limits, 'pool')}; run with a lower `--parallel`"
    if isinstance(error, httpx.ConnectTimeout):
        return f"{journey.first} did not take a connection{_within(limits, 'connect')}"
    if journey.held_up:
        return f"{journey.first} did not lead to {journey.host}{_within(limits, 'read')}"
    if isinstance(error, httpx.WriteTimeout):
        return f"{journey.host} did not take the request{_within(limits, 'write')}"
    return f"{journey.host} did not answer{_within(limits, 'read')}"


def _within(limits: Mapping[str, float | None], step: str) -> str:
    seconds = limits.get(step)
    return "" if seconds is None else f" within {seconds:.0f} s"


def _unconnected(error: httpx.ConnectError, found: OSError | None, journey: Journey) -> str:
    first = journey.first
    if isinstance(found, socket.gaierror):
        return f"the name of {first} could not be resolved ({found.strerror}); check its spelling and the name service"
    if isinstance(found, ConnectionRefusedError):
        return f"{first} refused the connection; check the address, and that something listens there"
    if found is not None and found.errno in _UNREACHABLE:
        return f"{first} is unreachable from here ({os.strerror(found.errno)}); check the network, or set a proxy"
    if found is not None and found.errno:
        return f"no connection to {first} ({os.strerror(found.errno)})"
    return f"no connection to {first} ({error})"


def _broken(error: httpx.RequestError, journey: Journey) -> str:
    if journey.held_up:
        return f"{journey.first} broke the connection before it led to {journey.host} ({error})"
    return f"{journey.host} broke the connection ({error})" if str(error) else f"{journey.host} broke the connection"
