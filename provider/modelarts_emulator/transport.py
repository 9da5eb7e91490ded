"""The emulator behind httpx clients, without a socket. The only module that needs httpx."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from modelarts_emulator.messages import Request

if TYPE_CHECKING:
    from typing import NoReturn

    from modelarts_emulator.emulator import Emulator
    from modelarts_emulator.messages import Response


class EmulatorTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Transport for `httpx.Client` and `httpx.AsyncClient`.

    Faults arrive as the exceptions that a real connection raises. A latency fault does not make anybody wait where the
    clock stands still: virtual time moves, and a read timeout that is shorter is raised at once.

    Args:
        emulator: Where requests go.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a synchronous client."""
        return self._handle(request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer an asynchronous client."""
        return self._handle(request, await request.aread())

    def _handle(self, request: httpx.Request, body: bytes) -> httpx.Response:
        timeout = request.extensions.get("timeout", {}).get("read")
        target = request.url.raw_path.decode("ascii")
        response = self._emulator.handle(Request(request.method, target, dict(request.headers.items()), body, timeout))
        if response.drop is not None:
            _fail(response, request)
        headers = {**response.headers, "content-length": str(len(response.body))}
        return httpx.Response(response.status, headers=headers, content=response.body, request=request)


def _fail(response: Response, request: httpx.Request) -> NoReturn:
    """Raise what httpx raises when a connection ends like this."""
    if response.drop == "timeout":
        raise httpx.ReadTimeout("timed out", request=request)
    if response.drop == "reset":
        raise httpx.ReadError("[Errno 104] Connection reset by peer", request=request)
    if response.drop == "close":
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
    raise httpx.RemoteProtocolError("peer closed connection without sending complete message body", request=request)
