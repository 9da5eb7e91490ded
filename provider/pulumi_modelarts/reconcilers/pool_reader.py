"""Reads what a plan for a resource pool needs, and no more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.live_nodes import LiveNode
from pulumi_modelarts.plans.live_pool import LivePool, entries
from pulumi_modelarts.plans.resource_pool import PoolPlan, plan
from pulumi_modelarts.reconcilers.lookup import Reader, complete, if_allowed
from pulumi_modelarts.reconcilers.work import busy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.reconcilers.session import Session
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec


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
        readers = {
            Fact.ORDER: self._with_order,
            Fact.NODES: self._with_nodes,
            Fact.WORK: self._with_work,
            Fact.ARRIVALS: lambda live: replace(live, arrivals=self._arrivals(spec)),
            Fact.OFFERED: self._with_offered,
        }
        return complete(LivePool(pool), lambda live: plan(spec, live, before, named), readers)

    def settled_view(self, pool: ResourcePool) -> LivePool:
        """Returns a pool with the fact that tells its live counts: whether nodes it lacks are still to come."""
        live = LivePool(pool)
        lacking = any(entry.short for entry in entries(pool)) and not live.changing
        return self._with_order(live) if lacking else live

    def _with_order(self, live: LivePool) -> LivePool:
        """Adds whether the last order of the pool is unfinished; a pool without one has none."""
        name = live.pool.order_name
        return replace(live, order_pending=bool(name) and not self.session.client.orders.get(name).finished)

    def _with_nodes(self, live: LivePool) -> LivePool:
        """Adds the nodes of the pool, and the pool as it was when they were listed."""
        pool, nodes = self.together(live.pool)
        return replace(live, pool=pool, nodes=nodes)

    def _with_work(self, live: LivePool) -> LivePool:
        """Adds what runs on the nodes of the pool, which have been read before."""
        here = [LiveNode(live.pool.name, node) for node in live.nodes or ()]
        return replace(live, work=busy(self.session, here))

    def _with_offered(self, live: LivePool) -> LivePool:
        """Adds the flavors the service offers; where it does not tell, it decides about a flavor by itself."""
        flavors = self.session.client.resource_flavors
        return replace(live, offered=frozenset(if_allowed(flavors.list) or ()))

    def _arrivals(self, spec: ResourcePoolSpec) -> dict[str, str]:
        """Finds the flavors of nodes that migrations bring here, wherever they are now."""
        wanted = spec.arriving.keys()
        found: dict[str, str] = {}
        for pool in self.session.snapshot().pools:
            if pool != spec.pool_name and wanted - found.keys():
                found |= {node.name: node.flavor for node in self.nodes(pool) if node.name in wanted}
        return found


def adoptable(session: Session, name: str) -> tuple[ResourcePool, PoolReader]:
    """Returns the pool to adopt or to look at, from a listing that is fresh enough, and its reader from then on.

    Raises:
        NotFoundError: The pool does not exist; absence from the list was confirmed by its own GET.
    """
    listing = session.snapshot(name)
    return session.board.find(name, listing), PoolReader(session, listing.requested_at)
