"""Reads what a plan for a fleet needs, and no more: at rest that is the listing of pools."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.fleet import FleetPlan, plan
from pulumi_modelarts.plans.live_fleet import DeclaredFleet, LiveFleet
from pulumi_modelarts.plans.live_pool import LivePool
from pulumi_modelarts.reconcilers.node_jobs import moves_nodes
from pulumi_modelarts.reconcilers.node_search import NodeSearch
from pulumi_modelarts.reconcilers.pool_reader import PoolReader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

RUNNING = "Running"


@dataclass(frozen=True)
class FleetReader(NodeSearch):
    """Reads the pools of a fleet as they are at one moment."""

    def born(self, fleet: DeclaredFleet) -> tuple[DeclaredFleet, dict[str, ResourcePoolSpec]]:
        """Returns a fleet of the pools that there are, and those that the program has still to make.

        Nodes do not move into a pool that is not Running yet: the run that makes it buys what it has.
        """
        known = self.pools(*fleet.names)
        unborn = {
            key: spec
            for key, spec in fleet.pools.items()
            if spec.makes
            and (spec.pool_name not in known or known[spec.pool_name].phase != RUNNING or self._foretold(spec))
        }
        born = {key: spec for key, spec in fleet.pools.items() if key not in unborn}
        return replace(fleet, pools=born), unborn

    def _foretold(self, spec: ResourcePoolSpec) -> bool:
        return self.session.foretold(spec.pool_name) is not None

    def plan(self, fleet: DeclaredFleet) -> tuple[LiveFleet, FleetPlan]:
        """Plans a run from the pools, and from whatever else the plan turns out to need.

        Returns:
            What was read, and the complete plan.

        Raises:
            ModelArtsError: Something could not be read.
        """
        return self.plan_from(fleet, self.live(fleet))

    def plan_from(self, fleet: DeclaredFleet, live: LiveFleet) -> tuple[LiveFleet, FleetPlan]:
        """Plans a run from what is known of the pools, and whatever else the plan turns out to need; see `plan`."""
        while (made := plan(fleet, live)).lacks:
            live = self.read(made.lacks, made.lacks_of, fleet, live)
        return live, made

    def live(self, fleet: DeclaredFleet) -> LiveFleet:
        """Returns what the listing alone tells of the pools; one that it lacks is read, as one in another workspace."""
        known = self.pools(*fleet.names)
        return LiveFleet({name: LivePool(known[name]) for name in fleet.names if name in known}, known)

    def read(self, lacks: frozenset[Fact], pools: Iterable[str], fleet: DeclaredFleet, live: LiveFleet) -> LiveFleet:
        """Returns what is known once some facts about some pools were read.

        Raises:
            ModelArtsError: Something could not be read.
        """
        for fact in Fact:
            for pool in pools if fact in lacks else ():
                live = self._with(fact, pool, fleet, live)
        return live

    def _with(self, fact: Fact, pool: str, fleet: DeclaredFleet, live: LiveFleet) -> LiveFleet:
        elsewhere = {
            Fact.MIGRATING: self._with_jobs,
            Fact.ELSEWHERE: self._with_others,
            Fact.ARCHITECTURES: self._with_architectures,
            Fact.ADDRESSES: self._with_addresses,
        }
        if fact in elsewhere:
            return elsewhere[fact](pool, live)
        reader, found = PoolReader(self.session, self.read_after), live.pools[pool]
        if fact is Fact.ORDER:
            found = reader.with_order(found)
        elif fact is Fact.NODES:
            found = reader.with_nodes(found)
        elif fact is Fact.WORK:
            found = reader.with_work(found, ignored=fleet.on_running_jobs == "ignore")
        return replace(live, pools={**live.pools, pool: found})

    def _with_jobs(self, pool: str, live: LiveFleet) -> LiveFleet:
        """Adds the unfinished jobs that were listed with a pool, and the nodes that they take from one outside.

        Who may not list jobs cannot tell what is on its way, and would buy it: that is an error here.
        """
        jobs = [job for job in self.session.client.jobs.list(pool) if not job.finished]
        moving = tuple(job for job in jobs if moves_nodes(job))
        live = replace(live, jobs={**(live.jobs or {}), pool: moving})
        if pool not in live.pools:
            return live
        held = {name: job.job_id for job in jobs for name in job.node_names}
        return replace(live, pools={**live.pools, pool: replace(live.pools[pool], migrating=held)})

    def _with_others(self, pool: str, live: LiveFleet) -> LiveFleet:
        """Adds the nodes of a pool outside of the fleet."""
        _, nodes = self.together(live.known[pool])
        return replace(live, elsewhere={**live.elsewhere, pool: nodes})

    def _with_architectures(self, _pool: str, live: LiveFleet) -> LiveFleet:
        """Adds what flavors are built for, as far as the service tells."""
        told = self.session.flavors()
        return replace(
            live, architectures={name: each.spec.cpu_arch for name, each in told.items() if each.spec.cpu_arch}
        )

    def _with_addresses(self, pool: str, live: LiveFleet) -> LiveFleet:
        """Adds the free addresses of the network of a pool."""
        network = live.known[pool].spec.network.name
        return replace(live, addresses={**live.addresses, network: self.session.free_addresses(network)})
