"""Deleting whole pools, with what is under way in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.service.models import agenda, job, node, occupation, order, order_interruption, resource_pool
from modelarts_emulator.service.models.order import Order
from modelarts_emulator.service.preconditions import unmet
from modelarts_emulator.state.clock import rfc3339

if TYPE_CHECKING:
    from modelarts_emulator.service.models.resource_pool import Pool
    from modelarts_emulator.service.models.tenant import Tenant


def delete(tenant: Tenant, pool: Pool) -> None:
    """Begin to delete a pool with all its nodes, locked ones too (documented: user guide); again changes nothing.

    Orders that still make nodes for it end with that (assumed). A deletion that is stuck goes on for ever.

    Raises:
        ApiError: 400 for a pool that is paid by the month or year (documented: DeletePool), or that nodes are being
            migrated from or to (assumed).
    """
    if pool.deleting_at is not None:
        return
    if pool.is_prepaid:
        raise unmet(
            "pool_not_prepaid", f"The pool {pool.name} is yearly/monthly: unsubscribe from it instead of deleting it"
        )
    if job.leaving(tenant, pool.name) or job.coming(tenant, pool.name):
        raise unmet(
            "pool_at_rest", f"The pool {pool.name} cannot be deleted while nodes are being migrated from or to it"
        )
    stuck = tenant.outcome("deletion", {"pool": pool.name})
    order_interruption.interrupt(tenant, pool.name)
    number, name = order.next_identity(tenant, pool)
    gone_at = None if stuck else tenant.now + tenant.timings.deleting
    node.mark_deleting(tenant, node.present(tenant, pool.name), number, gone_at)
    occupation.lose_pool(tenant, pool.name)
    agenda.forget(tenant, pool.name)
    pool.deleting_at, pool.gone_at = tenant.now, gone_at
    pool.labels[resource_pool.ORDER_NAME] = name
    pool.metadata["deletionTimestamp"] = rfc3339(tenant.now)
    ending = ("failed", stuck.reason) if stuck else ("successed", "")
    moments = (tenant.now, tenant.now, gone_at)
    order.make(tenant, Order(number, name, pool.name, *moments, *ending, pool.entries, [], []))
    resource_pool.save(tenant, pool)


def give_up(tenant: Tenant, pool: Pool, failed: Order) -> None:
    """Leave a pool whose deletion has failed: it is in Error with its nodes, and can be deleted again (assumed)."""
    node.keep(tenant, failed.number)
    pool.deleting_at = pool.gone_at = None
    del pool.metadata["deletionTimestamp"]
    pool.phase, pool.message = "Error", failed.reason
    resource_pool.save(tenant, pool)
