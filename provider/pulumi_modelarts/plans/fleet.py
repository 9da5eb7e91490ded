"""The plan for a fleet: the fewest moves between its pools, what is bought and removed besides, and in which order.

A pure function of what the program declares and what is known of the service. Nothing of an earlier plan is kept: from
the same pools it makes the same plan, whatever has happened before. It names what it lacks, so that a fleet at rest
costs no more than the listing of pools.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.plans import changes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.plans.facts import Fact
    from pulumi_modelarts.plans.live_fleet import DeclaredFleet, LiveFleet
    from pulumi_modelarts.specs._spec import Problem


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


@dataclass(frozen=True)
class FleetPlan:
    """What one run will do.

    Attributes:
        moves: Nodes to move, in an order in which no pool is ever left without a node. Those that are on their way
            already are not among them.
        after: For each pool the nodes that come or go, as a `ResourcePoolSpec` takes them: {node: id of the pool it
            ends in}; those on their way are among them. Only pools that have some.
        growth: Nodes to buy, by pool and flavor, once everything has moved. Only what is not zero, as below.
        shrink: Names of the nodes to remove from each pool, once everything has moved.
        problems: What must be resolved before the run may start.
        warnings: What the run leaves as it is although it is not as declared.
        info: A line for each flavor of which nodes move, are bought or are removed, such as `modelarts.vm.cpu.4ud:
            8+2 live, 6+6 declared: 2 move, 2 are bought, none is removed`.
        lacks: Facts that have to be read before the plan is complete.
        lacks_of: Ids of the pools that they are about.
    """

    moves: tuple[Move, ...] = ()
    after: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    growth: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    shrink: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    info: tuple[str, ...] = ()
    lacks: frozenset[Fact] = frozenset()
    lacks_of: tuple[str, ...] = ()

    @property
    def entries(self) -> dict[str, str]:
        """The moves as the map a preview shows: {node: "train -> infer"}."""
        return {move.node: move.entry for move in sorted(self.moves)}


def plan(fleet: DeclaredFleet, live: LiveFleet) -> FleetPlan:
    """Plans a run.

    Args:
        fleet: What the program declares.
        live: What is known of the service; what a plan needs and lacks is named in the result, one kind after the
            other: unfinished orders, jobs, nodes, work.
    """
    raise NotImplementedError(fleet, live)
