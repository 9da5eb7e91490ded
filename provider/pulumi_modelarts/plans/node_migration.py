"""The plan for a migration: which nodes are not where they should be, and the problems of moving them.

A pure function of what the program declares and what is known of the service. It names what it lacks, so that a run at
rest costs no more calls than it has to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.live_nodes import arrived
from pulumi_modelarts.plans.migration_obstacles import newcomers, obstacles

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from pulumi_modelarts.plans.live_nodes import LiveNode, LiveNodes
    from pulumi_modelarts.specs._spec import Problem
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec


@dataclass(frozen=True)
class MigrationPlan:
    """What one run will do.

    Attributes:
        moves: Node to `from -> to`, for every node that is not where it should be.
        vanished: Nodes placed before that no longer exist.
        problems: What must be resolved before the run may start.
        lacks: Facts that have to be read before the plan is complete.
    """

    moves: Mapping[str, str]
    vanished: tuple[str, ...]
    problems: tuple[Problem, ...]
    lacks: frozenset[Fact]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the run leaves as it is."""
        return tuple(
            f"nodes: {name} was placed before and is in no pool of the project any more; it is skipped. "
            "Take it out of the program"
            for name in self.vanished
        )


def plan(spec: NodeMigrationSpec, live: LiveNodes, placed: AbstractSet[str]) -> MigrationPlan:
    """Plans a run.

    Args:
        spec: What the program declares.
        live: What is known of the service; what a plan needs and lacks is named in the result.
        placed: Nodes that an earlier run has placed.
    """
    lost = [name for name in spec.nodes if name not in live.nodes and name not in (live.migrating or ())]
    vanished = tuple(name for name in lost if name in placed) if live.everywhere else ()
    work = {name: live.nodes[name] for name in spec.nodes if name in live.nodes and not arrived(spec, live.nodes[name])}
    lacks = _lacks(spec, live, work, lost=bool(lost))
    moves = {name: changes.step(_origin(spec, found), _destination(spec)) for name, found in sorted(work.items())}
    problems = () if lacks else tuple(obstacles(spec, live, work, [name for name in lost if name not in placed]))
    return MigrationPlan(moves, vanished, problems, lacks)


def _origin(spec: NodeMigrationSpec, found: LiveNode) -> str:
    if spec.between_clusters:
        return found.cluster
    if found.pool == spec.target_pool:
        return f"{found.pool}/{found.node.node_pool}"
    return found.pool


def _destination(spec: NodeMigrationSpec) -> str:
    if spec.between_clusters:
        return spec.target_cluster or spec.target_pool
    return spec.target_pool if spec.target_node_pool is None else f"{spec.target_pool}/{spec.target_node_pool}"


def _lacks(spec: NodeMigrationSpec, live: LiveNodes, work: Mapping[str, LiveNode], *, lost: bool) -> frozenset[Fact]:
    needed = {
        Fact.ELSEWHERE: lost and not live.everywhere,
        Fact.MIGRATING: lost and live.everywhere and live.migrating is None,
        Fact.WORK: bool(work) and spec.on_running_jobs != "ignore" and live.work is None,
        Fact.AWAITED: bool(work and spec.await_jobs) and live.unknown_jobs is None,
        Fact.ARCHITECTURES: live.architectures is None and bool(newcomers(spec, live, work)),
    }
    return frozenset(fact for fact, is_needed in needed.items() if is_needed)
