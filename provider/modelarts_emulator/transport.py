"""The emulator behind httpx clients, without a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from modelarts_emulator.messages import Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import NoReturn

    from modelarts_emulator.emulator import Emulator
    from modelarts_emulator.messages import Response

_VERSION = {"http_version": b"HTTP/1.1"}
_INCOMPLETE = "peer closed connection without sending complete message body"


class EmulatorTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Transport for `httpx.Client` and `httpx.AsyncClient`.

    Answers are like those of a connection: they can be streamed and know how long they took. Faults arrive as the
    exceptions that a real connection raises. A latency fault, or an answer that stalls, makes nobody wait where the
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
        if response.drop in {"reset", "close", "timeout"}:
            _fail(response, request)
        headers = {**response.headers, "content-length": str(response.announced)}
        # A stream, as a Response made from bytes counts as read: it cannot be streamed and has no `elapsed`.
        return httpx.Response(
            response.status,
            headers=headers,
            stream=_Body(self._emulator, response, request, timeout),
            request=request,
            extensions=_VERSION.copy(),
        )


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body, or the part of one that arrives, for clients that read at once and for those that read piece by piece."""

    def __init__(self, emulator: Emulator, response: Response, request: httpx.Request, patience: float | None) -> None:
        self._emulator = emulator
        self._response = response
        self._request = request
        self._patience = patience

    def __iter__(self) -> Iterator[bytes]:
        if self._request.method != "HEAD":
            yield self._response.arriving
        self._end()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._request.method != "HEAD":
            yield self._response.arriving
        self._end()

    def _end(self) -> None:
        if self._response.drop == "stall":
            self._emulator.clock.wait(self._patience or 0.0)
            raise httpx.ReadTimeout("timed out", request=self._request)
        if self._response.drop == "truncate":
            got, announced = len(self._response.arriving), self._response.announced
            raise httpx.RemoteProtocolError(
                f"{_INCOMPLETE} (received {got} bytes, expected {announced})", request=self._request
            )


def _fail(response: Response, request: httpx.Request) -> NoReturn:
    """Raise what httpx raises when a connection ends like this."""
    if response.drop == "timeout":
        raise httpx.ReadTimeout("timed out", request=request)
    if response.drop == "reset":
        raise httpx.ReadError("[Errno 104] Connection reset by peer", request=request)
    raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
