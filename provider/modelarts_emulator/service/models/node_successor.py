"""What happens at the moment at which a node has been replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.models import node, node_making, occupation, resource_pool
from modelarts_emulator.service.models.node_making import NewNodes

if TYPE_CHECKING:
    from modelarts_emulator.service.models.tenant import Tenant


def succeed(tenant: Tenant, given: dict[str, Any]) -> None:
    """Let the new node be there and the old one gone, unless that has begun to go meanwhile."""
    pool, old = resource_pool.look_for(tenant, given["pool"]), node.anywhere(tenant, given["node"])
    if pool is None or old is None or old.phase == "Deleting":
        return
    now = tenant.now
    name = next(resource_pool.node_names(tenant, pool, node.names(tenant)))
    new = NewNodes([name], old.key, old.az, now, now, now, cluster=old.cluster, spare=old.spare, batch=old.batch)
    new = new._replace(details=old.details)
    node_making.make(tenant, pool.name, new)
    resource_pool.save(tenant, pool)
    occupation.lose_hosts(tenant, [old.private_ip])
    tenant.connection.execute("UPDATE nodes SET deleting_at = ?, gone_at = ? WHERE number = ?", (now, now, old.number))
