"""Reads what a plan for a node migration needs, and no more."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import NotFoundError
from pulumi_modelarts.api.resource_flavor import LIST_RESOURCE_FLAVORS
from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.live_nodes import LiveNodes, Record, elsewhere
from pulumi_modelarts.plans.node_migration import MigrationPlan, plan
from pulumi_modelarts.reconcilers.lookup import Reader, complete
from pulumi_modelarts.reconcilers.node_jobs import node_jobs
from pulumi_modelarts.reconcilers.session import UNCHECKED_FLAVORS
from pulumi_modelarts.reconcilers.work import UnknownWorkError, busy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pulumi_modelarts.api.pool_board import Listing
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.reconcilers.session import Session
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec


@dataclass(frozen=True)
class NodeReader(Reader):
    """Finds the nodes of a migration, in whatever pools they are.

    Attributes:
        listing: The pools of the project.
    """

    listing: Listing

    @classmethod
    def recent(cls, session: Session) -> NodeReader:
        """Returns a reader of a moment that is recent enough to plan from."""
        listing = session.snapshot()
        return cls(session, listing.requested_at, listing)

    def plan(
        self, spec: NodeMigrationSpec, record: Record, before: LiveNodes | None = None
    ) -> tuple[LiveNodes, MigrationPlan]:
        """Plans a run from source and target, and from whatever else the plan turns out to need.

        Args:
            spec: What the program declares.
            record: What is on record.
            before: What the same run has read a moment ago; what no move changes is taken from there.

        Returns:
            What was read, and the complete plan.

        Raises:
            ModelArtsError: Something could not be read.
        """
        live = self.near(spec)
        if before is not None:
            live = replace(live, architectures=before.architectures, addresses=before.addresses)
        readers = {
            Fact.ELSEWHERE: lambda live: self._elsewhere(live, spec),
            Fact.MIGRATING: lambda live: self._with_jobs(live, spec),
            Fact.WORK: lambda live: self._with_work(live, spec),
            Fact.AWAITED: lambda live: replace(
                live, unknown_jobs=self._unknown(sorted({*spec.await_jobs} - record.awaited))
            ),
            Fact.ARCHITECTURES: self._with_architectures,
            Fact.ADDRESSES: lambda live: self._with_addresses(live, spec),
        }
        return complete(live, lambda live: plan(spec, live, record), readers)

    def near(self, spec: NodeMigrationSpec) -> LiveNodes:
        """Returns which of the nodes are in the source pool or in the target pool."""
        return self._search(spec, LiveNodes(self._pools(spec), {}, {}), (spec.target_pool, spec.source_pool))

    def all_over(self, spec: NodeMigrationSpec) -> LiveNodes:
        """Returns where the nodes are, searching the other pools only for those that are in neither.

        Raises:
            UnreadableError: The nodes of a pool could not be listed completely, so that none can be told to be gone.
            ModelArtsError: Something could not be read.
        """
        live = self.near(spec)
        return live if len(live.nodes) == len(spec.nodes) else self._elsewhere(live, spec)

    def _pools(self, spec: NodeMigrationSpec) -> dict[str, ResourcePool]:
        """Returns the pools of the project; one that the list lacks is read by itself, as in another workspace."""
        pools = dict(self.listing.pools)
        for name in (spec.source_pool, spec.target_pool):
            if name not in pools:
                with suppress(NotFoundError):
                    pools[name] = self.session.client.resource_pools.get(name)
        return pools

    def _elsewhere(self, live: LiveNodes, spec: NodeMigrationSpec) -> LiveNodes:
        others = [name for name in sorted(live.pools) if name not in live.lists]
        live = self._search(spec, live, others)
        # A node that arrived after the target was read, and before the source was, has been seen in neither.
        later = replace(self, read_after=self.session.clock.monotonic())
        return replace(later._search(spec, live, [spec.target_pool]), everywhere=True)  # noqa: SLF001 - of this class

    def _search(self, spec: NodeMigrationSpec, live: LiveNodes, pools: Iterable[str]) -> LiveNodes:
        wanted, lists = set(spec.nodes), dict(live.lists)
        for pool in dict.fromkeys(pools):
            if pool not in live.pools or len(live.nodes) == len(wanted):
                continue
            seen, nodes = self.together(live.pools[pool])
            lists[pool] = nodes
            live = replace(live, pools={**live.pools, pool: seen}).with_nodes(
                pool, [node for node in nodes if node.name in wanted]
            )
        return replace(live, lists=lists)

    def _with_jobs(self, live: LiveNodes, spec: NodeMigrationSpec) -> LiveNodes:
        """Adds what jobs do to the nodes.

        A job is listed with the pool that its nodes leave; nodes that are in no pool may have left any.
        """
        lost = len(live.nodes) < len(spec.nodes)
        pools = [None] if lost else sorted({found.pool for found in elsewhere(spec, live).values()})
        jobs = [job for pool in pools for job in self.session.client.jobs.list(pool)]
        return replace(live, jobs=node_jobs(jobs, frozenset(spec.nodes)))

    def _with_work(self, live: LiveNodes, spec: NodeMigrationSpec) -> LiveNodes:
        """Adds what runs on the nodes that have to move, or why that cannot be known."""
        try:
            return replace(live, work=busy(self.session, elsewhere(spec, live).values()))
        except UnknownWorkError as error:
            return replace(live, work={}, untold=error.why)

    def _unknown(self, jobs: Iterable[str]) -> dict[str, str]:
        """Returns what the service says about each training job that it does not know."""
        answers: dict[str, str] = {}
        for job in jobs:
            try:
                self.session.client.training_jobs.get(job)
            except NotFoundError as error:
                answers[job] = error.brief
        return answers

    def _with_architectures(self, live: LiveNodes) -> LiveNodes:
        """Adds what flavors are built for, as far as the service tells."""
        session = self.session
        told = session.rights.if_told(LIST_RESOURCE_FLAVORS, session.client.resource_flavors.every, UNCHECKED_FLAVORS)
        flavors = told or ()
        return replace(live, architectures={each.name: each.spec.cpu_arch for each in flavors if each.spec.cpu_arch})

    def _with_addresses(self, live: LiveNodes, spec: NodeMigrationSpec) -> LiveNodes:
        """Adds how many addresses the target's network has left."""
        network = live.pools[spec.target_pool].spec.network.name
        return replace(live, addresses={network: self.session.free_addresses(network)})
