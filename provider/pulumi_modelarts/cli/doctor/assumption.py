"""One behaviour that the provider assumes, and what an account says to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.cli.doctor.report import Finding, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_modelarts.cli.doctor.patient import Patient

REPORT: Final = "Report this line before runs change anything here: the provider rests on it."


@dataclass(frozen=True)
class Agrees:
    """The account behaves so, as far as was seen."""


@dataclass(frozen=True)
class Contradicts:
    """The account behaves otherwise.

    Attributes:
        seen: what was seen instead; nothing private.
    """

    seen: str


@dataclass(frozen=True)
class CannotTell:
    """Nothing was seen that could show it.

    Attributes:
        lacking: what would show it.
    """

    lacking: str


Verdict = Agrees | Contradicts | CannotTell


@dataclass(frozen=True)
class Assumption:
    """A behaviour that the provider assumes.

    Attributes:
        subject: what it is about.
        sentence: what the service is assumed to do.
        known_from: how that is known, such as `documented: ListPools`; `assumed` where nothing says it.
        check: looks whether it is so, by reads alone.
    """

    subject: str
    sentence: str
    known_from: str
    check: Callable[[Patient], Verdict]

    def finding(self, patient: Patient) -> Finding:
        """What the account says to it."""
        facts = {"sentence": self.sentence, "known_from": self.known_from}
        match self.check(patient):
            case Agrees():
                text = f"agrees: {self.sentence} ({self.known_from})"
                return Finding(State.OK, self.subject, text, facts={**facts, "verdict": "agrees"})
            case Contradicts(seen):
                text = f"contradicts: {self.sentence} ({self.known_from}); seen: {seen}"
                return Finding(
                    State.FAILED, self.subject, text, REPORT, {**facts, "verdict": "contradicts", "seen": seen}
                )
            case CannotTell(lacking):
                text = f"cannot tell here: {self.sentence} ({self.known_from})"
                return Finding(
                    State.UNKNOWN, self.subject, text, f"It takes {lacking}.", {**facts, "verdict": "cannot tell"}
                )
