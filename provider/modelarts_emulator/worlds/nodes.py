"""Nodes of a world's pools, given as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.models import node, node_making, resource_pool, supernode
from modelarts_emulator.service.models.entry import EntryKey, details_of, key_of
from modelarts_emulator.service.models.node_making import NewNodes
from modelarts_emulator.service.models.scaling import zones_for
from modelarts_emulator.state.errors import ImpossibleWorldError
from modelarts_emulator.worlds.breaking import plan_breaking

if TYPE_CHECKING:
    from modelarts_emulator.service.models.resource_pool import Pool
    from modelarts_emulator.service.models.tenant import Tenant


def described_nodes(tenant: Tenant, where: str, pool: Pool, given: Mapping[str, Any] | list[str]) -> list[NewNodes]:
    """Nodes of a pool: those that are named, and as many more as its resources count.

    Raises:
        ImpossibleWorldError: A node that cannot be in the pool.
    """
    named = _named(given)
    if len(named) != len(given):
        raise ImpossibleWorldError(f"{where}.nodes: a name stands twice")
    taken = node.names(tenant)
    left = {key_of(entry): entry["count"] for entry in pool.entries}
    nodes = []
    for name, facts in named.items():
        if name in taken:
            raise ImpossibleWorldError(f"{where}.nodes[{name}]: the name is used by another pool")
        made = _named_node(tenant, f"{where}.nodes[{name}]", pool, name, facts or {}, left)
        nodes.append(made._replace(details=_details(pool, made.key, facts)))
    taken.update(named)
    fresh, now = resource_pool.node_names(tenant, pool, taken), tenant.now
    for entry in pool.entries:
        key = key_of(entry)
        held = Counter(item.az for item in nodes if item.key == key)
        for zone, same in groupby(zones_for(entry, held, left[key], pool.zone)):
            drawn = list(islice(fresh, sum(1 for _ in same)))
            nodes.append(NewNodes(drawn, key, zone, now, now, now, details=details_of(entry)))
    return _in_supernodes(tenant, nodes)


def load_nodes(
    tenant: Tenant, where: str, pool: Pool, nodes: list[NewNodes], given: Mapping[str, Any] | list[str]
) -> None:
    """Put nodes into a pool, and let them break as they are said to.

    Raises:
        ImpossibleWorldError: A node that breaks or mends when it cannot.
    """
    for alike in nodes:
        node_making.make(tenant, pool.name, alike)
    for breaking, facts in _named(given).items():
        plan_breaking(tenant, f"{where}.nodes[{breaking}]", node.find(tenant, pool.name, breaking), facts)


def _details(pool: Pool, key: EntryKey, facts: Mapping[str, Any]) -> str:
    """What a named node shows of its entry: tags of its own in the place of those."""
    entry = next(entry for entry in pool.entries if key_of(entry) == key)
    if "tags" in facts:
        entry = {**entry, "tags": [{"key": name, "value": value} for name, value in facts["tags"].items()]}
    return details_of(entry)


def _in_supernodes(tenant: Tenant, nodes: list[NewNodes]) -> list[NewNodes]:
    """The nodes in supernodes, where they have such: those of an entry and zone, in the order in which they come."""
    names: dict[tuple[EntryKey, str], list[str]] = {}
    for alike in nodes:
        names.setdefault((alike.key, alike.az), []).extend(alike.names)
    supernodes: dict[str, str] = {}
    for (key, _), there in names.items():
        supernodes |= supernode.named_after(tenant, key, there)
    return [part for alike in nodes for part in supernode.parted(alike, supernodes)]


def _named(given: Mapping[str, Any] | list[str]) -> dict[str, Any]:
    """Facts about nodes by name; a mere list of names says nothing about them."""
    facts = given if isinstance(given, Mapping) else dict.fromkeys(given)
    return {name: facts[name] or {} for name in facts}


def _named_node(
    tenant: Tenant, where: str, pool: Pool, name: str, facts: Mapping[str, Any], left: dict[EntryKey, int]
) -> NewNodes:
    keys = [
        key
        for key in left
        if facts.get("flavor", key.flavor) == key.flavor and facts.get("node_pool", key.node_pool) == key.node_pool
    ]
    fitting = [key for key in keys if left[key] > 0]
    if not fitting:
        raise ImpossibleWorldError(f"{where}: resources count no further node of its flavor and node pool")
    if facts.get("phase", "Available") not in {"Available", "Abnormal"}:
        raise ImpossibleWorldError(f"{where}.phase: a node begins Available or Abnormal")
    left[fitting[0]] -= 1
    if facts.get("cluster", pool.cluster_names[0]) not in pool.cluster_names:
        raise ImpossibleWorldError(f"{where}.cluster: the pool has no cluster {facts['cluster']!r}")
    return _ready(tenant, name, fitting[0], facts.get("az", pool.zone), facts)


def _ready(tenant: Tenant, name: str, key: EntryKey, az: str, facts: Mapping[str, Any]) -> NewNodes:
    fate, locked = facts.get("phase", "Available"), bool(facts.get("locked"))
    now = tenant.now
    address, cluster = facts.get("private_ip"), facts.get("cluster", "")
    made = NewNodes([name], key, az, now, now, now, fate=fate, locked=locked, private_ip=address, cluster=cluster)
    return made._replace(spare=bool(facts.get("spare")))
