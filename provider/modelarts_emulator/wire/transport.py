"""The emulator behind httpx clients, without a socket."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import httpx

from modelarts_emulator.messages import Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from typing import NoReturn

    from modelarts_emulator.messages import Response
    from modelarts_emulator.wire.answering import Answering

_VERSION = {"http_version": b"HTTP/1.1"}
_INCOMPLETE = "peer closed connection without sending complete message body"
_TIMED_OUT = "timed out"


class EmulatorTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Transport for `httpx.Client` and `httpx.AsyncClient`.

    Answers are like those of a connection: they can be streamed and know how long they took. Faults arrive as the
    exceptions that a real connection raises. A latency fault, or an answer that stalls, does not make anybody wait
    where the clock stands still: virtual time moves, and the read timeout is raised at once.

    Args:
        emulator: Where requests go.
    """

    def __init__(self, emulator: Answering) -> None:
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
            stream=self._body(response, request, timeout),
            request=request,
            extensions=_VERSION.copy(),
        )

    def _body(self, response: Response, request: httpx.Request, timeout: float | None) -> httpx.ByteStream:
        if request.method == "HEAD":
            return httpx.ByteStream(b"")
        if response.drop == "truncate":
            return _TruncatedBody(response.arriving, response.announced)
        if response.drop == "stall":
            return _StalledBody(response.arriving, partial(self._emulator.clock.wait, timeout or 0.0))
        return httpx.ByteStream(response.body)


class _TruncatedBody(httpx.ByteStream):
    """A body behind which the connection ends, though the head promised more."""

    def __init__(self, part: bytes, announced: int) -> None:
        super().__init__(part)
        self._missing = f"{_INCOMPLETE} (received {len(part)} bytes, expected {announced})"

    def __iter__(self) -> Iterator[bytes]:
        yield from super().__iter__()
        raise httpx.RemoteProtocolError(self._missing)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in super().__aiter__():
            yield part
        raise httpx.RemoteProtocolError(self._missing)


class _StalledBody(httpx.ByteStream):
    """A body behind which nothing comes any more, until the client loses patience."""

    def __init__(self, part: bytes, wait: Callable[[], None]) -> None:
        super().__init__(part)
        self._wait = wait

    def __iter__(self) -> Iterator[bytes]:
        yield from super().__iter__()
        self._wait()
        raise httpx.ReadTimeout(_TIMED_OUT)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in super().__aiter__():
            yield part
        self._wait()
        raise httpx.ReadTimeout(_TIMED_OUT)


def _fail(response: Response, request: httpx.Request) -> NoReturn:
    """Raise what httpx raises when a connection ends like this."""
    if response.drop == "timeout":
        raise httpx.ReadTimeout(_TIMED_OUT, request=request)
    if response.drop == "reset":
        raise httpx.ReadError("[Errno 104] Connection reset by peer", request=request)
    raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
