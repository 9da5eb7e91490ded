"""Clients that are slow, go away or send whatever comes to their minds, while others are served."""

import random
import select
import socket
from collections.abc import Iterator

import pytest

from modelarts_emulator import PROJECT, Emulator
from modelarts_emulator.wire.server import Server
from tests.emulator.wire import cpu, world

PATH = f"/v2/{PROJECT}/pools"
WELL = f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
LATE = b"HTTP/1.1 408 Request Timeout\r\n"
AGES = 60.0
"""Wall seconds that a test waits for what comes at once unless the machine is very busy."""


def connect(server: Server) -> socket.socket:
    """A connection on which nothing was sent yet."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=AGES)


def is_answered(server: Server) -> bool:
    """Whether a client that sends a right request is served."""
    with connect(server) as connection:
        connection.sendall(WELL)
        return connection.recv(12) == b"HTTP/1.1 200"


@pytest.fixture
def hurried(modelarts: Emulator) -> Iterator[Server]:
    """A server that gives its clients little time."""
    with Server(modelarts, "127.0.0.1", 0, patience=0.3) as server:
        yield server


BEGINNINGS = {
    "line": b"GET /" + b"x" * 9,
    "head": f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\nX-Slow: ".encode(),
    "body": f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n".encode(),
    "second request": WELL + b"GET /",
}


def trickled(connection: socket.socket) -> bytes:
    """What a server says to a client that sends one byte after another, until one of them ends."""
    said = b""
    for _ in range(3_000):
        if not select.select([connection], [], [], 0.01)[0]:
            connection.sendall(b"x")
            continue
        part = connection.recv(65_536)
        said += part
        if not part:
            return said
    raise AssertionError("the connection was held for ever")


@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS)
def test_one_byte_after_another(hurried: Server, beginning: bytes) -> None:
    """A request that trickles in is given up when its time is over, however often something comes."""
    with connect(hurried) as connection:
        connection.sendall(beginning)

        assert LATE in trickled(connection)
    assert is_answered(hurried)


@pytest.mark.parametrize("beginning", [b"", WELL])
def test_nothing_more(hurried: Server, beginning: bytes) -> None:
    """A client that asks nothing, or nothing more, is parted from without a word."""
    with connect(hurried) as connection:
        connection.sendall(beginning)

        said = b"".join(iter(lambda: connection.recv(65_536), b""))

    assert said.count(b"HTTP/1.1 ") == said.count(b"HTTP/1.1 200") == bool(beginning)


def test_an_answer_that_nobody_takes(modelarts: Emulator) -> None:
    """A client that does not read what it asked for gives its place to the next one."""
    modelarts.seed(world(pool={"resources": [cpu(500)]}))
    ask = WELL.replace(b"/pools", f"/pools/pool-{PROJECT}/nodes".encode())
    with Server(modelarts, "127.0.0.1", 0, most_connections=1, patience=0.3) as server, connect(server) as connection:
        connection.sendall(ask * 50)

        served = any(is_answered(server) for _ in range(6000) if select.select([], [], [], 0.01))

    assert served


def test_expectations(modelarts_server: Server) -> None:
    """A client that wants to be told to go on with its body is told so, and then answered."""
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    with connect(modelarts_server) as connection:
        connection.sendall(head.encode())
        assert connection.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"

        connection.sendall(b"{}")

        assert connection.recv(12) == b"HTTP/1.1 415"


def mutated(chance: random.Random) -> bytes:
    """A right request in which something was changed."""
    text = bytearray(chance.choice([WELL, BEGINNINGS["body"] + b"{" * 50, WELL * 3]))
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(text) + 1)
        junk = chance.choice([b"\r\n", b"\n", b"\0", b":", b" ", b"\xff", b"HTTP/1.1", bytes([chance.randrange(256)])])
        match chance.randrange(4):
            case 0:
                text[place:place] = junk * chance.choice([1, 1, 500])
            case 1:
                del text[place : place + chance.randrange(1, 20)]
            case 2:
                text[place : place + len(junk)] = junk
            case _:
                text = text[:place]
    return bytes(text)


def test_whatever_comes(modelarts: Emulator, modelarts_server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    """Two hundred broken requests are each answered in HTTP or parted from, and leave the server as it was."""
    chance = random.Random(7)  # noqa: S311 - the same requests in every run
    before = modelarts.world()

    for _ in range(200):
        with connect(modelarts_server) as connection:
            connection.sendall(mutated(chance))
            connection.shutdown(socket.SHUT_WR)
            said = b"".join(iter(lambda: connection.recv(65_536), b""))
            assert said == b"" or said.startswith(b"HTTP/1.1 ")

    assert is_answered(modelarts_server)
    assert modelarts.world() == before
    assert capfd.readouterr().err == ""
