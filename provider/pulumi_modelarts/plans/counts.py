"""Declared counts against live ones: what grows, what shrinks, and what is left alone.

A declaration is a list of cells: one for each flavor or node pool, or one for each availability zone of a node pool
that declares zones. Every cell has a declared and a live count, and the rules of growing and shrinking hold cell by
cell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.live_pool import Entry, EntryKey, LivePool, entries
from pulumi_modelarts.specs._spec import Problem
from pulumi_modelarts.specs.spelling import property_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.specs.paths import Paths
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
        live: Nodes that exist, counted as they will be when all migrations have run.
        moving: How many of them migrations have still to bring; negative for nodes they have still to take.
        late: How many of them come after the run, as `arrivals` do.
        secret: Whether its counts, declared or live, are never told.
    """

    key: str
    path: str
    entry: EntryKey
    az: str | None
    declared: int
    live: int = 0
    moving: int = 0
    late: int = 0
    secret: bool = False

    @property
    def growth(self) -> int:
        """Number of nodes to buy."""
        return max(0, self.declared - self.live)

    @property
    def surplus(self) -> int:
        """Number of nodes more than declared."""
        return max(0, self.live - self.declared)

    @property
    def step(self) -> tuple[int, int]:
        """How many nodes there are before and after growth, whoever comes later left out: what the run itself does."""
        before = self.live - self.late
        return before, before + self.growth

    @property
    def due(self) -> int:
        """Number of nodes once those that this run buys have been made, and before the migrations that are late."""
        return self.live - self.moving + self.growth

    def holds(self, node: Node) -> bool:
        """Returns whether a node of the pool counts in this cell."""
        return entry_of(node) == self.entry and self.az in {None, node.az}


class PendingMove(NamedTuple):
    """A node that a migration has still to bring or to take.

    Attributes:
        entry: Where it counts.
        az: Its availability zone; None when that is not known.
        by: 1 for a node that arrives, -1 for one that leaves.
        late: Whether that is after this run, as for `arrivals`; migrations in `after` have run before.
    """

    entry: EntryKey
    az: str | None
    by: int
    late: bool = False


class _DeclaredEntry(NamedTuple):
    """A declared entry: its path as steps, flavor and node pool, count, and zones if there are any."""

    steps: tuple[str, str]
    entry: EntryKey
    total: int
    azs: Mapping[str, int]


def entry_of(node: Node) -> EntryKey:
    """Returns the entry a node belongs to."""
    return node.flavor, node.node_pool


def cells(spec: ResourcePoolSpec, live: LivePool) -> list[Cell]:
    """Returns the declared cells with their live counts."""
    moving = pending_moves(spec, live)
    found: list[Cell] = []
    for declared in _declared_entries(spec, live):
        secret = spec.hidden.touch(*declared.steps)
        for cell in _cells_of(declared, live, spec.left_alone):
            now = _now(cell, live)
            moves = [move for move in moving if move.entry == cell.entry and cell.az in {None, move.az}]
            after, late = max(0, now + sum(move.by for move in moves)), sum(move.late for move in moves)
            found.append(replace(cell, live=after, moving=after - now, late=late, secret=secret))
    return found


def pending_moves(spec: ResourcePoolSpec, live: LivePool) -> list[PendingMove]:
    """Returns what migrations have still to do to this pool: those in `after`, and those that bring `arrivals`."""
    here = {node.name: node for node in live.nodes or ()}
    arriving = spec.arriving
    found: list[PendingMove] = []
    for name in spec.moving:
        node_pool = arriving.get(name)
        if name in here:
            found += _moves_from(here[name], node_pool)
        elif node_pool is not None and (flavor := arriving_flavor(spec, live, name)):
            late = name not in spec.after
            found.append(PendingMove((flavor, node_pool or f"{flavor}-default"), None, 1, late))
    return found


def arriving_flavor(spec: ResourcePoolSpec, live: LivePool, name: str) -> str:
    """Returns the flavor of a node that a migration brings; empty where it is not known, or the node is nowhere.

    No pool lists a node that is between two of them (assumed): it has the flavor that is declared, where that is one.
    """
    flavor = (live.arrivals or {}).get(name)
    if flavor == "":
        declared = {*(spec.flavors or ()), *(each.flavor for each in (spec.node_pools or {}).values())}
        return declared.pop() if len(declared) == 1 else ""
    return flavor or ""


def _moves_from(node: Node, node_pool: str | None) -> list[PendingMove]:
    """Returns how a node of this pool will count elsewhere.

    Args:
        node: The node.
        node_pool: Node pool of this pool where a migration places it; empty for any, None for another pool.
    """
    if node_pool in {"", node.node_pool}:
        return []
    zone = node.az or None
    leaving = PendingMove(entry_of(node), zone, -1)
    return [leaving] if node_pool is None else [leaving, PendingMove((node.flavor, node_pool), zone, 1)]


