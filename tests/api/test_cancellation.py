"""A stop on request: what waits ends, nothing more is written, and no write is left without its answer."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from math import inf
from typing import Any

import httpx
import pytest

from pulumi_modelarts.api.cancellation import NEVER, Cancellation
from pulumi_modelarts.api.client import Client, ModelArts
from pulumi_modelarts.api.clock import SystemClock
from pulumi_modelarts.api.errors import CancelledError, ModelArtsError, ServerError
from pulumi_modelarts.api.exchange import Call
from pulumi_modelarts.api.operations import Deadline, Observation, wait
from pulumi_modelarts.api.outcomes import Answer
from pulumi_modelarts.api.pool_board import PoolBoard
from pulumi_modelarts.api.sending import Sender, Unsigned
from pulumi_modelarts.api.settings import Settings
from tests.api.credentials import USER, settings_with
from tests.api.wires import Script, answer, pool_named
from tests.clocks import FakeClock
from tests.operations import LOOK

ADDRESS = "https://modelarts.example/x"
AN_HOUR = 3600.0
LONG_ENOUGH_TO_GIVE_UP = 0.3
"""Real seconds in which a thread ends that does not wait for its answer."""
PATIENCE = 60
"""Real seconds after which a thread is taken to hang."""


class StoppingClock(FakeClock):
    """A clock on which somebody asks to stop as soon as anybody sleeps."""

    def __init__(self, cancellation: Cancellation) -> None:
        super().__init__()
        self._cancellation = cancellation

    def sleep(self, seconds: float, cancellation: Cancellation = NEVER) -> None:
        """Ask to stop, then sleep as ever."""
        self._cancellation.request()
        super().sleep(seconds, cancellation)


@pytest.fixture
def cancellation() -> Cancellation:
    """One that gives no time for a last look, so that no test depends on a second."""
    return Cancellation(last_look=0)


def in_thread(work: Callable[[], Any]) -> Future[Any]:
    """Do something in a thread that may be left hanging."""
    outcome: Future[Any] = Future()

    def settle() -> None:
        try:
            outcome.set_result(work())
        except ModelArtsError as error:
            outcome.set_exception(error)

    threading.Thread(target=settle, daemon=True).start()
    return outcome


def stopping(cancellation: Cancellation, status: int, body: Any = None) -> Callable[[httpx.Request], httpx.Response]:
    """A step at which somebody asks to stop before the answer comes."""

    def step(request: httpx.Request) -> httpx.Response:
        cancellation.request()
        return answer(status, body)(request)

    return step


class TestAWait:
    def test_looks_once_more_and_ends_with_what_it_saw(self) -> None:
        """Who is asked to stop while asleep tells how things stand then, not how they stood before."""
        cancellation = Cancellation(AN_HOUR)
        clock = StoppingClock(cancellation)
        seen = iter(["1 of 3 nodes", "2 of 3 nodes"])

        with pytest.raises(CancelledError) as stopped:
            wait(
                "scale pool train",
                lambda: Observation(7, done=False, status=next(seen)),
                deadline=Deadline.after(AN_HOUR, clock, cancellation),
                clock=clock,
                report=lambda _: None,
            )

        assert str(stopped.value) == "scale pool train: stopped at 2 of 3 nodes"
        assert (stopped.value.seen, len(clock.sleeps), clock.now) == (7, 0, 0.0)

    def test_ends_well_when_the_last_look_shows_it_done(self) -> None:
        """What has come true meanwhile is no failure."""
        cancellation = Cancellation(AN_HOUR)
        clock = StoppingClock(cancellation)
        looks = iter([False, True])

        value = wait(
            "scale pool train",
            lambda: Observation("all", done=next(looks), status="2 of 3 nodes"),
            deadline=Deadline.after(AN_HOUR, clock, cancellation),
            clock=clock,
            report=lambda _: None,
        )

        assert value == "all"

    def test_keeps_what_it_saw_when_the_last_look_is_given_up(self, cancellation: Cancellation) -> None:
        """A look that does not come back takes nothing away from the one before."""
        clock = StoppingClock(cancellation)
        looks = iter([Observation(7, done=False, status="2 of 3 nodes")])

        def look() -> Observation[int]:
            for seen in looks:
                return seen
            raise CancelledError("list resource pools")

        with pytest.raises(CancelledError) as stopped:
            wait(
                "scale pool train",
                look,
                deadline=Deadline.after(AN_HOUR, clock, cancellation),
                clock=clock,
                report=lambda _: None,
            )

        assert (str(stopped.value), stopped.value.seen) == ("scale pool train: stopped at 2 of 3 nodes", 7)

    def test_in_real_time_is_woken(self, cancellation: Cancellation) -> None:
        """A thread that sleeps for an hour returns when somebody asks to stop."""
        sleeping = in_thread(lambda: SystemClock().sleep(AN_HOUR, cancellation))

        cancellation.request()
        cancellation.request()

        assert sleeping.result(PATIENCE) is None


class TestARead:
    def test_without_an_answer_is_given_up(self, settings: Settings, cancellation: Cancellation) -> None:
        """A service that holds a request back does not hold up who is asked to stop."""
        arrived, released = threading.Event(), threading.Event()

        def hold(_: httpx.Request) -> httpx.Response:
            arrived.set()
            released.wait(PATIENCE)
            return httpx.Response(200, json={"items": []})

        client = Client(settings, transport=Script(hold)).until(Deadline(inf, cancellation))
        listing = in_thread(client.resource_pools.list)
        assert arrived.wait(PATIENCE)
        cancellation.request()

        with pytest.raises(CancelledError, match=r"^list resource pools: stopped$"):
            listing.result(PATIENCE)
        released.set()

    def test_is_not_begun_any_more(self, settings: Settings, cancellation: Cancellation) -> None:
        """Once there is no time left for a last look, nothing is asked."""
        wire = Script(answer(200, {"items": []}))
        client = Client(settings, transport=wire).until(Deadline(inf, cancellation))
        cancellation.request()

        with pytest.raises(CancelledError):
            client.resource_pools.list()

        assert wire.requests == []

    def test_is_asked_again_once_at_most(self, settings: Settings) -> None:
        """A service that does not answer is not asked for two minutes, nor again and again without a pause."""
        cancellation = Cancellation(AN_HOUR)
        wire = Script(answer(503))
        client = Client(settings, transport=wire, clock=StoppingClock(cancellation))

        with pytest.raises(ServerError):
            client.until(Deadline(inf, cancellation)).resource_pools.list()

        assert len(wire.requests) == 2

    def test_that_others_wait_for_ends_for_them_too(self, settings: Settings, cancellation: Cancellation) -> None:
        """Who waits for another's listing is stopped with it."""
        arrived, released = threading.Event(), threading.Event()

        def hold(_: httpx.Request) -> httpx.Response:
            arrived.set()
            released.wait(PATIENCE)
            return httpx.Response(200, json={"items": []})

        board = PoolBoard(Client(settings, transport=Script(hold)), FakeClock())
        deadline = Deadline(inf, cancellation)
        listings = [in_thread(lambda: board.listing(requested_after=0, deadline=deadline)) for _ in range(3)]
        assert arrived.wait(PATIENCE)
        cancellation.request()

        assert {type(listing.exception(PATIENCE)) for listing in listings} == {CancelledError}
        released.set()


