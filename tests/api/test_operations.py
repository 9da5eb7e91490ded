from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_modelarts.api.errors import (
    ModelArtsError,
    NotFoundError,
    OperationFailed,
    OperationTimeout,
    ServerError,
    ThrottledError,
    TransportError,
)
from pulumi_modelarts.api.operations import Deadline, Observation, Pace, wait
from tests.clocks import FakeClock

Seen = Observation[str] | ModelArtsError
WHAT = "scale resource pool train"
OUTAGES = [
    TransportError("list resource pools", "ReadTimeout", may_have_arrived=True),
    ServerError("list resource pools", status=503),
    ThrottledError("list resource pools", status=429),
]


def pending(status: str = "1 of 3 nodes") -> Observation[str]:
    """Something that is not there yet."""
    return Observation("", done=False, status=status)


def observing(*seen: Seen) -> Callable[[], Observation[str]]:
    """Sees one after the other; the last one for ever."""
    steps: Iterator[Seen] = iter(seen)
    last = seen[-1]

    def observe() -> Observation[str]:
        step = next(steps, last)
        if isinstance(step, ModelArtsError):
            raise step
        return step

    return observe


def wait_for(clock: FakeClock, *seen: Seen, seconds: float = 100.0) -> tuple[str, list[str]]:
    """What a wait returned, and what it reported."""
    reports: list[str] = []
    deadline = Deadline.after(seconds, clock)
    value = wait(WHAT, observing(*seen), deadline=deadline, clock=clock, report=reports.append)
    return value, reports


LATER = Observation("2 nodes", done=False, status="2 of 3 nodes")
DONE = Observation("there", done=True, status="3 of 3 nodes")


class TestOutcomes:
    def test_what_is_there_already_is_not_waited_for(self, clock: FakeClock) -> None:
        """One look, no sleep, nothing to report."""
        assert (wait_for(clock, DONE, seconds=0), clock.sleeps) == (("there", []), [])

    def test_it_returns_what_was_seen_last(self, clock: FakeClock) -> None:
        """The value is that of the observation that was done."""
        value, _ = wait_for(clock, pending(), pending(), DONE)

        assert value == "there"
        assert len(clock.sleeps) == 2

    def test_the_status_is_reported_when_it_changes(self, clock: FakeClock) -> None:
        """Each new status once, in order."""
        _, reports = wait_for(clock, pending("a"), pending("a"), pending("b"), pending("a"), DONE)

        assert reports == ["a", "b", "a"]

    def test_a_failure_ends_it(self, clock: FakeClock) -> None:
        """The error says what was waited for, why it will not come, and what was last seen."""
        failed = Observation("", done=False, status="2 of 3 nodes", failed="order o-1 failed: insufficient resources")

        with pytest.raises(OperationFailed) as caught:
            wait_for(clock, pending(), failed)

        assert str(caught.value) == (
            "scale resource pool train (last seen: 2 of 3 nodes): order o-1 failed: insufficient resources"
        )
        assert caught.value.last == "2 of 3 nodes"

    def test_failed_and_done_is_failed(self, clock: FakeClock) -> None:
        """An ending that is both is not taken as success."""
        with pytest.raises(OperationFailed):
            wait_for(clock, Observation("", done=True, status="", failed="lost"))

    def test_the_deadline_ends_it(self, clock: FakeClock) -> None:
        """The error says what was last seen, how long it took, and what to do."""
        with pytest.raises(OperationTimeout) as caught:
            wait_for(clock, pending())

        assert str(caught.value) == (
            "scale resource pool train: not finished after 100 s; last seen: 1 of 3 nodes. It may still finish: run "
            "the same command again, and raise `custom_timeouts` if it regularly takes longer."
        )
        assert (caught.value.last, caught.value.waited, clock.now) == ("1 of 3 nodes", 100, 100)

    def test_the_deadline_tells_what_support_asks_for(self, clock: FakeClock) -> None:
        """The row is spared the id of what is waited for, and the error has it."""
        reports: list[str] = []
        seen = Observation("", done=False, status="1 of 3 nodes", reference="order o-1")

        with pytest.raises(OperationTimeout) as caught:
            wait(WHAT, lambda: seen, deadline=Deadline.after(100, clock), clock=clock, report=reports.append)

        assert caught.value.last == "1 of 3 nodes (order o-1)"
        assert reports == ["1 of 3 nodes"]

    def test_the_last_look_is_at_the_deadline(self, clock: FakeClock) -> None:
        """What comes true in the last moment is not missed."""
        deadline = Deadline.after(100, clock)

        value = wait(
            WHAT,
            lambda: Observation(clock.now, done=clock.now >= 100, status="soon"),
            deadline=deadline,
            clock=clock,
            report=lambda _: None,
        )

        assert value == 100

    def test_an_error_carries_what_was_seen_last(self, clock: FakeClock) -> None:
        """Whoever catches the end of a wait need not look again, also when the last looks were not answered."""
        failing = Observation("1 node", done=False, status="1 of 3 nodes", failed="sold out")

        with pytest.raises(OperationFailed) as failed:
            wait_for(clock, LATER, failing)
        with pytest.raises(OperationTimeout) as late:
            wait_for(clock, pending(), LATER, OUTAGES[0])
        with pytest.raises(OperationTimeout) as never:
            wait_for(clock, OUTAGES[1])

        assert (failed.value.seen, late.value.seen, never.value.seen) == ("1 node", "2 nodes", None)


