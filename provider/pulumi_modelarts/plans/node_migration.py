"""The plan for a migration: which nodes are not where they should be, and what to do next about them.

Two pure functions. `plan` says, for a preview, what has to move and what stands against it. `next_step` says, for a
run, what to do now: it is asked again after every step, with the service read anew, so that a run that was killed, or
met with somebody else's changes, goes on from what is true.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.fields import Topic, forbidden
from pulumi_modelarts.specs._spec import Problem, property_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec

_AVAILABLE = "Available"
_DRIVER_WORKING = ("Pending", "Updating")


class Lookup(Enum):
    """Something about the service that only some plans need."""

    ELSEWHERE = "the nodes of all other pools"
    JOBS = "the training jobs on the nodes"
    AWAITED = "whether the awaited training jobs exist"
    MIGRATING = "which nodes are on their way"


@dataclass(frozen=True)
class Place:
    """Where a node is.

    Attributes:
        pool: Id of its pool.
        node: The node.
    """

    pool: str
    node: Node


@dataclass(frozen=True)
class Whereabouts:
    """What is known about the nodes and pools of a migration.

    Attributes:
        pools: All pools of the project, by id.
        places: Where each declared node was found.
        sizes: Nodes in each pool whose nodes were read.
        everywhere: Whether all pools were searched.
        training: Names of running training jobs on each node; None when not read.
        unknown_jobs: Awaited training jobs that do not exist; None when not asked.
        migrating: Unfinished migration job of each node that has one; None when not read.
    """

    pools: Mapping[str, ResourcePool]
    places: Mapping[str, Place]
    sizes: Mapping[str, int]
    everywhere: bool = False
    training: Mapping[str, tuple[str, ...]] | None = None
    unknown_jobs: frozenset[str] | None = None
    migrating: Mapping[str, str] | None = None


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
    lacks = _lacks(spec, seen, lost=bool(lost), work=bool(work))
    moves = {name: changes.step(_origin(spec, place), _destination(spec)) for name, place in sorted(work.items())}
    problems = () if lacks else tuple(_problems(spec, seen, work, [name for name in lost if name not in placed]))
    return MigrationPlan(moves, vanished, problems, lacks)


def arrived(spec: NodeMigrationSpec, place: Place) -> bool:
    """Tells whether a node is where it should be."""
    if place.pool != spec.target_pool:
        return False
    if spec.between_clusters:
        return place.node.cluster == spec.target_cluster
    return spec.target_node_pool in {None, place.node.node_pool}


def _origin(spec: NodeMigrationSpec, place: Place) -> str:
    if spec.between_clusters:
        return place.node.cluster or place.pool
    if place.pool == spec.target_pool:
        return f"{place.pool}/{place.node.node_pool}"
    return place.pool


def _destination(spec: NodeMigrationSpec) -> str:
    if spec.between_clusters:
        return spec.target_cluster or spec.target_pool
    return spec.target_pool if spec.target_node_pool is None else f"{spec.target_pool}/{spec.target_node_pool}"


def _lacks(spec: NodeMigrationSpec, seen: Whereabouts, *, lost: bool, work: bool) -> frozenset[Lookup]:
    needed = {
        Lookup.ELSEWHERE: lost and not seen.everywhere,
        Lookup.MIGRATING: lost and seen.everywhere and seen.migrating is None,
        Lookup.JOBS: work and spec.on_running_jobs == "fail" and seen.training is None,
        Lookup.AWAITED: work and bool(spec.await_jobs) and seen.unknown_jobs is None,
    }
    return frozenset(lookup for lookup, needs in needed.items() if needs)


def _problems(
    spec: NodeMigrationSpec, seen: Whereabouts, work: Mapping[str, Place], unknown: Sequence[str]
) -> Sequence[Problem]:
    return [
        *(Problem(_at(spec, name), _unknown_node(name, spec)) for name in unknown),
        *_immovable(spec, seen, work),
        *_emptied(spec, seen, work),
        *(_pools(spec, seen, work) if work else ()),
        *(
            Problem(property_path(("awaitJobs", spec.await_jobs.index(job))), f"training job {job!r} does not exist")
            for job in sorted(seen.unknown_jobs or ())
        ),
    ]


def _at(spec: NodeMigrationSpec, name: str) -> str:
    return property_path(("nodes", spec.nodes.index(name)))


def _unknown_node(name: str, spec: NodeMigrationSpec) -> str:
    return f"{name!r} is in no pool of the project, neither in {spec.source_pool!r} nor elsewhere; check its name"


def _immovable(spec: NodeMigrationSpec, seen: Whereabouts, work: Mapping[str, Place]) -> Sequence[Problem]:
    """Yields nodes that the service would not move, before any other is touched."""
    problems: list[Problem] = []
    for name, place in sorted(work.items()):
        node, jobs = place.node, (seen.training or {}).get(name, ())
        reasons = (
            (name in (seen.migrating or ()), ""),
            (node.phase != _AVAILABLE, f"is {node.phase}, and only an Available node can move"),
            (node.locked, "is locked; unlock it first"),
            (spec.flavor not in {None, node.flavor}, f"has flavor {node.flavor!r}, not {spec.flavor!r}"),
            (bool(jobs) and spec.on_running_jobs == "fail", f"runs training job {changes.names(jobs)}"),
        )
        why = next((text for applies, text in reasons if applies), "")
        problems += [Problem(_at(spec, name), f"{name!r} in {place.pool!r} {why}")] if why else []
    return problems


def _emptied(spec: NodeMigrationSpec, seen: Whereabouts, work: Mapping[str, Place]) -> Sequence[Problem]:
    leaving = Counter(place.pool for place in work.values() if place.pool != spec.target_pool)
    return [
        Problem(
            "nodes",
            f"takes {count} nodes from {pool!r}, which has {seen.sizes.get(pool, 0)}; a pool keeps at least one. "
            "Name fewer nodes, or grow that pool first",
        )
        for pool, count in sorted(leaving.items())
        if count >= seen.sizes.get(pool, 0)
    ]


def _pools(spec: NodeMigrationSpec, seen: Whereabouts, work: Mapping[str, Place]) -> Sequence[Problem]:
    """Yields what the pools forbid: a missing target, different networks, a state that takes no change."""
    target = seen.pools.get(spec.target_pool)
    if target is None:
        known = changes.names(sorted(seen.pools))
        return [Problem("targetPool", f"resource pool {spec.target_pool!r} does not exist; the project has: {known}")]
    problems: list[Problem] = list(forbidden(target, {Topic.COUNTS: "targetPool"}))
    for name in sorted({place.pool for place in work.values()} - {spec.target_pool}):
        source = seen.pools.get(name)
        if source is None:
            continue
        problems += forbidden(source, {Topic.COUNTS: "sourcePool"})
        networks = source.spec.network.name, target.spec.network.name
        if all(networks) and networks[0] != networks[1]:
            problems.append(
                Problem(
                    "targetPool",
                    f"{target.name!r} is in network {networks[1]!r} and {name!r} in {networks[0]!r}; nodes move "
                    "between pools of one network only",
                )
            )
    return problems


@dataclass(frozen=True)
class Attach:
    """A migration of these nodes is under way already: wait for its job instead of starting another."""

    job: str
    nodes: tuple[str, ...]


@dataclass(frozen=True)
class Settle:
    """These nodes have arrived and are not ready yet: wait for them before the next ones leave."""

    nodes: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """Move these nodes now: they are in one pool and one cluster, and of one flavor."""

    pool: str
    cluster: str
    flavor: str
    nodes: tuple[str, ...]


@dataclass(frozen=True)
class Done:
    """Every node that can be is where it should be."""


Step = Attach | Settle | Batch | Done


def next_step(
    spec: NodeMigrationSpec,
    seen: Whereabouts,
    moved: AbstractSet[str] = frozenset(),
    skipped: AbstractSet[str] = frozenset(),
) -> Step:
    """Returns what to do now.

    Never more than `max_unavailable` nodes are away: a batch starts only when nothing of this migration is on its way
    or still getting ready.

    Args:
        spec: What the program declares.
        seen: What is true now.
        moved: Nodes that this run has moved, and that must be ready before it goes on.
        skipped: Nodes that this run could not drain and leaves where they are.
    """
    under_way = sorted((job, name) for name, job in (seen.migrating or {}).items() if name in spec.nodes)
    if under_way:
        first = under_way[0][0]
        return Attach(first, tuple(name for job, name in under_way if job == first))
    batch = _batch(spec, seen, skipped)
    settling = _settling(spec, seen, moved, work=batch is not None)
    return settling or batch or Done()


def broken(node: Node) -> bool:
    """Tells whether a node is Abnormal, or its driver is."""
    return "Abnormal" in {node.phase, node.driver_phase}


def ready(node: Node) -> bool:
    """Tells whether a node has its phase and its driver (drivers that the service does not show count as ready)."""
    return node.phase == _AVAILABLE and node.driver_phase not in _DRIVER_WORKING


def _settling(spec: NodeMigrationSpec, seen: Whereabouts, moved: AbstractSet[str], *, work: bool) -> Settle | None:
    """Returns nodes that have arrived and are not ready; before the next batch also those a killed run has moved.

    A node that this run did not move and that is Abnormal is not waited for: it may have been so for weeks.
    """
    there = {name: seen.places[name].node for name in spec.nodes if name in seen.places}
    there = {name: node for name, node in there.items() if arrived(spec, seen.places[name]) and not ready(node)}
    unready = tuple(sorted(name for name, node in there.items() if name in moved or (work and not broken(node))))
    return Settle(unready) if unready else None


def _batch(spec: NodeMigrationSpec, seen: Whereabouts, skipped: AbstractSet[str]) -> Batch | None:
    waiting = sorted(
        (place.pool, place.node.cluster or "", place.node.flavor, name)
        for name in spec.nodes
        if name not in skipped and (place := seen.places.get(name)) is not None and not arrived(spec, place)
    )
    if not waiting:
        return None
    *kind, _ = waiting[0]
    alike = [name for *other, name in waiting if other == kind]
    pool, cluster, flavor = kind
    return Batch(pool, cluster, flavor, tuple(alike[: spec.strategy.max_unavailable]))
