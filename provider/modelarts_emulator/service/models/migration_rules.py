"""Who may migrate where: every precondition of a migration, in the order in which they are looked at.

The pages give the rules in words only: a pool with a single node is refused (documented: BatchMigratePoolNodes), as are
missing room in the target and nodes in a wrong state (documented: BatchMigratePoolNodes, 2026 edition). All codes, all
wordings and the other rules are assumed, unless marked otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from modelarts_emulator.service.exceptions import pool_not_found
from modelarts_emulator.service.models import (
    job,
    network_addresses,
    node,
    occupation,
    resource_flavor,
    resource_pool,
    supernode,
)
from modelarts_emulator.service.models.entry import Entry, counts_by_flavor, key_of
from modelarts_emulator.service.models.pool_update import MOST_FLAVORS, require_flavor_change
from modelarts_emulator.service.preconditions import named, unmet

if TYPE_CHECKING:
    from modelarts_emulator.service.models.node import Node
    from modelarts_emulator.service.models.resource_pool import Pool
    from modelarts_emulator.service.models.tenant import Tenant

FOR_PRIVILEGED = ("labels", "taints", "network")
"""Fields that only a privileged pool takes (documented: BatchMigratePoolNodes)."""

FOR_NEW_NODE_POOL = ("rootVolume", "dataVolumes", "volumeGroupConfigs", "tags", "extendParams")
"""Fields that count where a node pool is made for the nodes (documented: BatchMigratePoolNodes)."""


class Wish(NamedTuple):
    """A request as it was sent, with its fields found whatever their spelling.

    Attributes:
        pool: Pool id in the path.
        names: Nodes to move.
        from_cluster: Cluster they are said to be in.
        to_cluster: Cluster they shall go to.
        to_pool: Pool they shall go to; empty for their own.
        spec: `resourceSpec` with names in camel case; empty when there is none.
        body: The body as sent.
        spelling: How it was spelled: camelCase, lowercase or mixed.
    """

    pool: str
    names: list[str]
    from_cluster: str
    to_cluster: str
    to_pool: str
    spec: dict[str, Any]
    body: dict[str, Any]
    spelling: str


class Migration(NamedTuple):
    """A wish that can be granted.

    Attributes:
        source: Pool that the nodes are in.
        target: Pool they go to: the same object for a move between its clusters.
        nodes: The nodes, in the order of the request, those of a supernode together.
        cluster: Cluster they go to; empty for the target's first one.
        entries: For each node, the entry of the target that it will belong to, or that is made for it.
    """

    source: Pool
    target: Pool
    nodes: list[Node]
    cluster: str
    entries: list[Entry]


def check(tenant: Tenant, wish: Wish) -> Migration:
    """Look at every precondition.

    Raises:
        ApiError: 404 for a missing source (documented: BatchMigratePoolNodes) or target pool, 400 with the first thing
            that stands against the rest.
    """
    source = resource_pool.find(tenant, wish.pool)
    target = _target(tenant, wish.to_pool) if wish.to_pool not in {"", source.name} else source
    source.require_running(tenant.now, "migrate nodes")
    target.require_running(tenant.now, "migrate nodes")
    _check_clusters(wish, source, target)
    nodes = supernode.together(node.find_all(tenant, source.name, wish.names))
    _check_rest(tenant, source, target, len(nodes))
    _check_nodes(tenant, wish, source, nodes)
    supernode.require_whole(tenant, source.name, nodes, "migrated")
    _check_spec(tenant, wish, nodes, across=target is not source)
    entries = [_entry(wish, item) for item in nodes]
    if target is not source:
        _check_target(tenant, source, target, entries)
    cluster = "" if wish.to_cluster == target.cluster_names[0] else wish.to_cluster
    return Migration(source, target, nodes, cluster, entries)


def _target(tenant: Tenant, name: str) -> Pool:
    found = resource_pool.look_for(tenant, name)
    if found is None:
        raise named("known_target", pool_not_found(name))
    return found


def _check_clusters(wish: Wish, source: Pool, target: Pool) -> None:
    """Cluster and pool names are the same thing in a pool of one cluster; equal ones are refused (client: reports)."""
    if wish.from_cluster == wish.to_cluster:
        raise unmet("other_cluster", f"fromClusterName and toClusterName are the same cluster {wish.to_cluster}")
    if wish.from_cluster not in source.cluster_names:
        raise unmet("source_cluster", f"fromClusterName {wish.from_cluster!r} is not a cluster of pool {source.name}")
    if wish.to_cluster not in target.cluster_names:
        hint = "" if wish.to_pool else ", toPoolName is required to migrate to another pool"
        raise unmet("target_cluster", f"toClusterName {wish.to_cluster!r} is not a cluster of pool {target.name}{hint}")


def _check_rest(tenant: Tenant, source: Pool, target: Pool, count: int) -> None:
    """A pool with a single node takes part in no migration, and none leaves a pool empty."""
    present = node.count_present(tenant, source.name)
    if present == 1:
        raise unmet("more_than_one_node", f"The pool {source.name} has only one node, the migration is not supported")
    if target is not source and present - len(job.leaving(tenant, source.name)) <= count:
        raise unmet("node_remains", f"at least one node must remain in the pool {source.name}")


def _check_nodes(tenant: Tenant, wish: Wish, source: Pool, nodes: list[Node]) -> None:
    job.require_free(tenant, nodes)
    busy = occupation.by_host(tenant) if tenant.choices.busy_migration == "refuse" else {}
    for item in nodes:
        if item.phase == "Deleting":
            raise unmet("node_stays", f'node "{item.name}" is being deleted')
        if item.phase != "Available":
            raise unmet("node_available", f'node "{item.name}" is {item.phase}, only Available nodes can be migrated')
        if item.locked:
            raise unmet("node_unlocked", f'node "{item.name}" is locked')
        if item.private_ip in busy:
            raise unmet("node_idle", f'node "{item.name}" runs {busy[item.private_ip]}')
        if (item.cluster or source.cluster_names[0]) != wish.from_cluster:
            raise unmet("node_in_cluster", f'node "{item.name}" is not in cluster {wish.from_cluster}')


def _check_spec(tenant: Tenant, wish: Wish, nodes: list[Node], *, across: bool) -> None:
    flavor = wish.spec.get("flavor")
    if flavor is None and across:
        raise unmet("flavor_named", "resourceSpec.flavor is required to migrate to another pool")
    for name in FOR_PRIVILEGED:
        if wish.spec.get(name):
            raise unmet("unprivileged_fields", f"resourceSpec.{name} cannot be specified for a non-privileged pool")
    if flavor is not None and flavor not in resource_flavor.catalogue(tenant.connection):
        raise unmet("known_flavor", f"resourceSpec.flavor {flavor!r} not found")
    for item in nodes:
        if flavor not in {None, item.key.flavor}:
            raise unmet("flavor_of_nodes", f'node "{item.name}" has flavor {item.key.flavor}, not {flavor}')
        if key_of(_entry(wish, item)).step != item.key.step:
            raise unmet("step_of_nodes", f'resourceSpec.creatingStep is not that of node "{item.name}"')


def _entry(wish: Wish, item: Node) -> Entry:
    """Entry of the target for a node; within one pool the node keeps what is not said."""
    within = wish.to_pool in {"", wish.pool}
    node_pool = wish.spec.get("nodePool") or (item.key.node_pool if within else "")
    step = wish.spec.get("creatingStep") or (item.key.creating_step if within else None)
    entry: Entry = {"flavor": item.key.flavor}
    if node_pool and node_pool != f"{item.key.flavor}-default":
        entry["nodePool"] = node_pool
    if step:
        entry["creatingStep"] = step
    return entry | {name: wish.spec[name] for name in FOR_NEW_NODE_POOL if wish.spec.get(name)}


def _check_target(tenant: Tenant, source: Pool, target: Pool, entries: list[Entry]) -> None:
    if source.spec.get("network") != target.spec.get("network"):
        raise unmet("same_network", f"The pools {source.name} and {target.name} are in different networks")
    flavors = set(counts_by_flavor(target.entries)) | {entry["flavor"] for entry in entries}
    if len(flavors) > MOST_FLAVORS:
        raise unmet("flavor_limit", f"a pool takes at most {MOST_FLAVORS} flavors")
    catalogue = resource_flavor.catalogue(tenant.connection)
    if len({catalogue[flavor].get("cpuArch") for flavor in flavors}) > 1:
        raise unmet("cpu_architecture", f"The flavors of pool {target.name} have another CPU architecture")
    if not {key_of(entry) for entry in entries} <= {key_of(entry) for entry in target.entries}:
        require_flavor_change(target)
    there = node.count_present(tenant, target.name) + len(job.coming(tenant, target.name))
    if target.capacity is not None and there + len(entries) > target.capacity:
        raise unmet("room_in_target", f"insufficient resources in pool {target.name}")
    network_addresses.require(tenant, target, len(entries))
