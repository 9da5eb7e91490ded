"""The plan for a migration: which nodes are not where they should be, and the problems of moving them.

A pure function of what the program declares and what is known of the service. It names what it lacks, so that a run at
rest costs no more calls than it has to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.live_nodes import elsewhere
from pulumi_modelarts.plans.migration_notes import notes
from pulumi_modelarts.plans.migration_obstacles import obstacles
from pulumi_modelarts.plans.pool_obstacles import needs_addresses, newcomers
from pulumi_modelarts.plans.secrets import SECRET, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.plans.live_nodes import LiveNode, LiveNodes, Record
    from pulumi_modelarts.specs._spec import Problem
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec


@dataclass(frozen=True)
class MigrationPlan:
    """What one run will do.

    Attributes:
        moves: Node to `from -> to`, for every node that is not where it should be.
        vanished: Nodes placed before that no longer exist.
        problems: What must be resolved before the run may start.
        warnings: What the run leaves as it is.
        lacks: Facts that have to be read before the plan is complete.
    """

    moves: Mapping[str, str]
    vanished: tuple[str, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]
    lacks: frozenset[Fact]


def plan(spec: NodeMigrationSpec, live: LiveNodes, record: Record) -> MigrationPlan:
    """Plans a run.

    Args:
        spec: What the program declares.
        live: What is known of the service; what a plan needs and lacks is named in the result.
        record: What is on record from before.
    """
    lost = [name for name in spec.nodes if name not in live.nodes and name not in live.migrating]
    vanished = tuple(name for name in lost if name in record.placed) if live.everywhere else ()
    leaving = elsewhere(spec, live)
    moves = {name: way_of(spec, found) for name, found in sorted(leaving.items())}
    if lacks := _lacks(spec, live, leaving, record, lost=bool(lost)):
        return MigrationPlan(moves, vanished, (), (), lacks)
    unknown = [name for name in lost if name not in record.placed]
    problems = told(obstacles(spec, live, leaving, unknown, record), spec.hidden)
    warnings = tuple(notes(spec, live, vanished, record))
    return MigrationPlan(moves, vanished, problems, warnings, lacks)


def way_of(spec: NodeMigrationSpec, found: LiveNode) -> str:
    """Returns where a node moves from and to, as far as that is no secret."""
    entry = changes.step(_origin(spec, found), _destination(spec))
    if not spec.shows(found.node.name, entry):
        return entry
    across = not spec.between_clusters and found.pool != spec.target_pool
    return changes.step(found.pool, spec.target_pool) if across else SECRET


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


def _lacks(
    spec: NodeMigrationSpec, live: LiveNodes, leaving: Mapping[str, LiveNode], record: Record, *, lost: bool
) -> frozenset[Fact]:
    unseen = set(spec.await_jobs) - record.awaited
    needed = {
        Fact.ELSEWHERE: lost and not live.everywhere,
        Fact.MIGRATING: (bool(leaving) or (lost and live.everywhere)) and live.jobs is None,
        Fact.WORK: bool(leaving) and spec.on_running_jobs != "ignore" and live.work is None,
        Fact.AWAITED: bool(unseen) and live.unknown_jobs is None,
        Fact.ARCHITECTURES: live.architectures is None and bool(newcomers(spec, live, leaving)),
        Fact.ADDRESSES: live.addresses is None and needs_addresses(spec, live, leaving),
    }
    return frozenset(fact for fact, is_needed in needed.items() if is_needed)
