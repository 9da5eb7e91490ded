"""Giving up an order that never ends by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.service.models import order, pool_creation, pool_deletion, resource_pool

if TYPE_CHECKING:
    from modelarts_emulator.service.models.order import Order
    from modelarts_emulator.service.models.tenant import Tenant


def give_up(tenant: Tenant, stuck: Order) -> None:
    """Fail a stuck order, and with it the making or the deletion of its pool."""
    order.fail(tenant, stuck)
    pool = resource_pool.look_for(tenant, stuck.pool)
    if pool is None or pool.labels.get(resource_pool.ORDER_NAME) != stuck.name:
        return
    failed = order.find(tenant, stuck.name)
    if pool.deleting_at is not None and pool.gone_at is None:
        pool_deletion.give_up(tenant, pool, failed)
    elif pool.ready_at is None:
        pool_creation.settle(tenant, pool, failed)
