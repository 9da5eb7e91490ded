"""Waiting as a value: what is observed, how often, until when, and at whose request it ends before that.

The service accepts a change at once and makes it true later. Whoever waits says how to observe the state of things;
pace, deadline, patience with a service that does not answer, and the words for the end are the same for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from pulumi_modelarts.api.cancellation import NEVER, Cancellation
from pulumi_modelarts.api.errors import (
    CancelledError,
    ModelArtsError,
    OperationFailed,
    OperationTimeout,
    ServerError,
    ThrottledError,
    TransportError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_modelarts.api.clock import Clock

T = TypeVar("T")

TRANSIENT = (TransportError, ServerError, ThrottledError)
"""What does not end a wait: it says something about the service's health, nothing about what is waited for."""


@dataclass(frozen=True)
class Observation(Generic[T]):
    """What was seen once.

    Attributes:
        value: what the wait is to return.
        done: whether it has come true.
        status: a short line for a human.
        failed: why it never will; None while it still may.
        reference: what its support asks for, such as the name of an order; told where the deadline passes.
    """

    value: T
    done: bool
    status: str
    failed: str | None = None
    reference: str = ""


NOTHING_YET: Final = Observation[Any](None, done=False, status="")
"""What has been seen before the first look."""


@dataclass(frozen=True)
class Deadline:
    """When to stop: at a moment on a clock's monotonic scale, or on request before that.

    Attributes:
        at: seconds on that scale; infinite where only a request ends it.
        cancellation: the request.
    """

    at: float
    cancellation: Cancellation = NEVER

    @classmethod
    def after(cls, seconds: float, clock: Clock, cancellation: Cancellation = NEVER) -> Deadline:
        """The moment that many seconds from now."""
        return cls(clock.monotonic() + seconds, cancellation)

    def within(self, seconds: float, clock: Clock) -> Deadline:
        """The moment that many seconds from now, if that is earlier."""
        return replace(self, at=min(self.at, clock.monotonic() + seconds))

    def remaining(self, clock: Clock) -> float:
        """Seconds until then, negative once it has passed."""
        return self.at - clock.monotonic()


@dataclass(frozen=True)
class Pace:
    """How often to look: often at first, later in proportion to what has been waited.

    Attributes:
        first: seconds until the second look.
        brisk: longest interval in seconds while `brisk_for` lasts.
        brisk_for: seconds.
        share: interval afterwards, as a share of what has been waited.
        longest: longest interval in seconds.
        together: whether everybody looks at the same moments at the longest brisk interval, its multiples, so that one
            request serves waits that began apart.
    """

    first: float = 0.25
    brisk: float = 2.0
    brisk_for: float = 60.0
    share: float = 0.05
    longest: float = 30.0
    together: bool = False

    def interval(self, elapsed: float) -> float:
        """Seconds until the next look, after so many seconds of waiting."""
        if elapsed < self.brisk_for:
            return min(self.brisk, max(self.first, elapsed / 4))
        return min(self.longest, elapsed * self.share)

    def rest(self, elapsed: float, now: float) -> float:
        """Seconds to sleep until the next look: an interval at most.

        Args:
            elapsed: seconds of waiting.
            now: the clock's monotonic seconds.
        """
        interval = self.interval(elapsed)
        if not self.together or interval < self.brisk or elapsed >= self.brisk_for:
            return interval
        return interval - round(now, 3) % interval  # a sleep that ended a hair early does not begin a short one


def wait(
    what: str,
    observe: Callable[[], Observation[T]],
    *,
    deadline: Deadline,
    clock: Clock,
    pace: Pace = Pace(),
    report: Callable[[str], None],
) -> T:
    """Observe until it has come true.

    The last look is at the deadline, not before it, and there is always a first one. A service that does not answer
    does not end the wait before the deadline; until then the status says so. Who is asked to stop while waiting looks
    once more, so that the end is told as it is.

    Args:
        what: what is waited for, for errors.
        observe: looks once.
        deadline: when to stop.
        clock: measures and sleeps.
        pace: how often to look.
        report: told the status whenever it changes.

    Returns:
        The value of the observation that was done.

    Raises:
        OperationFailed: an observation says that it never will; carries the value of that observation.
        OperationTimeout: the deadline passed; carries the last value observed, None where nothing was.
        CancelledError: a stop was requested; carries the same.
        ModelArtsError: an observation could not be made, for a reason that waiting does not mend.
    """
    started = clock.monotonic()
    reported = ""
    last: Observation[Any] = NOTHING_YET
    trouble: ModelArtsError | None
    while True:
        try:
            seen = observe()
        except CancelledError as error:
            raise CancelledError(what, last=last.status, seen=last.value) from error
        except TRANSIENT as error:
            status, trouble = f"{last.status or 'not seen yet'} (the service does not answer: {error.brief})", error
        else:
            if seen.failed is not None:
                raise OperationFailed(what, seen.failed, last=seen.status, seen=seen.value)
            if seen.done:
                return seen.value
            status, last, trouble = seen.status, seen, None
        if status != reported:
            reported = status
            report(status)
        _rest(what, status, trouble, last, started=started, deadline=deadline, clock=clock, pace=pace)


def _rest(
    what: str,
    status: str,
    trouble: ModelArtsError | None,
    seen: Observation[Any],
    *,
    started: float,
    deadline: Deadline,
    clock: Clock,
    pace: Pace,
) -> None:
    """Sleep until the next look.

    Raises:
        CancelledError: there is no next look, as a stop was requested.
        OperationTimeout: there is no next look, as the deadline has passed.
    """
    if deadline.cancellation.requested:
        raise CancelledError(what, last=status, seen=seen.value) from trouble
    elapsed = clock.monotonic() - started
    remaining = deadline.remaining(clock)
    if remaining <= 0:
        last = f"{status} ({seen.reference})" if seen.reference else status
        raise OperationTimeout(what, last=last, waited=elapsed, seen=seen.value) from trouble
    clock.sleep(min(pace.rest(elapsed, clock.monotonic()), remaining), deadline.cancellation)
