"""Looking up what a plan lacks: exactly the facts it names, each with the same reader for every plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from pulumi_modelarts.api.errors import UnreadableError
from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.live_pool import LivePool, lacking

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.reconcilers.session import Session

AGAIN_AFTER = (0.0, 1.0, 2.0)
"""Seconds before counts and places are read again while they differ."""

T = TypeVar("T")
LiveT = TypeVar("LiveT")


class Lacking(Protocol):
    """A plan that names the facts it lacks."""

    @property
    def lacks(self) -> frozenset[Fact]:
        """Facts that have to be read before the plan is complete."""


PlanT = TypeVar("PlanT", bound=Lacking)


def complete(
    live: LiveT, plan: Callable[[LiveT], PlanT], readers: Mapping[Fact, Callable[[LiveT], LiveT]]
) -> tuple[LiveT, PlanT]:
    """Plans, reads what the plan lacks, and plans again until it lacks nothing.

    Args:
        live: What is known to begin with.
        plan: Makes a plan of what is known.
        readers: For each fact the plan may lack, what adds it to what is known.

    Returns:
        What is known now, and the complete plan.

    Raises:
        ModelArtsError: Something could not be read.
    """
    while lacks := (made := plan(live)).lacks:
        for fact in Fact:
            if fact in lacks:
                live = readers[fact](live)
    return live, made


@dataclass(frozen=True)
class Reader:
    """Reads the service for plans, everything at one moment or later.

    Attributes:
        session: Where to read from.
        read_after: Monotonic second; node lists read before it are not believed.
    """

    session: Session
    read_after: float

    def nodes(self, pool: str) -> tuple[Node, ...]:
        """Returns the nodes of a pool.

        Raises:
            NotFoundError: The pool does not exist.
        """
        return self.session.nodes_of(pool, read_after=self.read_after)

    def together(self, pool: ResourcePool) -> tuple[ResourcePool, tuple[Node, ...]]:
        """Returns a pool and its nodes as they are at one moment.

        A node may arrive or leave between the two answers: while they differ, both are read again, a few times. What is
        still missing then is not believed to be gone. A pool that this program will make has the nodes that are there
        already, none as a rule.

        Args:
            pool: The pool, read at the reader's moment or later.

        Raises:
            NotFoundError: The pool does not exist.
            UnreadableError: The service lists fewer nodes than the pool counts, although nothing is under way.
        """
        nodes = self.nodes(pool.name)
        if (foretold := self.session.foretold(pool.name)) is not None:
            return foretold, nodes
        for pause in AGAIN_AFTER:
            if LivePool(pool).at_one_moment(nodes):
                return pool, nodes
            self.session.rest(pause, f"looking again at resource pool {pool.name!r} and its nodes")
            read_after = self.session.clock.monotonic()
            pool = self.session.client.resource_pools.get(pool.name)
            nodes = self.session.nodes_of(pool.name, read_after=read_after)
        if missing := lacking(LivePool(pool), nodes):
            raise UnreadableError(f"list nodes of resource pool {pool.name}", "items", missing)
        return pool, nodes
