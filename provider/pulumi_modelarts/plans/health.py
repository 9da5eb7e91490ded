"""What is broken in a pool, and how many of its nodes can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.live_pool import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.live_pool import LivePool

_BROKEN = ("Abnormal", "Error")


def ailing(pool: ResourcePool) -> bool:
    """Returns whether a pool counts nodes as Abnormal, so that it is worth a look which they are."""
    return any(group.count for group in pool.status.resources.abnormal)


def warnings(live: LivePool) -> list[str]:
    """Returns what is broken in a pool: nodes by name, as far as they have been read, and the pool itself at rest."""
    found = sorted(node.name for node in live.nodes or () if node.phase == "Abnormal")
    told: list[str] = []
    if found:
        told.append(
            f"{changes.names(found)} of resource pool {live.pool.name!r} "
            + ("are Abnormal; repair them" if len(found) > 1 else "is Abnormal; repair it")
            + " in the console, or wait until the service does: what is broken counts, and runs nothing"
        )
    if live.pool.phase in _BROKEN and not live.changing:
        note = f": {live.pool.status.message}" if live.pool.status.message else ""
        told.append(f"resource pool {live.pool.name!r} is {live.pool.phase}{note}; have it repaired in the console")
    return told


def coming(live: LivePool) -> list[str]:
    """Returns that nodes are still to come which count as live, for whoever does not wait for them.

    It tells no number, as the counts of a program may be secret.
    """
    pool = live.pool
    if live.settled or counted(pool) >= sum(entry.count for entry in pool.entries):
        return []
    order = f" (order {pool.order_name})" if pool.order_name else ""
    return [f"nodes of resource pool {pool.name!r} are still to come{order}; they count, and are not ordered again"]


def spares_of(nodes: Iterable[Node]) -> dict[str, int]:
    """Returns how many nodes stand by for others, by flavor; a broken one is broken, and no spare."""
    spares: dict[str, int] = {}
    for node in nodes:
        if node.spare and node.available:
            spares[node.flavor] = spares.get(node.flavor, 0) + 1
    return spares


def node_states(pool: ResourcePool, spares: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Returns how many nodes of each flavor can be used, stand by, and are broken.

    Args:
        pool: The live pool, which counts what is Available and what is Abnormal.
        spares: Nodes that stand by, by flavor, which the pool does not tell.
    """
    available, broken = _by_flavor(pool, "available"), _by_flavor(pool, "abnormal")
    states: dict[str, dict[str, int]] = {}
    for flavor in sorted({*available, *broken}):
        there = available.get(flavor, 0)
        spare = min(there, spares.get(flavor, 0))
        states[flavor] = {"usable": there - spare, "spare": spare, "broken": broken.get(flavor, 0)}
    return states


def recorded_spares(states: Mapping[str, Mapping[str, float]] | None) -> dict[str, int]:
    """Returns the spares that recorded states tell; none where a state is older than they are."""
    return {flavor: int(counts.get("spare", 0)) for flavor, counts in (states or {}).items()}


def _by_flavor(pool: ResourcePool, state: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for group in getattr(pool.status.resources, state):
        counts[group.flavor] = counts.get(group.flavor, 0) + group.count
    return counts
