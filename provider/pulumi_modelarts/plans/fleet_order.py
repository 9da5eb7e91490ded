"""In which order nodes go from pool to pool, so that no pool is ever left without one.

Think of the nodes of a pool beyond the one that it keeps as chips: a move takes one along. A pool that has as many
chips as departures is free, whatever the others do. Of the rest, moves that are linked through their pools need one
chip among them to begin with, and none of these pools may end without a node. For nodes that move one by one both
together are enough: each chip then follows a trail of departures, as in Euler's bridges, and the trails cover all of
them. Supernodes need several chips at once, so for them orders are searched.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

MOST_TRIES = 2000
"""States of a search for an order; only moves of supernodes that take nearly all of their pool come near."""


class Way(NamedTuple):
    """From which pool to which nodes go, and how many of them at once."""

    source: str
    target: str
    size: int = 1


class Stage(NamedTuple):
    """How far an order is: what pools have, what is left to do, and what has been done since the stage before."""

    sizes: Counter[str]
    left: Counter[Way]
    done: tuple[Way, ...]


@dataclass
class _Search:
    """A search for an order, deepest first.

    Attributes:
        tries: How many stages it may look at yet.
        dead: What was left at stages that led nowhere; what pools have follows from it.
    """

    tries: int
    dead: set[frozenset[tuple[Way, int]]]

    def run(self, start: Stage) -> list[Way] | None:
        """Returns the moves in an order that holds; None where there is none, or none was found in so many tries."""
        path = [(start, self._next(start))]
        while path and path[-1][0].left and self.tries:
            stage, following = path[-1]
            if (found := next(following, None)) is not None:
                self.tries -= 1
                path.append((found, self._next(found)))
            else:
                self.dead.add(_key(stage))
                path.pop()
        if not path or path[-1][0].left:
            return None
        return [way for stage, _ in path for way in stage.done]

    def _next(self, stage: Stage) -> Iterator[Stage]:
        """Yields the stages that may follow, without those that are known to lead nowhere."""
        for way in sorted(stage.left):
            if stage.sizes[way.source] > way.size:
                found = _freed(_gone(stage, way))
                if _key(found) not in self.dead and not locked(found.sizes, found.left):
                    yield found


def ordered(sizes: Mapping[str, int], ways: Mapping[Way, int]) -> list[Way] | None:
    """Returns moves in an order in which every pool keeps a node; None where there is none.

    Args:
        sizes: Nodes of each pool.
        ways: How often each way is gone.
    """
    if emptied(sizes, ways) or locked(sizes, ways):
        return None
    start = _freed(Stage(Counter(sizes), Counter(ways), ()))
    return _Search(MOST_TRIES, set()).run(start)


def as_far_as_can(sizes: Mapping[str, int], ways: Mapping[Way, int]) -> tuple[list[Way], bool]:
    """Returns moves in an order in which every pool keeps a node, and whether some had to be left out."""
    if (order := ordered(sizes, ways)) is not None:
        return order, False
    stage = _freed(Stage(Counter(sizes), +Counter(ways), ()))
    done = list(stage.done)
    while able := min((way for way in stage.left if stage.sizes[way.source] > way.size), default=None):
        stage = _freed(_gone(stage, able))
        done += stage.done
    return done, bool(stage.left)


def emptied(sizes: Mapping[str, int], ways: Mapping[Way, int]) -> list[str]:
    """Returns the pools that moves leave without a node in the end."""
    after = Counter(sizes)
    for way, count in ways.items():
        after[way.source] -= way.size * count
        after[way.target] += way.size * count
    return sorted(pool for pool in {way.source for way in ways} if after[pool] < 1)


def locked(sizes: Mapping[str, int], ways: Mapping[Way, int]) -> list[frozenset[str]]:
    """Returns pools that wait for each other: groups that moves link, and of which no node can be the first to go."""
    groups = linked((way.source, way.target) for way, count in ways.items() if count)
    open_ones = {way.source for way, count in ways.items() if count and sizes.get(way.source, 0) > way.size}
    return [group for group in groups if not group & open_ones]


def linked(pairs: Iterable[tuple[str, str]]) -> list[frozenset[str]]:
    """Returns what hangs together through pairs."""
    group: dict[str, set[str]] = {}
    for one, other in pairs:
        mine, theirs = group.setdefault(one, {one}), group.setdefault(other, {other})
        if mine is not theirs:
            mine |= theirs
            group |= dict.fromkeys(theirs, mine)
    return sorted({frozenset(each) for each in group.values()}, key=sorted)


def _freed(stage: Stage) -> Stage:
    """Returns the stage when all has gone that holds up nothing: the departures of pools that have enough nodes."""
    leaving: dict[str, list[Way]] = {}
    for way in sorted(stage.left):
        leaving.setdefault(way.source, []).append(way)
    sizes, left, done = stage.sizes.copy(), stage.left.copy(), list(stage.done)
    while free := [pool for pool, ways in leaving.items() if _total(ways, left) < sizes[pool]]:
        for pool in free:
            for way in leaving.pop(pool):
                done += [way] * left[way]
                sizes[pool] -= way.size * left[way]
                sizes[way.target] += way.size * left[way]
                del left[way]
    return Stage(sizes, left, tuple(done))


def _total(ways: Collection[Way], left: Mapping[Way, int]) -> int:
    return sum(way.size * left[way] for way in ways)


def _gone(stage: Stage, way: Way) -> Stage:
    sizes, left = stage.sizes.copy(), stage.left.copy()
    sizes[way.source] -= way.size
    sizes[way.target] += way.size
    left[way] -= 1
    return Stage(sizes, +left, (way,))


def _key(stage: Stage) -> frozenset[tuple[Way, int]]:
    return frozenset(stage.left.items())
