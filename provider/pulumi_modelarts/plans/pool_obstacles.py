"""What the pools of a migration stand against: a missing target, networks, states, flavors, addresses."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pulumi_modelarts.api.wording import is_are, number_of
from pulumi_modelarts.plans import changes, marks
from pulumi_modelarts.plans.fields import Topic, forbidden
from pulumi_modelarts.plans.live_pool import MOST_FLAVORS
from pulumi_modelarts.plans.pool_names import absent
from pulumi_modelarts.plans.supernodes import step_in, step_of, units
from pulumi_modelarts.specs._spec import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.live_nodes import LiveNode, LiveNodes
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec

FLAVORS_STAY = 2
"""Bit of a pool's control mode: its flavors and node pools stay those it has (documented: ListPools)."""


IF_MADE = "If this program makes it, write pool_name of the resource that does in place of the id"


def closed(spec: NodeMigrationSpec, live: LiveNodes, leaving: Mapping[str, LiveNode]) -> Iterator[Problem]:
    """Yields what the pools of nodes that have to move stand against."""
    target = live.pools.get(spec.target_pool)
    if target is None:
        yield Problem("target_pool", f"{absent(spec.target_pool, live.pools, 'target_pool')}. {IF_MADE}")
        return
    yield from marks.elsewhere(target, spec.stack, "target_pool")
    yield from _shut(target, "target_pool")
    for name in sorted({found.pool for found in leaving.values()} - {spec.target_pool}):
        source = live.pools.get(name)
        if source is not None:
            yield from marks.elsewhere(source, spec.stack, "source_pool")
            yield from _shut(source, "source_pool")
            yield from _apart(source, target)
    yield from _flavors(spec, live, leaving, target)
    yield from _entries(spec, live, leaving, target)
    yield from _addresses(spec, live, leaving, target)


def newcomers(spec: NodeMigrationSpec, live: LiveNodes, leaving: Mapping[str, LiveNode]) -> list[str]:
    """Returns the flavors that the target pool has no entry for yet."""
    target = live.pools.get(spec.target_pool)
    known = {entry.flavor for entry in target.entries} if target is not None else set[str]()
    return sorted({found.node.flavor for found in leaving.values()} - known)


def needs_addresses(spec: NodeMigrationSpec, live: LiveNodes, leaving: Mapping[str, LiveNode]) -> bool:
    """Returns whether nodes come from other pools into a network that is known by name."""
    target = live.pools.get(spec.target_pool)
    across = any(found.pool != spec.target_pool for found in leaving.values())
    return across and target is not None and bool(target.spec.network.name)


def _shut(pool: ResourcePool, path: str) -> list[Problem]:
    """Returns why a pool takes part in no migration; that its flavors stay is no reason by itself (assumed)."""
    mode = pool.spec.control_mode & ~FLAVORS_STAY
    calm = pool.model_copy(update={"spec": pool.spec.model_copy(update={"control_mode": mode})})
    return forbidden(calm, {Topic.COUNTS: path})


def _apart(source: ResourcePool, target: ResourcePool) -> Iterator[Problem]:
    networks = source.spec.network.name, target.spec.network.name
    if all(networks) and networks[0] != networks[1]:
        yield Problem(
            "target_pool",
            f"{target.name!r} is in network {networks[1]!r} and {source.name!r} in {networks[0]!r}, and nodes move "
            "between pools of one network only; name a pool in the same network",
        )


def _flavors(
    spec: NodeMigrationSpec, live: LiveNodes, leaving: Mapping[str, LiveNode], target: ResourcePool
) -> Iterator[Problem]:
    """Yields flavors that the target cannot take: too many, or of another CPU architecture (documented: user guide)."""
    new = newcomers(spec, live, leaving)
    if not new:
        return
    path = "flavor" if spec.flavor is not None else "target_pool"
    old = sorted({entry.flavor for entry in target.entries})
    if len(old) + len(new) > MOST_FLAVORS:
        yield Problem(
            path,
            f"{target.name!r} has {number_of(len(old), 'flavor')} and takes at most {MOST_FLAVORS}, and "
            f"{changes.names(new)} {is_are(len(new))} new to it; move nodes of flavors that it has, or name another "
            "pool",
        )
    built_for = live.architectures or {}
    present = sorted({built_for[flavor] for flavor in old if flavor in built_for})
    for flavor in new:
        if present and flavor in built_for and built_for[flavor] not in present:
            yield Problem(
                path,
                f"{target.name!r} cannot take {flavor!r}: it is built for {built_for[flavor]}, and the nodes there are "
                f"for {' and '.join(present)}; name a pool with nodes of the same kind",
            )


def _entries(
    spec: NodeMigrationSpec, live: LiveNodes, leaving: Mapping[str, LiveNode], target: ResourcePool
) -> Iterator[Problem]:
    """Yields that the target would need an entry that it has not, where its flavors and node pools have to stay."""
    if not target.spec.control_mode & FLAVORS_STAY or spec.between_clusters:
        return
    there = {(entry.flavor, entry.effective_node_pool, step_in(entry)) for entry in target.entries}
    kinds = {(found.node.flavor, step_of(live.pools.get(found.pool), found.node)) for found in leaving.values()}
    for flavor, step in sorted(kinds, key=str):
        node_pool = spec.target_node_pool or f"{flavor}-default"
        if (flavor, node_pool, step) not in there:
            yield Problem(
                "target_node_pool" if spec.target_node_pool is not None else "target_pool",
                f"{target.name!r} has no node pool {node_pool!r} of {flavor!r} for these nodes, and takes none that is "
                f"new to it (controlMode {target.spec.control_mode}); name one that it has, or another pool",
            )


def _addresses(
    spec: NodeMigrationSpec, live: LiveNodes, leaving: Mapping[str, LiveNode], target: ResourcePool
) -> Iterator[Problem]:
    """Yields that the network has too few addresses for the nodes that move at a time.

    A node has its old address until it has moved (assumed), so that one batch after the other can use the same ones.
    """
    network = target.spec.network.name
    free = (live.addresses or {}).get(network)
    coming = Counter(found.pool for found in leaving.values() if found.pool != spec.target_pool)
    batch = min(spec.strategy.max_unavailable, max(coming.values(), default=0))
    if free is None or free >= batch:
        return
    least = max((len(names) for (pool, _), names in units(leaving.values()).items() if pool in coming), default=1)
    lower = f", or lower max_unavailable to {free}" if free >= least else ""
    yield Problem(
        "target_pool",
        f"network {network!r} of {target.name!r} has {number_of(free, 'free address', 'free addresses')}, and "
        f"{number_of(batch, 'node')} would come at a time; free some{lower}",
    )
