"""Waiting on behalf of one call: one deadline, one row to report in, one listing shared with everybody."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from pulumi_modelarts.api.operations import Observation, Pace, wait
from pulumi_modelarts.plans import changes
from pulumi_modelarts.reconcilers.guard import Guard
from pulumi_modelarts.reconcilers.writes import Writes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pulumi_modelarts.api.operations import Deadline
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.reconcilers.session import Session

T = TypeVar("T")

SHARED_FOR = 0.5
"""Seconds for which a listing serves other waiters too."""
SHARED_SHARE = 0.024
"""The same as a share of the time waited, from a minute on."""
PACE = Pace(brisk=1.5, share=0.024)
"""With the age of a shared listing: at most 2 s, later 5 % of the time waited, after the service is done."""
TOGETHER = replace(PACE, together=True)
"""The same for waits that look at the shared listing."""


@dataclass
class Watch:
    """What a call waits with.

    Attributes:
        session: Client, listing and clock of the project.
        deadline: When waiting ends, and at whose request before that.
        show: Takes one short line for the resource's row.
        tell: Takes a line that is kept.
        guard: What stands between the call and the service.
        reported: Whether anything was shown, so that the row must not be left on what is no longer so.
        writes: What the call has sent.
    """

    session: Session
    deadline: Deadline
    show: Callable[[str], None]
    tell: Callable[[str], None]
    guard: Guard = field(default_factory=Guard)
    reported: bool = field(default=False, init=False)
    writes: Writes = field(init=False)

    def __post_init__(self) -> None:
        """Lets the deadline reach every request, and begins with nothing sent."""
        self.session = self.session.until(self.deadline)
        self.writes = Writes(self.session, self.tell, self.guard)

    def report(self, text: str) -> None:
        """Shows where things stand."""
        self.reported = True
        self.show(text)

    def wait(
        self,
        what: str,
        observe: Callable[[], Observation[T]],
        *,
        known: Observation[T] | None = None,
        within: float | None = None,
        pace: Pace = PACE,
    ) -> T:
        """Looks until it has come true, and returns the value of the last look.

        Args:
            what: What is waited for, for errors.
            observe: Looks once.
            known: What is known already, such as the answer to a write, so that the first look can be a moment later.
            within: Seconds after which to give up, when that is before the call's deadline.
            pace: How often to look.

        Raises:
            OperationError: It failed, the deadline passed, or a stop was requested.
            ModelArtsError: It could not be observed.
        """
        clock, deadline = self.session.clock, self.deadline
        if within is not None:
            deadline = deadline.within(within, clock)
        first = [known] if known is not None else []
        return wait(
            what,
            lambda: first.pop() if first else observe(),
            deadline=deadline,
            clock=clock,
            pace=pace,
            report=self.report,
        )

    @property
    def stopped(self) -> bool:
        """Whether a stop was requested."""
        return self.deadline.cancellation.requested

    @property
    def over(self) -> bool:
        """Whether the call's deadline has passed."""
        return self.deadline.remaining(self.session.clock) <= 0

    def pool(self, name: str, since: float) -> ResourcePool:
        """Returns the pool as listed after `since`, by a request young enough for how long the wait has lasted.

        It was also requested after the last write of this call; before there is one, after every write of the process.

        What is not asked for again is shared: one listing serves everybody who waits in this process.

        Args:
            name: Id of the pool.
            since: Monotonic second at which the wait began.
        """
        now = self.session.clock.monotonic()
        waited = now - since
        fresh = max(since, now - (SHARED_FOR if waited < PACE.brisk_for else SHARED_SHARE * waited))
        board = self.session.board
        listing = board.listing(requested_after=fresh, after_write=self.writes.number, deadline=self.deadline)
        return board.find(name, listing, self.deadline)

    def done(self, made: Mapping[str, str]) -> None:
        """Ends the row with what was done, where it would otherwise go on saying what was waited for."""
        if self.reported:
            self.show(f"done: {changes.in_one_line(made)}" if made else "as declared")
