"""Addresses of a network's subnet: how many there are, and how many nodes have taken."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING, NamedTuple

from modelarts_emulator.service.models import network, node, resource_pool
from modelarts_emulator.service.preconditions import unmet

if TYPE_CHECKING:
    from modelarts_emulator.service.models.network import Network
    from modelarts_emulator.service.models.resource_pool import Pool
    from modelarts_emulator.service.models.tenant import Tenant

RESERVED = 5
"""Addresses of a block that no node gets: its first two and its last three (assumed)."""


class Addresses(NamedTuple):
    """Addresses of a network.

    Attributes:
        total: All that nodes can have.
        used: Those that nodes have.
    """

    total: int
    used: int

    @property
    def free(self) -> int:
        """Those that further nodes can have."""
        return max(0, self.total - self.used)


def of(tenant: Tenant, item: Network) -> Addresses:
    """Addresses of a network: one for each node of its pools, until it is gone (assumed)."""
    pools = [pool.name for pool in resource_pool.every(tenant) if pool.spec["network"]["name"] == item.name]
    used = sum(node.count(tenant, name) for name in pools)
    total = IPv4Network(item.spec["cidr"]).num_addresses - RESERVED if item.addresses is None else item.addresses
    return Addresses(total, used)


def require(tenant: Tenant, pool: Pool, nodes: int) -> None:
    """Refuse nodes for which the network of a pool has no addresses.

    Raises:
        ApiError: 400 (documented in words for migrations: BatchMigratePoolNodes, 2026 edition; that a node which moves
            within a network needs a free address there, that growth is refused likewise, code and wording are assumed).
    """
    name = pool.spec["network"]["name"]
    found = network.look_for(tenant, name)
    if found is None:
        return
    free = of(tenant, found).free
    if nodes > free:
        raise unmet("free_addresses", f"the network {name} has {free} free IP addresses, {nodes} are needed")
