"""Failure branches with weights: what becomes of a node, a move or an upgrade in a world where not all goes well.

Which branch it is follows from the world's seed, the resource and what happens to it, by a keyed hash. It depends
neither on the order of calls nor on anything that happens to others, and the same world ends the same way again.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from modelarts_emulator.state import ids

if TYPE_CHECKING:
    from collections.abc import Mapping

BRANCHES: dict[str, tuple[str, ...]] = {
    "node": ("Available", "Abnormal", "vanishes"),
    "migration": ("arrives", "fails"),
    "driver": ("Running", "Abnormal"),
}
"""Branches of each transition; the first is the good one, which is taken where a world says nothing."""


_NONE: Mapping[str, int] = {}


class Chances(NamedTuple):
    """Weights of one world, by transition and branch; a branch that is left out does not happen.

    Attributes:
        node: A new node of an order.
        migration: The move of one node to another pool or cluster.
        driver: The upgrade of a pool's driver.
    """

    node: Mapping[str, int] = _NONE
    migration: Mapping[str, int] = _NONE
    driver: Mapping[str, int] = _NONE

    def decide(self, transition: str, seed: str, *resource: object) -> str:
        """Branch that a transition of a resource takes.

        Args:
            transition: One of `BRANCHES`.
            seed: The world's seed.
            resource: What tells it apart, and which attempt it is, so that the next one has a chance of its own.
        """
        weights: Mapping[str, int] = getattr(self, transition)
        branches = BRANCHES[transition]
        if not weights:
            return branches[0]
        bounds = list(accumulate(weights.get(branch, 0) for branch in branches))
        return branches[bisect_right(bounds, ids.number(seed, "chance", transition, *resource) % bounds[-1])]
