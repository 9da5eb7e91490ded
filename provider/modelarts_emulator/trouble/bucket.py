"""A token bucket. Its whole state is one moment, that at which it is full again, so that nothing has to refill it."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from modelarts_emulator.trouble.fault import Throttle

TOLERANCE = 1e-6
"""Seconds that do not matter: sums of moments since 1970 are exact to a quarter of a microsecond."""


class Draw(NamedTuple):
    """What came of asking for a token.

    Attributes:
        full_at: When the bucket is full again.
        wait: Whole seconds until there is a token; 0 when one was taken.
    """

    full_at: float
    wait: int


def draw(throttle: Throttle, full_at: float, now: float) -> Draw:
    """Take a token, or say how long to wait for one: who asks again then, and is alone, gets it."""
    filling = max(0.0, full_at - now)
    lacking = filling - (throttle.burst - 1) / throttle.rate
    if lacking > TOLERANCE:
        return Draw(full_at, ceil(lacking - TOLERANCE))
    return Draw(now + filling + 1 / throttle.rate, 0)
