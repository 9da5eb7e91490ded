"""Repetitions, ratios and verdicts: what every measurement needs."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        what: What was measured.
        values: One value for each repetition or case.
        unit: Unit of the values; `x` for a ratio.
        budget: What must not be exceeded; None for a line that is there to be compared with.
        judged: Which value has to keep to the budget: the `median`, as of ratios; `every` one, as counts do; or the
            `least`, as of a fixed piece of work on a processor whose speed others change: they only ever add to it.
    """

    what: str
    values: Sequence[float]
    unit: str = "x"
    budget: float | None = None
    judged: Literal["median", "every", "least"] = "median"

    @property
    def median(self) -> float:
        """The value in the middle."""
        return statistics.median(self.values)

    @property
    def kept(self) -> bool:
        """Whether the budget is kept; a line without one is."""
        return self.budget is None or self.value <= self.budget

    @property
    def value(self) -> float:
        """The value that is judged, and the one to show of a figure where there is room for one."""
        return {"median": self.median, "every": max(self.values), "least": min(self.values)}[self.judged]


class NotMeasuredError(Exception):
    """A measurement needs something that this machine lacks; the text says what."""


@dataclass(frozen=True)
class Ground:
    """What a measurement is given.

    Attributes:
        folder: A folder of its own, removed afterwards.
        cli: Folder of the Pulumi CLI; None when there is none.
    """

    folder: Path
    cli: Path | None


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes, in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def processor_seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work keeps the processor, in seconds: for work in one thread that waits for nothing.

    That is the time it takes on a machine that does nothing else. What other programs do still slows it a little,
    through caches and cores that are shared, but it does not have to wait for them.
    """
    start = time.thread_time()
    work()
    return time.thread_time() - start


def interleaved(repetitions: int, *sides: Callable[[], float]) -> list[tuple[float, ...]]:
    """Measure sides in turns, so that whatever else the machine does meets all of them.

    Every other time they go the other way round, because one that follows finds caches warm.

    Returns:
        The values of all sides, in the order of the sides, for each repetition.
    """
    turns = []
    for repetition in range(repetitions):
        backwards = repetition % 2 == 1
        values = [side() for side in (reversed(sides) if backwards else sides)]
        turns.append(tuple(reversed(values) if backwards else values))
    return turns


def ratios(turns: Iterable[Sequence[float]], over: int = 1) -> list[float]:
    """Return the first of each turn over another one of it, by its place."""
    return [turn[0] / turn[over] for turn in turns]