class TestAWrite:
    def test_on_its_way_is_waited_for(self, settings: Settings, cancellation: Cancellation) -> None:
        """Who asks to stop between a write and its answer gets the answer looked at, however long it takes."""
        arrived, released = threading.Event(), threading.Event()

        def hold(_: httpx.Request) -> httpx.Response:
            arrived.set()
            released.wait(PATIENCE)
            return httpx.Response(200, json=pool_named("train"))

        client = Client(settings, transport=Script(hold)).until(Deadline(inf, cancellation))
        patching = in_thread(lambda: client.resource_pools.patch("train", {}))
        assert arrived.wait(PATIENCE)
        cancellation.request()
        with pytest.raises(TimeoutError):
            patching.result(LONG_ENOUGH_TO_GIVE_UP)
        released.set()

        assert patching.result(PATIENCE).value.name == "train"

    def test_is_not_begun(self, settings: Settings) -> None:
        """Nothing is written that was about to be, although there is still time to look."""
        cancellation = Cancellation(AN_HOUR)
        wire = Script(answer(200, pool_named("train")))
        client = Client(settings, transport=wire).until(Deadline(inf, cancellation))
        cancellation.request()

        with pytest.raises(CancelledError, match=r"^change resource pool train: stopped before it was sent$"):
            client.resource_pools.patch("train", {})

        assert wire.requests == []

    @pytest.mark.parametrize("status", [429, 401])
    def test_that_the_service_has_not_processed_is_not_sent_again(
        self, cancellation: Cancellation, status: int
    ) -> None:
        """A throttled one, and one that would go again with a new token, ends as one that was never sent."""
        issued = httpx.Response(201, json={}, headers={"X-Subject-Token": "t"})
        wire = Script(lambda _: issued, stopping(cancellation, status), answer(200, pool_named("train")))
        client = Client(settings_with(USER), transport=wire, clock=FakeClock())

        with pytest.raises(CancelledError):
            client.until(Deadline(inf, cancellation)).resource_pools.patch("train", {})

        assert [request.method for request in wire.requests] == ["POST", "PATCH"]

    def test_that_may_have_been_acted_on_says_so(self, settings: Settings) -> None:
        """The pause before it would be sent again ends, and the outcome stands: whoever sent it has to look."""
        cancellation = Cancellation(AN_HOUR)
        wire = Script(answer(503), answer(200, pool_named("train")))
        client = Client(settings, transport=wire, clock=StoppingClock(cancellation))

        with pytest.raises(ServerError):
            client.until(Deadline(inf, cancellation)).resource_pools.patch("train", {})

        assert len(wire.requests) == 1


def test_who_cannot_be_stopped_is_answered_in_the_same_thread() -> None:
    """Without a request to heed nothing is different, and nothing is started."""
    threads: list[str] = []

    def note(_: httpx.Request) -> httpx.Response:
        threads.append(threading.current_thread().name)
        return httpx.Response(200, json={})

    sender = Sender(httpx.Client(transport=Script(note)), FakeClock())
    outcome = sender.send(Call("GET", ADDRESS, LOOK, "look"), Unsigned())

    assert isinstance(outcome, Answer)
    assert threads == [threading.current_thread().name]


def test_many_wait_at_once(settings: Settings, cancellation: Cancellation) -> None:
    """One request to stop reaches everybody, however many they are."""
    everybody = threading.Barrier(17)
    released = threading.Event()

    def hold(_: httpx.Request) -> httpx.Response:
        everybody.wait(PATIENCE)
        released.wait(PATIENCE)
        return httpx.Response(200, json={})

    class Holding(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            return hold(request)

    client: ModelArts = Client(settings, transport=Holding()).until(Deadline(inf, cancellation))
    with ThreadPoolExecutor(16) as threads:
        asked = [threads.submit(client.resource_pools.get, "train") for _ in range(16)]
        everybody.wait(PATIENCE)
        cancellation.request()
        ends = {type(each.exception(PATIENCE)) for each in asked}

    assert ends == {CancelledError}
    released.set()
