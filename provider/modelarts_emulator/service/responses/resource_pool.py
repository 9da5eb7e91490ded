"""Resource pools: list, show, create, update, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.messages import MERGE_PATCH, Response
from modelarts_emulator.service.exceptions import bad_request
from modelarts_emulator.service.models import node, pool_creation, pool_deletion, pool_update, project, resource_pool
from modelarts_emulator.service.models.resource_pool import CREATION_FAILED, WORKSPACE
from modelarts_emulator.service.operation import operation
from modelarts_emulator.service.responses.selector import selects

if TYPE_CHECKING:
    from collections.abc import Iterable

    from modelarts_emulator.service.call import Call
    from modelarts_emulator.service.models.entry import EntryKey
    from modelarts_emulator.service.models.node import PhaseCount
    from modelarts_emulator.service.models.resource_pool import Pool

PHASES_BY_STATUS = {
    "created": {"Running", "Abnormal", "Deleting", "Error", "ScalingFailed"},
    "creating": {"Creating", "Waiting"},
    "failed": {CREATION_FAILED},
}
GROUPS = {"Creating": "creating", "Checking": "creating", "Available": "available", "Abnormal": "abnormal"}


@operation(
    "listPools",
    "GET",
    "/v2/{project}/pools",
    source="documented: ListPools",
    permission="modelarts:pool:list",
    query="ListPools",
    answer="PoolList",
    clients=("official SDK", "JavaScript", "Go", "curl"),
)
def list_pools(call: Call) -> Response:
    """All pools of a workspace (default: all workspaces) that a status and a label selector leave.

    Without `status` it lists those that exist or are being created, not the failed records (documented, 2025 text).
    """
    query = call.request.query
    status = query.get("status", "")
    if status and status not in PHASES_BY_STATUS:
        raise bad_request(f"status {status!r} is not one of {', '.join(PHASES_BY_STATUS)}")
    phases = PHASES_BY_STATUS[status] if status else PHASES_BY_STATUS["created"] | PHASES_BY_STATUS["creating"]
    workspace = query.get("workspaceId", "")
    counts: dict[str, list[PhaseCount]] = {}
    for count in node.phase_counts(call.tenant):
        counts.setdefault(count.pool, []).append(count)
    items = [
        render(pool, counts.get(pool.name, []), call.tenant.now)
        for pool in resource_pool.every(call.tenant)
        if pool.phase_at(call.tenant.now) in phases
        and selects(call, labels := {WORKSPACE: project.DEFAULT_WORKSPACE, **pool.labels})
        and workspace in {"", labels[WORKSPACE]}
    ]
    return Response.of_json(200, {"kind": "PoolList", "apiVersion": "v2", "items": items})


@operation(
    "showPool",
    "GET",
    "/v2/{project}/pools/{pool}",
    source="documented: ShowPool",
    permission="modelarts:pool:get",
    answer="Pool",
)
def show_pool(call: Call) -> Response:
    """One pool."""
    pool = resource_pool.find(call.tenant, call.parameters["pool"])
    return _shown(call, pool)


@operation(
    "createPool",
    "POST",
    "/v2/{project}/pools",
    source="documented: CreatePool",
    permission="modelarts:pool:create",
    body="CreatePool",
    answer="Pool",
    sets_going=("order",),
    makes="pool",
)
def create_pool(call: Call) -> Response:
    """Begin to make a pool; the answer has no phase yet (documented: CreatePool, example)."""
    body = call.body()
    made = pool_creation.create(call.tenant, body)
    document = render(made, (), call.tenant.now)
    return Response.of_json(200, {**document, "status": {"resources": {}}})


@operation(
    "patchPool",
    "PATCH",
    "/v2/{project}/pools/{pool}",
    source="documented: PatchPool",
    permission="modelarts:pool:update",
    body="PatchPool",
    answer="Pool",
    media_type=MERGE_PATCH,
    sets_going=("order", "driver"),
    clients=("official SDK", "JavaScript", "Go", "curl"),
)
def patch_pool(call: Call) -> Response:
    """Update a pool; the answer shows the new spec at once and the status as it is at the beginning."""
    pool = resource_pool.find(call.tenant, call.parameters["pool"])
    pool_update.update(call.tenant, pool, call.body())
    return _shown(call, pool)


@operation(
    "deletePool",
    "DELETE",
    "/v2/{project}/pools/{pool}",
    source="documented: DeletePool",
    permission="modelarts:pool:delete",
    answer="Pool",
    sets_going=("deletion",),
)
def delete_pool(call: Call) -> Response:
    """Begin to delete a pool; it is shown until it is gone."""
    pool = resource_pool.find(call.tenant, call.parameters["pool"])
    pool_deletion.delete(call.tenant, pool)
    return _shown(call, pool)


def _shown(call: Call, pool: Pool) -> Response:
    return Response.of_json(200, render(pool, node.phase_counts(call.tenant, pool.name), call.tenant.now))


def render(pool: Pool, counts: Iterable[PhaseCount], now: float) -> dict[str, Any]:
    """Document of a pool at this moment."""
    spec = dict(pool.spec)
    status: dict[str, Any] = {"phase": pool.phase_at(now), "message": pool.message, "root": pool.name, "parent": ""}
    status["scope"] = [
        {"scopeType": scope.type, "state": state} for scope in pool.scopes if (state := scope.state_at(now)) is not None
    ]
    status["resources"] = counts_by_group(counts)
    if pool.drivers:
        status["driver"] = {
            kind: {"version": driver.version_at(now), "state": driver.state_at(now)}
            for kind, driver in pool.drivers.items()
        }
    if pool.clusters:
        status["clusters"] = [{"name": name} for name in pool.clusters]
    metadata = {"name": pool.name, **pool.metadata}
    return {"kind": "Pool", "apiVersion": "v2", "metadata": metadata, "spec": spec, "status": status}


def counts_by_group(counts: Iterable[PhaseCount]) -> dict[str, list[dict[str, Any]]]:
    """Nodes by what they are doing, as `status.resources` has them."""
    zones: dict[str, dict[EntryKey, dict[str, int]]] = {}
    for count in counts:
        by_zone = zones.setdefault(GROUPS.get(count.phase, "deleting"), {}).setdefault(count.key, {})
        by_zone[count.az] = by_zone.get(count.az, 0) + count.nodes
    return {
        group: [_flavor_count(key, zones[group][key]) for key in zones[group]]
        for group in ("creating", "available", "abnormal", "deleting")
        if group in zones
    }


def _flavor_count(key: EntryKey, by_zone: dict[str, int]) -> dict[str, Any]:
    total = sum(by_zone.values())
    item: dict[str, Any] = {"flavor": key.flavor, "count": total, "maxCount": total, "nodePool": key.node_pool}
    item["azs"] = [{"az": zone, "count": count} for zone, count in sorted(by_zone.items())]
    if key.creating_step:
        item["creatingStep"] = key.creating_step
    return item
