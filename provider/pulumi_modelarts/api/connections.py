"""Connections to the hosts of a project: through which proxy, and whose certificates are believed."""

from __future__ import annotations

import ssl
import threading
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.api.http import httpx

if TYPE_CHECKING:
    from pulumi_modelarts.api.proxies import Proxy
    from pulumi_modelarts.api.settings import Settings
    from pulumi_modelarts.api.trust import Trust

KEEPALIVE: Final = 60.0
"""Seconds an unused connection is kept: longer than the longest interval between two looks of a wait."""


class Network(httpx.BaseTransport):
    """The network, each host reached by its own way.

    Args:
        settings: which hosts are asked, what is on the way to them, and whose certificates are believed.
        most: connections at a time, on each way.
    """

    def __init__(self, settings: Settings, most: int) -> None:
        self._proxies = settings.proxies
        proxies = {settings.proxies.of(address) for address in settings.asked}
        over_tls = settings.proxies.over_tls(settings.asked)
        context = _believing(settings.trust) if over_tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._ways = {proxy: _way(proxy, context, most) for proxy in proxies}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request the way that leads to its host."""
        return self._ways[self._proxies.of(str(request.url))].handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        for way in self._ways.values():
            way.close()


def _believing(trust: Trust | None) -> ssl.SSLContext:
    """What believes the authorities of the settings; without, nobody is believed, where nobody is asked over TLS."""
    return _usual() if trust is None else trust.context()


@cache
def _usual() -> ssl.SSLContext:
    """What believes the authorities that this machine and the HTTP library know."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


def _way(proxy: Proxy | None, context: ssl.SSLContext, most: int) -> httpx.BaseTransport:
    limits = httpx.Limits(max_connections=most, max_keepalive_connections=most, keepalive_expiry=KEEPALIVE)
    if proxy is None:
        return httpx.HTTPTransport(verify=context, limits=limits)
    if proxy.is_socks:
        return _SocksTransport(verify=context, limits=limits, proxy=proxy.address)
    own = context if proxy.is_over_tls else None
    return httpx.HTTPTransport(verify=context, limits=limits, proxy=httpx.Proxy(proxy.address, ssl_context=own))


class _SocksTransport(httpx.HTTPTransport):
    """Connections through a SOCKS proxy, whatever it answers.

    The library takes the proxy's answers for granted: it waits for them without a limit, fails on odd ones with errors
    that no caller can know, and leaves the connection open then.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        pool: Any = self._pool
        self._patience = _Patience(getattr(pool, "_network_backend", None))
        if self._patience.backend is not None:  # no setting leads there
            pool._network_backend = self._patience  # noqa: SLF001 - likewise

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and tell of an odd proxy as of one that refuses."""
        try:
            return super().handle_request(request)
        except httpx.RequestError:
            self._patience.give_up()
            raise
        except Exception as error:
            self._patience.give_up()
            raise httpx.ProxyError("it does not answer as a SOCKS proxy does", request=request) from error


class _Patience(threading.local):
    """Makes connections on which nothing is waited for longer than for the connection itself.

    Args:
        backend: makes them; None where the library hides it.
    """

    def __init__(self, backend: Any) -> None:
        self.backend = backend
        self._begun: _Begun | None = None

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **options: Any) -> Any:
        """Connect; each thread begins one connection at a time."""
        self._begun = _Begun(self.backend.connect_tcp(host, port, timeout=timeout, **options), timeout)
        return self._begun

    def give_up(self) -> None:
        """Close the connection that this thread has begun, unless it leads to the service already."""
        if self._begun is not None and not self._begun.leads_on:
            self._begun.close()


class _Begun:
    """A connection to a proxy that may yet lead on to a service.

    Args:
        stream: the connection.
        patience: seconds that a part of an answer may take.

    Attributes:
        leads_on: whether the service at the other end is spoken to.
    """

    def __init__(self, stream: Any, patience: float | None) -> None:
        self._stream = stream
        self._patience = patience
        self.leads_on = False

    def read(self, max_bytes: int, timeout: float | None = None) -> Any:
        """Read what comes."""
        return self._stream.read(max_bytes, self._patience if timeout is None else timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write."""
        self._stream.write(buffer, self._patience if timeout is None else timeout)

    def start_tls(self, *arguments: Any, **options: Any) -> Any:
        """Speak TLS from here on, over a connection as any other."""
        self.leads_on = True
        return self._stream.start_tls(*arguments, **options)

    def close(self) -> None:
        """Close it."""
        self._stream.close()
