"""Reads what a plan for a resource pool needs, and no more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import ApiError, NotFoundError, UnreadableError
from pulumi_modelarts.api.resource_pools import SHOW_POOL
from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.health import ailing
from pulumi_modelarts.plans.live_pool import LivePool, entries
from pulumi_modelarts.plans.resource_pool import PoolPlan, plan
from pulumi_modelarts.reconcilers.lookup import Reader, complete

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pulumi_modelarts.api.job import PoolJob
    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.order import Order
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.reconcilers.session import Session
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec


UNTOLD_MOVES = "nodes that the service moves or restarts just now may be chosen to go; it refuses those by itself"


@dataclass(frozen=True)
class SeenPool:
    """A pool as a run saw it last.

    Attributes:
        pool: The pool.
        spares: Nodes that stand by for others, by flavor; None where the run had no reason to list nodes.
        awaited: Nodes that migrations are to bring, and that were not there.
    """

    pool: ResourcePool
    spares: Mapping[str, int] | None = None
    awaited: tuple[str, ...] = ()


@dataclass(frozen=True)
class PoolReader(Reader):
    """Reads the facts of one pool."""

    def plan(
        self,
        spec: ResourcePoolSpec,
        pool: ResourcePool,
        before: Mapping[str, int] | None,
        named: frozenset[str] | None = None,
    ) -> tuple[LivePool, PoolPlan]:
        """Plans a run from a pool and whatever else the plan turns out to need.

        Returns:
            The facts that were read, and the complete plan.

        Raises:
            ModelArtsError: Something could not be read.
        """
        return self.plan_from(spec, LivePool(pool), before, named)

    def plan_from(
        self,
        spec: ResourcePoolSpec,
        known: LivePool,
        before: Mapping[str, int] | None,
        named: frozenset[str] | None = None,
    ) -> tuple[LivePool, PoolPlan]:
        """Plans a run from what is known of a pool, and whatever else the plan turns out to need; see `plan`."""
        readers = {
            Fact.ORDER: self.with_order,
            Fact.NODES: self.with_nodes,
            Fact.MIGRATING: self._with_jobs,
            Fact.WORK: lambda live: self.with_work(live, ignored=spec.on_running_jobs == "ignore"),
            Fact.ARRIVALS: lambda live: self._with_arrivals(live, spec),
            Fact.OFFERED: lambda live: replace(live, offered=self.session.flavors()),
            Fact.ADDRESSES: self._with_addresses,
            Fact.MAY_SHOW_POOL: lambda live: self._with_right(live, Fact.MAY_SHOW_POOL),
            Fact.MAY_SHOW_ORDER: lambda live: self._with_right(live, Fact.MAY_SHOW_ORDER),
        }
        return complete(known, lambda live: plan(spec, live, before, named), readers)

    def settled_view(self, pool: ResourcePool) -> LivePool:
        """Returns a pool with the fact that tells its live counts: whether nodes it lacks are still to come."""
        live = LivePool(pool)
        lacking = any(entry.short for entry in entries(pool)) and not live.changing
        return self.with_order(live) if lacking else live

    def with_order(self, live: LivePool) -> LivePool:
        """Adds whether the last order of the pool is unfinished; a pool without one has none."""
        order = last_order(self.session, live.pool)
        return replace(live, order_pending=order is not None and not order.finished)

    def awaiting_view(self, live: LivePool, spec: ResourcePoolSpec) -> LivePool:
        """Returns a pool with what tells which nodes it awaits, where it names any."""
        return self._with_arrivals(self.with_nodes(live), spec) if spec.arrivals else live

    def broken_view(self, live: LivePool) -> LivePool:
        """Returns a pool with its nodes where it counts broken ones, to tell which they are."""
        return self.with_nodes(live) if ailing(live.pool) and live.nodes is None else live

    def inhabited(self, pool: ResourcePool) -> LivePool:
        """Returns a pool with its nodes, what the service does to them, and whatever runs anywhere in it.

        Nothing is left out that this user may not see: what cannot be read is an error, or why work is not known.

        Raises:
            ModelArtsError: Something could not be read.
        """
        from pulumi_modelarts.reconcilers.work import UnknownWorkError, inhabitants, work_in  # noqa: PLC0415 - on demand

        live = self.with_nodes(LivePool(pool))
        nodes, name = live.nodes or (), pool.name
        live = replace(live, migrating=moving(self.session.client.jobs.list(), name, nodes))
        try:
            return replace(live, work=inhabitants(work_in(self.session, name), nodes))
        except UnknownWorkError as error:
            return replace(live, work={}, untold=error.why)

    def with_nodes(self, live: LivePool) -> LivePool:
        """Adds the nodes of the pool, and the pool as it was when they were listed."""
        pool, nodes = self.together(live.pool)
        return replace(live, pool=pool, nodes=nodes)

    def _with_jobs(self, live: LivePool) -> LivePool:
        """Adds which nodes the service moves or restarts now; where it does not tell, it refuses by itself."""
        here = {node.name for node in live.nodes or ()}
        held = {name: job.job_id for job in self._jobs(live.pool.name) for name in job.node_names & here}
        return replace(live, migrating=held)

    def _jobs(self, pool: str | None) -> list[PoolJob]:
        """Returns the unfinished jobs of a pool, or of all pools; none where the service does not tell."""
        try:
            return [job for job in self.session.client.jobs.list(pool) if not job.finished]
        except ApiError as error:
            if not error.out_of_reach:
                raise
            from pulumi_modelarts.api.job import LIST_JOBS  # noqa: PLC0415 - on demand

            self.session.rights.lose(LIST_JOBS, UNTOLD_MOVES, error)
            return []

    def with_work(self, live: LivePool, *, ignored: bool) -> LivePool:
        """Adds what runs on the nodes of the pool, which have been read before, or why that is not known.

        Args:
            live: The pool.
            ignored: Whether the run goes on whatever runs there, so that no unreadable answer stops it.

        Raises:
            ModelArtsError: The service could not be read.
        """
        from pulumi_modelarts.plans.live_nodes import LiveNode  # noqa: PLC0415 - on demand
        from pulumi_modelarts.reconcilers.work import UnknownWorkError, busy  # noqa: PLC0415 - on demand

        here = [LiveNode(live.pool.name, node) for node in live.nodes or ()]
        try:
            return replace(live, work=busy(self.session, here))
        except UnknownWorkError as error:
            return replace(live, work={}, untold=error.why)
        except UnreadableError as error:
            if not ignored:
                raise
            return replace(live, work={}, untold=str(error))

    def _with_addresses(self, live: LivePool) -> LivePool:
        """Adds the free addresses of the pool's network."""
        return replace(live, addresses=self.session.free_addresses(live.pool.spec.network.name))

    def _with_right(self, live: LivePool, fact: Fact) -> LivePool:
        """Adds why this user may not read what a run reads later; it is read once, to find out."""
        from pulumi_modelarts.api.order import SHOW_ORDER  # noqa: PLC0415 - on demand

        session, pool = self.session, live.pool
        operation, ask = {
            Fact.MAY_SHOW_POOL: (SHOW_POOL, lambda: session.client.resource_pools.get(pool.name)),
            Fact.MAY_SHOW_ORDER: (SHOW_ORDER, lambda: last_order(session, pool)),
        }[fact]
        return replace(live, denied={**live.denied, fact: session.rights.denial(operation, ask)})

    def _with_arrivals(self, live: LivePool, spec: ResourcePoolSpec) -> LivePool:
        """Adds the flavors of nodes that migrations bring here, wherever they are now.

        One that is in no other pool may be between two pools, or have arrived here since this pool was read.
        """
        wanted = spec.arriving.keys() - {node.name for node in live.nodes or ()}
        found: dict[str, str] = {}
        for pool in self.session.snapshot().pools:
            if pool != spec.pool_name and wanted - found.keys():
                found |= {node.name: node.flavor for node in self.nodes(pool) if node.name in wanted}
        if (missing := wanted - found.keys()) and live.nodes:
            found |= {name: "" for job in self._jobs(None) for name in job.node_names & missing}
            here, nodes = replace(self, read_after=self.session.clock.monotonic()).together(live.pool)
            live = replace(live, pool=here, nodes=nodes)
        return replace(live, arrivals=found)


