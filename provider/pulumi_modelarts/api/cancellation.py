"""Stopping on request: what a wait is given so that it ends before its time."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from pulumi_modelarts.api.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

LAST_LOOK: Final = 1.0
"""Seconds for which the service may still be read once a stop was requested, to say what became of what was sent."""


class Cancellation:
    """A request to stop, made once and never taken back.

    From then on nothing is sent that changes anything, and nobody sleeps. A moment later nothing is read any more
    either, and a read that has not been answered is given up. What was sent to change something is never given up: its
    answer is waited for.

    Args:
        last_look: seconds for which reads may still go on.
    """

    def __init__(self, last_look: float = LAST_LOOK) -> None:
        self._last_look = last_look
        self._requested = threading.Event()
        self._over = threading.Event()
        self._guard = threading.Lock()
        self._wakes: list[Callable[[], None]] = []

    @property
    def requested(self) -> bool:
        """Whether a stop was requested: nothing is written any more, and nobody sleeps."""
        return self._requested.is_set()

    @property
    def over(self) -> bool:
        """Whether reads have ended, too."""
        return self._over.is_set()

    def request(self) -> None:
        """Ask everybody to stop."""
        with self._guard:
            if self._requested.is_set():
                return
            self._requested.set()
        if self._last_look <= 0:
            self._end()
            return
        timer = threading.Timer(self._last_look, self._end)
        timer.daemon = True
        timer.start()

    def sleep(self, seconds: float) -> None:
        """Return after that many seconds, or as soon as a stop is requested."""
        self._requested.wait(seconds)

    @contextmanager
    def waking(self, wake: Callable[[], None]) -> Iterator[None]:
        """Have somebody who waits for something else woken when reads end, and at once if they have ended."""
        with self._guard:
            self._wakes.append(wake)
        try:
            if self.over:
                wake()
            yield
        finally:
            with self._guard:
                self._wakes.remove(wake)

    def unless_over(self, what: str, work: Callable[[], T]) -> T:
        """Do something that may take long, in a thread of its own that is left alone when reads end.

        Args:
            what: what is done, for the error.
            work: does it; nothing may depend on whether it was done.

        Raises:
            CancelledError: reads have ended.
            Exception: as the work raised it.
        """
        outcome: Future[T] = Future()
        ended = threading.Event()
        outcome.add_done_callback(lambda _: ended.set())
        threading.Thread(target=_settle, args=(outcome, work), daemon=True).start()
        with self.waking(ended.set):
            ended.wait()
        if not outcome.done():
            raise CancelledError(what)
        return outcome.result()

    def _end(self) -> None:
        self._over.set()
        with self._guard:
            wakes = list(self._wakes)
        for wake in wakes:
            wake()


NEVER: Final = Cancellation()
"""For waits that nobody can stop."""


def _settle(outcome: Future[T], work: Callable[[], T]) -> None:
    try:
        outcome.set_result(work())
    except BaseException as error:  # noqa: BLE001 - whoever waits for the outcome gets it, whatever it is
        outcome.set_exception(error)
