"""The emulator over HTTP, for clients in other processes and languages."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
import warnings
from socketserver import BaseRequestHandler, TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING, Any, Self

from modelarts_emulator.wire.connection import Connection, written
from modelarts_emulator.wire.refusals import too_many_connections
from modelarts_emulator.wire.strangers import is_loopback

if TYPE_CHECKING:
    from types import TracebackType

    from modelarts_emulator.wire.answering import Handling

MOST_CONNECTIONS = 256
"""Connections at a time, as each has a thread."""

PATIENCE = 60.0
"""Wall seconds in which a request has to arrive, an answer to be taken, or the next request to begin."""


class HttpServer(ThreadingMixIn, TCPServer):
    """Gives each connection a thread of its own.

    Args:
        emulator: Who answers.
        host: Address to listen on.
        port: Port; 0 takes a free one.
        most: Connections at a time.
        patience: Wall seconds that a client has for a request, and for taking its answer.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, emulator: Handling, host: str, port: int, most: int, patience: float) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), BaseRequestHandler)
        self.is_open = not is_loopback(host)
        self._emulator = emulator
        self._patience = patience
        self._most = most
        self._places = threading.BoundedSemaphore(most)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection; one too many is told so and closed."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
            return
        response = too_many_connections(self._most).response()
        with contextlib.suppress(OSError):
            request.sendall(written(response, closes=True) + response.body)
        self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection to its end, and make room for another one."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def finish_request(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the library's signature
        """Serve a connection, in its thread."""
        Connection(request, self._emulator, self._patience, is_open=self.is_open).serve()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore connections that ended, by the client or by its being slow; anything else is a defect."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Server:
    """A running server; it stops when the `with` block ends or `close` is called.

    Args:
        emulator: Who answers.
        host: Address to listen on; one beyond loopback warns, as whoever reaches it can change this world.
        port: Port; 0 takes a free one.
        most_connections: Connections at a time; further ones are answered with 503.
        patience: Wall seconds in which a request has to arrive as a whole, and an answer to be taken.

    Attributes:
        url: Base URL.
    """

    def __init__(
        self,
        emulator: Handling,
        host: str,
        port: int,
        most_connections: int = MOST_CONNECTIONS,
        patience: float = PATIENCE,
    ) -> None:
        self._server = HttpServer(emulator, host, port, most_connections, patience)
        if self._server.is_open:
            warnings.warn(f"{host} is not loopback; whoever reaches it can change this world", stacklevel=3)
        self.port = int(self._server.server_address[1])
        self.url = f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"
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
