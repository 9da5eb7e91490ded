"""Holds a run to what whoever starts it allows: in its preview, at the door of every call, and before every write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import RefusedError
from pulumi_modelarts.plans import limits
from pulumi_modelarts.plans.limits import Limits
from pulumi_modelarts.reconcilers.ledger import Ledger, Spending
from pulumi_modelarts.specs._spec import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_modelarts.plans.footprint import Footprint


@dataclass(frozen=True)
class Guard:
    """What stands between one resource and the service; allows everything where nothing is said.

    Attributes:
        limits: What is forbidden.
        ledger: What all resources of the process buy and remove.
        urn: The resource.
        project: Id of the project.
        now: Second since 1970.
    """

    limits: Limits = field(default_factory=Limits)
    ledger: Ledger = field(default_factory=Ledger)
    urn: str = ""
    project: str = ""
    now: float = 0

    def warnings(self, footprint: Footprint) -> tuple[str, ...]:
        """Returns what a preview says of a run that is going to be refused, although it may be looked at."""
        return (limits.foretold(self.limits.freeze),) if self.limits.freeze and footprint.is_sent else ()

    def problems(self, footprint: Footprint) -> tuple[Problem, ...]:
        """Returns why a run may not do something, by variable of the environment; a freeze left out."""
        found = [*self._uncounted(footprint), *self._passed(footprint)]
        approval = self.limits.approval
        if approval is not None:
            refusal = approval.refusal(footprint, self.project, self.now, self.limits.approved)
            found += [Problem(limits.APPROVED, refusal)] if refusal else []
        return tuple(found)

    def against(self, footprint: Footprint) -> list[str]:
        """Returns why a run may not do something, a freeze too, each in a text."""
        if self.limits.freeze and footprint.is_sent:
            return [limits.frozen(self.limits.freeze, footprint.lines())]
        return [f"{problem.path}: {problem.reason}" for problem in self.problems(footprint)]

    def admit(self, footprint: Footprint) -> None:
        """Lets a call do something.

        Raises:
            RefusedError: It may not, and nothing was sent.
        """
        if found := self.against(footprint):
            raise RefusedError("\n".join(found))

    def admit_write(self, what: str) -> None:
        """Lets a write be sent, whatever it is about.

        Args:
            what: What it asks for.

        Raises:
            RefusedError: Nothing may be sent.
        """
        if self.limits.freeze:
            raise RefusedError(limits.frozen(self.limits.freeze, [what]))

    def _uncounted(self, footprint: Footprint) -> Sequence[Problem]:
        if self.limits.most_bought is None or not footprint.has_secret_counts:
            return []
        return [Problem(limits.BOUNDS["bought"], limits.UNCOUNTED)]

    def _passed(self, footprint: Footprint) -> Sequence[Problem]:
        spending, most = Spending(footprint.bought, footprint.removed), self.limits.most
        who = self.urn or ", ".join(footprint.objects)  # where no call tells its resource, its objects tell it apart
        passed = self.ledger.spend(f"{who} {'deleted' if footprint.deletes else ''}", spending, most)
        return [
            Problem(limits.BOUNDS[name], limits.passed(name, getattr(spending, name), others, most[name]))
            for name, others in passed.items()
        ]
