"""What a migration must not begin with, found out before any node is touched."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.fields import Topic, forbidden
from pulumi_modelarts.plans.work import told
from pulumi_modelarts.specs._spec import Problem, property_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.live_nodes import LiveNode, LiveNodes
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec

MOST_FLAVORS = 10
"""Flavors that a pool takes (documented: user guide)."""


def obstacles(
    spec: NodeMigrationSpec, live: LiveNodes, work: Mapping[str, LiveNode], unknown: Sequence[str]
) -> Iterator[Problem]:
    """Yields what must be resolved before the run may start.

    Args:
        spec: What the program declares.
        live: What is known of the service.
        work: Nodes that have to move.
        unknown: Nodes that are in no pool and were never placed.
    """
    for name in unknown:
        yield Problem(_at(spec, name), _unknown_node(name, spec, live))
    yield from _immovable(spec, live, work)
    yield from _emptied(spec, live, work)
    yield from _forbidden(spec, live, work)
    yield from _flavors(spec, live, work)
    for _, answer in sorted((live.unknown_jobs or {}).items()):
        yield Problem("awaitJobs", f"{answer}. Correct the id, or take out a job that has been deleted")


def _at(spec: NodeMigrationSpec, name: str) -> str:
    return property_path(("nodes", spec.nodes.index(name)))


def _unknown_node(name: str, spec: NodeMigrationSpec, live: LiveNodes) -> str:
    if spec.source_pool in live.pools:
        return f"{name!r} is in no pool of the project, neither in {spec.source_pool!r} nor elsewhere; check its name"
    return f"{name!r} is in no pool of the project, and sourcePool {_missing(spec.source_pool, live)}"


def _missing(pool: str, live: LiveNodes) -> str:
    known = changes.names([f"{name} ({live.pools[name].display_name})" for name in sorted(live.pools)])
    return f"{pool!r} does not exist. The project has: {known or 'no pools'}"


def _immovable(spec: NodeMigrationSpec, live: LiveNodes, work: Mapping[str, LiveNode]) -> Iterator[Problem]:
    """Yields nodes that the service would not move; not those that it is moving already."""
    for name, found in sorted(work.items()):
        if name in (live.migrating or ()):
            continue
        node, jobs = found.node, (live.work or {}).get(name, ())
        reasons = (
            (not node.available, f"is {node.phase}, and only an Available node can move"),
            (node.locked, "is locked; unlock it first"),
            (spec.flavor not in {None, node.flavor}, f"has flavor {node.flavor!r}, not {spec.flavor!r}"),
            (
                bool(jobs) and spec.on_running_jobs == "fail",
                f"runs {told(jobs)}, and on_running_jobs says to fail",
            ),
        )
        why = next((text for applies, text in reasons if applies), "")
        if why:
            yield Problem(_at(spec, name), f"{name!r} in {found.pool!r} {why}")


def _emptied(spec: NodeMigrationSpec, live: LiveNodes, work: Mapping[str, LiveNode]) -> Iterator[Problem]:
    """Yields pools that would be left with no node; a pool with a single one is refused (documented)."""
    for pool, count in sorted(Counter(found.pool for found in work.values()).items()):
        size = live.sizes.get(pool, 0)
        if pool != spec.target_pool and count >= size:
            takes = f"{count} node{'s' if count > 1 else ''}"
            yield Problem(
                "nodes",
                f"takes {takes} from {pool!r}, which has {size}; a pool keeps at least one. Name fewer nodes, or grow "
                "that pool first",
            )
        elif size == 1:
            yield Problem("nodes", f"{pool!r} has a single node, and such a pool takes part in no migration")


def _forbidden(spec: NodeMigrationSpec, live: LiveNodes, work: Mapping[str, LiveNode]) -> Iterator[Problem]:
    """Yields what the pools forbid: a missing target, different networks, a state that takes no change."""
    if not work:
        return
    target = live.pools.get(spec.target_pool)
    if target is None:
        yield Problem("targetPool", _missing(spec.target_pool, live))
        return
    yield from forbidden(target, {Topic.COUNTS: "targetPool"})
    for name in sorted({found.pool for found in work.values()} - {spec.target_pool}):
        source = live.pools.get(name)
        if source is not None:
            yield from forbidden(source, {Topic.COUNTS: "sourcePool"})
            yield from _apart(source, target)


def _apart(source: ResourcePool, target: ResourcePool) -> Iterator[Problem]:
    networks = source.spec.network.name, target.spec.network.name
    if all(networks) and networks[0] != networks[1]:
        yield Problem(
            "targetPool",
            f"{target.name!r} is in network {networks[1]!r} and {source.name!r} in {networks[0]!r}; nodes move "
            "between pools of one network only",
        )


def newcomers(spec: NodeMigrationSpec, live: LiveNodes, work: Mapping[str, LiveNode]) -> list[str]:
    """Returns the flavors that the target pool has no entry for yet."""
    target = live.pools.get(spec.target_pool)
    known = {entry.flavor for entry in target.entries} if target is not None else set[str]()
    return sorted({found.node.flavor for found in work.values()} - known)


def _flavors(spec: NodeMigrationSpec, live: LiveNodes, work: Mapping[str, LiveNode]) -> Iterator[Problem]:
    """Yields flavors that the target cannot take: too many, or of another CPU architecture (documented: user guide)."""
    target, new = live.pools.get(spec.target_pool), newcomers(spec, live, work)
    if target is None or not new:
        return
    path = "flavor" if spec.flavor is not None else "targetPool"
    old = sorted({entry.flavor for entry in target.entries})
    if len(old) + len(new) > MOST_FLAVORS:
        yield Problem(
            path,
            f"{target.name!r} has {len(old)} flavors and takes at most {MOST_FLAVORS}; {changes.names(new)} is new",
        )
    built_for = live.architectures or {}
    present = sorted({built_for[flavor] for flavor in old if flavor in built_for})
    for flavor in new:
        if present and flavor in built_for and built_for[flavor] not in present:
            yield Problem(
                path,
                f"{target.name!r} cannot take {flavor!r}: it is built for {built_for[flavor]}, and the nodes "
                f"there for {' and '.join(present)}",
            )
