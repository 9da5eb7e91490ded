"""Planning a fleet of 100 pools and 10,000 nodes, of which 1,100 move: pure, once everything has been read.

Half of the pools have too many nodes and half too few, of two flavors each. What a fleet at rest costs is measured
beside it: it is planned from the listing of pools alone, without a node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.figures import Figure, Ground, processor_seconds
from bench.worlds import FLAVOR, pool_name
from modelarts_emulator import NETWORK
from pulumi_modelarts.api.node import Node
from pulumi_modelarts.api.resource_pool import ResourcePool
from pulumi_modelarts.plans.fleet import plan
from pulumi_modelarts.plans.fleet_step import next_step
from pulumi_modelarts.plans.live_fleet import DeclaredFleet, LiveFleet
from pulumi_modelarts.plans.live_pool import LivePool
from pulumi_modelarts.plans.work import TRAINING_JOB, Work
from pulumi_modelarts.specs.node_migration import RolloutSpec
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

POOLS = 100
OTHER_FLAVOR = "modelarts.vm.gpu.t4u8"
NODES = {FLAVOR: 75, OTHER_FLAVOR: 25}
"""Nodes of each pool."""
CHANGES = {FLAVOR: 15, OTHER_FLAVOR: 7}
"""By how many nodes of each flavor every other pool grows, and the others shrink."""
BUSY = 10
"""Every how manieth node runs a training job."""
REPETITIONS = 9
BUDGET = 1.0


def measure(ground: Ground) -> Iterator[Figure]:
    """Plan, and ask what to do first."""
    del ground
    live, fleet, rest = _live(), _declared(1), _declared(0)
    made = plan(fleet, live)
    if len(made.moves) != POOLS // 2 * sum(CHANGES.values()) or made.problems or plan(rest, live).moves:
        raise AssertionError("the plan that is to be measured is not the one meant")
    nodes = POOLS * sum(NODES.values())
    what = f"{POOLS} pools and {nodes:,} nodes"
    planning = [processor_seconds(lambda: plan(fleet, _fresh(live))) for _ in range(REPETITIONS)]
    yield Figure(f"plan of a fleet, {what}, {len(made.moves):,} move", planning, "s", BUDGET, "least")
    first = [processor_seconds(lambda: next_step(fleet, live, made.moves, set(), set())) for _ in range(REPETITIONS)]
    yield Figure("what of it may begin", [1000 * each for each in first], "ms")
    still = [processor_seconds(lambda: plan(rest, live)) for _ in range(REPETITIONS)]
    yield Figure(f"plan of a fleet at rest, {POOLS} pools", [1000 * each for each in still], "ms")


def _declared(change: int) -> DeclaredFleet:
    pools = {}
    for number in range(POOLS):
        by = change if number % 2 else -change
        counts = {flavor: count + by * CHANGES[flavor] for flavor, count in NODES.items()}
        pools[f"pool-{number:03}"] = ResourcePoolSpec(pool_name=pool_name(number), flavors=counts)
    return DeclaredFleet(pools, strategy=RolloutSpec(max_unavailable=POOLS))


def _live() -> LiveFleet:
    pools = {pool_name(number): _pool(number) for number in range(POOLS)}
    known = {name: each.pool for name, each in pools.items()}
    return LiveFleet(pools, known, jobs=dict.fromkeys(pools, ()), architectures={}, addresses={NETWORK: float("inf")})


def _fresh(live: LiveFleet) -> LiveFleet:
    """Return the same without anything that an earlier plan has worked out of it."""
    return LiveFleet(live.pools, live.known, live.jobs, {}, live.architectures, live.addresses)


def _pool(number: int) -> LivePool:
    entries = [{"flavor": flavor, "count": count} for flavor, count in NODES.items()]
    pool = ResourcePool.model_validate(
        {
            "metadata": {"name": pool_name(number)},
            "spec": {"network": {"name": NETWORK}, "resources": entries},
            "status": {"phase": "Running", "resources": {"available": entries}},
        }
    )
    nodes = tuple(
        Node.model_validate(
            {
                "metadata": {"name": f"node-{number:03}-{flavor[-3:]}-{each:02}"},
                "spec": {"flavor": flavor},
                "status": {"phase": "Available"},
            }
        )
        for flavor, count in NODES.items()
        for each in range(count)
    )
    work = {node.name: (Work(TRAINING_JOB, "job"),) for node in nodes[::BUSY]}
    return LivePool(pool, order_pending=False, nodes=nodes, migrating={}, work=work)
