"""A clock for tests: time passes when somebody sleeps, and otherwise stands still."""

import threading

from pulumi_modelarts.api.cancellation import NEVER, Cancellation


class FakeClock:
    """A clock that a sleep moves on by exactly that much.

    Attributes:
        now: seconds since the test began.
        sleeps: what was slept, in order.
    """

    epoch = 1_795_000_000.0

    def __init__(self, now: float = 0.0) -> None:
        self.now = now
        self.sleeps: list[float] = []
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        """Seconds since the test began."""
        return self.now

    def time(self) -> float:
        """Seconds since 1970."""
        return self.epoch + self.now

    def sleep(self, seconds: float, cancellation: Cancellation = NEVER) -> None:
        """Move on at once; stay where a stop was requested."""
        if cancellation.requested:
            return
        with self._lock:
            self.sleeps.append(seconds)
            self.now += max(0.0, seconds)
