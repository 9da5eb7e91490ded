"""Planning fleets of 100 pools with 10,000 and 100,000 nodes, a tenth of which move: pure, once all has been read.

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
SIZES = (10_000, 100_000)
"""Nodes of all pools together."""
BUSY = 10
"""Every how manieth node runs a training job."""
REPETITIONS = 9
BUDGETS = {10_000: 1.0, 100_000: 10.0}


def measure(ground: Ground) -> Iterator[Figure]:
    """Plan, and ask what to do first."""
    del ground
    for nodes in SIZES:
        yield from _of(nodes)


def _of(nodes: int) -> Iterator[Figure]:
    there, fleet, rest = live(POOLS, nodes), declared(POOLS, nodes), declared(POOLS, nodes, changing=False)
    made = plan(fleet, there)
    moving = POOLS // 2 * sum(_changes(nodes // POOLS).values())
    if len(made.moves) != moving or made.problems or plan(rest, there).moves:
        raise AssertionError("the plan that is to be measured is not the one meant")
    what = f"{POOLS} pools and {nodes:,} nodes"
    planning = [processor_seconds(lambda: plan(fleet, fresh(there))) for _ in range(REPETITIONS)]
    yield Figure(f"plan of a fleet, {what}, {moving:,} move", planning, "s", BUDGETS[nodes], "least")
    first = [processor_seconds(lambda: next_step(fleet, there, made.moves, set(), set())) for _ in range(REPETITIONS)]
    yield Figure(f"what of {moving:,} moves may begin", [1000 * each for each in first], "ms")
    still = [processor_seconds(lambda: plan(rest, there)) for _ in range(REPETITIONS)]
    yield Figure(f"plan of a fleet at rest, {what}", [1000 * each for each in still], "ms")


def declared(pools: int, nodes: int, *, changing: bool = True) -> DeclaredFleet:
    """Return a fleet in which every other pool grows, and the others shrink; or one that is as it is declared."""
    counts, changes = _counts(nodes // pools), _changes(nodes // pools)
    specs = {}
    for number in range(pools):
        by = (1 if number % 2 else -1) if changing else 0
        wanted = {flavor: count + by * changes[flavor] for flavor, count in counts.items()}
        specs[f"pool-{number:03}"] = ResourcePoolSpec(pool_name=pool_name(number), flavors=wanted)
    return DeclaredFleet(specs, strategy=RolloutSpec(max_unavailable=pools))


def live(pools: int, nodes: int) -> LiveFleet:
    """Return pools of equally many nodes, of two flavors each, with everything that a plan asks of them."""
    found = {pool_name(number): _pool(number, nodes // pools) for number in range(pools)}
    known = {name: each.pool for name, each in found.items()}
    return LiveFleet(found, known, jobs=dict.fromkeys(found, ()), architectures={}, addresses={NETWORK: float("inf")})


def fresh(there: LiveFleet) -> LiveFleet:
    """Return the same without anything that an earlier plan has worked out of it."""
    return LiveFleet(there.pools, there.known, there.jobs, {}, there.architectures, there.addresses)


def _counts(each: int) -> dict[str, int]:
    """Return nodes of a pool by flavor."""
    return {FLAVOR: each * 3 // 4, OTHER_FLAVOR: each // 4}


def _changes(each: int) -> dict[str, int]:
    """Return by how many nodes of each flavor a pool grows or shrinks."""
    return {FLAVOR: each * 15 // 100, OTHER_FLAVOR: each * 7 // 100}


def _pool(number: int, size: int) -> LivePool:
    counts = _counts(size)
    entries = [{"flavor": flavor, "count": count} for flavor, count in counts.items()]
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
                "metadata": {"name": f"node-{number:03}-{flavor[-3:]}-{each:05}"},
                "spec": {"flavor": flavor},
                "status": {"phase": "Available"},
            }
        )
        for flavor, count in counts.items()
        for each in range(count)
    )
    work = {node.name: (Work(TRAINING_JOB, "job"),) for node in nodes[::BUSY]}
    return LivePool(pool, order_pending=False, nodes=nodes, migrating={}, work=work)
