"""Events of pools: list. They are not kept, but follow from the moments of pools and nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from modelarts_emulator.messages import Response
from modelarts_emulator.service.exceptions import bad_request
from modelarts_emulator.service.models import history, resource_pool, retention
from modelarts_emulator.service.operation import operation
from modelarts_emulator.state import ids
from modelarts_emulator.state.clock import rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelarts_emulator.service.call import Call
    from modelarts_emulator.service.models.resource_pool import Pool
    from modelarts_emulator.service.models.tenant import Tenant

LARGEST_PAGE = 500
TYPES = ("Normal", "Warning")
TROUBLE = frozenset({"Abnormal", "CreationFailed", "Error", "ScalingFailed"})


class Event(NamedTuple):
    """Something that happened to a pool.

    Attributes:
        at: When.
        is_trouble: True when it is a warning.
        reason: What kind of thing it was.
        message: What it was.
    """

    at: float
    is_trouble: bool
    reason: str
    message: str


@operation(
    "listEvents",
    "GET",
    "/v1/{project}/events",
    source="documented: ListEvents",
    permission="modelarts:pool:get",
    query="ListEvents",
    answer="EventList",
)
def list_events(call: Call) -> Response:
    """One page of what has happened to a pool, newest first unless asked otherwise (assumed)."""
    query = call.request.query
    if query.get("resource") != "pools" or not query.get("name"):
        raise bad_request("resource must be pools, and name the id of a pool")
    kind, ascend = query.get("type", ""), query.get("ascend", "false")
    if kind and kind not in TYPES:
        raise bad_request(f"type {kind!r} is not one of {', '.join(TYPES)}")
    if ascend not in ("true", "false"):
        raise bad_request("ascend must be true or false")
    pool = resource_pool.find(call.tenant, query["name"])
    since = max(call.moment("since", 0.0), call.tenant.now - retention.KEPT)
    until = call.moment("until", call.tenant.now)
    found = [item for item in _every(call.tenant, pool) if since <= item.at <= until and kind in ("", _type(item))]
    if ascend == "false":
        found.reverse()
    return _page(call, pool, found)


def _page(call: Call, pool: Pool, found: list[Event]) -> Response:
    limit = call.integer("limit", LARGEST_PAGE, LARGEST_PAGE)
    mark = call.request.query.get("continue", "")
    marks = [_mark(call.tenant, pool, item) for item in found] if mark or len(found) > limit else []
    if mark and mark not in marks:
        raise bad_request(f"continue {mark!r} is not a value of metadata.continue")
    begin = marks.index(mark) + 1 if mark else 0
    left = len(found) - begin - limit
    metadata: dict[str, Any] = {}
    if left > 0:
        metadata = {"continue": marks[begin + limit - 1], "remainingItemCount": left}
    items = [_render(item) for item in found[begin : begin + limit]]
    return Response.of_json(200, {"kind": "EventList", "apiVersion": "v1", "metadata": metadata, "items": items})


def _mark(tenant: Tenant, pool: Pool, item: Event) -> str:
    """What leads to the events behind this one: a UUID (client: official SDK)."""
    digits = ids.token(tenant.seed, "event", pool.name, item.at, item.message)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _type(item: Event) -> str:
    return TYPES[item.is_trouble]


def _render(item: Event) -> dict[str, Any]:
    return {
        "kind": "Event",
        "apiVersion": "v1",
        "type": _type(item),
        "firstTimestamp": rfc3339(item.at),
        "lastTimestamp": rfc3339(item.at),
        "count": 1,
        "reason": item.reason,
        "message": item.message,
    }


def _every(tenant: Tenant, pool: Pool) -> list[Event]:
    """All events of a pool up to now, oldest first."""
    return sorted([*_of_phases(tenant, pool), *_of_nodes(tenant, pool)], key=lambda item: item.at)


def _of_phases(tenant: Tenant, pool: Pool) -> Iterator[Event]:
    moments = [pool.ready_at or None, pool.deleting_at]
    phases = ["Creating", pool.phase, "Deleting"] if pool.ready_at else [pool.phase, pool.phase, "Deleting"]
    if pool.deleting_at is not None and (pool.ready_at is None or pool.deleting_at < pool.ready_at):
        moments, phases = [pool.deleting_at], ["Creating", "Deleting"]
    for at, before, after in zip(moments, phases, phases[1:], strict=False):
        if at is not None and at <= tenant.now:
            text = f"Pool status changed, from {before} to {after}, details: {pool.message}."
            yield Event(at, after in TROUBLE, "PoolStatusChange", text)


def _of_nodes(tenant: Tenant, pool: Pool) -> Iterator[Event]:
    """Each change of what a pool's nodes do, in the words of the page; more abnormal ones are a warning (assumed)."""
    abnormal = history.GROUPS.index(history.ABNORMAL)
    for change in history.changes(tenant, pool.name):
        before, after = ("/".join(map(str, counts)) for counts in (change.before, change.after))
        text = (
            f"Pool resources status changed, {'/'.join(history.GROUPS)} count from {before} to {after}, "
            f"timestamp: {rfc3339(change.at)}"
        )
        yield Event(change.at, change.after[abnormal] > change.before[abnormal], "PoolResourcesStatusChange", text)
