"""Virtual time. The only module that looks at the wall clock or sleeps.

Modes: `frozen` stands still until it is advanced; `auto` stands still too, and jumps to the next event after each
answer that a client could be polling for; `real` follows the wall clock; `scaled:N` runs N times as fast as it.
Time never goes back, whatever mode follows which. The clock is a row of the store, so processes agree about it.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pydantic_core import from_json

from modelarts_emulator.state.durations import moment_of, seconds_of
from modelarts_emulator.wording import number_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelarts_emulator.state.store import Store

EPOCH = 1_767_225_600.0
"""Where virtual time begins unless told otherwise: 2026-01-01T00:00:00Z, in seconds since 1970."""

NOW = "now"
"""A beginning of virtual time: wherever the wall clock is when a world is begun."""

END = 221_845_392_000.0
"""Where it stops: 9000-01-01T00:00:00Z, as timestamps end with the year 9999."""


@lru_cache(4096)
def rfc3339(moment: float) -> str:
    """Timestamp as pools and nodes show it: whole seconds, UTC."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class ClockState(NamedTuple):
    """Where virtual time stood at one moment of wall time, and how fast it runs since.

    Attributes:
        mode: frozen, auto, real or scaled.
        rate: Virtual seconds per wall second; 0 when time stands still.
        virtual: Virtual time at `wall`, in seconds since 1970.
        wall: Wall time, in seconds since 1970.
    """

    mode: str
    rate: float
    virtual: float
    wall: float

    def at(self, wall: float) -> float:
        """Virtual time at this wall time; a wall clock that was set back stops it instead of reversing it."""
        return min(END, self.virtual + self.rate * max(0.0, wall - self.wall))


def parse_mode(text: str) -> tuple[str, float]:
    """Split a clock setting such as `scaled:60` into mode and rate.

    Raises:
        ValueError: Not one of real, frozen, auto, scaled:N with N above 0.
    """
    mode, _, factor = text.partition(":")
    if mode == "scaled":
        try:
            rate = float(factor)
        except ValueError:
            rate = 0.0
        if 0 < rate < float("inf"):
            return mode, rate
    elif mode in {"real", "frozen", "auto"} and not factor:
        return mode, 1.0 if mode == "real" else 0.0
    raise ValueError(f"unknown clock setting {text!r}: use real, frozen, auto or scaled:N with N above 0")


def checked_beginning(moment: float | str) -> float | str:
    """A beginning of virtual time: NOW, or seconds since 1970 of a moment.

    Raises:
        ValueError: It is neither, or lies beyond the year 8999.
    """
    if moment == NOW:
        return NOW
    wanted = moment_of(moment)
    if not 0 <= wanted <= END:
        raise ValueError(f"virtual time cannot begin at {moment}: it goes from 1970 to {rfc3339(END)}")
    return wanted


class Clock:
    """The virtual clock of one world.

    Args:
        store: Where the clock's row lives.
        wall: Wall time in seconds since 1970; None: the system's, also where a test has put another in its place.
        sleep: Waits that many wall seconds; None: the system's, likewise.
    """

    def __init__(
        self, store: Store, wall: Callable[[], float] | None = None, sleep: Callable[[float], None] | None = None
    ) -> None:
        self._store = store
        self._wall = wall
        self._sleep = sleep

    def wall(self) -> float:
        """Wall time in seconds since 1970."""
        return time.time() if self._wall is None else self._wall()

    @property
    def state(self) -> ClockState:
        """The clock's row; before it is first set: frozen at EPOCH."""
        return _parse(self._store.text("clock"))

    @property
    def mode(self) -> str:
        """Setting that `set_mode` would take to get this clock: frozen, auto, real or scaled:N."""
        state = self.state
        return f"scaled:{state.rate!r}".removesuffix(".0") if state.mode == "scaled" else state.mode

    def now(self) -> float:
        """Virtual time in seconds since 1970."""
        return self.state.at(self.wall())

    def advance(self, duration: float | str) -> float:
        """Move virtual time forward and return where it stands.

        Args:
            duration: Seconds, or text such as 90s, 15m, 1h30m.

        Raises:
            ValueError: It is negative or no duration, or leads beyond the year 8999: time never goes back.
        """
        seconds = seconds_of(duration)
        if not 0 <= seconds < float("inf"):
            raise ValueError(f"cannot advance the clock by {number_of(seconds, 'second')}: time only goes forward")
        with self._store.transaction():
            return self._move(self.now() + seconds)

    def set_to(self, moment: float | str) -> float:
        """Move virtual time forward to a moment and return that.

        Args:
            moment: Seconds since 1970, or a timestamp such as 2026-01-01T01:00:00Z.

        Raises:
            ValueError: It has passed or is no moment, or lies beyond the year 8999: time never goes back.
        """
        wanted = moment_of(moment)
        with self._store.transaction():
            now = self.now()
            if not wanted >= now:
                raise ValueError(f"cannot set the clock to {moment}: it is {rfc3339(now)}, and time only goes forward")
            return self._move(wanted)

    def jump_to(self, moment: float) -> None:
        """Move forward to a moment; one that has passed changes nothing."""
        with self._store.transaction():
            self._move(max(moment, self.now()))

    def set_mode(self, setting: str) -> None:
        """Run differently from here on.

        Args:
            setting: real, frozen, auto or scaled:N; `real` moves time to the wall clock's if that lies ahead.

        Raises:
            ValueError: An unknown setting.
        """
        mode, rate = parse_mode(setting)
        with self._store.transaction():
            wall = self.wall()
            virtual = self.state.at(wall)
            self._write(ClockState(mode, rate, max(virtual, wall) if mode == "real" else virtual, wall))

    def wait(self, seconds: float) -> None:
        """Let virtual seconds pass: by sleeping where time runs, by moving it where it stands still."""
        rate = self.state.rate
        if rate:
            (self._sleep or time.sleep)(seconds / rate)
        else:
            self.advance(seconds)

    def begin_at(self, moment: float | str) -> None:
        """Let time begin there when the world is begun next: at a moment, or NOW.

        Raises:
            ValueError: It is no moment, or lies beyond the year 8999.
        """
        self._store.put("begins", checked_beginning(moment))

    def reset(self) -> None:
        """Back to its beginning in the same mode; only a reset of the whole world may do this."""
        state, wall = self.state, self.wall()
        begins = self._store.get("begins", EPOCH)
        moment = wall if begins == NOW else float(begins)
        self._write(ClockState(state.mode, state.rate, max(moment, wall) if state.mode == "real" else moment, wall))

    def restore(self, setting: str, moment: float) -> None:
        """Run with this setting from a moment on, wherever time stands; only a restored world may do this.

        Raises:
            ValueError: An unknown setting, or no moment.
        """
        if not 0 <= moment <= END:
            raise ValueError(f"{moment} is no moment of virtual time")
        self._write(ClockState(*parse_mode(setting), moment, self.wall()))

    def _move(self, moment: float) -> float:
        if moment > END:
            raise ValueError(f"cannot set the clock beyond {rfc3339(END)}, where virtual time stops")
        state = self.state
        self._write(ClockState(state.mode, state.rate, moment, self.wall()))
        return moment

    def _write(self, state: ClockState) -> None:
        self._store.put("clock", state._asdict())


@lru_cache(64)
def _parse(row: str | None) -> ClockState:
    return ClockState(**from_json(row)) if row else ClockState("frozen", 0.0, EPOCH, 0.0)
