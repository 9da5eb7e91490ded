import math
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import OperationTimeout, ServerError, TransportError
from pulumi_modelarts.api.exchange import Call
from pulumi_modelarts.api.operations import Deadline, Observation, wait
from pulumi_modelarts.api.outcomes import read
from pulumi_modelarts.api.pool_board import Listing, PoolBoard
from pulumi_modelarts.api.retry import TOTAL, Repeated, Tries, pause_before_next
from pulumi_modelarts.api.sending import Sender, Unsigned
from pulumi_modelarts.api.settings import Settings
from tests.api.credentials import USER, settings_with
from tests.api.wires import Script, Step, answer
from tests.clocks import FakeClock
from tests.operations import LOOK

UNAVAILABLE = answer(503)


class SlowScript(Script):
    """A script of which each step takes some seconds.

    Args:
        clock: passes them.
        seconds: how many.
        steps: as for any script.
    """

    def __init__(self, clock: FakeClock, seconds: float, *steps: Step) -> None:
        super().__init__(*steps)
        self._clock = clock
        self._seconds = seconds

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer later."""
        self._clock.now += self._seconds
        return super().handle_request(request)


def timeouts(wire: Script) -> list[Any]:
    """The time limits of the requests that arrived."""
    return [request.extensions["timeout"] for request in wire.requests]


def limits(connect: float, read: float, write: float, pool: float) -> dict[str, float]:
    """Time limits as they go with a request."""
    return {"connect": connect, "read": read, "write": write, "pool": pool}


class TestRequest:
    def test_it_ends_with_the_deadline(self, clock: FakeClock) -> None:
        """No pause begins that would end after it."""
        wire = Script(UNAVAILABLE)
        sender = Sender(httpx.Client(transport=wire), clock, jitter=lambda: 0.0)

        sender.send(Call("GET", "https://modelarts.example/x", LOOK, "look"), Unsigned(), Deadline.after(10, clock))

        assert (clock.sleeps, len(wire.requests)) == ([0.5, 1, 2, 4], 5)

    def test_the_nouns_of_a_wait_share_its_deadline(self, settings: Settings, clock: FakeClock) -> None:
        """Whatever is asked on behalf of a wait ends with it; the client itself is as patient as before."""
        client = Client(settings, transport=Script(UNAVAILABLE), clock=clock)
        view = client.until(Deadline.after(10, clock))

        for ask in (view.resource_pools.list, view.workspaces.list):
            with pytest.raises(ServerError):
                ask()
        within = clock.now
        with pytest.raises(ServerError):
            client.resource_pools.list()

        assert within <= 10
        assert clock.now - within > 60

    def test_each_try_waits_no_longer_than_what_remains(self, clock: FakeClock) -> None:
        """Less and less for each step of a try, and a second where nothing is left: there is always a first try."""
        wire = SlowScript(clock, 20, UNAVAILABLE)
        sender = Sender(httpx.Client(transport=wire), clock, jitter=lambda: 0.0)
        deadline = Deadline.after(27, clock)

        for _ in range(2):
            sender.send(Call("GET", "https://modelarts.example/x", LOOK, "look"), Unsigned(), deadline)

        assert timeouts(wire) == [limits(10, 27, 27, 27), limits(6.5, 6.5, 6.5, 6.5), limits(1, 1, 1, 1)]

    def test_a_token_is_asked_for_within_it(self, clock: FakeClock) -> None:
        """An IAM that is unavailable is given up when the wait that needs the token ends."""
        client = Client(settings_with(USER), transport=Script(UNAVAILABLE), clock=clock)

        with pytest.raises(TransportError, match="get a token for user ann from IAM"):
            client.until(Deadline.after(10, clock)).resource_pools.list()

        assert 0 < clock.now <= 10

    @given(
        st.builds(
            Tries,
            repeated=st.just(Repeated.MORE),
            count=st.integers(1, 20),
            elapsed=st.floats(0, 200),
            remaining=st.floats(-10, 200) | st.just(math.inf),
            chance=st.floats(0, 1),
        ),
        st.none() | st.integers(0, 200),
    )
    def test_no_pause_ends_after_it(self, tries: Tries, retry_after: int | None) -> None:
        """Whatever the service asks for and chance adds, patience ends with the deadline or after two minutes."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}

        pause = pause_before_next(read(httpx.Response(429, headers=headers)), tries)

        assert pause is None or pause <= min(tries.remaining, TOTAL - tries.elapsed)


class TestBoard:
    def test_a_wait_ends_at_its_deadline(self, settings: Settings, clock: FakeClock) -> None:
        """A service that is unavailable holds nobody for longer than they wanted to wait."""
        board = PoolBoard(Client(settings, transport=Script(UNAVAILABLE), clock=clock), clock)
        deadline = Deadline.after(10, clock)

        def look() -> Observation[Listing]:
            listing = board.listing(requested_after=clock.now, deadline=deadline)
            return Observation(listing, done=True, status="")

        with pytest.raises(OperationTimeout, match="not finished after 10 s"):
            wait("scale resource pool train", look, deadline=deadline, clock=clock, report=lambda _: None)

        assert clock.now == 10

    def test_a_pool_by_itself_is_asked_for_within_it(self, settings: Settings, clock: FakeClock) -> None:
        """The deadline reaches the request for what the listing lacks, too."""
        gone = httpx.ReadTimeout("slow")
        board = PoolBoard(Client(settings, transport=Script(gone), clock=clock), clock)

        with pytest.raises(TransportError, match="show resource pool train"):
            board.find("train", Listing(0, {}), Deadline.after(10, clock))

        assert 0 < clock.now <= 10
