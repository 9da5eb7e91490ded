"""Durations and moments as people write them: `15m`, `2026-01-01T01:00:00Z`; plain numbers are seconds."""

from __future__ import annotations

import re
from datetime import datetime

_PARTS = r"(?=.)" + "".join(rf"(?:([0-9]+(?:\.[0-9]+)?){unit})?" for unit in "dhms")
_SECONDS = (86_400.0, 3_600.0, 60.0, 1.0)
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
_TIMESTAMP = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})"


def seconds_of(duration: float | str) -> float:
    """Seconds of a duration.

    Args:
        duration: A number of seconds, or text: 90s, 15m, 2h, 1d, 1h30m, or the number.

    Raises:
        ValueError: Anything else.
    """
    if isinstance(duration, str):
        if re.fullmatch(_NUMBER, duration):
            return float(duration)
        match = re.fullmatch(_PARTS, duration)
        if match is not None:
            return sum(float(part) * size for part, size in zip(match.groups(), _SECONDS, strict=True) if part)
    return _number(duration, "a duration: write seconds as a number, or text such as 90s, 15m, 2h, 1d, 1h30m")


def moment_of(moment: float | str) -> float:
    """Seconds since 1970 of a moment.

    Args:
        moment: That number, or a timestamp of RFC 3339 with its zone.

    Raises:
        ValueError: Anything else.
    """
    wanted = "a moment: write seconds since 1970, or a timestamp such as 2026-01-01T01:00:00Z"
    if isinstance(moment, str) and re.fullmatch(_TIMESTAMP, moment):
        try:
            return datetime.fromisoformat(moment).timestamp()
        except ValueError as error:
            raise ValueError(f"{moment!r} is not {wanted}") from error
    return _number(moment, wanted)


def _number(value: object, wanted: str) -> float:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    except OverflowError:
        return float("inf")
    raise ValueError(f"{value!r} is not {wanted}")
