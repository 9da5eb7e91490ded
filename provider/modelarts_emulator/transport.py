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
    exceptions that a real connection raises. A latency fault does not make anybody wait where the clock stands still:
    virtual time moves, and a read timeout that is shorter is raised at once.

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
        if response.drop is not None and response.drop != "truncate":
            _fail(response, request)
        headers = {**response.headers, "content-length": str(len(response.body))}
        # A stream, as a Response made from bytes counts as read: it cannot be streamed and has no `elapsed`.
        return httpx.Response(
            response.status,
            headers=headers,
            stream=_body(response, request),
            request=request,
            extensions=_VERSION.copy(),
        )


def _body(response: Response, request: httpx.Request) -> httpx.ByteStream:
    if request.method == "HEAD":
        return httpx.ByteStream(b"")
    if response.drop == "truncate":
        return _TruncatedBody(response.body[: len(response.body) // 2])
    return httpx.ByteStream(response.body)


class _TruncatedBody(httpx.ByteStream):
    """A body behind which the connection ends, though the head promised more."""

    def __iter__(self) -> Iterator[bytes]:
        yield from super().__iter__()
        raise httpx.RemoteProtocolError(_INCOMPLETE)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in super().__aiter__():
            yield part
        raise httpx.RemoteProtocolError(_INCOMPLETE)


def _fail(response: Response, request: httpx.Request) -> NoReturn:
    """Raise what httpx raises when a connection ends like this."""
    if response.drop == "timeout":
        raise httpx.ReadTimeout("timed out", request=request)
    if response.drop == "reset":
        raise httpx.ReadError("[Errno 104] Connection reset by peer", request=request)
    raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
