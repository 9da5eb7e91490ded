import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from modelarts_emulator import PROJECT, TRAIN_POOL, Emulator
from modelarts_emulator.wire.server import Server
from tests.emulator.wire import CPU, cpu, error

PATH = f"/v2/{PROJECT}/pools"


def raw(server: Server, text: str) -> str:
    """Send bytes as they are and read until the server closes or falls silent."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=2) as connection:
        connection.sendall(text.replace("\n", "\r\n").encode())
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode()


def test_listens_on_loopback_alone(modelarts_server: Server) -> None:
    """The server is bound to the loopback address on a free port of its own."""
    assert modelarts_server.url == f"http://127.0.0.1:{modelarts_server.port}"
    assert modelarts_server._server.server_address[0] == "127.0.0.1"


def test_stops_when_closed(modelarts: Emulator) -> None:
    """After `close` nobody listens any more, and closing again does no harm."""
    server = modelarts.serve()
    server.close()
    server.close()

    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", server.port), timeout=2)


def test_one_connection_serves_many_requests(modelarts_server: Server) -> None:
    """A connection is kept alive between requests."""
    request = f"GET {PATH} HTTP/1.1\nHost: localhost\n\n"

    answer = raw(modelarts_server, request * 3)

    assert answer.count("HTTP/1.1 200 OK") == 3


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ("Transfer-Encoding: chunked", 411),
        ("Content-Length: ten", 411),
        (f"Content-Length: {12 * 1024 * 1024 + 1}", 413),
    ],
)
def test_bodies_of_unknown_or_excessive_length(modelarts_server: Server, fields: str, status: int) -> None:
    """A body needs a length, and one of more than 12 MB is refused before it is read."""
    answer = raw(modelarts_server, f"POST {PATH} HTTP/1.1\nHost: localhost\n{fields}\n\n0\n\n")

    assert answer.startswith(f"HTTP/1.1 {status} ")


@pytest.mark.parametrize(("method", "path"), [("DELETE", PATH), ("BREW", PATH), ("GET", "/v2"), ("GET", "/v9/x")])
def test_what_is_not_served(modelarts_server: Server, http: httpx.Client, method: str, path: str) -> None:
    """A path or method that is served nowhere gets the gateway's answer."""
    answer = http.request(method, modelarts_server.url + path)

    text = "The API does not exist or has not been published in the environment"
    assert error(answer) == (404, "APIGW.0101", text)


def test_head_has_no_body(modelarts_server: Server) -> None:
    """An answer to HEAD leaves the connection in step for the next request."""
    requests = f"HEAD {PATH} HTTP/1.1\nHost: localhost\n\nGET {PATH} HTTP/1.1\nHost: localhost\n\n"

    answer = raw(modelarts_server, requests)

    head, _, rest = answer.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 404 ")
    assert rest.startswith("HTTP/1.1 200 ")


def test_many_clients_at_once(modelarts: Emulator, modelarts_server: Server, http: httpx.Client) -> None:
    """Clients on many threads each see their own request done, and no node is ordered twice."""
    headers = {"content-type": "application/merge-patch+json"}

    def grow(count: int) -> int:
        body = {"spec": {"resources": [cpu(count)]}}
        return http.patch(f"{modelarts_server.url}{PATH}/{TRAIN_POOL}", json=body, headers=headers).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(grow, [6] * 24))

    assert statuses == [200] * 24
    assert len(modelarts.world()["pools"][TRAIN_POOL]["nodes"]) == 6
    assert modelarts.world()["pools"][TRAIN_POOL]["counts"] == {CPU: 6}


def test_asynchronous_client(modelarts: Emulator) -> None:
    """The transport serves asynchronous clients too."""

    async def ask() -> int:
        async with httpx.AsyncClient(transport=modelarts.transport()) as client:
            return (await client.get(f"http://modelarts.test{PATH}")).status_code

    assert asyncio.run(ask()) == 200
