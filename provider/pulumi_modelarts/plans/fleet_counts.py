"""How many nodes each pool of a fleet has, as it will be when what is on its way has arrived.

The counts are those that each pool plans by (`plans.counts`), from the same declaration and the same facts, so that
both always agree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pulumi_modelarts.plans.counts import Cell, cells
from pulumi_modelarts.plans.live_pool import LivePool, entries
from pulumi_modelarts.plans.supernodes import step_in
from pulumi_modelarts.specs.spelling import property_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.plans.fleet_flights import Flight
    from pulumi_modelarts.plans.live_fleet import DeclaredFleet, LiveFleet
    from pulumi_modelarts.plans.supernodes import NodeStep
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec


@dataclass(frozen=True)
class PoolView:
    """A pool of a fleet, as the plan of the fleet sees it.

    Attributes:
        name: Its logical name.
        spec: What is declared of it, with the nodes that come or go in `after`.
        live: What is known of it, with the flavors of the nodes that come.
        cells: Its declared counts, and the live ones as they will be then; with the paths of the fleet's inputs.
    """

    name: str
    spec: ResourcePoolSpec
    live: LivePool
    cells: tuple[Cell, ...]

    @property
    def network(self) -> str:
        """The network that it is in."""
        return self.live.pool.spec.network.name

    @property
    def size(self) -> int:
        """Nodes that it has when those on their way have arrived; those that are ordered and not there yet left out."""
        here = {node.name for node in self.live.nodes or () if node.phase != "Deleting"}
        arriving = self.spec.arriving.keys() & (here | (self.live.arrivals or {}).keys())
        return len((here - self.spec.after.keys()) | arriving)

    @property
    def coming(self) -> int:
        """Nodes that count and that no list shows yet, because they are on order."""
        counted = sum(entry.count(settled=self.live.settled) for entry in entries(self.live.pool))
        return max(0, counted - sum(node.phase != "Deleting" for node in self.live.nodes or ()))

    @property
    def balanced(self) -> bool:
        """Whether it has what is declared."""
        return not any(cell.growth or cell.surplus for cell in self.cells)

    @property
    def shared(self) -> tuple[Cell, ...]:
        """The counts that take part in moves: those of flavors in their default node pools."""
        return tuple(cell for cell in self.cells if takes_part(cell))

    def step(self, flavor: str) -> NodeStep | None:
        """Returns the creating step of a flavor's default node pool; None for none, or where it has no entry."""
        key = flavor, f"{flavor}-default"
        return next((step_in(entry.wire) for entry in entries(self.live.pool) if entry.key == key), None)

    def has(self, flavor: str) -> bool:
        """Returns whether the pool has an entry for a flavor's default node pool."""
        return any(entry.key == (flavor, f"{flavor}-default") for entry in entries(self.live.pool))


def takes_part(cell: Cell) -> bool:
    """Returns whether nodes of a cell can move: those of named node pools stay there, whatever their flavor."""
    return cell.az is None and cell.key == f"flavors.{cell.entry[0]}"


def views(fleet: DeclaredFleet, live: LiveFleet, moving: Mapping[str, Flight]) -> dict[str, PoolView]:
    """Returns the pools of a fleet by their logical names.

    Args:
        fleet: What the program declares.
        live: What is known.
        moving: Nodes that are on their way, and those that the plan moves.
    """
    after: dict[str, dict[str, str]] = {pool: {} for pool in live.pools}
    coming: dict[str, dict[str, str]] = {pool: {} for pool in live.pools}
    for node, flight in sorted(moving.items()):
        target = flight.place.partition("/")[0]
        for pool in {flight.home, target} & live.pools.keys():
            after[pool][node] = flight.place
        if target in live.pools and target != flight.home:
            coming[target][node] = flight.flavor
    found: dict[str, PoolView] = {}
    for name, spec in sorted(fleet.pools.items()):
        pool = spec.pool_name
        found[name] = _view(name, spec, replace(live.pools[pool], arrivals=coming[pool]), after[pool])
    return found


def _view(name: str, spec: ResourcePoolSpec, live: LivePool, after: Mapping[str, str]) -> PoolView:
    with_after = spec.model_copy(update={"after": after})
    path = property_path(("pools", name))
    found = tuple(replace(cell, path=f"{path}.{cell.path}") for cell in cells(with_after, live))
    return PoolView(name, with_after, live, found)
