"""The page of all calls: each operation is played, and what is in the journal is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.calls.operations import TOPICS
from tests.calls.reasons import PRECONDITIONS, why

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.calls.ground import Kind, Played

HEAD = """# Calls

Every call that an operation makes, and why. `make calls` plays the operations on the emulator, counts what is in its
journal, and writes this page; a test fails where the page is not what was played, and where a call has no reason.

Each operation is a process of its own, which remembers nothing, and a run begins a second after its check. Looks one
after the other at the same thing, while something is waited for, count as one and are marked *…*: how many there are
depends on how long the service takes. A list of more than 500 nodes takes a call for each 500.

A check looks at pools and nodes with three calls at most, and makes one more for each thing that has to hold before its
change:
"""

Table = dict[str, "list[Played]"]


def played() -> Table:
    """Play every topic."""
    return {topic: play() for topic, play in TOPICS.items()}


def rendered(topics: Mapping[str, list[Played]]) -> str:
    """Return the page."""
    needs = "".join(f"- `{operation}`: {what}\n" for operation, what in PRECONDITIONS.items())
    return f"{HEAD}\n{needs}" + "".join(f"\n## {topic}\n{_topic(topic, steps)}" for topic, steps in topics.items())


def _topic(topic: str, steps: list[Played]) -> str:
    """Return two tables: what each operation makes, and why each kind of call is made."""
    kinds = list(dict.fromkeys(kind for step in steps for kind in step.calls))
    counted = "".join(f"| {step.title} | {step.calls.total()} | {_calls(step)} |\n" for step in steps)
    reasons = "".join(f"| {kind} | {why(topic, kind)} |\n" for kind in kinds)
    return f"\n| operation | calls | which |\n|---|---|---|\n{counted}\n| call | why |\n|---|---|\n{reasons}"


def _calls(step: Played) -> str:
    return ", ".join(_call(kind, count, waited=kind in step.waited) for kind, count in step.calls.items()) or "none"


def _call(kind: Kind, count: int, *, waited: bool) -> str:
    return f"{count} of {kind}{' …' if waited else ''}" if count > 1 else f"{kind}{' …' if waited else ''}"