class TestOutages:
    @pytest.mark.parametrize("outage", OUTAGES, ids=lambda outage: type(outage).__name__)
    def test_they_do_not_end_a_wait(self, clock: FakeClock, outage: ModelArtsError) -> None:
        """A service that does not answer for a while says nothing about the pool; the status names it meanwhile."""
        value, reports = wait_for(clock, pending(), outage, pending(), DONE)

        assert value == "there"
        assert reports == [
            "1 of 3 nodes",
            f"1 of 3 nodes (the service does not answer: {outage.brief})",
            "1 of 3 nodes",
        ]

    def test_one_that_lasts_ends_at_the_deadline(self, clock: FakeClock) -> None:
        """Then the timeout says so, and names the outage as its cause."""
        with pytest.raises(OperationTimeout, match="not seen yet") as caught:
            wait_for(clock, OUTAGES[0])

        assert caught.value.__cause__ is OUTAGES[0]
        assert clock.now == 100

    def test_what_waiting_does_not_mend_ends_it(self, clock: FakeClock) -> None:
        """A pool that is gone is not waited for."""
        gone = NotFoundError("show resource pool train", status=404)

        with pytest.raises(NotFoundError):
            wait_for(clock, pending(), gone)

        assert len(clock.sleeps) == 1


class TestPace:
    @given(st.floats(0, 59.9))
    def test_brisk_at_first(self, elapsed: float) -> None:
        """For a minute at most two seconds pass between two looks."""
        assert 0.25 <= Pace().interval(elapsed) <= 2

    @given(st.floats(60, 1_000_000))
    def test_then_a_share_of_what_was_waited(self, elapsed: float) -> None:
        """Later five per cent of the time waited, half a minute at most."""
        assert Pace().interval(elapsed) == min(30, elapsed * 0.05)

    @given(st.floats(0, 7200))
    def test_what_came_true_is_noticed_soon(self, moment: float) -> None:
        """Within two seconds in the first minute, later within five per cent, and within half a minute at most."""
        clock = FakeClock()

        noticed = wait(
            WHAT,
            lambda: Observation(clock.now, done=clock.now >= moment, status=""),
            deadline=Deadline(8000),
            clock=clock,
            report=lambda _: None,
        )

        assert noticed - moment <= max(2, min(30, 0.05 * noticed)) + 1e-6

    def test_an_hour_costs_few_looks(self, clock: FakeClock) -> None:
        """The number of requests grows slowly with time."""
        with pytest.raises(OperationTimeout):
            wait_for(clock, pending(), seconds=3600)

        assert len(clock.sleeps) < 200


@given(st.floats(6, 59), st.floats(0, 1e6))
def test_waits_that_look_together_look_at_the_same_moments(elapsed: float, now: float) -> None:
    """However far each has come, it looks next at a multiple of the interval, and never later than it would alone."""
    pace = Pace(brisk=1.5, together=True)

    rest = pace.rest(elapsed, now)

    assert 0 < rest <= pace.interval(elapsed)
    assert (now + rest) % 1.5 == pytest.approx(0, abs=0.001) or (now + rest) % 1.5 == pytest.approx(1.5, abs=0.001)
    assert Pace(brisk=1.5).rest(elapsed, now) == pace.interval(elapsed)
