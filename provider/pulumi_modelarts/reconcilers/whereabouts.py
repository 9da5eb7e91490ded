"""Finds out where nodes are, reading no more than a plan needs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import ApiError, NotFoundError
from pulumi_modelarts.plans.node_migration import MigrationPlan, plan
from pulumi_modelarts.plans.placement import Lookup, Place, Whereabouts, arrived
from pulumi_modelarts.reconcilers.facts import busy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from pulumi_modelarts.api.pool_board import Listing
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.reconcilers.session import Session
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec


@dataclass(frozen=True)
class Finder:
    """Looks for nodes, everything at one moment or later.

    Attributes:
        session: Where to look.
        listing: The pools of the project.
        read_after: Monotonic second; node lists read before it are not believed.
    """

    session: Session
    listing: Listing
    read_after: float

    @classmethod
    def recent(cls, session: Session) -> Finder:
        """Looks at a moment that is recent enough to plan from."""
        listing = session.snapshot()
        return cls(session, listing, listing.requested_at)

    def plan(self, spec: NodeMigrationSpec, placed: AbstractSet[str]) -> tuple[Whereabouts, MigrationPlan]:
        """Plans a run from source and target, and from whatever else the plan turns out to need.

        Raises:
            ModelArtsError: Something could not be read.
        """
        seen = self.near(spec)
        while (made := plan(spec, seen, placed)).lacks:
            seen = self._look(seen, spec, made.lacks)
        return seen, made

    def near(self, spec: NodeMigrationSpec) -> Whereabouts:
        """Returns which of the nodes are in the source pool or in the target pool."""
        return self._search(spec, Whereabouts(self._pools(spec), {}, {}), (spec.target_pool, spec.source_pool))

    def all_over(self, spec: NodeMigrationSpec) -> Whereabouts:
        """Returns where the nodes are, searching the other pools only for those that are in neither."""
        seen = self.near(spec)
        return seen if len(seen.places) == len(spec.nodes) else self._elsewhere(seen, spec)

    def with_jobs(self, spec: NodeMigrationSpec, seen: Whereabouts) -> Whereabouts:
        """Adds which nodes are on their way, and which jobs about them are over.

        A job is listed with the pool that its nodes leave; nodes that are nowhere may have left any.
        """
        lost = len(seen.places) < len(spec.nodes)
        leaving = {place.pool for place in seen.places.values() if not arrived(spec, place)}
        migrating: dict[str, str] = {}
        ended: set[str] = set()
        for pool in [None] if lost else sorted(leaving):
            for job in self.session.client.jobs.list(pool):
                ours = job.node_names & set(spec.nodes)
                if job.finished and ours:
                    ended.add(job.job_id)
                elif not job.finished:
                    migrating |= dict.fromkeys(ours, job.job_id)
        return replace(seen, migrating=migrating, ended=frozenset(ended))

    def _pools(self, spec: NodeMigrationSpec) -> dict[str, ResourcePool]:
        """Returns the pools of the project; one that the list lacks speaks for itself, as in another workspace."""
        pools = dict(self.listing.pools)
        for name in (spec.source_pool, spec.target_pool):
            if name not in pools:
                with suppress(NotFoundError):
                    pools[name] = self.session.client.resource_pools.get(name)
        return pools

    def _look(self, seen: Whereabouts, spec: NodeMigrationSpec, lacks: AbstractSet[Lookup]) -> Whereabouts:
        if Lookup.ELSEWHERE in lacks:
            seen = self._elsewhere(seen, spec)
        if Lookup.MIGRATING in lacks:
            seen = self.with_jobs(spec, seen)
        if Lookup.JOBS in lacks:
            seen = replace(seen, training=training(self.session, seen, spec.nodes))
        if Lookup.AWAITED in lacks:
            seen = replace(seen, unknown_jobs=self._unknown(spec.await_jobs))
        if Lookup.ARCHITECTURES in lacks:
            seen = replace(seen, architectures=self._architectures())
        return seen

    def _elsewhere(self, seen: Whereabouts, spec: NodeMigrationSpec) -> Whereabouts:
        others = [name for name in sorted(seen.pools) if name not in seen.sizes]
        seen = self._search(spec, seen, others)
        # A node that arrived after the target was read, and before the source was, has been seen in neither.
        later = replace(self, read_after=self.session.clock.monotonic())
        return replace(later._search(spec, seen, [spec.target_pool]), everywhere=True)  # noqa: SLF001 - of this class

    def _search(self, spec: NodeMigrationSpec, seen: Whereabouts, pools: Iterable[str]) -> Whereabouts:
        wanted, places, sizes = set(spec.nodes), dict(seen.places), dict(seen.sizes)
        for pool in dict.fromkeys(pools):
            if pool not in seen.pools or len(places) == len(wanted):
                continue
            nodes = self.session.nodes_of(pool, read_after=self.read_after)
            sizes[pool] = sum(node.phase != "Deleting" for node in nodes)
            places |= {node.name: Place(pool, node) for node in nodes if node.name in wanted}
        return replace(seen, places=places, sizes=sizes)

    def _unknown(self, jobs: Iterable[str]) -> dict[str, str]:
        said: dict[str, str] = {}
        for job in jobs:
            try:
                self.session.client.training_jobs.get(job)
            except NotFoundError as error:
                said[job] = str(error).rstrip(". ")
        return said

    def _architectures(self) -> Mapping[str, str]:
        """Returns what each flavor is built for; nothing where the service does not let this user ask."""
        try:
            return self.session.client.resource_flavors.architectures()
        except ApiError:
            return {}


def training(session: Session, seen: Whereabouts, nodes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Returns the names of the training jobs that run now on each of some nodes that has any."""
    places = [seen.places[name] for name in nodes if name in seen.places]
    found: dict[str, tuple[str, ...]] = {}
    for pool in sorted({place.pool for place in places}):
        found |= busy(session.training_in(pool), [place.node for place in places if place.pool == pool])
    return found
