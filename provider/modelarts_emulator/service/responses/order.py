"""Orders: list and show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.messages import Response
from modelarts_emulator.service.exceptions import bad_request
from modelarts_emulator.service.models import order, resource_pool
from modelarts_emulator.service.models.resource_pool import DISPLAY_NAME, WORKSPACE
from modelarts_emulator.service.operation import operation

if TYPE_CHECKING:
    from modelarts_emulator.service.call import Call
    from modelarts_emulator.service.models.entry import Entry
    from modelarts_emulator.service.models.order import Order
    from modelarts_emulator.service.models.resource_pool import Pool

LARGEST_PAGE = 500
DEFAULT_PAGE = 100
LARGEST_OFFSET = 500
PHASES = ("pending", "processing", "running", "successed", "partialSuccessed", "failed")


@operation(
    "listOrders",
    "GET",
    "/v1/{project}/orders",
    source="documented: ListOrders",
    query="ListOrders",
    answer="OrderList",
    clients=("JavaScript",),
    not_by_sdk="the SDK has no such method; the API pages and Terraform ask for it",
)
def list_orders(call: Call) -> Response:
    """Orders, newest first, optionally of one pool (by id or display name), phase and span of time."""
    query = call.request.query
    phase = query.get("phase", "")
    if phase and phase not in PHASES:
        raise bad_request(f"phase {phase!r} is not one of {', '.join(PHASES)}")
    if query.get("resource", "pools") != "pools":
        raise bad_request("resource must be pools")
    pools = {pool.name: pool for pool in resource_pool.every(call.tenant)}
    since, until = call.moment("since", 0.0), call.moment("until", call.tenant.now)
    involved = query.get("involvedName", "")
    found = [
        item
        for item in order.every(call.tenant)
        if _of_pool(pools.get(item.pool), item, involved)
        and (not phase or _same_phase(item.phase_at(call.tenant.now), phase))
        and since <= item.created_at <= until
    ]
    limit = call.integer("limit", DEFAULT_PAGE, LARGEST_PAGE)
    offset = call.integer("offset", 0, LARGEST_OFFSET)
    items = [_render(item, pools.get(item.pool), call.tenant.now) for item in found[offset : offset + limit]]
    return Response.of_json(200, {"count": len(found), "items": items})


@operation(
    "showOrder",
    "GET",
    "/v1/{project}/orders/{order}",
    source="documented: ShowOrder",
    answer="OrderDetails",
    clients=("official SDK", "Go", "curl"),
)
def show_order(call: Call) -> Response:
    """What one order does to each node."""
    found = order.find(call.tenant, call.parameters["order"])
    now = call.tenant.now
    items = [*_of_whole_pool(found), *order.items(call.tenant, found)]
    items = [_item(item, found, now) for item in items]
    return Response.of_json(200, {"count": len(items), "items": items})


def _of_whole_pool(found: Order) -> list[dict[str, Any]]:
    """What an order for a whole pool does to the pool, beside its nodes (client: Terraform)."""
    if found.operation == "modify":
        return []
    action = "createPool" if found.operation == "apply" else "deletePool"
    fails = found.outcome == "failed"
    return [{"name": found.pool, "action": action, "over_at": found.ends_at, "fails": fails}]


def _of_pool(pool: Pool | None, item: Order, involved: str) -> bool:
    name = item.display_name if pool is None else pool.labels.get(DISPLAY_NAME)
    return not involved or involved in {item.pool, name}


def _same_phase(phase: str, wanted: str) -> bool:
    return phase == ("processing" if wanted == "running" else wanted)


def _render(item: Order, pool: Pool | None, now: float) -> dict[str, Any]:
    phase = item.phase_at(now)
    over = item.is_over(now)
    labels = {} if pool is None else pool.labels
    display_name = labels.get(DISPLAY_NAME) or item.display_name
    return {
        "orderName": item.name,
        "orderId": "",
        "resourceName": item.pool,
        "resourceDisplayName": display_name,
        "workspaceId": labels.get(WORKSPACE, "0"),
        "operation": item.operation,
        "phase": phase,
        "failReason": item.reason if over else "",
        "creationTimestamp": int(item.created_at * 1000),
        "beginTimestamp": int(item.begins_at * 1000) if now >= item.begins_at else 0,
        "endTimestamp": int((item.ends_at or 0) * 1000) if over else 0,
        "initCount": _counts(item.before),
        "specCount": _counts(item.wanted),
        "resultCount": _counts(item.reached) if over else [],
    }


def _counts(entries: list[Entry]) -> list[dict[str, Any]]:
    return [
        {"flavor": entry["flavor"], "count": entry["count"], "maxCount": entry["count"]}
        | ({"nodePool": entry["nodePool"]} if entry.get("nodePool") else {})
        for entry in entries
    ]


def _item(item: dict[str, Any], found: Order, now: float) -> dict[str, Any]:
    over = item["over_at"] is not None and now >= item["over_at"]
    status = ("failed" if item["fails"] else "succeed") if over else "processing"
    return {
        "resourceName": item["name"],
        "action": item["action"],
        "status": status,
        "beginTimestamp": str(int(found.begins_at * 1000)),
        "updateTimestamp": str(int((item["over_at"] if over else now) * 1000)),
        "message": found.reason if status == "failed" else "",
    }
