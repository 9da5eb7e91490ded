"""From the counts that a pool's spec asks for to nodes that come and go, under one order."""

from __future__ import annotations

from collections import Counter
from itertools import groupby, islice
from typing import TYPE_CHECKING, NamedTuple

from modelarts_emulator.exceptions import bad_request
from modelarts_emulator.models import agenda, job, node, order, resource_pool, training_job
from modelarts_emulator.models.entry import EntryKey, adjusted, counts_by_flavor, key_of
from modelarts_emulator.models.node import NewNodes

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from modelarts_emulator.faults import Outcome
    from modelarts_emulator.models.entry import Entry
    from modelarts_emulator.models.node import Node
    from modelarts_emulator.models.resource_pool import Pool
    from modelarts_emulator.models.tenant import Tenant


class Change(NamedTuple):
    """What one entry needs.

    Attributes:
        key: The entry.
        zones: Availability zone of each node to make.
        victims: Nodes to delete.
    """

    key: EntryKey
    zones: list[str]
    victims: list[Node]


class Ending(NamedTuple):
    """How an order ends.

    Attributes:
        at: When.
        done: Nodes that succeed, of all that the order makes or deletes.
        total: All of them.
        missing: Per entry, how many nodes fewer (or, when deleting fails, more) there are than asked for.
    """

    at: float
    done: int
    total: int
    missing: dict[EntryKey, int]


def check_direction(before: list[Entry], wanted: list[Entry]) -> None:
    """Refuse growing one flavor while shrinking another (documented: user guide, adjusting a resource pool).

    Raises:
        ApiError: 400, code assumed.
    """
    old, new = counts_by_flavor(before), counts_by_flavor(wanted)
    grown = sorted(flavor for flavor in new if new[flavor] > old.get(flavor, 0))
    shrunk = sorted(flavor for flavor in old if new.get(flavor, 0) < old[flavor])
    if grown and shrunk:
        raise bad_request(
            f"cannot add nodes of flavor {grown[0]} and remove nodes of flavor {shrunk[0]} in one request"
        )


def differs(tenant: Tenant, pool: Pool, wanted: list[Entry]) -> bool:
    """True when the nodes that are there are not those that these entries ask for."""
    return bool(_changes(pool, wanted, node.present(tenant, pool.name), spared=()))


def scale(tenant: Tenant, pool: Pool, wanted: list[Entry]) -> None:
    """Order what is missing between the nodes that are there and these entries; nothing missing orders nothing.

    Nodes under way count as there, so the same request again while an order is pending does not order twice (assumed).

    Raises:
        ApiError: 400 when nodes of a prepaid pool would be deleted, or nodes that are being migrated.
    """
    moving = job.under_way(tenant)
    changes = _changes(pool, wanted, node.present(tenant, pool.name), moving)
    if moving:
        _check_victims(tenant, pool, wanted, sum(len(change.victims) for change in changes))
    if not changes:
        return
    if pool.is_prepaid and any(change.victims for change in changes):
        raise bad_request(f"The pool {pool.name} is yearly/monthly: unsubscribe from nodes instead of removing them")
    number, name = order.next_identity(tenant, pool)
    total = sum(len(change.zones) + len(change.victims) for change in changes)
    outcome = tenant.outcome("order", {"pool": pool.name})
    allowed = total if outcome is None or outcome.nodes is None else min(outcome.nodes, total)
    ending = _carry_out(tenant, pool, changes, number, allowed)
    _record(tenant, pool, wanted, (number, name), ending, outcome)


def _check_victims(tenant: Tenant, pool: Pool, wanted: list[Entry], victims: int) -> None:
    """Nodes that are being migrated are not deleted, and those that leave keep no pool alive (assumed)."""
    counts = Counter(item.key for item in node.present(tenant, pool.name))
    counts.subtract({key_of(entry): entry["count"] for entry in wanted})
    if victims < sum(surplus for surplus in counts.values() if surplus > 0):
        raise bad_request(f"The pool {pool.name} has too few nodes that can be removed, others are being migrated")
    staying = node.count_present(tenant, pool.name) - len(job.leaving(tenant, pool.name))
    if victims and staying <= victims:
        raise bad_request(f"at least one node must remain in the pool {pool.name}")


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
            changes.append(Change(key, zones, victims))
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
    for item in there:
        if entry.get("azs") and surplus[item.az] > 0:
            surplus[item.az] -= 1
            preferred.append(item)
        else:
            others.append(item)
    return (preferred + others)[:count]


def _carry_out(tenant: Tenant, pool: Pool, changes: list[Change], number: int, allowed: int) -> Ending:
    """Make and delete nodes, of which the first `allowed` succeed."""
    ends, done, total = [tenant.now + tenant.timings.queue], 0, 0
    missing: dict[EntryKey, int] = {}
    taken = node.names(tenant) if any(change.zones for change in changes) else set()
    names = resource_pool.node_names(tenant, pool, taken)
    for change in changes:
        good = min(len(change.zones), allowed - done)
        for made in _new_nodes(tenant, change, names, good, number):
            node.make(tenant, pool.name, made)
        victims = change.victims[: allowed - done - good]
        node.mark_deleting(tenant, victims, number)
        training_job.lose_hosts(tenant, [item.private_ip for item in victims])
        ends += [tenant.now + tenant.timings.deleting] * bool(victims)
        short = len(change.victims) - len(victims) - (len(change.zones) - good)
        if short:
            missing[change.key] = short
        done += good + len(victims)
        total += len(change.zones) + len(change.victims)
    return Ending(max(*ends, node.last_ready(tenant, number) or 0.0), done, total, missing)


def _new_nodes(
    tenant: Tenant, change: Change, names: Iterator[str], good: int, order_number: int
) -> Iterator[NewNodes]:
    """The nodes that an entry needs, zone by zone; those behind the first `good` fail."""
    checking = tenant.now + tenant.timings.creating
    ready, spread = checking + tenant.timings.checking, tenant.timings.spread
    for zones, fails in ((change.zones[:good], False), (change.zones[good:], True)):
        for zone, same in groupby(zones):
            drawn = list(islice(names, sum(1 for _ in same)))
            moments = (tenant.now, checking, ready, spread)
            yield NewNodes(drawn, change.key, zone, *moments, fails=fails, creation_order=order_number)


def _record(
    tenant: Tenant, pool: Pool, wanted: list[Entry], identity: tuple[int, str], ending: Ending, outcome: Outcome | None
) -> None:
    phase = "successed" if ending.done == ending.total else "partialSuccessed" if ending.done else "failed"
    reason = (
        ""
        if phase == "successed"
        else f"{ending.total - ending.done} of {ending.total} nodes failed: {_cause(outcome)}"
    )
    begins = tenant.now + tenant.timings.queue
    reached = adjusted(wanted, ending.missing)
    order.make(
        tenant,
        order.Order(*identity, pool.name, tenant.now, begins, ending.at, phase, reason, pool.entries, wanted, reached),
    )
    pool.labels[resource_pool.ORDER_NAME] = identity[1]
    if ending.missing and outcome is not None and outcome.spec == "real":
        agenda.note(tenant, ending.at, "adjust_counts", {"pool": pool.name, "keys": list(ending.missing)})


def _cause(outcome: Outcome | None) -> str:
    return outcome.reason if outcome is not None else "no reason given"
