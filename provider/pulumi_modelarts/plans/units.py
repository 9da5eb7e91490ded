"""What is removed whole: a supernode, or a node by itself; and the choice of units with exactly so many nodes."""

from __future__ import annotations

from collections import Counter
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Rank(IntEnum):
    """How gladly something is removed or moved, the best first; a drained node takes no work where it is."""

    DRAINED = 0
    IDLE = 1
    BUSY = 2
    SPARE = 3


class Unit(NamedTuple):
    """Nodes that are removed together, in the order in which they would be.

    Attributes:
        rank: How gladly it is removed; that of the node that one would keep longest.
        names: Names of its nodes, sorted.
    """

    rank: Rank
    names: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of its nodes."""
        return len(self.names)


def reachable(units: Iterable[Unit], most: int) -> list[int]:
    """Returns the numbers of nodes that whole units make up, in order.

    Args:
        units: The units.
        most: The largest number that is of interest.
    """
    sums = _sums(units, most)
    return [count for count in range(most + 1) if sums >> count & 1]


def chosen(units: Sequence[Unit], wanted: int) -> tuple[Unit, ...] | None:
    """Returns units with exactly so many nodes; None where no units have.

    As few nodes of the worst rank as can be, then of the next, and within a rank the first names.
    """
    found: list[Unit] = []
    left = wanted
    for rank in sorted(Rank, reverse=True):
        same = sorted(unit for unit in units if unit.rank is rank)
        here, better = _sums(same, left), _sums((unit for unit in units if unit.rank < rank), left)
        share = next((count for count in range(left + 1) if here >> count & 1 and better >> (left - count) & 1), None)
        if share is None:
            return None
        found = [*_first(same, share), *found]
        left -= share
    return tuple(found)


def _first(units: Sequence[Unit], wanted: int) -> list[Unit]:
    """Returns the first units that make up a number which is known to be reachable."""
    if all(unit.size == 1 for unit in units):
        return list(units[:wanted])
    rest = [1]
    for unit in reversed(units):
        rest.append((rest[-1] | rest[-1] << unit.size) & _mask(wanted))
    found: list[Unit] = []
    left = wanted
    for unit, others in zip(units, rest[-2::-1], strict=True):
        if unit.size <= left and others >> (left - unit.size) & 1:
            found.append(unit)
            left -= unit.size
    return found


def _sums(units: Iterable[Unit], most: int) -> int:
    """Returns a number whose bit n is set where units make up n nodes."""
    sizes = Counter(len(unit.names) for unit in units)
    sums = _mask(min(sizes.pop(1, 0), most))
    for size in sizes.elements():
        sums |= sums << size & _mask(most)
    return sums


def _mask(most: int) -> int:
    return (1 << most + 1) - 1
