"""How orders end whose pool is deleted meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.service.models import order
from modelarts_emulator.service.models.entry import EntryKey, adjusted
from modelarts_emulator.service.models.node import POOL

if TYPE_CHECKING:
    from modelarts_emulator.service.models.order import Order
    from modelarts_emulator.service.models.tenant import Tenant

POOL_DELETED = "the pool is being deleted"

_NOT_READY = "(ready_at IS NULL OR ready_at > :now)"
_OF_ORDER = f"pool = {POOL} AND creation_order = :number"


def interrupt(tenant: Tenant, pool: str) -> None:
    """End now the orders that still make nodes for a pool, and the stuck ones: what is not ready never will be.

    An order that only deletes nodes ends when they are gone, as it would have.
    """
    for each in order.under_way(tenant, pool):
        missing = _not_ready(tenant, each)
        if missing or each.ends_at is None:
            _end(tenant, each, missing)


def _not_ready(tenant: Tenant, item: Order) -> dict[EntryKey, int]:
    """Nodes that an order has not made yet, by entry."""
    rows = tenant.connection.execute(
        f"SELECT flavor, node_pool, step, count(*) FROM nodes WHERE {_OF_ORDER} AND {_NOT_READY} GROUP BY 1, 2, 3",  # noqa: S608 - constants
        {"project": tenant.project, "pool": item.pool, "number": item.number, "now": tenant.now},
    )
    return {EntryKey(*row[:3]): row[3] for row in rows}


def _end(tenant: Tenant, item: Order, missing: dict[EntryKey, int]) -> None:
    where = {"project": tenant.project, "pool": item.pool, "number": item.number, "now": tenant.now}
    tenant.connection.execute(f"UPDATE nodes SET failed = 1 WHERE {_OF_ORDER} AND {_NOT_READY}", where)  # noqa: S608 - constants
    done = any(not each["fails"] for each in order.items(tenant, item))
    item.outcome = "partialSuccessed" if done and item.operation == "modify" else "failed"
    item.reason = POOL_DELETED
    item.begins_at, item.ends_at = min(item.begins_at, tenant.now), tenant.now
    item.reached = adjusted(item.wanted, {key: -count for key, count in missing.items()})
    order.save(tenant, item)