def moving(jobs: Iterable[PoolJob], pool: str, nodes: Iterable[Node]) -> dict[str, str]:
    """Returns which unfinished job is about each node of a pool; under no name one about nodes that come.

    A node on its way is in no list of nodes: its job tells the pool it comes to (assumed).
    """
    here = {node.name for node in nodes}
    found: dict[str, str] = {}
    for job in jobs:
        about = job.node_names & here or ({""} if job.is_about(pool) else frozenset())
        if not job.finished:
            found |= dict.fromkeys(sorted(about), job.job_id)
    return found


def last_order(session: Session, pool: ResourcePool) -> Order | None:
    """Returns the last order of a pool; None where it has none, or the service has forgotten it: that one has ended.

    Raises:
        ModelArtsError: The service could not be read.
    """
    if not pool.order_name:
        return None
    try:
        return session.client.orders.get(pool.order_name)
    except NotFoundError:
        return None


def adoptable(session: Session, name: str) -> tuple[ResourcePool, PoolReader]:
    """Returns the pool to adopt or to look at, from a listing that is fresh enough, and its reader from then on.

    Raises:
        NotFoundError: The pool does not exist; absence from the list was confirmed by its own GET.
    """
    listing = session.snapshot(name)
    return session.board.find(name, listing), PoolReader(session, listing.requested_at)
