"""Connections to the hosts of a project: through which proxy, and whose certificates are believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import httpx

if TYPE_CHECKING:
    import ssl

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
        context = _context(settings.trust)
        self._proxies = settings.proxies
        proxies = {settings.proxies.of(address) for address in settings.asked}
        self._ways = {proxy: _way(proxy, context, most) for proxy in proxies}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request the way that leads to its host."""
        return self._ways[self._proxies.of(str(request.url))].handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        for way in self._ways.values():
            way.close()


def _context(trust: Trust | None) -> ssl.SSLContext:
    """What says whose certificates are believed."""
    if trust is not None:
        return trust.context()
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


def _way(proxy: Proxy | None, context: ssl.SSLContext, most: int) -> httpx.BaseTransport:
    limits = httpx.Limits(max_connections=most, max_keepalive_connections=most, keepalive_expiry=KEEPALIVE)
    if proxy is None:
        return httpx.HTTPTransport(verify=context, limits=limits)
    if proxy.is_socks:
        return _SocksTransport(verify=context, limits=limits, proxy=proxy.address)
    return httpx.HTTPTransport(verify=context, limits=limits, proxy=httpx.Proxy(proxy.address, ssl_context=context))


class _SocksTransport(httpx.HTTPTransport):
    """Connections through a SOCKS proxy, whatever it answers.

    The library takes the proxy's answers for granted: it waits for them without a limit, and fails on odd ones with
    errors that no caller can know.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        pool: Any = self._pool
        if backend := getattr(pool, "_network_backend", None):  # no setting leads there
            pool._network_backend = _Patience(backend)  # noqa: SLF001 - likewise

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and tell of an odd proxy as of one that refuses."""
        try:
            return super().handle_request(request)
        except httpx.RequestError:
            raise
        except Exception as error:
            raise httpx.ProxyError("it does not answer as a SOCKS proxy does", request=request) from error


class _Patience:
    """Makes connections on which nothing is waited for longer than for the connection itself.

    Args:
        backend: makes them.
    """

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **options: Any) -> Any:
        """Connect."""
        return _PatientStream(self._backend.connect_tcp(host, port, timeout=timeout, **options), timeout)


class _PatientStream:
    """A connection with a limit for whoever sets none.

    Args:
        stream: the connection.
        patience: the limit, in seconds.
    """

    def __init__(self, stream: Any, patience: float | None) -> None:
        self._stream = stream
        self._patience = patience

    def __getattr__(self, name: str) -> Any:
        """Everything else is as it is; what comes after a handshake is the plain connection."""
        return getattr(self._stream, name)

    def read(self, max_bytes: int, timeout: float | None = None) -> Any:
        """Read what comes."""
        return self._stream.read(max_bytes, self._patience if timeout is None else timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write."""
        self._stream.write(buffer, self._patience if timeout is None else timeout)
