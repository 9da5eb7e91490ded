import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import httpx
import pytest

from modelarts_emulator import TRAIN_POOL, Emulator, Fault
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import ServerError, TransportError
from pulumi_modelarts.api.operations import Deadline
from pulumi_modelarts.api.pool_board import Listing, PoolBoard
from pulumi_modelarts.api.settings import Settings
from tests.api.wires import pool_named
from tests.clocks import FakeClock


class Gate(httpx.BaseTransport):
    """A service that answers a list of pools when it is told to, with the number of the request as the pool's name.

    Attributes:
        arrived: how many requests did.
    """

    def __init__(self) -> None:
        self.arrived = 0
        self._outcomes: list[int] = []
        self._changed = threading.Condition()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Wait for an outcome, then answer with it."""
        with self._changed:
            self.arrived += 1
            number = self.arrived
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: len(self._outcomes) >= number, timeout=10)
        items = [pool_named(f"listing-{number}")]
        return httpx.Response(self._outcomes[number - 1], json={"items": items}, request=request)

    def let_through(self, status: int = 200) -> None:
        """Answer the next request that has no answer yet."""
        with self._changed:
            self._outcomes.append(status)
            self._changed.notify_all()

    def await_arrivals(self, count: int) -> None:
        """Return when that many requests have arrived."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.arrived >= count, timeout=10)


class Ledger(httpx.BaseTransport):
    """A service whose only pool is named after how often it was written to.

    Attributes:
        writes: how often that was.
        lists: how often the pools were listed.
    """

    def __init__(self) -> None:
        self.writes = 0
        self.lists = 0
        self._lock = threading.Lock()

    def write(self) -> int:
        """Write, and return how many writes there are now."""
        with self._lock:
            self.writes += 1
            return self.writes

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """List the pool."""
        with self._lock:
            self.lists += 1
            return httpx.Response(200, json={"items": [pool_named(str(self.writes))]}, request=request)


def look(board: PoolBoard) -> int:
    """How many writes a listing from after a write of the caller shows."""
    board.invalidate()
    return int(next(iter(board.recent(60).pools)))


@pytest.fixture
def gate() -> Gate:
    """A service whose answers the test releases one by one."""
    return Gate()


@pytest.fixture
def gated(gate: Gate, settings: Settings, clock: FakeClock) -> PoolBoard:
    """A board over it."""
    return PoolBoard(Client(settings, transport=gate, clock=clock), clock)


