"""The part of a world that one request works on: one project at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from modelarts_emulator.state.choices import Choices
    from modelarts_emulator.state.lifecycle import Timings
    from modelarts_emulator.trouble import Outcome
    from modelarts_emulator.trouble.chances import Chances
    from modelarts_emulator.trouble.endings import Kind

    Outcomes: TypeAlias = Callable[[Kind, Mapping[str, object]], Outcome | None]


def no_outcome(kind: Kind, facts: Mapping[str, object]) -> Outcome | None:  # noqa: ARG001 - signature of the real one
    """Nothing was armed: everything succeeds."""
    return None


class Tenant(NamedTuple):
    """One project inside a transaction.

    Attributes:
        connection: The open transaction.
        project: Project id.
        now: Virtual time of the request in seconds since 1970.
        seed: Key of the hashes that names and spreads come from.
        timings: Durations.
        choices: Choices of this world.
        chances: Weights of what goes wrong by itself.
        outcome: Asks the armed faults how something asynchronous shall end; None means well.
    """

    connection: sqlite3.Connection
    project: str
    now: float
    seed: str
    timings: Timings
    choices: Choices
    chances: Chances
    outcome: Outcomes = no_outcome

    def chance(self, transition: str, *resource: object) -> str:
        """Branch that a transition of a resource of this project takes in this world."""
        return self.chances.decide(transition, self.seed, self.project, *resource)
