from typing import Any

import pytest

from modelarts_emulator import Emulator
from modelarts_emulator.state.clock import END, EPOCH, ClockState
from modelarts_emulator.state.durations import moment_of, seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [(90, 90), (1.5, 1.5), ("90", 90), ("90s", 90), ("15m", 900), ("2h", 7200), ("1d", 86400), ("1h30m", 5400)],
)
def test_durations(text: Any, seconds: float) -> None:
    """A duration is a number of seconds, or text with units from days to seconds."""
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "30m1h", "1w", "1e3", "-5s", "٣s", "1h ", True, None, [90], {"s": 1}])
def test_what_is_no_duration(text: Any) -> None:
    """Anything else is refused with what to write."""
    with pytest.raises(ValueError, match="is not a duration: write seconds as a number, or text such as 90s"):
        seconds_of(text)


@pytest.mark.parametrize(
    "text", [EPOCH + 3600, "2026-01-01T01:00:00Z", "2026-01-01T09:00:00+08:00", "2026-01-01T01:00:00.000Z"]
)
def test_moments(text: Any) -> None:
    """A moment is a number of seconds since 1970, or a timestamp with its zone."""
    assert moment_of(text) == EPOCH + 3600


@pytest.mark.parametrize("text", ["", "2026-01-01", "2026-01-01T01:00:00", "2026-13-01T01:00:00Z", "now", True, None])
def test_what_is_no_moment(text: Any) -> None:
    """Anything else is refused with what to write; a timestamp without a zone is none."""
    with pytest.raises(ValueError, match="is not a moment: write seconds since 1970, or a timestamp such as"):
        moment_of(text)


def test_clock_takes_both() -> None:
    """The clock is advanced by a duration and set to a moment, and says where it stands."""
    with Emulator() as emulator:
        reached = [emulator.clock.advance("1h30m"), emulator.clock.set_to("2026-01-01T02:00:00Z")]

        assert reached == [EPOCH + 5400, EPOCH + 7200]
        assert emulator.clock.now() == EPOCH + 7200


def test_clock_is_not_set_back() -> None:
    """A moment that has passed is refused, with the time it is, and changes nothing."""
    with Emulator() as emulator:
        emulator.clock.advance("1h")

        with pytest.raises(ValueError, match="to 2026-01-01T00:59:59Z: it is 2026-01-01T01:00:00Z, and time only goes"):
            emulator.clock.set_to("2026-01-01T00:59:59Z")

        assert emulator.clock.now() == EPOCH + 3600


@pytest.mark.parametrize("seconds", [1e300, 10**400, END])
def test_time_ends(seconds: Any) -> None:
    """Time is not moved beyond the year 8999, as timestamps could not show it."""
    with Emulator() as emulator:
        with pytest.raises(ValueError, match="time"):
            emulator.clock.advance(seconds)

        assert emulator.clock.now() == EPOCH


def test_fast_time_stops_at_its_end() -> None:
    """A clock that runs faster than can be shown stands at the end of time."""
    assert ClockState("scaled", 1e300, EPOCH, 0.0).at(10.0) == END
