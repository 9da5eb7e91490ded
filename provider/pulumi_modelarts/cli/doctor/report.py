"""What a doctor finds, as data. `docs/doctor.md` describes the JSON of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FORMAT: Final = 1
"""Of the JSON; a higher one takes away or changes what a lower one had."""


class State(StrEnum):
    """How a finding is."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    UNKNOWN = "not known"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        state: how it is.
        subject: what was looked at, in a word or two.
        text: what was found.
        advice: what to do next; empty only for what is ok.
        facts: the same for programs; which there are depends on the section.
    """

    state: State
    subject: str
    text: str
    advice: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """It as JSON."""
        named = {"state": self.state.value, "subject": self.subject, "text": self.text}
        return {**named, "advice": self.advice or None, "facts": dict(self.facts)}


@dataclass(frozen=True)
class Section:
    """What was found of one kind.

    Attributes:
        name: for programs.
        title: for people.
        findings: in the order in which they were found.
    """

    name: str
    title: str
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, Any]:
        """It as JSON."""
        return {"name": self.name, "title": self.title, "findings": [each.to_json() for each in self.findings]}


@dataclass(frozen=True)
class Heading:
    """What a report begins with.

    Attributes:
        version: of this package.
        at: when it was made, such as `2026-11-26T22:50:12Z`.
        names: whether names and ids are shown as they are.
    """

    version: str
    at: str
    names: bool


def counts(sections: Iterable[Section]) -> dict[State, int]:
    """How many findings there are of each state."""
    found = Counter(finding.state for section in sections for finding in section.findings)
    return {state: found[state] for state in State}


def is_well(sections: Iterable[Section]) -> bool:
    """Whether nothing has failed."""
    return not counts(sections)[State.FAILED]


def to_json(heading: Heading, sections: tuple[Section, ...]) -> dict[str, Any]:
    """The whole report."""
    return {
        "format": FORMAT,
        "version": heading.version,
        "at": heading.at,
        "names": heading.names,
        "well": is_well(sections),
        "counts": {state.value: number for state, number in counts(sections).items()},
        "sections": [section.to_json() for section in sections],
    }
