"""What a fleet claims: all of its pools at once, and the moves in and out of them that it knows of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.plans import changes
from pulumi_modelarts.specs.fleet_names import fleet_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


@dataclass(frozen=True)
class FleetClaim:
    """A fleet that manages a pool.

    Attributes:
        urn: The placement of the fleet.
        after: Where migrations place nodes before it runs, {node: pool}.
    """

    urn: str
    after: Mapping[str, str]

    @property
    def name(self) -> str:
        """The fleet, as its program knows it: a user cannot pass anything to its placement."""
        return f"the fleet {fleet_of(self.urn.rsplit('::', 1)[-1])!r}"

    def lacks(self, pool: str, node: str, sources: Collection[str], target: str) -> bool:
        """Returns whether the fleet would undo a move in or out of a pool of its own, as one of which it does not know.

        Args:
            pool: A pool of the fleet.
            node: A node that a migration places.
            sources: Where it comes from.
            target: Where it goes.
        """
        moving = pool in {*sources, target} and {*sources} != {target}
        return moving and self.after.get(node, "").partition("/")[0] != target

    def passed_by(self, pool: str, nodes: Sequence[str], migration: str) -> str:
        """Returns that a migration moves nodes without the fleet's knowledge, and what to do about it.

        Args:
            pool: A pool of the fleet.
            nodes: The nodes.
            migration: What moves them, as the program knows it.
        """
        moved = f"node {nodes[0]} is" if len(nodes) == 1 else f"nodes {changes.names(nodes)} are"
        return (
            f"{moved} moved by {migration}, and {self.name} manages the counts of {pool!r} without knowing of it: it "
            "would move, buy or delete nodes for that. Pass the migration to the fleet: Fleet(after=[…])"
        )
