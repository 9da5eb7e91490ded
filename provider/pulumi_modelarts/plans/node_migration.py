"""The plan for a migration: which nodes are not where they should be, and what stands against moving them.

A pure function of what the program declares and what is known of the service. It names what it lacks, so that a run at
rest costs no more calls than it has to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.migration_obstacles import newcomers, obstacles
from pulumi_modelarts.plans.placement import Lookup, arrived

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from pulumi_modelarts.plans.placement import Place, Whereabouts
    from pulumi_modelarts.specs._spec import Problem
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec


@dataclass(frozen=True)
class MigrationPlan:
    """What one run will do.

    Attributes:
        moves: Node to `from -> to`, for every node that is not where it should be.
        vanished: Nodes placed before that are nowhere any more.
        problems: What must be resolved before the run may start.
        lacks: What has to be looked up before the plan is complete.
    """

    moves: Mapping[str, str]
    vanished: tuple[str, ...]
    problems: tuple[Problem, ...]
    lacks: frozenset[Lookup]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the run leaves as it is."""
        return tuple(
            f"nodes: {name} was placed before and is in no pool of the project any more; it is skipped. "
            "Take it out of the program"
            for name in self.vanished
        )


def plan(spec: NodeMigrationSpec, seen: Whereabouts, placed: AbstractSet[str]) -> MigrationPlan:
    """Plans a run.

    Args:
        spec: What the program declares.
        seen: What is known of the service; what a plan needs and lacks is named in the result.
        placed: Nodes that an earlier run has placed.
    """
    lost = [name for name in spec.nodes if name not in seen.places and name not in (seen.migrating or ())]
    vanished = tuple(name for name in lost if name in placed) if seen.everywhere else ()
    work = {
        name: seen.places[name] for name in spec.nodes if name in seen.places and not arrived(spec, seen.places[name])
    }
    lacks = _lacks(spec, seen, work, lost=bool(lost))
    moves = {name: changes.step(_origin(spec, place), _destination(spec)) for name, place in sorted(work.items())}
    problems = () if lacks else tuple(obstacles(spec, seen, work, [name for name in lost if name not in placed]))
    return MigrationPlan(moves, vanished, problems, lacks)


def _origin(spec: NodeMigrationSpec, place: Place) -> str:
    if spec.between_clusters:
        return place.cluster
    if place.pool == spec.target_pool:
        return f"{place.pool}/{place.node.node_pool}"
    return place.pool


def _destination(spec: NodeMigrationSpec) -> str:
    if spec.between_clusters:
        return spec.target_cluster or spec.target_pool
    return spec.target_pool if spec.target_node_pool is None else f"{spec.target_pool}/{spec.target_node_pool}"


def _lacks(spec: NodeMigrationSpec, seen: Whereabouts, work: Mapping[str, Place], *, lost: bool) -> frozenset[Lookup]:
    needed = {
        Lookup.ELSEWHERE: lost and not seen.everywhere,
        Lookup.MIGRATING: lost and seen.everywhere and seen.migrating is None,
        Lookup.JOBS: work and spec.on_running_jobs == "fail" and seen.training is None,
        Lookup.AWAITED: work and bool(spec.await_jobs) and seen.unknown_jobs is None,
        Lookup.ARCHITECTURES: seen.architectures is None and newcomers(spec, seen, work),
    }
    return frozenset(lookup for lookup, needs in needed.items() if needs)
