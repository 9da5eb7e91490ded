"""What a fleet's run does next, decided anew from what is true: which of its moves may begin now, and side by side.

Asked again whenever something has ended, so that a run that was killed, or that met somebody else's changes, continues
from what is true. What it names is one request each, as `plans.migration_step` has it for a migration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from pulumi_modelarts.plans.fleet_move import Move
    from pulumi_modelarts.plans.live_fleet import DeclaredFleet, LiveFleet
    from pulumi_modelarts.plans.migration_step import Attach, Batch, Settle


@dataclass(frozen=True)
class FleetBatch:
    """A batch and where it goes.

    Attributes:
        target: Id of the pool it goes to.
        batch: Nodes to move now, all from one pool.
    """

    target: str
    batch: Batch


@dataclass(frozen=True)
class FleetStep:
    """What to do now; without anything the run has ended, well where nothing is stuck.

    Attributes:
        attach: Jobs that move nodes of the fleet already, each with the id of its target: wait for them.
        settle: Nodes that have arrived and are not ready yet, by the id of their pool: wait for them.
        begin: What may begin now, all at once, beside what is under way.
        stuck: Nodes that still have to move and that nothing under way will set free, because of those that were
            skipped.
    """

    attach: tuple[tuple[str, Attach], ...] = ()
    settle: tuple[tuple[str, Settle], ...] = ()
    begin: tuple[FleetBatch, ...] = ()
    stuck: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Whether nothing is left to do or to wait for."""
        return not (self.attach or self.settle or self.begin)


def next_step(
    fleet: DeclaredFleet,
    live: LiveFleet,
    moves: Sequence[Move],
    moved: AbstractSet[str],
    skipped: AbstractSet[str],
    away: AbstractSet[str] = frozenset(),
) -> FleetStep:
    """Returns what to do now; the service moves nodes without interrupting what runs in either pool.

    No more than `max_unavailable` nodes of the whole fleet are away at any time: being drained, on their way, or not
    ready yet.

    Args:
        fleet: What the program declares.
        live: What is true now.
        moves: The moves that the run has announced.
        moved: Nodes that this run has moved, and that must be ready before their place is given to others.
        skipped: Nodes that this run could not drain and leaves where they are.
        away: Nodes of batches that have begun and of which the service need not show a job yet: being drained, or just
            sent.
    """
    raise NotImplementedError(fleet, live, moves, moved, skipped, away)
