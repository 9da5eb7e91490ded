"""The wall clock, for who asks a service that keeps it: signatures are dated, and nothing else lets its time pass."""

from __future__ import annotations

import time
from datetime import UTC, datetime

SIGNED = "%Y%m%dT%H%M%SZ"
"""Form of the date that a signature covers."""


def now() -> float:
    """Seconds since 1970."""
    return time.time()


def passing() -> float:
    """Seconds that only grow."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


def date_of(moment: float) -> str:
    """Day of a moment in seconds since 1970, as 2026-01-31."""
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def signed(moment: float) -> str:
    """A moment as signatures date it."""
    return datetime.fromtimestamp(moment, UTC).strftime(SIGNED)
