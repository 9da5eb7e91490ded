"""What is known of a pool, for a plan: the pool itself, and the facts (`plans.facts`) that have been read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.api.wording import is_are, number_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.resource_flavor import ResourceFlavor
    from pulumi_modelarts.api.resource_pool import FlavorCount, ResourceEntry, ResourcePool
    from pulumi_modelarts.plans.facts import Fact
    from pulumi_modelarts.plans.work import Work

EntryKey = tuple[str, str]

MOST_FLAVORS = 10
"""Flavors of one pool (documented: CreatePool, user guide)."""

FINAL = ("Available", "Abnormal")
"""Phases of nodes that a pool counts as available or abnormal."""


@dataclass(frozen=True)
class LivePool:
    """What is known about a pool.

    Attributes:
        pool: The pool as the service shows it.
        order_pending: Whether an order of the pool is unfinished; None when not read.
        nodes: Nodes in the pool; None when not read.
        migrating: Unfinished job of the service about each node that has one, be it a move; None when not read.
        work: What runs on each busy node; None when not read.
        untold: Why it is not known what runs on the nodes, where `work` is empty for that; empty otherwise.
        arrivals: Flavor of each node that a migration brings from another pool, empty where it is between two pools and
            nobody tells; None when not read.
        offered: Flavors the service offers, by id; None when not read, empty when it would not tell.
        addresses: Free addresses of the pool's network; None when not read, infinite when the service would not tell.
        denied: Why this user may not do what a run does later, empty where it may; what was not tried is left out.
    """

    pool: ResourcePool
    order_pending: bool | None = None
    nodes: tuple[Node, ...] | None = None
    migrating: Mapping[str, str] | None = None
    work: Mapping[str, tuple[Work, ...]] | None = None
    untold: str = ""
    arrivals: Mapping[str, str] | None = None
    offered: Mapping[str, ResourceFlavor] | None = None
    addresses: float | None = None
    denied: Mapping[Fact, str] = field(default_factory=dict)

    @property
    def changing(self) -> bool:
        """Whether nodes are being made or removed right now."""
        resources = self.pool.status.resources
        return bool(resources.creating or resources.deleting)

    @property
    def settled(self) -> bool:
        """Whether no further nodes will come or leave: nothing changes and no order is unfinished."""
        return not self.changing and not self.order_pending

    def at_one_moment(self, nodes: Sequence[Node]) -> bool:
        """Returns whether nodes were listed as the pool counts them, so that counts and places are of one moment.

        Like is compared with like: nodes that are Available or Abnormal, which the pool counts so too.
        """
        return _final(nodes) == counted(self.pool)

    def lists_all(self, nodes: Sequence[Node]) -> bool:
        """Returns whether a list of nodes lacks none that the pool counts, so that absence from it means something."""
        return _final(nodes) >= counted(self.pool)

    def named(self, names: Iterable[str]) -> tuple[Node, ...]:
        """Returns the nodes of these names, in their order; those left out that are not known."""
        known = {node.name: node for node in self.nodes or ()}
        return tuple(known[name] for name in names if name in known)


def counted(pool: ResourcePool) -> int:
    """Returns the nodes that a pool counts as available or abnormal."""
    resources = pool.status.resources
    return sum(group.count for group in (*resources.available, *resources.abnormal))


def lacking(live: LivePool, nodes: Sequence[Node]) -> str:
    """Returns what a list of nodes lacks that the pool counts; empty where nothing does, or something is under way.

    More nodes than counted say nothing: how exact the real service's counts are is not known (assumed).
    """
    listed, expected = _final(nodes), counted(live.pool)
    if live.changing or listed >= expected:
        return ""
    found = number_of(listed, "node")
    return f"{found} that {is_are(listed)} Available or Abnormal, where the pool counts {expected}"


def _final(nodes: Sequence[Node]) -> int:
    return sum(node.phase in FINAL for node in nodes)


@dataclass(frozen=True)
class Entry:
    """One entry of a pool's `spec.resources`, with what the status says about it.

    Attributes:
        wire: The entry as the service sent it.
        present: Nodes that exist or are being made, by availability zone; None when the status does not tell
            node pools of one flavor apart.
    """

    wire: ResourceEntry
    present: Mapping[str, int] | None = None

    @property
    def key(self) -> EntryKey:
        """Flavor and effective node pool."""
        return self.wire.flavor, self.wire.effective_node_pool

    def count(self, *, settled: bool) -> int:
        """Returns the live count: what the pool's spec says, lowered to the nodes present once nothing is pending.

        An order that succeeded partly leaves the spec ahead of the nodes (assumed).
        """
        if not settled or self.present is None:
            return self.wire.count
        return min(self.wire.count, sum(self.present.values()))

    def zones(self, *, settled: bool) -> Mapping[str, int] | None:
        """Returns the live count by availability zone; None when the service does not say where the nodes are."""
        count = self.count(settled=settled)
        asked = {zone.az: zone.count for zone in self.wire.azs}
        here = self.present or {}
        for zones in (here, asked):
            if "" not in zones and sum(zones.values()) == count:
                return zones
        known = {zone for zone in (*here, *asked) if zone}
        return {known.pop(): count} if len(known) == 1 else None

    @property
    def short(self) -> bool:
        """Whether fewer nodes are present than the spec says."""
        return self.present is not None and sum(self.present.values()) < self.wire.count


def entries(pool: ResourcePool) -> list[Entry]:
    """Returns the entries of a pool, in the order of its spec."""
    per_flavor: dict[str, int] = {}
    for wire in pool.entries:
        per_flavor[wire.flavor] = per_flavor.get(wire.flavor, 0) + 1
    return [Entry(wire, _present(pool, wire, alone=per_flavor[wire.flavor] == 1)) for wire in pool.entries]


def _present(pool: ResourcePool, wire: ResourceEntry, *, alone: bool) -> Mapping[str, int] | None:
    resources = pool.status.resources
    groups = [*resources.available, *resources.abnormal, *resources.creating]
    if not groups and not resources.deleting:
        return None
    of_flavor = [group for group in groups if group.flavor == wire.flavor]
    if not alone and of_flavor and not any(group.node_pool for group in of_flavor):
        return None
    present: dict[str, int] = {}
    for group in of_flavor:
        if alone or group.effective_node_pool == wire.effective_node_pool:
            _add(present, group)
    return present


def _add(present: dict[str, int], group: FlavorCount) -> None:
    placed = 0
    for zone in group.azs:
        present[zone.az] = present.get(zone.az, 0) + zone.count
        placed += zone.count
    if placed < group.count:
        present[""] = present.get("", 0) + group.count - placed
