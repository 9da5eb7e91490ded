"""Whether a request is sent again, and when. Nothing here sends or sleeps.

- A request that provably did not arrive (no connection, or a proxy that refuses one) is sent again, whatever it is; not
  when the service's certificate is refused, which time does not heal.
- A request whose answer was lost (connection broken, timeout, an answer that says it is JSON and does not parse) is
  sent again if it changes nothing the second time: GET, PATCH (bodies hold absolute counts), a POST that only reads and
  the DELETE of a pool or a network by its id, which are marked so. Any other POST or DELETE is not: whoever sent it has
  to look. A deletion that is sent again may meet a 404 of its own making, which is what it is for.
- 429 is sent again, whatever it is: it was not processed.
- 502, 503 and 504 are sent again under the rule for lost answers; 500 only for what changes nothing at all.
- 401 is sent again once, without a pause, where a new token can be had.
- Before each repetition there is a pause: half a second that doubles up to half a minute, less a random share so that
  many callers do not return at once; longer if the service asks for it in `Retry-After` (seconds or a date).
- A pause that would end later than two minutes after the first try began, or after the deadline of the wait that the
  request serves, is not begun: the last outcome stands. For a service that has never answered it is 15 seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.outcomes import Answer, Fate, Lost

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
TOTAL: Final = 120.0
UNKNOWN_HOST_TOTAL: Final = 15.0
"""Seconds. The last one is for a service that has never answered: a wrong address is likelier than an outage."""

UNAUTHORIZED: Final = 401


class Repeated(IntEnum):
    """What a request changes when it is sent a second time."""

    NOTHING_AT_ALL = 0
    NOTHING_MORE = 1
    MORE = 2


METHODS: Final[Mapping[str, Repeated]] = {"GET": Repeated.NOTHING_AT_ALL, "PATCH": Repeated.NOTHING_MORE}
"""What methods change when they are sent a second time; those that are missing change more."""

SENT_AGAIN: Final[Mapping[Fate | int, Repeated]] = {
    Fate.NEVER_ARRIVED: Repeated.MORE,
    Fate.ANSWER_LOST: Repeated.NOTHING_MORE,
    429: Repeated.MORE,
    500: Repeated.NOTHING_AT_ALL,
    502: Repeated.NOTHING_MORE,
    503: Repeated.NOTHING_MORE,
    504: Repeated.NOTHING_MORE,
}
"""The most that a request may change when it is sent again after this. After anything else it is not."""


@dataclass(frozen=True)
class Tries:
    """What is known when a try has ended.

    Attributes:
        repeated: what the request changes when it is sent a second time.
        count: tries so far.
        elapsed: seconds since the first one began.
        remaining: seconds until the deadline of the wait that the request serves; infinite without one.
        host_has_answered: whether this service ever has.
        renewable: whether a new token can be had, and has not been tried for this request.
        now: seconds since 1970.
        chance: a random number from 0 to 1.
    """

    repeated: Repeated
    count: int = 1
    elapsed: float = 0.0
    remaining: float = math.inf
    host_has_answered: bool = True
    renewable: bool = False
    now: float = 0.0
    chance: float = 0.0


def pause_before_next(outcome: Answer | Lost, tries: Tries) -> float | None:
    """Seconds to wait before the request is sent again; None if it is not, and the outcome stands."""
    if outcome.kind == UNAUTHORIZED:
        return 0.0 if tries.renewable else None
    most = SENT_AGAIN.get(outcome.kind)
    if most is None or tries.repeated > most:
        return None
    patience = TOTAL if tries.host_has_answered else UNKNOWN_HOST_TOTAL
    pause = _pause(outcome, tries)
    return pause if pause <= min(patience - tries.elapsed, tries.remaining) else None


def _pause(outcome: Answer | Lost, tries: Tries) -> float:
    doubled = min(FIRST_PAUSE * 2.0 ** (tries.count - 1), LONGEST_PAUSE)
    own = doubled * (1 - tries.chance / 2)
    asked = _asked(outcome, tries.now) if isinstance(outcome, Answer) else None
    return own if asked is None else max(own, asked + tries.chance * FIRST_PAUSE)


def _asked(answer: Answer, now: float) -> float | None:
    """Seconds that the service asks to wait; None if it does not say."""
    text = answer.response.headers.get("retry-after", "")
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, OverflowError):  # no date, or none that a computer has
        return None