def declared_counts(inputs: Mapping[str, Any]) -> dict[str, int]:
    """Returns the counts that recorded inputs declared, by the keys of the `changes` map.

    A node pool with zones has its total as well, and a default node pool is found under both of its names, so that
    writing the same declaration in another way asks for nothing.
    """
    counts: dict[str, int] = {}
    for flavor, count in (inputs.get("flavors") or {}).items():
        counts[f"flavors.{flavor}"] = counts[f"nodePools.{flavor}-default"] = int(count)
    for name, node_pool in (inputs.get("nodePools") or {}).items():
        key, zones = f"nodePools.{name}", node_pool.get("azs") or {}
        if zones:
            counts |= {f"{key}.azs.{zone}": int(count) for zone, count in zones.items()}
            counts[key] = sum(map(int, zones.values()))
        elif node_pool.get("count") is not None:
            counts[key] = int(node_pool["count"])
        if key in counts and name == f"{node_pool.get('flavor')}-default":
            counts[f"flavors.{node_pool['flavor']}"] = counts[key]
    return counts


def declared_before(cell: Cell, before: Mapping[str, int]) -> int | None:
    """Returns what the last run declared for a cell; None when it did not declare it.

    A node pool that declared zones declared none of its nodes for every other zone.
    """
    if cell.key in before or cell.az is None:
        return before.get(cell.key)
    zones = cell.key.removesuffix(cell.az)
    return 0 if any(key.startswith(zones) for key in before) else None


def unclear(spec: ResourcePoolSpec, live: LivePool) -> Iterator[Problem]:
    """Yields declared entries that cannot be matched with exactly one live entry, or whose zones are not known."""
    found = entries(live.pool)
    moving = pending_moves(spec, live)
    for declared in _declared_entries(spec, live):
        flavor, node_pool = declared.entry
        same = [entry for entry in found if entry.key == declared.entry]
        others = sorted({entry.key[0] for entry in found if entry.key[1] == node_pool})
        if len(same) > 1:
            yield _problem(
                declared,
                f"cannot be one count: the pool has {len(same)} entries of flavor {flavor!r} in node pool "
                f"{node_pool!r}, which differ in their creatingStep alone. Leave this key out, and manage them in the "
                "console",
            )
        elif others and not same:
            yield _problem(
                declared,
                f"holds flavor {changes.names(others)}, not {flavor!r}; declare the flavor it holds, or another node "
                "pool",
            )
        elif declared.azs and _zones(same, live) is None:
            yield _problem(
                declared,
                "cannot be counted by zone: the service does not say in which availability zones its nodes are; "
                "declare its count without azs",
            )
        elif declared.azs and any(move.entry == declared.entry and move.az is None for move in moving):
            yield _problem(
                declared,
                "cannot be counted by zone: a migration moves nodes of it whose availability zone is not known; "
                "declare its count without azs",
            )


def _problem(declared: _DeclaredEntry, reason: str) -> Problem:
    return Problem(property_path(declared.steps), reason)


def _declared_entries(spec: ResourcePoolSpec, live: LivePool) -> Iterator[_DeclaredEntry]:
    """Yields what is declared; a node pool whose flavor is left alone has the one that it has."""
    for flavor, count in (spec.flavors or {}).items():
        yield _DeclaredEntry(("flavors", flavor), (flavor, f"{flavor}-default"), count, {})
    for name, node_pool in sorted((spec.node_pools or {}).items()):
        here = {entry.key[0] for entry in entries(live.pool) if entry.key[1] == name}
        takes_live = len(here) == 1 and spec.left_alone.cover("nodePools", name, "flavor")
        flavor = here.pop() if takes_live else node_pool.flavor
        yield _DeclaredEntry(("nodePools", name), (flavor, name), node_pool.total, node_pool.azs)


def _cells_of(declared: _DeclaredEntry, live: LivePool, left_alone: Paths) -> Iterator[Cell]:
    key = ".".join(declared.steps)
    if not declared.azs:
        yield Cell(key, property_path(declared.steps), declared.entry, None, declared.total)
        return
    for zone in sorted({*declared.azs, *(_zones(_found(declared.entry, live), live) or ())}):
        steps = (*declared.steps, "azs", zone)
        if not left_alone.cover(*steps):
            yield Cell(f"{key}.azs.{zone}", property_path(steps), declared.entry, zone, declared.azs.get(zone, 0))


def _now(cell: Cell, live: LivePool) -> int:
    """Returns the live count of a cell before any migration; nothing to do where zones are not known."""
    found = _found(cell.entry, live)
    if cell.az is None:
        return sum(entry.count(settled=live.settled) for entry in found)
    zones = _zones(found, live)
    return cell.declared if zones is None else zones.get(cell.az, 0)


def _found(key: EntryKey, live: LivePool) -> list[Entry]:
    return [entry for entry in entries(live.pool) if entry.key == key]


def _zones(found: Sequence[Entry], live: LivePool) -> Mapping[str, int] | None:
    if not found:
        return {}
    return found[0].zones(settled=live.settled) if len(found) == 1 else None
