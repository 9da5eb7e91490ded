"""What a human has approved, and what a run does beyond it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.plans.effects import Effects


@dataclass(frozen=True)
class Approval:
    """What was approved.

    Attributes:
        name: Of the file that says so.
        effects: What may be done, by project.
        expires: Second since 1970 (UTC) from which on nothing of it may be done.
        until: The same as the file says it.
    """

    name: str
    effects: Mapping[str, Effects] = field(default_factory=dict)
    expires: float = 0
    until: str = ""

    def refusal(self, effects: Effects, project: str, now: float) -> str:
        """Returns why something may not be done; empty where it may.

        Args:
            effects: What a run does.
            project: In which project.
            now: Second since 1970.
        """
        if not effects:
            return ""
        again = "Preview again, and have that approved"
        if now >= self.expires:
            return f"{self.name!r} has expired at {self.until}. {again}"
        if project not in self.effects:
            about = ", ".join(sorted(self.effects)) or "none"
            return f"{self.name!r} approves nothing in project {project}, and is about {about}. {again}"
        more = effects.beyond(self.effects[project]).lines()
        if not more:
            return ""
        listed = "\n".join(f"    {line}" for line in more)
        return f"{self.name!r} does not approve\n{listed}\n{again}"
