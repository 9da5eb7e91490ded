"""Which nodes move together, and with which creating step the service has to be asked for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.resource_pool import ResourceEntry, ResourcePool
    from pulumi_modelarts.plans.live_nodes import LiveNode

NodeStep = tuple[int, str]
"""Creating step of an entry: how many nodes come at once, and of which type they are together."""


def unit(node: Node) -> str:
    """Returns what a node moves as: the id of its supernode, or its own name."""
    return node.supernode.uid if node.supernode is not None else node.name


def units(nodes: Iterable[LiveNode]) -> dict[tuple[str, str], list[str]]:
    """Returns the names of nodes by their pool and by what they move as, in their order."""
    found: dict[tuple[str, str], list[str]] = {}
    for each in nodes:
        found.setdefault((each.pool, unit(each.node)), []).append(each.node.name)
    return found


def missing(nodes: Mapping[str, LiveNode], lists: Mapping[str, Sequence[Node]]) -> dict[str, list[str]]:
    """Returns, by the first node of each supernode that is named in part only, the names that are missing.

    Args:
        nodes: Nodes that have to move.
        lists: All nodes of their pools.
    """
    lacking: dict[str, list[str]] = {}
    for (pool, uid), named in units(each for each in nodes.values() if each.node.supernode is not None).items():
        rest = [node.name for node in lists.get(pool, ()) if unit(node) == uid and node.name not in named]
        if rest:
            lacking[named[0]] = sorted(rest)
    return lacking


def step_in(entry: ResourceEntry) -> NodeStep | None:
    """Returns the creating step of an entry; None for an entry whose nodes come one by one."""
    step = entry.creating_step
    return (step.step, step.type) if step is not None else None


def possible_steps(pool: ResourcePool | None, node: Node) -> set[NodeStep | None]:
    """Returns the creating steps that a node may have come with, by the entries of its pool; None for no step.

    Several entries of one flavor and node pool may differ in their step alone. A supernode says how many nodes it has,
    and a node by itself is of the entry without a step, if there is one; where neither decides, all are possible.
    """
    mine = (node.flavor, node.node_pool)
    of_kind = [entry for entry in pool.entries if (entry.flavor, entry.effective_node_pool) == mine] if pool else []
    found = set(map(step_in, of_kind)) or {None}
    if len(found) == 1:
        return found
    if node.supernode is None:
        return {None} if None in found else found
    return {step for step in found if step is not None and step[0] == node.supernode.count} or found


def step_of(pool: ResourcePool | None, node: Node) -> NodeStep | None:
    """Returns the creating step that a node came with; where several are possible, which a plan refuses, the first."""
    return min(possible_steps(pool, node), key=lambda step: step or (0, ""))