@pytest.fixture
def board(client: Client, clock: FakeClock) -> PoolBoard:
    """A board over the documented world."""
    return PoolBoard(client, clock)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Room for many waiters."""
    with ThreadPoolExecutor(40) as pool:
        yield pool


def lists(emulator: Emulator) -> int:
    """How often the pools were listed."""
    return len([exchange for exchange in emulator.journal.exchanges() if exchange.operation == "listPools"])


def start(threads: ThreadPoolExecutor, count: int, call: Callable[[], Listing]) -> list[Future[Listing]]:
    """Let that many threads call at the same time, and return when all of them are about to."""
    ready = threading.Barrier(count + 1)

    def run() -> Listing:
        ready.wait(10)
        return call()

    futures = [threads.submit(run) for _ in range(count)]
    ready.wait(10)
    return futures


class TestSharing:
    def test_waiters_share_one_request(self, gate: Gate, gated: PoolBoard, threads: ThreadPoolExecutor) -> None:
        """Thirty-two that ask at the same time are served by one list."""
        waiting = start(threads, 32, lambda: gated.listing(requested_after=0))

        gate.let_through()
        seen = {id(future.result(10)) for future in waiting}

        assert (len(seen), gate.arrived) == (1, 1)

    def test_a_listing_that_is_young_enough_serves_again(
        self, board: PoolBoard, emulator: Emulator, clock: FakeClock
    ) -> None:
        """Nothing is asked twice within the age a caller accepts; beyond it, it is."""
        first = board.recent(5)

        clock.sleep(5)
        again = board.recent(5)
        clock.sleep(0.1)
        later = board.recent(5)

        assert again is first
        assert (later.requested_at, lists(emulator)) == (5.1, 2)

    def test_what_was_listed_after_a_write_serves_again(self, board: PoolBoard, emulator: Emulator) -> None:
        """A write costs one list, not one for each caller after it."""
        board.invalidate()

        assert board.recent(60) is board.recent(60)
        assert lists(emulator) == 1

    def test_a_listing_knows_when_it_was_requested(self, board: PoolBoard, clock: FakeClock) -> None:
        """The moment before the request counts, and the pools are found by id."""
        clock.sleep(3)

        listing = board.listing(requested_after=3)

        assert listing.requested_at == 3
        assert listing.pools[TRAIN_POOL].name == TRAIN_POOL


class TestBelief:
    def test_what_was_requested_before_is_not_believed(
        self, gate: Gate, gated: PoolBoard, clock: FakeClock, threads: ThreadPoolExecutor
    ) -> None:
        """A list on its way since before the caller's write does not serve it; it waits for the next one."""
        early = threads.submit(gated.listing, requested_after=0)
        gate.await_arrivals(1)
        clock.sleep(1)
        late = threads.submit(gated.listing, requested_after=1)

        gate.let_through()
        first = early.result(10)
        gate.let_through()
        second = late.result(10)

        assert (list(first.pools), first.requested_at) == (["listing-1"], 0)
        assert (list(second.pools), second.requested_at) == (["listing-2"], 1)

    def test_a_write_drops_what_was_known(self, client: Client, board: PoolBoard) -> None:
        """In the same instant of the clock, a list from after the write is not the one from before."""
        before = board.recent(60)
        client.resource_pools.patch(TRAIN_POOL, {"metadata": {"annotations": {"os.modelarts/description": "new"}}})

        board.invalidate()
        after = board.recent(60)

        assert [listing.pools[TRAIN_POOL].description for listing in (before, after)] == ["", "new"]

    def test_a_write_drops_what_is_on_its_way(self, gate: Gate, gated: PoolBoard, threads: ThreadPoolExecutor) -> None:
        """A list sent before a write serves whoever waited for it already, and nobody who comes after the write."""
        early = threads.submit(gated.recent, 60)
        gate.await_arrivals(1)
        gated.invalidate()
        late = threads.submit(gated.recent, 60)

        gate.let_through()
        gate.let_through()

        assert list(early.result(10).pools) == ["listing-1"]
        assert list(late.result(10).pools) == ["listing-2"]

    def test_behind_one_write_those_of_others_do_not_count(self, board: PoolBoard, emulator: Emulator) -> None:
        """Who waits for one write shares a listing from after it, while others go on writing."""
        own = board.invalidate()
        first = board.listing(requested_after=0, after_write=own)
        others = board.invalidate()

        shared = board.listing(requested_after=0, after_write=own)
        fresh = board.listing(requested_after=0, after_write=others)

        assert shared is first
        assert fresh is not first
        assert lists(emulator) == 2

    def test_everybody_sees_their_own_write(
        self, settings: Settings, clock: FakeClock, threads: ThreadPoolExecutor
    ) -> None:
        """However many write and look at once, nobody is served a list from before their own write."""
        ledger = Ledger()
        board = PoolBoard(Client(settings, transport=ledger, clock=clock), clock)

        def write_and_look() -> list[bool]:
            return [ledger.write() <= look(board) for _ in range(20)]

        seen = [future.result(10) for future in [threads.submit(write_and_look) for _ in range(16)]]

        assert seen == [[True] * 20] * 16
        assert ledger.lists <= ledger.writes

    def test_a_moment_still_to_come_is_now(self, board: PoolBoard, emulator: Emulator) -> None:
        """There is no newer list than one requested now."""
        assert board.listing(requested_after=1_000).requested_at == 0
        assert lists(emulator) == 1


class TestFailure:
    def test_the_one_that_asked_has_the_error_and_another_takes_over(
        self, gate: Gate, gated: PoolBoard, threads: ThreadPoolExecutor
    ) -> None:
        """Of thirty-two waiters one fails, and thirty-one are served by the next list."""
        waiting = start(threads, 32, lambda: gated.listing(requested_after=0))

        gate.let_through(501)
        gate.let_through()
        errors = [error for future in waiting if (error := future.exception(10)) is not None]

        assert [type(error) for error in errors] == [ServerError]
        assert gate.arrived == 2
        assert {tuple(f.result().pools) for f in waiting if f.exception() is None} == {("listing-2",)}

    def test_a_deadline_ends_the_wait_for_others(
        self, gate: Gate, gated: PoolBoard, clock: FakeClock, threads: ThreadPoolExecutor
    ) -> None:
        """Whoever waits for somebody else's request that hangs is not held beyond their own deadline."""
        hanging = threads.submit(gated.recent, 60)
        gate.await_arrivals(1)

        with pytest.raises(TransportError, match="another request for them has not been answered yet"):
            gated.listing(requested_after=0, deadline=Deadline.after(0, clock))

        gate.let_through()
        assert list(hanging.result(10).pools) == ["listing-1"]

    def test_a_failure_leaves_nothing_behind(self, board: PoolBoard, emulator: Emulator, clock: FakeClock) -> None:
        """After an error the next caller asks afresh; what was known before stays known to whom it is young enough."""
        known = board.recent(60)
        clock.sleep(30)
        emulator.faults.arm(Fault("listPools", status=501))

        with pytest.raises(ServerError):
            board.recent(10)

        assert board.recent(60) is known
        assert board.recent(10).requested_at == 30
