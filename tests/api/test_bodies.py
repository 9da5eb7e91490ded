import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import httpx
import pytest

from pulumi_modelarts.api.bodies import LONGEST, MOST_BYTES
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import ModelArtsError, ServerError, TransportError, UnreadableError
from pulumi_modelarts.api.settings import Settings
from tests.api.wires import Script
from tests.clocks import FakeClock
from tests.operations import CHANGE, LOOK

MIB = 1024 * 1024


class Stream(httpx.SyncByteStream):
    """A body that arrives in parts.

    Args:
        parts: the parts.
        clock: passes the time each of them takes.
        seconds: how long that is.
    """

    def __init__(self, *parts: bytes, clock: FakeClock | None = None, seconds: float = 0) -> None:
        self._parts = parts
        self._clock = clock
        self._seconds = seconds
        self.sent = 0
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        """The parts, one after the other."""
        for part in self._parts:
            if self._clock is not None:
                self._clock.now += self._seconds
            self.sent += 1
            yield part

    def close(self) -> None:
        """Remember that nobody reads on."""
        self.closed = True


def packed(size: int) -> bytes:
    """That many bytes as gzip, without an end: the same block again and again."""
    packer = zlib.compressobj(wbits=31)
    head, block = (packer.compress(b" " * MIB) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return head + block * (size // MIB - 1)


def asked(settings: Settings, clock: FakeClock, stream: Stream, *, status: int = 200, **headers: str) -> object:
    """What a GET of this body gives."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    wire = Script(lambda _: httpx.Response(status, stream=stream, headers=named))
    return Client(settings, transport=wire, clock=clock).request("GET", "/x", operation=LOOK, attempting="look")


def error(settings: Settings, clock: FakeClock, stream: Stream, *, status: int = 200, **headers: str) -> ModelArtsError:
    """The error that it gives."""
    with pytest.raises(ModelArtsError) as caught:
        asked(settings, clock, stream, status=status, **headers)
    return caught.value


def test_what_is_packed_is_unpacked(settings: Settings, clock: FakeClock) -> None:
    """In however many parts it arrives; no other compression is asked for."""
    body = gzip.compress(b'{"a": [1, 2]}')
    stream = Stream(*(body[number : number + 1] for number in range(len(body))))

    assert asked(settings, clock, stream, content_encoding="gzip", content_length=str(len(body))) == {"a": [1, 2]}
    assert stream.closed


def test_an_answer_of_hundreds_of_megabytes(settings: Settings, clock: FakeClock) -> None:
    """Of a gzip of 400 MB no more is unpacked than may be read, and the error says how much that is."""
    body = packed(400 * MIB)
    tracemalloc.start()

    refusal = error(settings, clock, Stream(body), content_encoding="gzip", content_type="application/json")

    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(refusal, UnreadableError)
    assert str(refusal).startswith(
        "look: the answer was not understood: more than 64 MiB, which is the most that is read of one answer."
    )
    assert most < 3.5 * MOST_BYTES


def test_an_answer_without_end(settings: Settings, clock: FakeClock) -> None:
    """No more is read than may be, once, and the connection is closed."""
    stream = Stream(*([b" " * MIB] * 1000))

    refusal = error(settings, clock, stream)

    assert isinstance(refusal, UnreadableError)
    assert (stream.sent, stream.closed) == (65, True)


def test_a_failure_of_hundreds_of_megabytes(settings: Settings, clock: FakeClock) -> None:
    """A refusal stays one, however much is said about it."""
    refusal = error(settings, clock, Stream(*([b" " * MIB] * 100)), status=501)

    assert isinstance(refusal, ServerError)


def test_a_change_that_is_answered_at_length(settings: Settings, clock: FakeClock) -> None:
    """It may have taken effect, and says so."""
    wire = Script(lambda _: httpx.Response(200, stream=Stream(*([b" " * MIB] * 100))))

    with pytest.raises(
        UnreadableError, match=r"change: .*, and what was asked for may have taken effect: more than 64"
    ):
        Client(settings, transport=wire, clock=clock).request("POST", "/x", operation=CHANGE, attempting="change")

    assert len(wire.requests) == 1


def test_an_answer_that_drips(settings: Settings, clock: FakeClock) -> None:
    """One whose parts all come in time, and whose end does not, is lost."""
    stream = Stream(*([b" "] * 10_000), clock=clock, seconds=30)

    refusal = error(settings, clock, stream)

    assert isinstance(refusal, TransportError)
    assert f"the answer was not complete after {LONGEST:.0f} s" in str(refusal)
    assert stream.sent == 5


@pytest.mark.parametrize(
    ("body", "encoding", "reason"),
    [
        (b"no gzip", "gzip", "the answer cannot be unpacked"),
        (gzip.compress(b'{"a": 1}' * 100)[:-9], "gzip", "the answer was cut off"),
        (b"{}", "br", "the answer is compressed with br, which was not asked for"),
    ],
    ids=["no gzip", "cut off", "brotli"],
)
def test_what_cannot_be_unpacked(settings: Settings, clock: FakeClock, body: bytes, encoding: str, reason: str) -> None:
    """It is a lost answer, whatever it was."""
    refusal = error(settings, clock, Stream(body), content_encoding=encoding)

    assert isinstance(refusal, TransportError)
    assert (reason in str(refusal), refusal.may_have_arrived) == (True, True)
