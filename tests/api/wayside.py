"""What stands between a client and a service in an office: proxies of both kinds, and servers with certificates."""

import base64
import json
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import trustme

from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import TransportError
from pulumi_modelarts.api.resource_pool import ResourcePool
from pulumi_modelarts.api.settings import Settings
from tests.clocks import FakeClock
from tests.operations import operation_of

Talk = Callable[[socket.socket], None]
"""What somebody does with a connection that was made to them."""


HOSTS = ("modelarts.test", "iam.test")
"""Hosts that only a proxy finds: this machine's own are never asked for through one."""

KEYS = {"accessKey": "AK", "secretKey": "SK"}
USER = {"userName": "ann", "password": "pw", "domainName": "acme"}


def client(clock: FakeClock, environ: Mapping[str, str], **config: str) -> Client:
    """A client as a stack with this configuration and environment gets it; its pauses take no time."""
    settings = {"region": "r-1", "projectId": "p1"} | ({} if "userName" in config else KEYS) | config
    stack = {f"modelarts:{key}": value for key, value in settings.items()}
    return Client(Settings.resolve(stack.get, environ), clock=clock)


def listed(client: Client) -> Mapping[str, ResourcePool]:
    """What the service answers that is asked for its pools."""
    pools = client.resource_pools.list().pools
    client.close()
    return pools


def failure(client: Client, method: str = "GET") -> TransportError:
    """What a request without a usable answer is reported as."""
    with pytest.raises(TransportError) as caught:
        client.request(method, "/v2/{project_id}/pools", operation=operation_of(method), attempting="ask")
    client.close()
    return caught.value


def context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """A server's side of TLS."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(made)
    return made


@contextmanager
def listening(talk: Talk, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A port of this machine, with somebody who answers; over TLS if there is a context for it."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):  # the other end has gone, which is its own affair
                if context is None:
                    talk(self.request)
                    return
                with context.wrap_socket(self.request, server_side=True) as safe:
                    talk(safe)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def nobody() -> int:
    """A port of this machine at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class Service:
    """A service over TLS that lists no pools and gives tokens to whoever asks.

    Attributes:
        port: where it listens.
        asked: method and path of each request.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self.asked: list[str] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                service.asked.append(f"{self.command} {self.path.partition('?')[0]}")
                body = json.dumps({"items": [], "token": {}}).encode()
                self.send_response(201 if self.command == "POST" else 200)
                for name, value in (
                    ("content-type", "application/json"),
                    ("content-length", str(len(body))),
                    ("x-subject-token", "issued"),
                ):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815 - the library's name

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def get_request(self) -> tuple[socket.socket, Any]:
                plain, address = super().get_request()
                return context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that does not like the certificate has gone, which is its own affair."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class HttpProxy:
    """A proxy that leads everybody to one port, whatever host they want; in turn, it refuses instead.

    Attributes:
        wanted: hosts that a way was asked to.
        users: user and password of who asked, empty for none.
    """

    def __init__(self, port: int, *refusals: str) -> None:
        self._port = port
        self._refusals = iter(refusals)
        self.wanted: list[str] = []
        self.users: list[str] = []

    def __call__(self, client: socket.socket) -> None:
        """Serve a connection."""
        head = _until(client, b"\r\n\r\n").decode("latin-1")
        self.wanted.append(head.split()[1])
        given = [line.split()[-1] for line in head.splitlines() if line.lower().startswith("proxy-authorization:")]
        self.users.append(base64.b64decode(given[0]).decode() if given else "")
        refusal = next(self._refusals, None)
        if refusal is not None:
            client.sendall(f"HTTP/1.1 {refusal}\r\ncontent-length: 0\r\n\r\n".encode())
            return
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        _join(client, self._port)


class SocksProxy:
    """A SOCKS5 proxy that leads everybody to one port, or answers with a code.

    Attributes:
        wanted: hosts that a way was asked to.
        users: user and password of who asked, empty for none.
    """

    def __init__(self, port: int, code: int = 0) -> None:
        self._port = port
        self._code = code
        self.wanted: list[str] = []
        self.users: list[str] = []

    def __call__(self, client: socket.socket) -> None:
        """Serve a connection."""
        _version, count = _exactly(client, 2)
        methods = _exactly(client, count)
        client.sendall(bytes([5, methods[0]]))
        self.users.append(self._user(client) if methods[0] == 2 else "")
        _exactly(client, 4)
        host = _exactly(client, _exactly(client, 1)[0]).decode()
        port = int.from_bytes(_exactly(client, 2), "big")
        self.wanted.append(f"{host}:{port}")
        client.sendall(bytes([5, self._code, 0, 1, 0, 0, 0, 0, 0, 0]))
        if not self._code:
            _join(client, self._port)

    def _user(self, client: socket.socket) -> str:
        _exactly(client, 1)
        name = _exactly(client, _exactly(client, 1)[0]).decode()
        password = _exactly(client, _exactly(client, 1)[0]).decode()
        client.sendall(bytes([1, 0]))
        return f"{name}:{password}"


def goes_away(client: socket.socket) -> None:
    """Take a connection and end it."""
    client.close()


def says_nonsense(client: socket.socket) -> None:
    """Answer what no protocol knows, to whatever is said."""
    client.recv(1024)
    client.sendall(b"\x00\xffHELLO\r\n\r\n")


def says_nothing(client: socket.socket) -> None:
    """Take a connection, and whatever is said, until the other end has gone."""
    while client.recv(1024):
        pass


def _join(client: socket.socket, port: int) -> None:
    """Carry bytes between two ends until one has gone."""
    with socket.create_connection(("127.0.0.1", port)) as service:
        thread = threading.Thread(target=_carry, args=(service, client), daemon=True)
        thread.start()
        _carry(client, service)
        thread.join()


def _carry(source: socket.socket, target: socket.socket) -> None:
    try:
        while part := source.recv(65536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


def _until(client: socket.socket, end: bytes) -> bytes:
    got = b""
    while not got.endswith(end):
        got += _exactly(client, 1)
    return got


def _exactly(client: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        part = client.recv(count - len(got))
        if not part:
            raise ConnectionResetError
        got += part
    return got
