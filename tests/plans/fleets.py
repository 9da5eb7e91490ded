"""A fleet as plain data, and what a service does to it: move, make and delete nodes.

Everything that a plan may read is derived from one `FleetWorld`, so that the facts of a test never contradict each
other. Nothing here knows how plans are made.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from pulumi_modelarts.api.job import PoolJob
from pulumi_modelarts.api.resource_pool import ResourcePool
from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.fleet import FleetPlan, plan
from pulumi_modelarts.plans.live_fleet import DeclaredFleet, LiveFleet
from pulumi_modelarts.plans.live_pool import LivePool
from pulumi_modelarts.specs.node_migration import RolloutSpec
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec
from tests.plans.worlds import CPU, GPU, Machine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pulumi_modelarts.api.node import Node

PROJECT = "86c13962597848eeb29c5861153a391f"
FLAVORS = (CPU, GPU)
AT_ONCE = RolloutSpec(max_unavailable=100)


@cache
def node_of(machine: Machine) -> Node:
    """Returns a node as the service shows it."""
    return machine.node()


def id_of(name: str) -> str:
    """Returns the id of the pool that has a logical name."""
    return f"{name}-os-{PROJECT}"


@dataclass(frozen=True)
class FleetWorld:
    """Pools and their nodes.

    Attributes:
        machines: Nodes of each pool, by its logical name; those that fly are still in the pool that they leave.
        networks: Networks of pools that are not in `net`.
        ordered: Nodes on order and not there yet, by pool and flavor.
        flying: Where a job moves nodes, by their names.
        outside: Nodes of a pool of no fleet.
        phases: Phases of pools that are not Running.
    """

    machines: Mapping[str, tuple[Machine, ...]]
    networks: Mapping[str, str] = field(default_factory=dict)
    ordered: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    flying: Mapping[str, str] = field(default_factory=dict)
    outside: tuple[Machine, ...] = ()
    phases: Mapping[str, str] = field(default_factory=dict)

    def live(self, facts: Iterable[Fact] = tuple(Fact), untold: str = "") -> LiveFleet:
        """Returns what a plan may know once these facts have been read."""
        read = set(facts)
        pools = {id_of(name): self._live(name, read, untold) for name in self.machines}
        return LiveFleet(
            pools=pools,
            known={**{name: each.pool for name, each in pools.items()}, id_of("outside"): self._pool("outside")},
            jobs=self._jobs() if Fact.MIGRATING in read else None,
            elsewhere={id_of("outside"): tuple(node_of(each) for each in self.outside)}
            if Fact.ELSEWHERE in read
            else {},
            architectures={} if Fact.ARCHITECTURES in read else None,
            addresses={"net": float("inf"), "other": float("inf")} if Fact.ADDRESSES in read else {},
        )

    def held(self, name: str) -> Counter[str]:
        """Returns the nodes of a pool by flavor, those that are on order too, in default node pools."""
        here = Counter(each.flavor for each in self.machines[name] if not each.node_pool)
        return here + Counter(self.ordered.get(name, {}))

    def _live(self, name: str, read: set[Fact], untold: str) -> LivePool:
        machines = self.machines[name]
        jobs = {each.name: each.job for each in machines if each.job}
        jobs |= {each.name: f"job-{each.name}" for each in machines if each.name in self.flying}
        return LivePool(
            self._pool(name),
            order_pending=bool(self.ordered.get(name)) if Fact.ORDER in read else None,
            nodes=tuple(node_of(each) for each in machines) if Fact.NODES in read else None,
            migrating=jobs if Fact.MIGRATING in read else None,
            work={each.name: each.work for each in machines if each.work} if Fact.WORK in read else None,
            untold=untold if Fact.WORK in read else "",
        )

    def _pool(self, name: str) -> ResourcePool:
        machines = self.outside if name == "outside" else self.machines[name]
        wanted = Counter(each.key for each in machines)
        wanted.update({(flavor, f"{flavor}-default"): count for flavor, count in self.ordered.get(name, {}).items()})
        states = {"available": ("Available",), "abnormal": ("Abnormal",), "creating": ("Creating",)}
        resources = {
            state: _groups(Counter(each.key for each in machines if each.phase in phases))
            for state, phases in states.items()
        }
        return ResourcePool.model_validate(
            {
                "metadata": {"name": id_of(name)},
                "spec": {"resources": _groups(wanted), "network": {"name": self.networks.get(name, "net")}},
                "status": {"phase": self.phases.get(name, "Running"), "resources": resources},
            }
        )

    def _jobs(self) -> dict[str, tuple[PoolJob, ...]]:
        homes = {each.name: name for name, machines in self.machines.items() for each in machines}
        homes |= {each.name: "outside" for each in self.outside}
        jobs: dict[str, tuple[PoolJob, ...]] = {id_of(name): () for name in (*self.machines, "outside")}
        for node, target in self.flying.items():
            source = id_of(homes[node])
            jobs[source] = (*jobs[source], job(node, source, id_of(target)))
        return jobs


def job(node: str, source: str, *targets: str) -> PoolJob:
    """Returns a job that moves a node, as the service shows it."""
    involved = [{"kind": "Pool", "name": name} for name in (source, *targets)]
    inputs = {"migrateNodeNames": [node], "fromClusterName": source}
    return PoolJob.model_validate(
        {"jobId": f"job-{node}", "type": "migrate", "phase": "Running", "inputs": inputs, "involvedObjects": involved}
    )


def _groups(counts: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    return [
        {"flavor": flavor, "count": count, **({} if pool == f"{flavor}-default" else {"nodePool": pool})}
        for (flavor, pool), count in sorted(counts.items())
    ]


def pool_of(name: str, **counts: int) -> tuple[Machine, ...]:
    """Returns nodes `train-c1`, `train-c2`, `train-g1`: so many of each flavor, by its first letter."""
    flavors = {"c": CPU, "g": GPU}
    return tuple(
        Machine(f"{name}-{letter}{number}", flavors[letter])
        for letter, count in sorted(counts.items())
        for number in range(1, count + 1)
    )


def world(**pools: tuple[Machine, ...]) -> FleetWorld:
    """Returns a world of some pools in one network."""
    return FleetWorld(pools)


def declared(pools: Mapping[str, Mapping[str, int]], **policy: Any) -> DeclaredFleet:
    """Returns a fleet that declares counts by flavor for pools, by their logical names."""
    specs = {name: ResourcePoolSpec(pool_name=id_of(name), flavors=dict(counts)) for name, counts in pools.items()}
    return DeclaredFleet(specs, **policy)


def cpus(**counts: int) -> dict[str, dict[str, int]]:
    """Returns counts of one flavor, by pool."""
    return {name: {CPU: count} for name, count in counts.items()}


def planned(fleet: DeclaredFleet, world: FleetWorld, untold: str = "") -> FleetPlan:
    """Plans like whoever executes plans: reads what the plan says it lacks, and nothing else."""
    facts: frozenset[Fact] = frozenset()
    for _ in Fact:
        made = plan(fleet, world.live(facts, untold))
        if not made.lacks:
            return made
        assert not made.lacks & facts, "a plan lacks a fact that has been read"
        facts |= made.lacks
    raise AssertionError("a plan is never complete")


def moved(world: FleetWorld, name: str, target: str) -> FleetWorld:
    """Returns the world when a node has moved; it takes no drain along."""
    source = next(pool for pool, machines in world.machines.items() if any(each.name == name for each in machines))
    machine = next(each for each in world.machines[source] if each.name == name)
    return replace(
        world,
        machines={
            **world.machines,
            source: tuple(each for each in world.machines[source] if each is not machine),
            target: (*world.machines[target], machine),
        },
        flying={node: place for node, place in world.flying.items() if node != name},
    )


def finished(world: FleetWorld, made: FleetPlan) -> FleetWorld:
    """Returns the world when a plan has come true, moves first, then what is bought, then what is removed."""
    for move in made.moves:
        world = moved(world, move.node, move.target)
    machines = dict(world.machines)
    for name, counts in made.growth.items():
        machines[name] += tuple(
            Machine(f"{name}-new-{flavor[-3:]}-{number}", flavor)
            for flavor, count in counts.items()
            for number in range(count)
        )
    for name, nodes in made.shrink.items():
        machines[name] = tuple(each for each in machines[name] if each.name not in nodes)
    return replace(world, machines=machines)
