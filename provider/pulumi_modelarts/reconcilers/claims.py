"""What resources claim: pools, nodes and choices; and what is wrong with a claim. Who keeps them is `owners`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Noun = Literal["resource pool", "network"]
"""What a resource stands for that can be made and deleted."""


@dataclass(frozen=True)
class PoolClaim:
    """A resource that manages a pool.

    Attributes:
        urn: The resource.
        counts: Whether it manages node counts.
        after: Where migrations place nodes before it runs, {node: pool}.
        arrivals: Nodes that migrations bring here after it runs.
        makes: Whether it makes the pool, so that no migration into it can run before it.
        fleet: Whether it is a pool of a fleet, which knows of the migrations in its stead.
    """

    urn: str
    counts: bool
    after: Mapping[str, str]
    arrivals: frozenset[str] = frozenset()
    makes: bool = False
    fleet: bool = False


@dataclass(frozen=True)
class NodeClaim:
    """A migration that places a node.

    Attributes:
        urn: The resource.
        sources: Pools the node comes from: the declared one, and the one it is in.
        target: Pool the node lives in.
        place: Pool the node is in; empty where it was not found.
        node_pool: Node pool it joins; empty for the default one of its flavor.
    """

    urn: str
    sources: frozenset[str]
    target: str
    place: str = ""
    node_pool: str = ""


@dataclass(frozen=True)
class ChoiceClaim:
    """A selection that has chosen a node.

    Attributes:
        urn: The resource.
        pool: Pool it chooses from.
    """

    urn: str
    pool: str


@dataclass(frozen=True)
class Conflict:
    """A claim that conflicts with another one.

    Attributes:
        subject: The node or pool that is claimed.
        reason: What is wrong and how to resolve it.
        argument: Argument of the resource that manages a pool, where it does not know of a node.
    """

    subject: str
    reason: str
    argument: str = "after"
