"""The emulator over HTTP, for clients in other processes and languages."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import threading
import traceback
import warnings
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from modelarts_emulator.messages import Request, Response, is_control
from modelarts_emulator.service.exceptions import ApiError
from modelarts_emulator.state.errors import DefectError, LockedFileError
from modelarts_emulator.wire.dispatch import LARGEST_BODY
from modelarts_emulator.wire.refusals import (
    body_too_large,
    forbidden_host,
    internal_error,
    length_required,
    locked_file,
    malformed_request,
    too_many_connections,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from modelarts_emulator.wire.answering import Answering

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with a timeout of 0: closing the socket sends RST."""

LONGEST_STALL = 120.0
"""Wall seconds for which a stalled answer holds its connection when the client does not give up."""

LARGEST_SNAPSHOT = 256 * 1024 * 1024
"""Bytes of a body of the control API, which takes whole worlds."""

LONGEST_NUMBER = 15
"""Digits of a body's length."""

MOST_CONNECTIONS = 256
"""Connections at a time, as each has a thread."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: _HttpServer
    protocol_version = "HTTP/1.1"
    # Head and body leave in one write: two small ones meet Nagle's algorithm and delayed acknowledgements.
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 60.0

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Serve every method, so that unknown ones get the gateway's answer instead of the library's page."""
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def answer(self) -> None:
        """Read one request, pass it on, write what comes back."""
        try:
            self._check_names()
            request = Request(self.command, self.path, dict(self.headers), self._read_body())
        except ApiError as error:
            self.close_connection = True
            self._write(_refusal(error))
            return
        self._deliver(self._handled(request))

    def _handled(self, request: Request) -> Response:
        """The emulator's answer; a defect is loud, and ends nothing but this request."""
        try:
            return self.server.emulator.handle(request)
        except DefectError as error:
            traceback.print_exc()
            return error.answer
        except LockedFileError as error:
            return _refusal(locked_file(error))
        except Exception:  # noqa: BLE001 - whatever it is, other clients go on
            traceback.print_exc()
            return _refusal(internal_error())

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 - the library's signature
        """Answer what is no request of HTTP, or a too long one, in JSON like everything else."""
        self.close_connection, self.request_version = True, self.protocol_version
        self._write(_refusal(malformed_request(int(code), message or "this is no HTTP request")))

    def _check_names(self) -> None:
        """Refuse requests that a web page could have sent through a name of its own (DNS rebinding)."""
        if self.headers.get("sec-fetch-site") == "cross-site":
            raise forbidden_host(self.headers.get("origin") or "of another site")
        if self.server.is_open:
            return
        origin = self.headers.get("origin")
        names = [_host_of(self.headers.get("host", ""))]
        if origin is not None:
            names.append(urlsplit(origin).hostname or origin)
        for name in names:
            if name not in LOOPBACK:
                raise forbidden_host(name)

    def _read_body(self) -> bytes:
        if self.headers.get("transfer-encoding"):
            raise length_required()
        length = self.headers.get("content-length", "0")
        if not length.isdecimal() or not length.isascii() or len(length) > LONGEST_NUMBER:
            raise length_required()
        if int(length) > (LARGEST_SNAPSHOT if is_control(self.path) else LARGEST_BODY):
            raise body_too_large()
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise ConnectionAbortedError("the client ended within the body")
        return body

    def _deliver(self, response: Response) -> None:
        if response.drop is None:
            self._write(response)
            return
        self.close_connection = True
        if response.drop == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.connection.close()
        elif response.drop in {"truncate", "stall"}:
            self._write(response, response.arriving)
            if response.drop == "stall":
                self._hold()

    def _hold(self) -> None:
        """Keep silent until the client goes, or nobody can be waiting any more; others have threads of their own."""
        self.connection.settimeout(LONGEST_STALL)
        with suppress(OSError):
            self.connection.recv(1)

    def _write(self, response: Response, part: bytes | None = None) -> None:
        self.send_response_only(response.status)
        self.send_header("date", self.date_time_string())  # of the wall, as signatures have it
        for name, value in {**response.headers, "content-length": str(response.announced)}.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body if part is None else part)
        self.wfile.flush()

    def log_message(self, *args: Any) -> None:
        """Keep silent: the journal holds what happened."""


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    emulator: Answering
    is_open: bool

    def __init__(self, address: tuple[str, int], most: int) -> None:
        super().__init__(address, Handler)
        self._most = most
        self._places = threading.BoundedSemaphore(most)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a connection a thread of its own; one too many is told so and closed."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
            return
        refusal = _refusal(too_many_connections(self._most))
        head = f"HTTP/1.1 503 Service Unavailable\r\ncontent-length: {len(refusal.body)}\r\nretry-after: 1\r\n"
        head += "content-type: application/json\r\nconnection: close\r\n\r\n"
        with contextlib.suppress(OSError):
            request.sendall(head.encode() + refusal.body)
        self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection to its end, and make room for another one."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore connections that ended, by the client or by a fault (ValueError); anything else is a defect."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError | ValueError):
            super().handle_error(request, client_address)


def _refusal(error: ApiError) -> Response:
    return Response.of_json(error.status, error.document(), error.headers)


def _host_of(field: str) -> str:
    return urlsplit(f"//{field}").hostname or ""


class Server:
    """A running server; it stops when the `with` block ends or `close` is called.

    Args:
        emulator: Who answers.
        host: Address to listen on; one beyond loopback warns, as whoever reaches it can change this world.
        port: Port; 0 takes a free one.
        most_connections: Connections at a time; further ones are answered with 503.

    Attributes:
        url: Base URL.
    """

    def __init__(self, emulator: Answering, host: str, port: int, most_connections: int = MOST_CONNECTIONS) -> None:
        self._server = _HttpServer((host, port), most_connections)
        self._server.emulator = emulator
        self._server.is_open = host not in LOOPBACK
        if self._server.is_open:
            warnings.warn(f"{host} is not loopback; whoever reaches it can change this world", stacklevel=3)
        self.port = int(self._server.server_address[1])
        self.url = f"http://{host}:{self.port}"
        # The library looks every half second whether it shall stop; that would be the time a test waits for it.
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Block until the server is closed."""
        self._thread.join()

    def close(self) -> None:
        """Stop listening; closing twice does no harm."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        """The server itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()
