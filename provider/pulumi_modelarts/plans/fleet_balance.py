"""Which nodes go from which pool to which: as many as have to, in an order in which no pool is ever emptied."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING, NamedTuple

from pulumi_modelarts.plans.fleet_order import Way, locked, ordered
from pulumi_modelarts.plans.fleet_shares import Shares
from pulumi_modelarts.plans.fleet_supernodes import placements, without

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pulumi_modelarts.plans.fleet_block import Block
    from pulumi_modelarts.plans.units import Unit

MOST_PLACEMENTS = 300
"""Ways to place supernodes that are tried; the first one is as good as any, unless they take nearly all of a pool."""
MOST_SHARES = 200
"""Ways to share that are tried where pools wait for each other; these are few pools, with one node each."""

Pairs = Counter[Way]
"""How often each way is gone in one block."""


class Trip(NamedTuple):
    """What goes together from one pool to another."""

    unit: Unit
    source: str
    target: str


@dataclass(frozen=True)
class Balance:
    """Who goes where.

    Attributes:
        trips: In an order in which no pool is ever left without a node.
        short: Otherwise, pools that would end without a node.
        stuck: Otherwise, groups of pools that wait for each other.
    """

    trips: tuple[Trip, ...] = ()
    short: tuple[str, ...] = ()
    stuck: tuple[frozenset[str], ...] = ()

    @property
    def supernodes(self) -> dict[str, int]:
        """Nodes of each supernode that moves, by the name of its first one."""
        return {trip.unit.names[0]: trip.unit.size for trip in self.trips if trip.unit.size > 1}


def balanced(blocks: Sequence[Block], sizes: Mapping[str, int]) -> Balance:
    """Returns who goes where, or why there is no order for it.

    Args:
        blocks: What has to move, and can (`fleet_supernodes.able`).
        sizes: Nodes of each pool.
    """
    first: Balance | None = None
    each = [list(islice(placements(block), MOST_PLACEMENTS)) for block in blocks]
    for placed in islice(product(*each), MOST_PLACEMENTS):
        found = _around(blocks, placed, sizes)
        if not (found.short or found.stuck):
            return found
        first = first or found
    return first or Balance()


def _around(blocks: Sequence[Block], placed: Sequence[Pairs], sizes: Mapping[str, int]) -> Balance:
    """Returns who goes where, with supernodes in their places."""
    rest = [without(block, pairs) for block, pairs in zip(blocks, placed, strict=True)]
    wholes = sum(placed, Counter[Way]())
    later = Counter(sizes)
    for way, count in wholes.items():
        later[way.source] -= way.size * count
        later[way.target] += way.size * count
    shares = Shares.first(rest, later, {way.source for way in wholes})
    if short := shares.fill():
        return Balance(short=tuple(short))
    stuck: tuple[frozenset[str], ...] = ()
    for pairs in islice(_pairings(rest, shares, wholes, sizes), MOST_SHARES):
        ways = sum(pairs, wholes)
        if (order := ordered(sizes, ways)) is not None:
            named = [_trips(block, here + there) for block, here, there in zip(blocks, pairs, placed, strict=True)]
            return Balance(tuple(in_order(order, named)))
        stuck = stuck or tuple(locked(sizes, ways)) or (frozenset(way.source for way in ways),)
    return Balance(stuck=stuck)


def _pairings(
    blocks: Sequence[Block], shares: Shares, wholes: Pairs, sizes: Mapping[str, int]
) -> Iterator[list[Pairs]]:
    """Yields who goes where, over and over: as long as pools wait for each other, with something shared otherwise."""
    queue, seen = deque([shares]), {shares.key}
    while queue:
        here = queue.popleft()
        pairs = [_pairs(block, here, number) for number, block in enumerate(blocks)]
        while (groups := locked(sizes, sum(pairs, wholes))) and any(_merged(pairs, group) for group in groups):
            pass
        yield pairs
        for found in here.others([*groups]):
            if found.key not in seen:
                seen.add(found.key)
                queue.append(found)


def _pairs(block: Block, shares: Shares, number: int) -> Pairs:
    """Returns who goes where, both sides by name, which makes for few ways."""
    reach = dict(sorted(shares.reach(number, block.deficit).items()))
    pairs: Pairs = Counter()
    for source, leaving in sorted(shares.leave(number, block.surplus).items()):
        left = leaving
        for target, lacks in reach.items():
            count = min(left, lacks)
            pairs[Way(source, target)] += count
            reach[target] = lacks - count
            left -= count
    return +pairs


def _merged(pairs: Sequence[Pairs], group: Collection[str]) -> bool:
    """Lets a node of a group that waits for itself and one of other pools swap targets; returns whether one did.

    Both hang together from then on. Nothing of the group falls apart, since as many come to each of its pools as leave.
    """
    for ways in pairs:
        mine = min((way for way in ways if way.source in group), default=None)
        theirs = min((way for way in ways if way.source not in group), default=None)
        if mine and theirs:
            ways.subtract([mine, theirs])
            ways.update([Way(mine.source, theirs.target), Way(theirs.source, mine.target)])
            for way in (mine, theirs):
                if not ways[way]:
                    del ways[way]
            return True
    return False


def _trips(block: Block, pairs: Pairs) -> dict[Way, deque[Trip]]:
    """Returns which units go each way: of each pool the best of each size."""
    left: defaultdict[tuple[str, int], deque[Unit]] = defaultdict(deque)
    for pool, units in block.units.items():
        for unit in units:
            left[pool, unit.size].append(unit)
    trips: dict[Way, deque[Trip]] = {}
    for way, count in sorted(pairs.items()):
        same = left[way.source, way.size]
        trips[way] = deque(Trip(same.popleft(), way.source, way.target) for _ in range(min(count, len(same))))
    return trips


def in_order(order: Sequence[Way], named: Sequence[Mapping[Way, deque[Trip]]]) -> Iterator[Trip]:
    """Yields trips in the order of their ways.

    Args:
        order: The ways, one for each trip.
        named: Trips by way, which are taken from there.
    """
    for way in order:
        yield next(trips[way].popleft() for trips in named if trips.get(way))
