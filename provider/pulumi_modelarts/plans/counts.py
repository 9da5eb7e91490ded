"""Declared counts against live ones: what grows, what shrinks, and what is left alone.

A declaration is a list of cells: one for each flavor or node pool, or one for each availability zone of a node pool
that declares zones. Every cell has a declared and a live count, and the rules of growing and shrinking hold cell by cell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.live import Entry, EntryKey, Live, entries
from pulumi_modelarts.specs._spec import Problem, property_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec


@dataclass(frozen=True)
class Cell:
    """A declared count and where it belongs.

    Attributes:
        key: Its name in the `changes` map, such as `flavors.modelarts.vm.cpu.4ud`.
        path: The input a user would edit.
        entry: Flavor and effective node pool.
        az: Availability zone, or None for all of them.
        declared: Nodes the program wants.
        live: Nodes there are, as they will be when the migrations in `after` have run.
    """

    key: str
    path: str
    entry: EntryKey
    az: str | None
    declared: int
    live: int = 0

    @property
    def growth(self) -> int:
        """Nodes to buy."""
        return max(0, self.declared - self.live)

    @property
    def surplus(self) -> int:
        """Nodes more than declared."""
        return max(0, self.live - self.declared)

    def holds(self, node: Node) -> bool:
        """Tells whether a node of the pool counts here."""
        return entry_of(node) == self.entry and self.az in {None, node.az}


def entry_of(node: Node) -> EntryKey:
    """Returns the entry a node belongs to."""
    return node.flavor, node.node_pool or f"{node.flavor}-default"


def cells(spec: ResourcePoolSpec, live: Live) -> list[Cell]:
    """Returns the declared cells with their live counts."""
    known = {entry.key: entry for entry in entries(live.pool)}
    shift = _shift(spec, live)
    return [
        replace(cell, live=max(0, _live_count(cell, known.get(cell.entry), live) + _shifted(cell, shift)))
        for cell in _declared(spec, known)
    ]


def declared_counts(inputs: Mapping[str, Any]) -> dict[str, int]:
    """Returns the counts that recorded inputs declared, by the keys of the `changes` map.

    A refresh writes live counts into the recorded inputs; where it noted that somebody grew a count by hand, the count
    the program had declared is returned.
    """
    counts = {f"flavors.{flavor}": int(count) for flavor, count in (inputs.get("flavors") or {}).items()}
    for name, node_pool in (inputs.get("nodePools") or {}).items():
        zones = node_pool.get("azs") or {}
        counts |= {f"nodePools.{name}.azs.{zone}": int(count) for zone, count in zones.items()}
        if not zones and node_pool.get("count") is not None:
            counts[f"nodePools.{name}"] = int(node_pool["count"])
    noted = inputs.get("changes") or {}
    return {key: changes.declared_before(noted.get(key, ""), count) for key, count in counts.items()}


def unclear(spec: ResourcePoolSpec, live: Live) -> Iterator[Problem]:
    """Yields declared entries that cannot be matched with exactly one live entry."""
    found = entries(live.pool)
    for cell in _declared(spec, {entry.key: entry for entry in found}):
        same = [entry for entry in found if entry.key == cell.entry]
        if len(same) > 1:
            yield Problem(
                cell.path,
                f"the pool has {len(same)} entries of flavor {cell.entry[0]!r} in node pool {cell.entry[1]!r} "
                "(several creatingStep values) that one count cannot tell apart; leave this key out and manage them in the console",
            )
        others = {entry.key[0] for entry in found if entry.key[1] == cell.entry[1]} - {cell.entry[0]}
        if others and not same:
            yield Problem(
                cell.path,
                f"node pool {cell.entry[1]!r} holds flavor {', '.join(sorted(others))}, not {cell.entry[0]!r}; "
                "declare its own flavor, or another node pool",
            )


def _declared(spec: ResourcePoolSpec, known: Mapping[EntryKey, Entry]) -> Iterator[Cell]:
    for flavor, count in (spec.flavors or {}).items():
        entry = (flavor, f"{flavor}-default")
        yield Cell(f"flavors.{flavor}", property_path(("flavors", flavor)), entry, None, count)
    for name, node_pool in sorted((spec.node_pools or {}).items()):
        entry = (node_pool.flavor, name)
        key, path = f"nodePools.{name}", property_path(("nodePools", name))
        if not node_pool.azs:
            yield Cell(key, path, entry, None, node_pool.total)
            continue
        present = known[entry].present if entry in known else None
        for zone in sorted({*node_pool.azs, *(zone for zone in present or () if zone)}):
            place = property_path(("nodePools", name, "azs", zone))
            yield Cell(f"{key}.azs.{zone}", place, entry, zone, node_pool.azs.get(zone, 0))


def _live_count(cell: Cell, entry: Entry | None, live: Live) -> int:
    if entry is None:
        return 0
    if cell.az is None:
        return entry.count(settled=live.settled)
    return (entry.present or {}).get(cell.az, 0)


def _shift(spec: ResourcePoolSpec, live: Live) -> list[tuple[EntryKey, str | None, int]]:
    """Returns what the migrations in `after` will have changed: (entry, zone, nodes more or fewer)."""
    here = {node.name: node for node in live.nodes or ()}
    shift: list[tuple[EntryKey, str | None, int]] = []
    for name, pool in spec.after.items():
        if name in here and pool != spec.pool_name:
            shift.append((entry_of(here[name]), here[name].az, -1))
        elif name not in here and pool == spec.pool_name and name in (live.arrivals or {}):
            flavor = (live.arrivals or {})[name]
            shift.append(((flavor, f"{flavor}-default"), None, 1))
    return shift


def _shifted(cell: Cell, shift: Iterable[tuple[EntryKey, str | None, int]]) -> int:
    return sum(by for entry, zone, by in shift if entry == cell.entry and cell.az in {None, zone})
