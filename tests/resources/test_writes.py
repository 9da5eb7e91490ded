"""Writes of one call: locked, noted, and never believed to have come true before they were looked at again."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import INFER_POOL, TRAIN_POOL
from pulumi_modelarts.api.accepted import Accepted
from pulumi_modelarts.api.errors import (
    BadRequestError,
    ModelArtsError,
    ServerError,
    ThrottledError,
    TransportError,
    UnreadableError,
)
from pulumi_modelarts.reconcilers.writes import Writes

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelarts_emulator import Emulator
    from pulumi_modelarts.reconcilers.session import Session

LONG_ENOUGH_TO_MEET = 0.3
"""Real seconds in which two threads meet that nothing keeps apart."""

LOST = TransportError("change it", "ReadTimeout", may_have_arrived=True)
BROKEN_DOWN = ServerError("change it", status=503, message="busy", request_id="r-2")
MISREAD = UnreadableError("change it", "metadata", "nothing", accepted=True, request_id="r-3")
NEVER_ARRIVED = TransportError("change it", "ConnectError", may_have_arrived=False)
REFUSED = BadRequestError("change it", status=400)
THROTTLED = ThrottledError("change it", status=429)


def ending(*errors: ModelArtsError | None) -> Callable[[], Accepted[None]]:
    """Return a request that ends so each time it is sent; None for one that is answered."""
    ends = iter(errors)

    def request() -> Accepted[None]:
        if error := next(ends):
            raise error
        return Accepted(None, "r-1", "order o-1")

    return request


def untold(text: str) -> None:
    """Tell nobody."""


def sent(writes: Writes, error: ModelArtsError | None) -> None:
    """Send a request that ends so."""
    with writes.locked(TRAIN_POOL) as writing, pytest.raises(type(error)) if error else nullcontext():
        writing.send("change it", ending(error))


@pytest.mark.parametrize(
    ("error", "accepted"),
    [(None, True), (LOST, True), (BROKEN_DOWN, True), (NEVER_ARRIVED, False), (REFUSED, False), (THROTTLED, False)],
    ids=["answered", "lost", "broken-down", "never-arrived", "refused", "throttled"],
)
def test_a_write_counts_unless_the_service_certainly_did_nothing(
    session: Session, error: ModelArtsError | None, *, accepted: bool
) -> None:
    """A lost answer counts as accepted; a refusal, and a request that never arrived, do not."""
    writes = Writes(session, untold)

    sent(writes, error)

    assert writes.accepted is accepted


def test_a_refusal_does_not_undo_what_was_accepted_before(session: Session) -> None:
    """Whatever comes after an accepted write, the call has changed something."""
    writes = Writes(session, untold)

    sent(writes, None)
    sent(writes, REFUSED)

    assert writes.accepted


@pytest.mark.parametrize("error", [None, LOST, REFUSED], ids=["answered", "lost", "refused"])
def test_what_was_known_before_a_write_is_read_again_after_it(
    session: Session, emulator: Emulator, error: ModelArtsError | None
) -> None:
    """Pools and nodes that were read before are not believed any more, however the write ended."""
    writes, now = Writes(session, untold), session.clock.monotonic()
    session.snapshot(TRAIN_POOL)
    session.nodes_of(TRAIN_POOL, read_after=now)
    emulator.journal.clear()

    sent(writes, error)
    session.snapshot(TRAIN_POOL)
    session.nodes_of(TRAIN_POOL, read_after=now)

    assert [exchange.operation for exchange in emulator.journal.exchanges()] == ["listPools", "listPoolNodes"]


def test_a_mark_costs_no_further_look(session: Session, emulator: Emulator) -> None:
    """Marking nodes changes no count and no place: nothing is read again, and no write is there to wait behind."""
    writes, now = Writes(session, untold), session.clock.monotonic()
    session.snapshot(TRAIN_POOL)
    session.nodes_of(TRAIN_POOL, read_after=now)
    emulator.journal.clear()

    with writes.locked(TRAIN_POOL) as writing:
        writing.mark("mark it", ending(None))
    session.snapshot(TRAIN_POOL)
    session.nodes_of(TRAIN_POOL, read_after=now)

    assert emulator.journal.exchanges() == []
    assert (writes.accepted, writes.number) == (True, None)


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (None, ["sent: change it (order o-1, request r-1)"]),
        (LOST, ["sent, and may have taken effect: change it (ReadTimeout)"]),
        (BROKEN_DOWN, ["sent, and may have taken effect: change it (busy (HTTP 503, request r-2))"]),
        (MISREAD, ["sent, and may have taken effect: change it (the answer was not understood, request r-3)"]),
        (NEVER_ARRIVED, []),
        (REFUSED, []),
    ],
    ids=["answered", "lost", "broken-down", "misread", "never-arrived", "refused"],
)
def test_a_write_is_told_once(session: Session, end: ModelArtsError | None, told: list[str]) -> None:
    """What was sent is told with what it can be followed by, or with why nobody knows; what was not, is not."""
    lines: list[str] = []

    sent(Writes(session, lines.append), end)

    assert lines == told


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ([LOST, None], ["sent: mark it (order o-1, request r-1)"]),
        ([LOST, BROKEN_DOWN], ["sent, and may have taken effect: mark it (busy (HTTP 503, request r-2))"]),
        ([LOST, REFUSED], ["sent, and may have taken effect: mark it (ReadTimeout)"]),
        ([NEVER_ARRIVED, REFUSED], []),
    ],
    ids=["lost-and-answered", "lost-twice", "lost-and-refused", "never-arrived"],
)
def test_a_mark_that_is_sent_twice_is_told_once(
    session: Session, ends: list[ModelArtsError | None], told: list[str]
) -> None:
    """One line says what became of it in the end; what may have been done counts as accepted."""
    lines: list[str] = []
    writes = Writes(session, lines.append)

    last = ends[-1]
    with writes.locked(TRAIN_POOL) as writing, pytest.raises(type(last)) if last else nullcontext():
        writing.mark("mark it", ending(*ends))

    assert (lines, writes.accepted) == (told, bool(told))


@pytest.mark.parametrize(
    ("first", "second", "meet"),
    [
        ((TRAIN_POOL,), (TRAIN_POOL,), False),
        ((TRAIN_POOL, INFER_POOL), (INFER_POOL,), False),
        ((TRAIN_POOL,), (INFER_POOL,), True),
    ],
    ids=["one-pool", "a-pool-in-common", "two-pools"],
)
def test_two_calls_write_to_one_pool_one_after_the_other(
    session: Session, first: tuple[str, ...], second: tuple[str, ...], *, meet: bool
) -> None:
    """Two threads can be in the locks of different pools at a time, and never in those of the same."""
    inside = threading.Barrier(2)
    met: list[bool] = []

    def write(pools: tuple[str, ...]) -> None:
        with Writes(session, untold).locked(*pools) as writing:
            writing.send("change it", enter)

    def enter() -> Accepted[None]:
        try:
            inside.wait(LONG_ENOUGH_TO_MEET)
        except threading.BrokenBarrierError:
            met.append(False)
        else:
            met.append(True)
        return Accepted(None)

    threads = [threading.Thread(target=write, args=(pools,)) for pools in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert met == [meet, meet]
