"""Reads exactly the facts a plan lacks, and plans again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import ApiError
from pulumi_modelarts.plans.live import Fact, Live, entries
from pulumi_modelarts.plans.resource_pool import Plan, plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.api.training_job import TrainingJob
    from pulumi_modelarts.reconcilers.session import Session
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec


def busy(jobs: Sequence[TrainingJob], nodes: Iterable[Node]) -> dict[str, tuple[str, ...]]:
    """Returns the names of the training jobs on each node that has any.

    A job runs on a node when one of its tasks names the node's private address as its host (client: official SDK).
    """
    found = {node.name: {job.name for job in jobs if job.may_run_on(node.private_ip)} for node in nodes}
    return {name: tuple(sorted(running)) for name, running in found.items() if running}


class Facts:
    """Reads live facts for plans, all of them at one moment or later.

    Attributes:
        session: Where to read from.
        read_after: Monotonic second; node lists read before it are not believed.
    """

    def __init__(self, session: Session, *, read_after: float) -> None:
        self.session = session
        self.read_after = read_after

    def plan(
        self,
        spec: ResourcePoolSpec,
        pool: ResourcePool,
        before: Mapping[str, int] | None,
        named: frozenset[str] | None = None,
    ) -> tuple[Live, Plan]:
        """Plans a run from a pool and whatever else the plan turns out to need.

        Returns:
            The facts that were read, and the complete plan.

        Raises:
            ModelArtsError: Something could not be read.
        """
        live = Live(pool)
        while (made := plan(spec, live, before, named)).lacks:
            live = self._read(live, spec, made.lacks)
        return live, made

    def order_pending(self, pool: ResourcePool) -> bool:
        """Tells whether the last order of a pool is unfinished; a pool without one has none."""
        return bool(pool.order_name) and not self.session.client.orders.get(pool.order_name).finished

    def nodes(self, pool: str) -> tuple[Node, ...]:
        """Returns the nodes of a pool."""
        return self.session.nodes_of(pool, read_after=self.read_after)

    def jobs(self, pool: str) -> dict[str, tuple[str, ...]]:
        """Returns the names of the running training jobs on each busy node of a pool."""
        return busy(self.session.training_in(pool), self.nodes(pool))

    def settled_view(self, pool: ResourcePool) -> Live:
        """Returns a pool with the fact that tells its live counts: whether nodes it lacks are still to come."""
        live = Live(pool)
        lacking = any(entry.short for entry in entries(pool)) and not live.changing
        return replace(live, order_pending=self.order_pending(pool)) if lacking else live

    def _read(self, live: Live, spec: ResourcePoolSpec, lacks: frozenset[Fact]) -> Live:
        if Fact.ORDER in lacks:
            live = replace(live, order_pending=self.order_pending(live.pool))
        if Fact.NODES in lacks:
            live = replace(live, nodes=self.nodes(spec.pool_name))
        if Fact.JOBS in lacks:
            live = replace(live, jobs=self.jobs(spec.pool_name))
        if Fact.ARRIVALS in lacks:
            live = replace(live, arrivals=self._arrivals(spec))
        if Fact.OFFERED in lacks:
            live = replace(live, offered=self._offered())
        return live

    def _arrivals(self, spec: ResourcePoolSpec) -> dict[str, str]:
        """Finds the flavors of nodes that migrations bring here, wherever they are now."""
        wanted = spec.arriving.keys()
        found: dict[str, str] = {}
        for pool in self.session.snapshot().pools:
            if pool != spec.pool_name and wanted - found.keys():
                found |= {node.name: node.flavor for node in self.nodes(pool) if node.name in wanted}
        return found

    def _offered(self) -> frozenset[str]:
        """Returns the flavors the service offers; nothing when it will not tell, and then the service decides."""
        try:
            return frozenset(self.session.client.resource_flavors.list())
        except ApiError:
            return frozenset()
