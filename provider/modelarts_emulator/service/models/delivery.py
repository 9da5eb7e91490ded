"""From nodes to make and to delete to nodes that come and go, under one order."""

from __future__ import annotations

from collections import Counter
from itertools import groupby, islice
from typing import TYPE_CHECKING, NamedTuple

from modelarts_emulator.service.models import agenda, node, node_making, occupation, order, resource_pool, supernode
from modelarts_emulator.service.models.entry import adjusted
from modelarts_emulator.service.models.node_making import NewNodes
from modelarts_emulator.service.models.supply import Supply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelarts_emulator.service.models.entry import Entry, EntryKey
    from modelarts_emulator.service.models.node import Node
    from modelarts_emulator.service.models.resource_pool import Pool
    from modelarts_emulator.service.models.tenant import Tenant


class Change(NamedTuple):
    """What one entry needs.

    Attributes:
        key: The entry.
        zones: Availability zone of each node to make.
        victims: Nodes to delete.
        details: What the nodes to make show of it.
    """

    key: EntryKey
    zones: list[str]
    victims: list[Node]
    details: str = ""


class Ending(NamedTuple):
    """How an order ends.

    Attributes:
        at: When; None: never, unless it is failed by hand.
        done: Nodes that succeed, of all that the order makes or deletes.
        came: Those, and the new ones that came Abnormal.
        total: All of them.
        missing: Per entry, how many nodes fewer (or, when deleting fails, more) there are than asked for.
    """

    at: float | None
    done: int
    came: int
    total: int
    missing: dict[EntryKey, int]


def deliver(tenant: Tenant, pool: Pool, changes: list[Change], wanted: list[Entry]) -> None:
    """Make an order for these changes, and let its nodes come and go as far as rules, stock and chance allow.

    Args:
        tenant: The project.
        pool: The pool.
        changes: What its entries need; not empty.
        wanted: Entries that the order is to reach.
    """
    number, name = order.next_identity(tenant, pool)
    supply = Supply(tenant, tenant.outcome("order", {"pool": pool.name}))
    ending = _carry_out(tenant, pool, changes, number, supply)
    _record(tenant, pool, wanted, (number, name), ending, supply)


def _carry_out(tenant: Tenant, pool: Pool, changes: list[Change], number: int, supply: Supply) -> Ending:
    ends, done, came = [tenant.now + tenant.timings.queue], 0, 0
    missing: dict[EntryKey, int] = {}
    taken = node.names(tenant) if any(change.zones for change in changes) else set()
    names = resource_pool.node_names(tenant, pool, taken)
    for change in changes:
        fates: Counter[str] = Counter()
        for made in _new_nodes(tenant, change, names, number, supply):
            node_making.make(tenant, pool.name, made)
            fates[made.fate] += len(made.names)
        victims = change.victims[: supply.deletions(len(change.victims))]
        node.mark_deleting(tenant, victims, number, tenant.now + tenant.timings.deleting)
        occupation.lose_hosts(tenant, [item.private_ip for item in victims])
        ends += [tenant.now + tenant.timings.deleting] * bool(victims)
        short = len(change.victims) - len(victims) - fates["vanishes"]
        if short:
            missing[change.key] = short
        done += fates["Available"] + len(victims)
        came += fates["Available"] + fates["Abnormal"] + len(victims)
    total = sum(len(change.zones) + len(change.victims) for change in changes)
    end = None if supply.is_stuck else max(*ends, node_making.last_ready(tenant, number) or 0.0)
    return Ending(end, done, came, total, missing)


def _new_nodes(
    tenant: Tenant, change: Change, names: Iterator[str], order_number: int, supply: Supply
) -> Iterator[NewNodes]:
    """The nodes that an entry needs, zone by zone and fate by fate."""
    checking = tenant.now + tenant.timings.creating
    ready = checking + tenant.timings.checking
    for zone, same in groupby(change.zones):
        drawn = list(islice(names, sum(1 for _ in same)))
        supernodes = supernode.named_after(tenant, change.key, drawn)
        for fate, alike in supply.fates(change.key.flavor, zone, drawn):
            never = supply.is_stuck and fate == "vanishes"
            made = NewNodes(
                names=alike,
                key=change.key,
                az=zone,
                created_at=tenant.now,
                checking_at=None if never else checking,
                ready_at=None if never else ready,
                spread=tenant.timings.spread,
                fate=fate,
                creation_order=order_number,
                details=change.details,
            )
            yield from supernode.parted(made, supernodes)


def _record(
    tenant: Tenant, pool: Pool, wanted: list[Entry], identity: tuple[int, str], ending: Ending, supply: Supply
) -> None:
    in_part = ending.done or (not pool.entries and ending.came)  # a pool of broken nodes has been made (assumed)
    phase = "successed" if ending.done == ending.total else "partialSuccessed" if in_part else "failed"
    failed = ending.total - ending.done
    reason = f"{failed} of {ending.total} nodes failed: {supply.reason}" if failed else ""
    if supply.is_stuck and not failed:
        phase, reason = "failed", supply.reason
    begins = tenant.now + tenant.timings.queue
    reached = adjusted(wanted, ending.missing)
    order.make(
        tenant,
        order.Order(*identity, pool.name, tenant.now, begins, ending.at, phase, reason, pool.entries, wanted, reached),
    )
    pool.labels[resource_pool.ORDER_NAME] = identity[1]
    if ending.missing and ending.at is not None and supply.adjusts_spec:
        agenda.note(tenant, ending.at, "adjust_counts", {"pool": pool.name, "keys": list(ending.missing)})
