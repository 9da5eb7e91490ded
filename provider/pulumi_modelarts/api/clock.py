"""Time as an argument: what waits is given a clock, so that a test can give it one that does not."""

from __future__ import annotations

import time
from typing import Protocol

from pulumi_modelarts.api.cancellation import NEVER, Cancellation


class Clock(Protocol):
    """What the client asks of time."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        ...

    def time(self) -> float:
        """Seconds since 1970, UTC."""
        ...

    def sleep(self, seconds: float, cancellation: Cancellation = NEVER) -> None:
        """Return after that many seconds, or as soon as a stop is requested; at once for zero and less."""
        ...


class SystemClock:
    """The clock of this machine."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        return time.monotonic()

    def time(self) -> float:
        """Seconds since 1970, UTC."""
        return time.time()

    def sleep(self, seconds: float, cancellation: Cancellation = NEVER) -> None:
        """Return after that many seconds, or as soon as a stop is requested; at once for zero and less."""
        if seconds > 0:
            cancellation.sleep(seconds)
