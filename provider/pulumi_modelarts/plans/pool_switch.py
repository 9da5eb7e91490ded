"""Whose a pool is from one run to the next: what turns an adopted pool into a made one and back, and what never may.

Both are the same resource, so that handing a pool over is an update that sends nothing. What becomes of it in the end
changes all the same, and that is shown. A made pool is never replaced: its id would be the same, so that the new one
could not be made beside the old, or its nodes would be bought twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.api.wording import number_of
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.live_pool import entries
from pulumi_modelarts.plans.projects import made_elsewhere
from pulumi_modelarts.specs._spec import Problem
from pulumi_modelarts.specs.spelling import argument

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.live_pool import LivePool
    from pulumi_modelarts.plans.resource_pool import PoolPlan
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

KEY: Final = "on destroy"
"""Of the entry in the `changes` map."""

RELEASED: Final = "released"

_FIXED: Final = {"network": "network", "prefix": "prefix of node names", "workspaceId": "workspace"}
"""What a pool has from the moment it is made (documented: PatchPool takes none of it), by input."""

_OUT: Final = (
    "Declare a second pool under a name of its own, move nodes into it by a NodeMigration, and take this one out of "
    "the program then"
)


def was_made(before: Mapping[str, Any]) -> bool:
    """Returns whether recorded inputs are those of a pool that the program made."""
    return bool(before.get("name"))


def is_own(before: Mapping[str, Any], spec: ResourcePoolSpec) -> bool:
    """Returns whether recorded inputs say that the pool which a program declares was made by it."""
    return was_made(before) and before.get("poolName") == spec.pool_name


def replaced(before: Mapping[str, Any], spec: ResourcePoolSpec) -> Iterator[Problem]:
    """Yields why a made pool cannot become what the program declares now: another one would have to take its place.

    Args:
        before: The recorded inputs; empty for a resource that is new, or that the engine replaces by itself.
        spec: What the program declares.
    """
    if not was_made(before):
        return
    pool = before["poolName"]
    if not spec.makes:
        if spec.pool_name != pool:
            yield Problem(
                "pool_name",
                f"resource pool {pool!r} was made by this resource, and would be deleted for {spec.pool_name!r} to "
                "take its place. Declare that one as a resource of its own; take this one out of the program, or "
                f"declare it with pool_name={pool!r} first to keep it",
            )
        return
    if spec.name != before["name"]:
        yield Problem(
            "name",
            f"a pool keeps its name: {before['name']!r} would be deleted, and all nodes of {spec.name!r} bought. "
            f"{_OUT}",
        )
    elif spec.pool_name != pool:
        yield Problem("name", made_elsewhere("pool", pool, spec.pool_name.removeprefix(f"{spec.name}-")))
    yield from _moved(spec, {field: before.get(field) for field in _FIXED})


def unlike(spec: ResourcePoolSpec, pool: ResourcePool) -> Iterator[Problem]:
    """Yields where a pool that is there is not as it would be made, and cannot become so.

    Args:
        spec: What the program declares.
        pool: The live pool.
    """
    if spec.makes:
        workspace = spec.workspace_id and pool.workspace_id
        live = {"network": pool.spec.network.name, "prefix": pool.node_prefix, "workspaceId": workspace}
        yield from _moved(spec, live)


def _moved(spec: ResourcePoolSpec, is_now: Mapping[str, object]) -> Iterator[Problem]:
    declared = spec.to_inputs()
    for field, what in _FIXED.items():
        if (declared.get(field) or None) != (is_now[field] or None):
            yield Problem(
                argument(field),
                f"a pool keeps its {what}, which is {changes.text(is_now[field])}, and is not made anew for another "
                f"one. {_OUT}",
            )


def entry(before: Mapping[str, Any], spec: ResourcePoolSpec, live: LivePool, plan: PoolPlan) -> dict[str, str]:
    """Returns what the `changes` map says where a pool changes hands: what becomes of it in the end.

    Args:
        before: The recorded inputs; empty for a resource that is new.
        spec: What the program declares.
        live: The pool.
        plan: What the run does to it.
    """
    if not before or before.get("poolName") != spec.pool_name or was_made(before) == spec.makes:
        return {}
    deleted = f"deleted with its {_nodes(spec, live, plan)}"
    return {KEY: changes.step(RELEASED, deleted) if spec.makes else changes.step(deleted, RELEASED)}


def _nodes(spec: ResourcePoolSpec, live: LivePool, plan: PoolPlan) -> str:
    """Returns the nodes that a pool will have when the run has ended."""
    if spec.hidden.touch("flavors") or spec.hidden.touch("nodePools"):
        return "nodes"
    now = sum(each.count(settled=live.settled) for each in entries(live.pool))
    then = now + sum(cell.growth + cell.moving for cell in plan.cells) - len(plan.removals)
    return number_of(then, "node")
