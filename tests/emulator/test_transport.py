"""What a client sees of an answer besides its status and JSON is the same in process and over a socket."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from modelarts_emulator import PROJECT, Emulator, Fault
from tests.emulator.wire import Wire

pytestmark = pytest.mark.loopback

POOLS = f"http://modelarts.test/v2/{PROJECT}/pools"


def test_an_answer_can_be_streamed(wire: Wire) -> None:
    """The bytes of an answer can be read as they come."""
    whole = wire.get("/pools").content

    with wire.client.stream("GET", wire.url("/pools")) as answer:
        parts = list(answer.iter_raw(100))

    assert [len(part) for part in parts[:-1]] == [100] * (len(whole) // 100)
    assert b"".join(parts) == whole


def test_an_answer_knows_how_it_came(wire: Wire) -> None:
    """It knows how long it took, and the version of HTTP."""
    answer = wire.get("/pools")

    assert answer.elapsed > timedelta(0)
    assert answer.extensions["http_version"] == b"HTTP/1.1"
    assert (answer.http_version, answer.reason_phrase) == ("HTTP/1.1", "OK")


def test_an_answer_to_head_has_no_body(wire: Wire) -> None:
    """The length is that of the body that another method would have got."""
    answer = wire.client.head(wire.url("/pools"))

    assert answer.content == b""
    assert int(answer.headers["content-length"]) > 0


def test_a_truncated_answer_begins_well(wire: Wire) -> None:
    """Whoever streams sees the head and half the body before the connection ends."""
    whole = wire.get("/pools").content
    wire.emulator.faults.arm(Fault("listPools", drop="truncate"))
    parts: list[bytes] = []

    with (
        wire.client.stream("GET", wire.url("/pools")) as answer,
        pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body") as caught,
    ):
        parts.extend(answer.iter_raw())

    assert (answer.status_code, answer.headers["content-length"]) == (200, str(len(whole)))
    assert whole.startswith(b"".join(parts))
    assert caught.value.request.url == wire.url("/pools")


def test_asynchronous_clients_stream_too(modelarts: Emulator) -> None:
    """A truncated answer gives an asynchronous client its first half."""
    modelarts.faults.arm(Fault("listPools", drop="truncate"))
    parts: list[bytes] = []

    async def ask() -> None:
        async with (
            httpx.AsyncClient(transport=modelarts.transport()) as client,
            client.stream("GET", POOLS) as answer,
        ):
            async for part in answer.aiter_raw():
                parts.append(part)  # noqa: PERF401 - what came before the end counts

    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        asyncio.run(ask())

    assert b"".join(parts).startswith(b'{"kind":')
