"""What a server does about clients that are hostile, broken, slow or too many."""

import json
import socket
import warnings
from typing import Any

import httpx
import pytest

from modelarts_emulator import PROJECT, Emulator
from modelarts_emulator.wire.server import Server

PATH = f"/v2/{PROJECT}/pools"
WELL = f"GET {PATH} HTTP/1.1\nHost: localhost\n"


def connect(server: Server) -> socket.socket:
    """A connection on which nothing was sent yet."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=5)


def received(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    """Status and JSON body of what the server says before it closes."""
    answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    head, _, body = answer.partition("\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def asked(server: Server, text: str) -> tuple[int, dict[str, Any]]:
    """Status and JSON body of the answer to these bytes."""
    with connect(server) as connection:
        connection.sendall(text.replace("\n", "\r\n").encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
        return received(connection)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (f"GET /{'x' * 70_000} HTTP/1.1\nHost: localhost\n\n", 414),
        (f"{WELL}X-Long: {'x' * 70_000}\n\n", 431),
        (WELL + "".join(f"X-{number}: 1\n" for number in range(200)) + "\n", 431),
        (WELL + "".join(f"X-{number}: {'x' * 60_000}\n" for number in range(99)) + "\n", 431),
        ("GET / and more HTTP/1.1\n\n", 400),
        ("GET / HTTP/7.0\n\n", 505),
        ("GET /\n\n", 400),
        ("nonsense\n\n", 400),
        ("\n\n\n", 400),
        (f"GET {PATH} HTTP/1.1\n\n", 400),
        (f"{WELL}Host: localhost\n\n", 400),
        (f"GET {PATH} HTTP/1.1\nHost: evil@localhost\n\n", 400),
        (f"GET {PATH} HTTP/1.1\nHost: localhost/x\n\n", 400),
        (f"GET {PATH} HTTP/1.1\nHost: localhost:99999999\n\n", 400),
        (f"GET http://evil.example{PATH} HTTP/1.1\nHost: localhost\n\n", 400),
        ("CONNECT localhost:80 HTTP/1.1\nHost: localhost\n\n", 400),
        ("GET /\x7f HTTP/1.1\nHost: localhost\n\n", 400),
        ("GET /é HTTP/1.1\nHost: localhost\n\n", 400),
        (f"{WELL}Content-Length: 2\nContent-Length: 3\n\n{{}}", 400),
        (f"{WELL}Content-Length: 2\nContent-Length: 2\n\n{{}}", 400),
        (f"{WELL}Content-Length : 40\n\n", 400),
        (f"{WELL}Content-Length: 2\nTransfer-Encoding: chunked\n\n0\n\n", 400),
        (f"{WELL}X-Folded: a\n b\n\n", 400),
        (f"{WELL} X-Indented: a\n\n", 400),
        (f"{WELL}: nameless\n\n", 400),
        (f"{WELL}without a colon\n\n", 400),
        (f"{WELL}X-Nul: a\0b\n\n", 400),
        (f"{WELL}Origin: http://localhost\nOrigin: http://evil.example\n\n", 400),
        (f"{WELL}Expect: miracles\n\n", 417),
        (WELL, 400),
    ],
)
def test_what_is_no_request(modelarts: Emulator, modelarts_server: Server, text: str, status: int) -> None:
    """What is too long, no HTTP, or to be understood in two ways is refused in JSON, and the next client is served."""
    answer = asked(modelarts_server, text)

    assert (answer[0], answer[1]["error_code"]) == (status, "Emulator.0006")
    assert modelarts.journal.exchanges() == []
    assert asked(modelarts_server, WELL + "\n")[0] == 200


@pytest.mark.parametrize("text", [f"GET {PATH} HTTP/1.1\nHost: localhost\n\n", "GET / HTTP/1.1\r\nX: a\rb\r\n\r\n"])
def test_lines_that_end_otherwise(modelarts_server: Server, text: str) -> None:
    """A line ends with CR LF and nothing else, as another reader might see two where this one sees one."""
    with connect(modelarts_server) as connection:
        connection.sendall(text.encode())

        assert received(connection)[0] == 400


@pytest.mark.parametrize("length", ["-1", "1e3", "٣", "9" * 5000])
def test_lengths_that_are_none(modelarts_server: Server, length: str) -> None:
    """A length is a plain number of a sensible size."""
    text = f"POST {PATH} HTTP/1.1\nHost: localhost\nContent-Length: {length.encode().decode('latin-1')}\n\n"

    assert asked(modelarts_server, text)[0] == 411


def test_half_a_body_is_no_request(modelarts: Emulator, modelarts_server: Server) -> None:
    """What a client was still sending when it ended is not taken for what it wanted to send."""
    with connect(modelarts_server) as connection:
        text = "PUT /_emulator/faults HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        connection.sendall(text.encode() + b"Content-Length: 50\r\n\r\n[]")
        connection.shutdown(socket.SHUT_WR)

        assert received(connection)[0] == 400
    assert modelarts.faults.armed() == []
    assert modelarts.journal.exchanges() == []


def test_snapshots_are_larger_than_other_bodies(modelarts: Emulator, modelarts_server: Server) -> None:
    """A whole world may have more than 12 MB, a request of the service may not."""
    padding = b" " * (13 * 1024 * 1024)
    snapshot = json.dumps(modelarts.snapshot()).encode() + padding
    headers = {"content-type": "application/json"}

    statuses = [
        httpx.put(modelarts_server.url + "/_emulator/snapshot", content=snapshot, headers=headers).status_code,
        httpx.post(modelarts_server.url + PATH, content=snapshot[:10], headers=headers).status_code,
    ]

    assert statuses == [200, 400]
    assert (
        asked(modelarts_server, f"POST {PATH} HTTP/1.1\nHost: localhost\nContent-Length: {len(padding)}\n\n")[0] == 413
    )


def test_one_client_too_many(modelarts: Emulator) -> None:
    """Beyond so many connections a client is told to come back, and is served once another one has gone."""
    with Server(modelarts, "127.0.0.1", 0, most_connections=2) as server:
        held = [connect(server), connect(server)]
        for connection in held:
            connection.sendall((WELL + "\n").replace("\n", "\r\n").encode())
            assert connection.recv(12) == b"HTTP/1.1 200"

        with connect(server) as third:
            refusal = received(third)
        for connection in held:
            connection.close()

        assert refusal == (503, {"error_code": "Emulator.0007", "error_msg": "2 connections are open, close some"})
        transport = httpx.HTTPTransport(retries=0)
        with httpx.Client(transport=transport) as client:
            assert until_served(client, server.url + PATH) == 200


def until_served(client: httpx.Client, url: str) -> int:
    """Status of the first answer that is not about the number of connections."""
    for _ in range(1000):
        try:
            status = client.get(url).status_code
        except httpx.TransportError:
            continue
        if status != 503:
            return status
    return 503


def test_an_open_server_warns(modelarts: Emulator) -> None:
    """Listening beyond loopback is possible, and is warned of."""
    with pytest.warns(UserWarning, match="0.0.0.0 is not loopback; whoever reaches it can change this world"):
        server = modelarts.serve(host="0.0.0.0")  # noqa: S104 - that is what it warns of
    server.close()

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        modelarts.serve().close()
