"""One move of a fleet's plan, and why it is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.fleet_blocks import works
from pulumi_modelarts.plans.units import Rank
from pulumi_modelarts.plans.work import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pulumi_modelarts.plans.fleet_balance import Trip
    from pulumi_modelarts.plans.fleet_blocks import Group
    from pulumi_modelarts.plans.fleet_counts import PoolView
    from pulumi_modelarts.plans.units import Unit


@dataclass(frozen=True, order=True)
class Move:
    """A node that goes from one pool of the fleet to another.

    Attributes:
        node: Its name.
        source: Logical name of the pool it leaves.
        target: Logical name of the pool it goes to.
        reason: Why this node: `train has 2 more than declared; idle`.
    """

    node: str
    source: str
    target: str
    reason: str = ""

    @property
    def entry(self) -> str:
        """What the `moves` map says of it."""
        return changes.step(self.source, self.target)


def moves_of(trips: Iterable[Trip], groups: Sequence[Group], views: Mapping[str, PoolView]) -> Iterator[Move]:
    """Yields the moves of trips, a node after the other.

    Args:
        trips: Who goes where.
        groups: What could.
        views: The pools.
    """
    surplus = {
        (name, unit.names): group.block.surplus[name]
        for group in groups
        for name, units in group.block.units.items()
        for unit in units
    }
    for unit, source, target in trips:
        why = f"{source} has {surplus[source, unit.names]} more than declared; {_state(unit, views[source])}"
        yield from (Move(name, source, target, why) for name in unit.names)


def _state(unit: Unit, view: PoolView) -> str:
    """Returns what a unit is doing."""
    whole = f"{'' if unit.size == 1 else 'a whole supernode, '}"
    if view.live.untold:
        return f"{whole}busy or not"
    if busy := [work for name in unit.names for work in works(view, name)]:
        return f"{whole}runs {told(busy)}"
    return f"{whole}drained" if unit.rank is Rank.DRAINED else f"{whole}idle"
