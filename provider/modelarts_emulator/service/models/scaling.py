"""From the counts that a pool's spec asks for to the nodes to make and to delete."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from modelarts_emulator.service.models import delivery, job, network_addresses, node, quota, stock, supernode
from modelarts_emulator.service.models.delivery import Change
from modelarts_emulator.service.models.entry import counts_by_flavor, details_of, key_of
from modelarts_emulator.service.preconditions import unmet

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from modelarts_emulator.service.models.entry import Entry, EntryKey
    from modelarts_emulator.service.models.node import Node
    from modelarts_emulator.service.models.resource_pool import Pool
    from modelarts_emulator.service.models.tenant import Tenant


def check_direction(before: list[Entry], wanted: list[Entry]) -> None:
    """Refuse growing one flavor while shrinking another (documented: user guide, adjusting a resource pool).

    Raises:
        ApiError: 400, code assumed.
    """
    old, new = counts_by_flavor(before), counts_by_flavor(wanted)
    grown = sorted(flavor for flavor in new if new[flavor] > old.get(flavor, 0))
    shrunk = sorted(flavor for flavor in old if new.get(flavor, 0) < old[flavor])
    if grown and shrunk:
        raise unmet(
            "one_direction",
            f"cannot add nodes of flavor {grown[0]} and remove nodes of flavor {shrunk[0]} in one request",
        )


def differs(tenant: Tenant, pool: Pool, wanted: list[Entry]) -> bool:
    """True when the nodes that are there are not those that these entries ask for."""
    return bool(_changes(pool, wanted, node.present(tenant, pool.name), spared=()))


def scale(tenant: Tenant, pool: Pool, wanted: list[Entry]) -> None:
    """Order what is missing between the nodes that are there and these entries; nothing missing orders nothing.

    Nodes under way count as there, so the same request again while an order is pending does not order twice (assumed).

    Raises:
        ApiError: 400 when nodes of a prepaid pool would be deleted, or nodes that are being migrated; when a zone is
            sold out, the project's quota does not allow so many nodes, or the network has no addresses for them.
    """
    moving = job.under_way(tenant)
    changes = _changes(pool, wanted, node.present(tenant, pool.name), moving)
    if moving:
        _check_victims(tenant, pool, wanted, sum(len(change.victims) for change in changes))
    if not changes:
        return
    if pool.is_prepaid and any(change.victims for change in changes):
        raise unmet(
            "not_prepaid", f"The pool {pool.name} is yearly/monthly: unsubscribe from nodes instead of removing them"
        )
    _check_supply(tenant, pool, changes)
    delivery.deliver(tenant, pool, changes, wanted)


def _check_supply(tenant: Tenant, pool: Pool, changes: list[Change]) -> None:
    """Refuse growth for which a zone is sold out, the project's quota too small, or the network too full."""
    growth = sum(len(change.zones) - len(change.victims) for change in changes)
    for change in changes:
        if change.zones:
            stock.require(tenant, change.key.flavor, set(change.zones))
    if growth > 0:
        quota.require(tenant, "nodes", node.count_present(tenant) + growth)
        network_addresses.require(tenant, pool, growth)


def _check_victims(tenant: Tenant, pool: Pool, wanted: list[Entry], victims: int) -> None:
    """Nodes that are being migrated are not deleted, and those that leave keep no pool alive (assumed)."""
    counts = Counter(item.key for item in node.present(tenant, pool.name))
    counts.subtract({key_of(entry): entry["count"] for entry in wanted})
    if victims < sum(surplus for surplus in counts.values() if surplus > 0):
        raise unmet(
            "enough_idle_nodes",
            f"The pool {pool.name} has too few nodes that can be removed, others are being migrated",
        )
    staying = node.count_present(tenant, pool.name) - len(job.leaving(tenant, pool.name))
    if victims and staying <= victims:
        raise unmet("node_remains", f"at least one node must remain in the pool {pool.name}")


def _changes(pool: Pool, wanted: list[Entry], nodes: list[Node], spared: Container[str]) -> list[Change]:
    """What each entry needs; nodes that are to be spared are not chosen, even where too few others are left."""
    entries = {key_of(entry): entry for entry in wanted}
    by_key: dict[EntryKey, list[Node]] = {key: [] for key in entries}
    for item in nodes:
        by_key.setdefault(item.key, []).append(item)
    changes = []
    for key, there in by_key.items():
        entry = entries.get(key, {})
        difference = entry.get("count", 0) - len(there)
        held = Counter(item.az for item in there)
        zones = zones_for(entry, held, difference, pool.zone) if difference > 0 else []
        able = [item for item in there if item.name not in spared]
        victims = _victims(entry, able, -difference) if difference < 0 else []
        if zones or victims:
            changes.append(Change(key, zones, victims, details_of(entry)))
    return changes


def zones_for(entry: Entry, held: Mapping[str, int], count: int, default: str) -> list[str]:
    """Zones that lack nodes are filled first, in the order listed; the rest goes to the first one (assumed)."""
    asked = entry.get("azs") or []
    lacking = [zone["az"] for zone in asked for _ in range(max(0, zone["count"] - held.get(zone["az"], 0)))]
    rest = asked[0]["az"] if asked else default
    return (lacking + [rest] * count)[:count]


def _victims(entry: Entry, there: list[Node], count: int) -> list[Node]:
    """Newest first (assumed), zones with more nodes than `azs` asks for before others; busy and locked ones too."""
    surplus = Counter(item.az for item in there)
    surplus.subtract({zone["az"]: zone["count"] for zone in entry.get("azs") or []})
    preferred, others = [], []
    for item in supernode.together(there):
        if entry.get("azs") and surplus[item.az] > 0:
            surplus[item.az] -= 1
            preferred.append(item)
        else:
            others.append(item)
    return (preferred + others)[:count]
