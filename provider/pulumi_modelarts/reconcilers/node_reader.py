"""Reads what a plan for a node migration needs, and no more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import NotFoundError
from pulumi_modelarts.api.resource_flavor import LIST_RESOURCE_FLAVORS
from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.live_nodes import LiveNodes, Record, elsewhere
from pulumi_modelarts.plans.node_migration import MigrationPlan, plan
from pulumi_modelarts.reconcilers.lookup import complete
from pulumi_modelarts.reconcilers.node_jobs import node_jobs
from pulumi_modelarts.reconcilers.node_search import NodeSearch
from pulumi_modelarts.reconcilers.surroundings import UNCHECKED_FLAVORS
from pulumi_modelarts.reconcilers.work import UnknownWorkError, busy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec


@dataclass(frozen=True)
class NodeReader(NodeSearch):
    """Finds the nodes of a migration, and what a plan for it needs besides."""

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
        live = self._near(spec, placed=not record.placed.isdisjoint(spec.nodes))
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

    def all_over(self, spec: NodeMigrationSpec) -> LiveNodes:
        """Returns where the nodes are, searching the other pools only for those that are in neither.

        Raises:
            UnreadableError: The nodes of a pool could not be listed completely, so that none can be told to be gone.
            ModelArtsError: Something could not be read.
        """
        live = self._near(spec, placed=True)
        return live if len(live.nodes) == len(spec.nodes) else self._elsewhere(live, spec)

    def _near(self, spec: NodeMigrationSpec, *, placed: bool) -> LiveNodes:
        """Returns which of the nodes are in the source pool or in the target pool.

        The pool in which they are likely to be is read first, and the other one for those that are not there.

        Args:
            spec: What the program declares.
            placed: Whether some of them have been placed, so that they are likely to be in the target pool.
        """
        live = LiveNodes(self.pools(spec.source_pool, spec.target_pool), {}, {})
        pools = (spec.source_pool, spec.target_pool)
        return self.search(spec.nodes, live, pools[::-1] if placed else pools)

    def _elsewhere(self, live: LiveNodes, spec: NodeMigrationSpec) -> LiveNodes:
        return self.elsewhere(spec.nodes, live, (), dict.fromkeys([*islice(live.lists, 1), spec.target_pool]))

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
