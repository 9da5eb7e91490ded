"""What can be done in a small fleet, found out by trying everything; nothing here knows how plans are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.plans.fleets import FleetWorld
    from tests.plans.worlds import Machine

Piles = Mapping[str, Mapping[int, int]]
"""Units that can move, by pool and size."""
Counts = tuple[tuple[str, int], ...]
"""Nodes by pool."""


@dataclass(frozen=True)
class Kind:
    """Nodes of one flavor in one network.

    Attributes:
        declared: Nodes that each pool should have.
        held: Nodes that it has.
        piles: What of them can move.
    """

    declared: Mapping[str, int]
    held: Mapping[str, int]
    piles: Piles

    @property
    def surplus(self) -> dict[str, int]:
        """Nodes more than declared."""
        return {pool: count - self.declared[pool] for pool, count in self.held.items() if count > self.declared[pool]}

    @property
    def deficit(self) -> dict[str, int]:
        """Nodes fewer than declared."""
        return {pool: self.declared[pool] - count for pool, count in self.held.items() if count < self.declared[pool]}

    @property
    def amount(self) -> int:
        """Nodes that would move if every one could."""
        return min(sum(self.surplus.values()), sum(self.deficit.values()))


def kinds(world: FleetWorld, declared: Mapping[str, Mapping[str, int]]) -> list[Kind]:
    """Returns the nodes of a fleet that can take each other's place."""
    found = []
    networks = {name: world.networks.get(name, "net") for name in world.machines}
    for network in sorted(set(networks.values())):
        pools = [name for name, here in networks.items() if here == network]
        for flavor in sorted({flavor for name in pools for flavor in declared[name]}):
            wanted = {name: declared[name][flavor] for name in pools if flavor in declared[name]}
            held = {name: world.held(name)[flavor] for name in wanted}
            found.append(Kind(wanted, held, {name: _pile(world.machines[name], flavor) for name in wanted}))
    return found


def can_move(machine: Machine) -> bool:
    """Tells whether a node can move by itself."""
    free = machine.phase == "Available" and not machine.locked and not machine.spare and not machine.job
    return free and not machine.services and not machine.node_pool


def _pile(machines: tuple[Machine, ...], flavor: str) -> dict[int, int]:
    units: dict[str, list[Machine]] = {}
    for machine in machines:
        units.setdefault(machine.supernode or machine.name, []).append(machine)
    movable = (unit for unit in units.values() if all(can_move(each) and each.flavor == flavor for each in unit))
    return dict(Counter(map(len, movable)))


def fewest(kind: Kind) -> tuple[int, int]:
    """Returns how many nodes have to be bought at least, and to move for that, over every distribution."""
    pools = sorted(kind.declared)
    sizes = sorted({size for pile in kind.piles.values() for size in pile})
    totals = [sum(kind.piles[pool].get(size, 0) for pool in pools) for size in sizes]
    best = (sum(kind.deficit.values()), 0)
    for spread in product(*(list(_spread(total, len(pools))) for total in totals)):
        moving = bought = 0
        counts = dict(kind.held)
        for size, counts_of_size in zip(sizes, spread, strict=True):
            for pool, count in zip(pools, counts_of_size, strict=True):
                change = count - kind.piles[pool].get(size, 0)
                counts[pool] += change * size
                moving += max(0, -change) * size
        bought = sum(max(0, kind.declared[pool] - counts[pool]) for pool in pools)
        best = min(best, (bought, moving))
    return best


def _spread(total: int, places: int) -> Iterator[tuple[int, ...]]:
    if places == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in _spread(total - first, places - 1))


class _Stand(NamedTuple):
    """How far the moves of one kind have come: what is too many and too few, and what can move of the former."""

    surplus: Counts
    deficit: Counts
    piles: tuple[tuple[tuple[int, int], ...], ...]


def most(wanted: list[Kind], sizes: Mapping[str, int] | None = None) -> int:
    """Returns how many nodes can move from where too many are to where too few are, over every choice and order.

    Args:
        wanted: What is too many and too few.
        sizes: Nodes of each pool, which all keep one; None where that does not matter.
    """
    start = tuple(
        _Stand(
            _frozen(kind.surplus),
            _frozen(kind.deficit),
            tuple(tuple(sorted(kind.piles[pool].items())) for pool in sorted(kind.surplus)),
        )
        for kind in wanted
    )
    stack, best = [(start, _frozen(sizes or {}), 0)], 0
    seen: set[tuple[tuple[_Stand, ...], Counts]] = set()
    goal = sum(kind.amount for kind in wanted)
    while stack and best < goal:
        stands, here, count = stack.pop()
        best = max(best, count)
        if (stands, here) not in seen:
            seen.add((stands, here))
            stack += [(after, then, count + size) for after, then, size in _next(stands, here)]
    return best


def _next(stands: tuple[_Stand, ...], sizes: Counts) -> Iterator[tuple[tuple[_Stand, ...], Counts, int]]:
    have = dict(sizes)
    for number, stand in enumerate(stands):
        for place, (source, more) in enumerate(stand.surplus):
            for size, count in stand.piles[place]:
                if not count or more < size or have.get(source, size + 1) <= size:
                    continue
                pile = tuple((each, left - (each == size)) for each, left in stand.piles[place])
                piles = (*stand.piles[:place], pile, *stand.piles[place + 1 :])
                for target, fewer in stand.deficit:
                    if fewer >= size:
                        after = _Stand(_less(stand.surplus, source, size), _less(stand.deficit, target, size), piles)
                        then = _less(_less(sizes, source, size), target, -size)
                        yield (*stands[:number], after, *stands[number + 1 :]), then, size


def _less(counts: Counts, key: str, by: int) -> Counts:
    return tuple((each, count - by if each == key else count) for each, count in counts)


def _frozen(counts: Mapping[str, int]) -> Counts:
    return tuple(sorted(counts.items()))
