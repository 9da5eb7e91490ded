"""Many threads, one listing: barriers make them meet, so that each test fails where nothing keeps them apart."""

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.pool_board import Listing, PoolBoard
from pulumi_modelarts.api.settings import Settings
from tests.clocks import FakeClock

CROWD = 16
ALONE_FOR = 0.2
"""Seconds, real ones, for which the service looks out for a second question before it answers the first."""


class BusyService(httpx.BaseTransport):
    """Lists no pools, and holds a question until another one comes, or none does.

    Attributes:
        asked: how many questions there were.
        fails: how many of them are answered with an error.
        met: whether two were there at a time.
        arrived: set once there was one.
    """

    def __init__(self) -> None:
        self.asked = 0
        self.fails = 0
        self.met = False
        self.arrived = threading.Event()
        self._company = threading.Barrier(2)
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, once nobody else comes."""
        with self._lock:
            self.asked += 1
            fails = self.asked <= self.fails
        self.arrived.set()
        try:
            self._company.wait(ALONE_FOR)
        except threading.BrokenBarrierError:
            self._company.reset()
        else:
            self.met = True
        return httpx.Response(400 if fails else 200, json={"items": []}, request=request)


@pytest.fixture
def service() -> BusyService:
    """A service that several may ask at once."""
    return BusyService()


@pytest.fixture
def board(service: BusyService, settings: Settings, clock: FakeClock) -> PoolBoard:
    """A board on which nothing has been listed yet."""
    return PoolBoard(Client(settings, transport=service, clock=clock), clock)


def all_at_once(board: PoolBoard) -> list[Listing | Exception]:
    """Let a crowd of threads ask for a listing, none of them before all are there; return what each got."""
    ready = threading.Barrier(CROWD)

    def ask(_: int) -> Listing | Exception:
        ready.wait(10)
        try:
            return board.listing(requested_after=0)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this thread got
            return error

    with ThreadPoolExecutor(CROWD) as pool:
        return list(pool.map(ask, range(CROWD)))


def test_threads_share_one_listing(service: BusyService, board: PoolBoard) -> None:
    """While one thread asks the service the others wait for its listing."""
    got = all_at_once(board)

    assert (service.asked, service.met, {id(each) for each in got}) == (1, False, {id(got[0])})


def test_another_takes_over_when_the_one_that_asks_fails(service: BusyService, board: PoolBoard) -> None:
    """The error is that of the thread that asked; another asks, alone again, and serves all the rest."""
    service.fails = 1

    got = all_at_once(board)

    failed = [each for each in got if isinstance(each, Exception)]
    listings = {id(each) for each in got if isinstance(each, Listing)}
    assert (service.asked, service.met, len(failed), len(listings)) == (2, False, 1, 1)


def test_a_write_during_a_listing_makes_who_wrote_ask_again(service: BusyService, board: PoolBoard) -> None:
    """A listing that was on its way before a write serves nobody who waits behind that write."""
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(board.listing, requested_after=0)
        assert service.arrived.wait(10)
        written = board.invalidate()

        second = pool.submit(board.listing, requested_after=0, after_write=written)

        assert first.result(10) is not second.result(10)
    assert (service.asked, service.met) == (2, False)
