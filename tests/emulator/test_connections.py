"""What httpx sees of a connection that fails, in process and over a socket, for reading and for writing."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from modelarts_emulator import NODE, PROJECT, TRAIN_POOL, Emulator, Fault
from modelarts_emulator.state.clock import EPOCH
from tests.emulator.wire import Wire, cpu

pytestmark = pytest.mark.loopback

PATIENCE = 0.2
"""Seconds for which clients here wait for bytes."""

INCOMPLETE = "peer closed connection without sending complete message body"
DROPS = [
    ("reset", httpx.ReadError, "reset by peer"),
    ("close", httpx.RemoteProtocolError, "Server disconnected without sending a response"),
    ("truncate", httpx.RemoteProtocolError, INCOMPLETE),
    ("stall", httpx.ReadTimeout, "timed out"),
]
PROCESSED = {"truncate", "stall"}
"""Drops that take an answer, so that the request is processed whenever they happen."""


def show(wire: Wire) -> httpx.Response:
    """Read the training pool."""
    return wire.client.get(wire.url(f"/pools/{TRAIN_POOL}"), timeout=PATIENCE)


def grow(wire: Wire) -> httpx.Response:
    """Scale the training pool from 2 to 3 nodes."""
    headers = {"content-type": "application/merge-patch+json"}
    body = {"spec": {"resources": [cpu(3)]}}
    return wire.client.patch(wire.url(f"/pools/{TRAIN_POOL}"), json=body, headers=headers, timeout=PATIENCE)


def read(answer: httpx.Response, into: bytearray) -> None:
    """Read what arrives, piece by piece."""
    for piece in answer.iter_raw():
        into += piece


async def read_async(answer: httpx.Response, into: bytearray) -> None:
    """Read what arrives, piece by piece."""
    async for piece in answer.aiter_raw():
        into += piece


@pytest.mark.parametrize(("drop", "exception", "text"), DROPS, ids=[drop[0] for drop in DROPS])
@pytest.mark.parametrize("when", ["before", "after"])
class TestDrops:
    @pytest.mark.parametrize(("operation", "ask"), [("showPool", show), ("patchPool", grow)])
    def test_is_the_same_exception(
        self,
        wire: Wire,
        *,
        drop: Any,
        exception: type[Exception],
        text: str,
        when: Any,
        operation: str,
        ask: Callable[[Wire], httpx.Response],
    ) -> None:
        """A connection that ends is the same exception in process and over a socket, and the next request is served."""
        wire.emulator.faults.arm(Fault(operation, drop=drop, when=when))

        with pytest.raises(exception, match=text):
            ask(wire)

        assert (ask(wire).status_code, wire.emulator.faults.unfired()) == (200, [])

    def test_has_its_effect_or_has_not(
        self, wire: Wire, *, drop: Any, exception: type[Exception], text: str, when: Any
    ) -> None:
        """What a write does happens when the connection ends after it, or when a part of the answer arrives."""
        wire.emulator.faults.arm(Fault("patchPool", drop=drop, when=when))

        with pytest.raises(exception, match=text):
            grow(wire)

        assert len(wire.nodes()) == (3 if when == "after" or drop in PROCESSED else 2)


class TestParts:
    @pytest.mark.parametrize("drop", ["truncate", "stall"])
    @pytest.mark.parametrize("keep", [0, 10, None, 10**6])
    def test_bytes_that_arrive(self, wire: Wire, drop: Any, keep: int | None) -> None:
        """So many bytes arrive as were asked for, half by default, and never all; the head announces the whole."""
        whole = show(wire).content
        wire.emulator.faults.arm(Fault("showPool", drop=drop, keep=keep))
        url, got = wire.url(f"/pools/{TRAIN_POOL}"), bytearray()

        with wire.client.stream("GET", url, timeout=PATIENCE) as answer:
            head = answer.status_code, int(answer.headers["content-length"])
            with pytest.raises((httpx.RemoteProtocolError, httpx.ReadTimeout)):
                read(answer, got)

        expected = len(whole) // 2 if keep is None else min(keep, len(whole) - 1)
        assert (head, got) == ((200, len(whole)), bytearray(whole[:expected]))

    def test_json_of_chosen_length(self, wire: Wire) -> None:
        """JSON can be cut after any byte, under a length that fits it."""
        whole = show(wire).content
        wire.emulator.faults.arm(Fault("showPool", cut_json=True, keep=7))

        answer = show(wire)

        assert (answer.content, answer.headers["content-length"]) == (whole[:7], "7")

    @pytest.mark.parametrize(
        ("drop", "exception", "text"),
        [
            ("truncate", httpx.RemoteProtocolError, "received 0 bytes, expected 1"),
            ("stall", httpx.ReadTimeout, "timed"),
        ],
    )
    def test_answer_without_a_body(self, wire: Wire, drop: Any, exception: type[Exception], text: str) -> None:
        """An answer that has no body lacks one byte, so that the client sees that it is lost."""
        wire.emulator.faults.arm(Fault("batchDeletePoolNodes", drop=drop))
        url = wire.url(f"/pools/{TRAIN_POOL}/nodes/batch-delete")

        with pytest.raises(exception, match=text):
            wire.client.post(url, json={"deleteNodeNames": [NODE]}, timeout=PATIENCE)

        assert wire.nodes()[NODE] == "Deleting"


class TestStall:
    def test_takes_virtual_time(self) -> None:
        """In process, a stalled answer takes the client's patience in virtual seconds and no others."""
        with Emulator() as emulator, httpx.Client(transport=emulator.transport(), timeout=30) as client:
            emulator.faults.arm(Fault("showPool", drop="stall"))

            with pytest.raises(httpx.ReadTimeout):
                Wire(emulator, client).pool()

            assert emulator.clock.now() == EPOCH + 30

    def test_of_an_asynchronous_client(self) -> None:
        """An asynchronous client sees the same bytes and the same end."""

        async def ask(emulator: Emulator) -> bytes:
            got = bytearray()
            url = f"http://emulator.test/v2/{PROJECT}/pools/{TRAIN_POOL}"
            client = httpx.AsyncClient(transport=emulator.transport())
            async with client, client.stream("GET", url) as answer:
                with pytest.raises(httpx.ReadTimeout):
                    await read_async(answer, got)
            return bytes(got)

        with Emulator() as emulator:
            emulator.faults.arm(Fault("showPool", drop="stall", keep=5))

            assert len(asyncio.run(ask(emulator))) == 5

    def test_others_are_served_meanwhile(self, wire: Wire) -> None:
        """An answer that stalls holds its own connection and nobody else's."""
        wire.emulator.faults.arm(Fault("showPool", drop="stall"))

        with wire.client.stream("GET", wire.url(f"/pools/{TRAIN_POOL}"), timeout=5) as answer:
            pieces = answer.iter_raw()
            next(pieces)
            meanwhile = show(wire).status_code

        assert meanwhile == 200

    def test_ends_with_its_client(self, modelarts: Emulator) -> None:
        """A connection that stalls is let go as soon as its client is gone."""
        modelarts.faults.arm(Fault("showPool", drop="stall"))
        before = set(threading.enumerate())

        with modelarts.serve() as server:
            with httpx.Client(timeout=PATIENCE) as client, pytest.raises(httpx.ReadTimeout):
                show(Wire(modelarts, client, server.url))
            serving = set(threading.enumerate()) - before - {server._thread}
            for thread in serving:
                thread.join(5)

        assert [thread for thread in serving if thread.is_alive()] == []
