"""What happens at the moment at which a migrated node arrives.

All of it is assumed, save that the nodes of a pool run its driver: the service documents none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from modelarts_emulator.service.models import node, resource_flavor, resource_pool
from modelarts_emulator.service.models.driver import VERSION_FIELDS, Driver
from modelarts_emulator.service.models.entry import key_of, with_another_node, without_node
from modelarts_emulator.service.models.node import Place

if TYPE_CHECKING:
    from modelarts_emulator.service.models.entry import Entry
    from modelarts_emulator.service.models.node import Node
    from modelarts_emulator.service.models.resource_pool import Pool
    from modelarts_emulator.service.models.tenant import Tenant


class Arrival(NamedTuple):
    """A node that will have moved.

    Attributes:
        node: Name of the node.
        source: Id of the pool it leaves.
        target: Id of the pool it comes to.
        cluster: Cluster it comes to; empty for the target's first one.
        entry: Entry that the target gets where it has none for the node.
    """

    node: str
    source: str
    target: str
    cluster: str
    entry: Entry


def payload(arrival: Arrival) -> dict[str, Any]:
    """The arrival as plain data, to be noted for later."""
    return arrival._asdict()


def arrive(tenant: Tenant, given: dict[str, Any]) -> None:
    """Move a node: it keeps name, zone and address, both pools' counts follow, and it gets ready in its new place.

    Where the node or one of the pools is gone, there is nothing to move, or nowhere to go.
    """
    arrival = Arrival(**given)
    item = node.look_for(tenant, arrival.source, arrival.node)
    source = resource_pool.look_for(tenant, arrival.source)
    target = source if arrival.target == arrival.source else resource_pool.look_for(tenant, arrival.target)
    if item is None or source is None or target is None:
        return
    driver_before = _install_driver(tenant, item, source, target)
    source.spec["resources"] = without_node(source.entries, item.key, item.az)
    target.spec["resources"] = with_another_node(target.entries, arrival.entry, item.az)
    for pool in (source, target):
        resource_pool.save(tenant, pool)
    duration = tenant.timings.checking + (tenant.timings.driver if driver_before is not None else 0.0)
    key = key_of(arrival.entry)
    node.transfer(tenant, item, Place(target.name, key, arrival.cluster, tenant.now + duration, driver_before))


def _install_driver(tenant: Tenant, item: Node, source: Pool, target: Pool) -> str | None:
    """Version that the node runs until it has the target's; None when it needs no other one.

    A target without a driver of that kind, because it had no such node, takes over the node's.
    """
    kind = resource_flavor.accelerator(resource_flavor.catalogue(tenant.connection)[item.key.flavor])
    if kind is None:
        return None
    version = source.drivers[kind].version_at(tenant.now) if kind in source.drivers else ""
    if kind not in target.drivers:
        target.drivers[kind] = Driver(version, version)
        target.spec["driver"] = {**target.spec.get("driver", {}), VERSION_FIELDS[kind]: version}
    return None if target.drivers[kind].version_at(tenant.now) == version else version
