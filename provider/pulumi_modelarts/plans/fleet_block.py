"""Nodes of a fleet that can take each other's place, and where there are too many of them and too few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.plans.units import Unit


@dataclass(frozen=True)
class Block:
    """Nodes that can take each other's place: of one flavor, in one network, and of one creating step.

    Attributes:
        surplus: Nodes more than declared, by pool; none that has no surplus.
        deficit: Nodes fewer than declared, likewise.
        units: What can leave each pool with a surplus, supernodes whole; the best first.
    """

    surplus: Mapping[str, int]
    deficit: Mapping[str, int]
    units: Mapping[str, Sequence[Unit]]

    @property
    def amount(self) -> int:
        """Nodes that have to move, so that no more is bought than has to be."""
        return min(sum(self.surplus.values()), sum(self.deficit.values()))

    def singles(self, pool: str) -> list[Unit]:
        """Returns nodes by themselves that can leave a pool, the best first."""
        return [unit for unit in self.units.get(pool, ()) if unit.size == 1]
