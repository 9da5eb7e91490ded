"""Where supernodes of a fleet can go: each moves whole, out of a surplus and into a lack that are no smaller."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from pulumi_modelarts.plans.fleet_order import Way

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pulumi_modelarts.plans.fleet_block import Block

MOST_TRIED = 5000
"""Placements that are looked at for one that moves enough."""
MOST_WAYS = 200
"""Ways that a search may consider; with more of them only the first placement is tried."""


class _Kind(NamedTuple):
    """A way that supernodes of one size could go, and how many there are for it."""

    way: Way
    here: int


def able(block: Block) -> int:
    """Returns how many nodes can move at most: all that have to, or fewer."""
    return max(_moved(block, pairs) for pairs in _tried(block))


def placements(block: Block) -> Iterator[Counter[Way]]:
    """Yields where supernodes can go so that, with single nodes, all move that have to; the best of each pool first."""
    return (pairs for pairs in _tried(block) if _moved(block, pairs) == block.amount)


def without(block: Block, pairs: Counter[Way]) -> Block:
    """Returns what is left to single nodes."""
    surplus, deficit = Counter(block.surplus), Counter(block.deficit)
    for way, count in pairs.items():
        surplus[way.source] -= way.size * count
        deficit[way.target] -= way.size * count
    return replace(block, surplus=dict(+surplus), deficit=dict(+deficit))


def _tried(block: Block) -> Iterator[Counter[Way]]:
    if all(unit.size == 1 for units in block.units.values() for unit in units):
        yield Counter()
        return
    yield _in_turn(block)
    kinds = [
        _Kind(Way(source, target, size), count)
        for source in sorted(block.surplus)
        for size, count in sorted(Counter(unit.size for unit in block.units.get(source, ())).items(), reverse=True)
        for target in sorted(block.deficit)
        if 1 < size <= min(block.surplus[source], block.deficit[target])
    ]
    if kinds and len(kinds) <= MOST_WAYS:
        yield from islice(_searched(block, kinds, Counter()), MOST_TRIED)


def _in_turn(block: Block) -> Counter[Way]:
    """Returns a first placement: one unit after the other, the best first, to the first pool that lacks so many."""
    surplus, deficit = Counter(block.surplus), Counter(block.deficit)
    pairs: Counter[Way] = Counter()
    for unit, source in sorted((each, pool) for pool in block.surplus for each in block.units.get(pool, ())):
        target = next((pool for pool in sorted(deficit) if deficit[pool] >= unit.size), None)
        if target is not None and surplus[source] >= unit.size:
            surplus[source] -= unit.size
            deficit[target] -= unit.size
            pairs[Way(source, target, unit.size)] += 1
    return Counter({way: count for way, count in pairs.items() if way.size > 1})


def _searched(block: Block, kinds: Sequence[_Kind], pairs: Counter[Way]) -> Iterator[Counter[Way]]:
    """Yields every placement, those first that take most of the first ways."""
    if not kinds:
        yield +pairs
        return
    (way, here), *rest = kinds
    left = without(block, pairs)
    gone = sum(count for other, count in pairs.items() if (other.source, other.size) == (way.source, way.size))
    most = min(here - gone, left.surplus.get(way.source, 0) // way.size, left.deficit.get(way.target, 0) // way.size)
    for count in range(most, -1, -1):
        yield from _searched(block, rest, pairs + Counter({way: count}))


def _moved(block: Block, pairs: Counter[Way]) -> int:
    """Returns how many nodes move, with as many single ones as can besides."""
    left = without(block, pairs)
    singles = sum(min(count, len(left.singles(pool))) for pool, count in left.surplus.items())
    wholes = sum(way.size * count for way, count in pairs.items())
    return wholes + min(singles, sum(left.deficit.values()))
