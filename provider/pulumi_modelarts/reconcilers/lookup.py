"""Looking up what a plan lacks: exactly the facts it names, each with the same reader for every plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from pulumi_modelarts.api.errors import ApiError
from pulumi_modelarts.plans.facts import Fact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.plans.live_nodes import LiveNode
    from pulumi_modelarts.reconcilers.session import Session

T = TypeVar("T")
LiveT = TypeVar("LiveT")

Busy = dict[str, tuple[str, ...]]
"""Names of the running training jobs on each busy node."""


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


def busy(session: Session, nodes: Iterable[LiveNode]) -> Busy:
    """Returns which of some nodes training jobs run on now, with the names of the jobs.

    A job runs on a node when one of its tasks names the node's private address as its host (client: official SDK).
    """
    by_pool: dict[str, list[Node]] = {}
    for found in nodes:
        by_pool.setdefault(found.pool, []).append(found.node)
    running: Busy = {}
    for pool, here in sorted(by_pool.items()):
        jobs = session.training_in(pool)
        for node in here:
            if names := {job.name for job in jobs if job.may_run_on(node.private_ip)}:
                running[node.name] = tuple(sorted(names))
    return running


def if_allowed(read: Callable[[], T]) -> T | None:
    """Returns what the service tells; None where its answer is no.

    Raises:
        ModelArtsError: The service did not answer.
    """
    try:
        return read()
    except ApiError:
        return None
