"""Threads in virtual time: one runs at a time, and when all of them sleep, time jumps to the first that wakes.

So a wait of an hour is measured in milliseconds, to the second, and the same in every run.
"""

from __future__ import annotations

import heapq
import threading
from typing import TYPE_CHECKING

from pulumi_modelarts.api.cancellation import NEVER, Cancellation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

START = 1_800_000_000.0
"""Where virtual time begins, in seconds since 1970."""


class VirtualClock:
    """A clock for threads that `run` starts: sleeping hands over to whoever wakes first."""

    def __init__(self) -> None:
        self._now = START
        self._sleeping: list[tuple[float, int, threading.Event]] = []
        self._tickets = 0

    def monotonic(self) -> float:
        """Virtual seconds."""
        return self._now

    def time(self) -> float:
        """Virtual seconds since 1970."""
        return self._now

    def sleep(self, seconds: float, cancellation: Cancellation = NEVER) -> None:
        """Let virtual time pass; nobody asks to stop here."""
        del cancellation
        turn = self._queue(self._now + max(0.0, seconds))
        self._hand_over()
        turn.wait()

    def run(self, work: Mapping[float, Callable[[], object]]) -> None:
        """Do every piece of work in a thread of its own, each beginning so many seconds from now, and await all.

        Raises:
            BaseException: What the first piece that failed raised.
        """
        failures: list[BaseException] = []
        threads = [
            threading.Thread(target=self._take_part, args=(self._queue(self._now + delay), piece, failures))
            for delay, piece in work.items()
        ]
        for thread in threads:
            thread.start()
        self._hand_over()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]

    def _take_part(self, turn: threading.Event, piece: Callable[[], object], failures: list[BaseException]) -> None:
        turn.wait()
        try:
            piece()
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that awaits this one
            failures.append(error)
        finally:
            self._hand_over()

    def _queue(self, wakes: float) -> threading.Event:
        turn = threading.Event()
        self._tickets += 1
        heapq.heappush(self._sleeping, (wakes, self._tickets, turn))
        return turn

    def _hand_over(self) -> None:
        """Let whoever wakes first go on; nothing else runs meanwhile, so no lock is needed."""
        if self._sleeping:
            self._now, _, turn = heapq.heappop(self._sleeping)
            turn.set()
