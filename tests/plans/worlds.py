"""A pool as plain data, and what a service does to it: grow as a patch says, delete nodes, move nodes.

Nothing here knows how plans are made. Everything a plan may read is derived from one `World`, so that the facts of a
test never contradict each other.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pulumi_modelarts.api.node import Node
from pulumi_modelarts.api.resource_flavor import ResourceFlavor
from pulumi_modelarts.api.resource_pool import ORDER_NAME, ResourcePool
from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.live_pool import LivePool
from pulumi_modelarts.plans.resource_pool import PoolPlan, plan
from pulumi_modelarts.plans.work import TRAINING_JOB, Work
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

POOL = "auto-pool-os-86c13962597848eeb29c5861153a391f"
OTHER_POOL = "infer-pool-os-86c13962597848eeb29c5861153a391f"
CPU = "modelarts.vm.cpu.4ud"
GPU = "modelarts.vm.gpu.t4u8"
ARM = "modelarts.bm.arm.1"
ZONES = ("north-7a", "north-7b", "north-7c")
COMING, THERE = ("Creating", "Checking"), ("Available", "Abnormal")

EntryKey = tuple[str, str]


def flavor(
    name: str, zones: Mapping[str, str] | None = None, *, gpu: bool = False, npu: bool = False, arch: str = ""
) -> ResourceFlavor:
    """Returns a flavor on offer, with the phase of each zone."""
    chips = {"gpu": {"size": 1}} if gpu else {"npu": {"size": 8}} if npu else {}
    phases = dict(zones or {})
    return ResourceFlavor.model_validate(
        {"metadata": {"name": name}, "spec": {"cpuArch": arch, **chips}, "status": {"phase": phases}}
    )


OFFER = {CPU: flavor(CPU), GPU: flavor(GPU, gpu=True), ARM: flavor(ARM)}


@dataclass(frozen=True)
class Machine:
    """A node: where it counts and what keeps it."""

    name: str
    flavor: str = CPU
    node_pool: str = ""
    az: str = ZONES[0]
    phase: str = "Available"
    locked: bool = False
    prepaid: bool | None = False  # None: the service does not say
    jobs: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    spare: bool = False
    supernode: str = ""
    job: str = ""
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    created: str = ""
    drained: bool = False

    @property
    def work(self) -> tuple[Work, ...]:
        """What runs on it, as a plan knows it."""
        services = [Work("inference service", name, "ann", ends=False) for name in self.services]
        return (*(Work(TRAINING_JOB, name) for name in self.jobs), *services)

    @property
    def key(self) -> EntryKey:
        """Flavor and effective node pool."""
        return self.flavor, self.node_pool or f"{self.flavor}-default"

    def node(self) -> Node:
        """As the service shows it."""
        annotations: dict[str, str] = {}
        if self.prepaid is not None:
            annotations["os.modelarts/billing.mode"] = "1" if self.prepaid else "0"
        if self.locked:
            annotations["os.modelarts.node/lock.action"] = "delete"
        if self.tags:
            tags = [{"key": key, "value": value} for key, value in self.tags.items()]
            annotations["os.modelarts/tms.tags"] = json.dumps(tags)
        if self.drained:
            annotations["os.modelarts.node/drain"] = "true"
        return Node.model_validate(
            {
                "metadata": {
                    "name": self.name,
                    "creationTimestamp": self.created,
                    "labels": {
                        "os.modelarts.node/nodepool": self.key[1],
                        **({"os.modelarts.node/ha.redundant.enabled": "true"} if self.spare else {}),
                        **({"os.modelarts.node/batch.uid": self.supernode} if self.supernode else {}),
                    },
                    "annotations": annotations,
                },
                "spec": {"flavor": self.flavor},
                "status": {"phase": self.phase, "az": self.az},
            }
        )


@dataclass(frozen=True)
class World:
    """A pool, its nodes, and nodes of other pools.

    Attributes:
        entries: `spec.resources` as the service sends it.
        machines: Nodes of the pool.
        elsewhere: Nodes of other pools.
        order: Name of its last order; empty for none.
        order_pending: Whether the last order is unfinished.
        offered: Flavors the service offers, by id.
        addresses: Free addresses of the pool's network.
        denied: Why the user may not read what a run reads later; empty where it may.
        names_pools: Whether the pool's status names the node pool of each group.
        spec: Other fields of the pool's spec.
        status: Other fields of the pool's status.
        annotations: Annotations of the pool.
    """

    entries: tuple[dict[str, Any], ...]
    machines: tuple[Machine, ...] = ()
    elsewhere: tuple[Machine, ...] = ()
    order: str = ""
    order_pending: bool = False
    offered: Mapping[str, ResourceFlavor] = field(default_factory=lambda: dict(OFFER))
    addresses: float = float("inf")
    denied: str = ""
    names_pools: bool = True
    spec: Mapping[str, Any] = field(default_factory=dict)
    status: Mapping[str, Any] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)

    def pool(self) -> ResourcePool:
        """As the service shows it."""
        groups = {"available": ("Available",), "abnormal": ("Abnormal",), "creating": COMING, "deleting": ("Deleting",)}
        resources = {name: self._groups(phases) for name, phases in groups.items()}
        return ResourcePool.model_validate(
            {
                "metadata": {
                    "name": POOL,
                    "labels": {ORDER_NAME: self.order} if self.order else {},
                    "annotations": dict(self.annotations),
                },
                "spec": {"scope": ["Train"], "resources": [dict(entry) for entry in self.entries], **self.spec},
                "status": {
                    "phase": "Running",
                    "resources": {name: found for name, found in resources.items() if found},
                    **self.status,
                },
            }
        )

    def live(self, facts: Iterable[Fact] = tuple(Fact)) -> LivePool:
        """What a plan may know once these facts have been read."""
        read = set(facts)
        return LivePool(
            self.pool(),
            order_pending=self.order_pending if Fact.ORDER in read else None,
            nodes=tuple(machine.node() for machine in self.machines) if Fact.NODES in read else None,
            migrating={each.name: each.job for each in self.machines if each.job} if Fact.MIGRATING in read else None,
            work={each.name: each.work for each in self.machines if each.work} if Fact.WORK in read else None,
            arrivals={each.name: each.flavor for each in self.elsewhere} if Fact.ARRIVALS in read else None,
            offered=self.offered if Fact.OFFERED in read else None,
            addresses=self.addresses if Fact.ADDRESSES in read else None,
            denied={fact: self.denied for fact in (Fact.MAY_SHOW_POOL, Fact.MAY_SHOW_ORDER) if fact in read},
        )

    def held(self) -> Counter[EntryKey]:
        """Nodes by entry, those that are going left out."""
        return Counter(machine.key for machine in self.machines if machine.phase != "Deleting")

    def _groups(self, phases: tuple[str, ...]) -> list[dict[str, Any]]:
        zones: dict[EntryKey, Counter[str]] = {}
        for machine in self.machines:
            if machine.phase in phases:
                key = machine.key if self.names_pools else (machine.flavor, "")
                zones.setdefault(key, Counter())[machine.az] += 1
        return [
            {
                "flavor": flavor,
                "count": found.total(),
                "azs": [{"az": az, "count": count} for az, count in sorted(found.items())],
                **({"nodePool": node_pool} if node_pool else {}),
            }
            for (flavor, node_pool), found in zones.items()
        ]


def key_of(entry: Mapping[str, Any]) -> EntryKey:
    """Returns flavor and effective node pool of an entry."""
    return entry["flavor"], entry.get("nodePool") or f"{entry['flavor']}-default"


def small(count: int = 3, **changed: Any) -> World:
    """Returns a pool of one flavor in one zone; its nodes are n1, n2 and so on."""
    machines = tuple(Machine(f"n{number}") for number in range(1, count + 1))
    return replace(World(({"flavor": CPU, "count": count},), machines), **changed)


def declared(**inputs: Any) -> ResourcePoolSpec:
    """Returns a declaration for the pool."""
    return ResourcePoolSpec.model_validate({"poolName": POOL, **inputs})


def planned(
    spec: ResourcePoolSpec,
    world: World,
    before: Mapping[str, int] | None = None,
    named: frozenset[str] | None = None,
) -> PoolPlan:
    """Plans like whoever executes plans: reads what the plan says it lacks, and nothing else."""
    facts: frozenset[Fact] = frozenset()
    for _ in Fact:
        made = plan(spec, world.live(facts), before, named)
        if not made.lacks:
            return made
        assert not made.lacks & facts, "a plan lacks a fact that has been read"
        facts |= made.lacks
    return plan(spec, world.live(facts), before, named)


def after_run(world: World, plan: PoolPlan) -> World:
    """Returns the pool when the service has done what a plan sends, in the order of a run."""
    return removed(patched(world, plan.body), plan.removals)


def patched(world: World, body: Mapping[str, Any]) -> World:
    """Returns the pool when a merge patch has come true; refuses what the service would refuse.

    What an earlier order left missing comes when its entry is sent again (assumed).
    """
    spec = dict(body.get("spec", {}))
    sent = tuple(spec.pop("resources", world.entries))
    held, machines = world.held(), list(world.machines)
    for entry in sent:
        key = key_of(entry)
        assert entry.get("maxCount", entry["count"]) == entry["count"], "maxCount must equal count"
        assert sum(zone["count"] for zone in entry.get("azs", ())) <= entry["count"], "azs name more nodes than count"
        if entry not in world.entries:
            assert entry["count"] >= held[key], "a patch lets the service choose which nodes go"
        machines += _made(entry, max(0, entry["count"] - held[key]), machines)
    given = body.get("metadata", {}).get("annotations", {})
    grown = replace(world, entries=sent, machines=tuple(machines), spec={**world.spec, **spec})
    return replace(grown, annotations={**world.annotations, **given})


def _made(entry: Mapping[str, Any], missing: int, machines: Iterable[Machine]) -> list[Machine]:
    there = Counter(each.az for each in machines if each.key == key_of(entry) and each.phase != "Deleting")
    lacking = [zone["az"] for zone in entry.get("azs", ()) for _ in range(zone["count"] - there[zone["az"]])]
    zones = [*lacking, *[ZONES[0]] * missing][:missing]
    return [
        Machine(f"new-{'-'.join(key_of(entry))}-{number}", *key_of(entry), az)
        for number, az in enumerate(zones, start=1)
    ]


def removed(world: World, names: Iterable[str]) -> World:
    """Returns the pool without nodes, its spec lowered by them."""
    gone = [machine for machine in world.machines if machine.name in set(names)]
    kept = tuple(machine for machine in world.machines if machine not in gone)
    entries = world.entries
    for machine in gone:
        entries = tuple(_counted(each, machine, -1) if key_of(each) == machine.key else each for each in entries)
    return replace(world, entries=entries, machines=kept)


def added(world: World, *machines: Machine) -> World:
    """Returns the pool with more nodes, its spec raised by them: somebody scaled it, or a migration arrived."""
    entries = world.entries
    for machine in machines:
        if machine.key not in map(key_of, entries):
            entries += ({"flavor": machine.flavor, "count": 0, "nodePool": machine.key[1]},)
        entries = tuple(_counted(each, machine, 1) if key_of(each) == machine.key else each for each in entries)
    return replace(world, entries=entries, machines=world.machines + machines)


def _counted(entry: Mapping[str, Any], machine: Machine, by: int) -> dict[str, Any]:
    changed = {**entry, "count": entry["count"] + by}
    if "maxCount" in entry:
        changed["maxCount"] = changed["count"]
    if "azs" in entry:
        zones = Counter({zone["az"]: zone["count"] for zone in entry["azs"]})
        zones[machine.az] += by
        changed["azs"] = [{"az": az, "count": count} for az, count in sorted(zones.items()) if count > 0]
    return changed


def migrated(world: World, spec: ResourcePoolSpec) -> World:
    """Returns the pool when the migrations in `after` have run; nodes arrive in the default node pool."""
    leaving = [each for each in world.machines if spec.after.get(each.name, POOL) != POOL]
    coming = [replace(each, node_pool="") for each in world.elsewhere if spec.after.get(each.name) == POOL]
    staying = tuple(each for each in world.elsewhere if spec.after.get(each.name) != POOL)
    here = added(removed(world, [each.name for each in leaving]), *coming)
    return replace(here, elsewhere=(*staying, *leaving))
