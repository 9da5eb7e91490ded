"""Waiting on behalf of one run: its clock, its deadline, its status line, and one pace for everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pulumi_modelarts.api.operations import Deadline, Observation, Pace, wait

if TYPE_CHECKING:
    from pulumi_modelarts.reconcilers.session import Session

T = TypeVar("T")
Report = Callable[[str], None]

PACE = Pace(brisk=1.5, share=0.025)
"""With the age of a shared listing: at most 2 s, later 5 % of the time waited, after the service is done."""


@dataclass(frozen=True)
class Waiting:
    """What every wait of one run has in common.

    Attributes:
        session: Whose clock measures.
        deadline: When the run's patience ends.
        report: Takes one short line whenever the status changes.
    """

    session: Session
    deadline: Deadline
    report: Report

    def until(self, what: str, observe: Callable[[], Observation[T]], *, within: float | None = None) -> T:
        """Observes until it is done, and returns what was seen then.

        Args:
            what: What is waited for, for errors.
            observe: Looks once.
            within: Seconds after which to give up, when that is before the run's deadline.

        Raises:
            OperationFailed: An observation says that it never will be.
            OperationTimeout: The deadline passed.
        """
        clock = self.session.clock
        deadline = self.deadline
        if within is not None:
            deadline = Deadline(min(deadline.at, clock.monotonic() + within))
        return wait(what, observe, deadline=deadline, clock=clock, pace=PACE, report=self.report)

    def rest(self, seconds: float) -> None:
        """Sleeps, but not beyond the deadline."""
        clock = self.session.clock
        clock.sleep(max(0.0, min(seconds, self.deadline.remaining(clock))))

    @property
    def over(self) -> bool:
        """Whether the run's patience has ended."""
        return self.deadline.remaining(self.session.clock) <= 0
