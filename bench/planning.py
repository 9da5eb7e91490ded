"""Planning one pool of 10,000 nodes from which 100 go: pure, once everything has been read.

Compared is the plan with the parsing of the answers it is made from, because those have to be parsed in any case: the
plan should cost less than they do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.figures import Figure, Ground, interleaved, processor_seconds, ratios
from bench.worlds import FLAVOR, pool_name, world
from modelarts_emulator import Emulator
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.node import Node
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.plans.live_pool import LivePool
from pulumi_modelarts.plans.resource_pool import plan
from pulumi_modelarts.plans.work import TRAINING_JOB, Work
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

NODES = 10_000
GOING = 100
BUSY = 10
"""Every how manieth node runs a training job."""
REPETITIONS = 9
BUDGET = 1.0


def measure(ground: Ground) -> Iterator[Figure]:
    """Plan and parse in turns."""
    del ground
    emulator = Emulator(world=world(1, NODES))
    client = Client(Settings.resolve({"modelarts:endpoint": "emulator"}.get, {}), transport=emulator.transport())
    pool, nodes = client.resource_pools.get(pool_name(0)), client.nodes.list(pool_name(0))
    documents = [node.model_dump(by_alias=True) for node in nodes]
    live = LivePool(pool, nodes=tuple(nodes), work={node.name: (Work(TRAINING_JOB, "job"),) for node in nodes[::BUSY]})
    inputs = {"poolName": pool.name, "flavors": {FLAVOR: NODES - GOING}, "maxScaleIn": GOING}
    spec = ResourcePoolSpec.model_validate(inputs)
    if len(plan(spec, live, None).removals) != GOING:
        raise AssertionError("the plan that is to be measured is not the one meant")
    pairs = interleaved(
        REPETITIONS,
        lambda: processor_seconds(lambda: plan(spec, live, None)),
        lambda: processor_seconds(lambda: [Node.model_validate(document) for document in documents]),
    )
    yield Figure(f"plan of {NODES:,} nodes, {GOING} of them removed", [1000 * pair[0] for pair in pairs], "ms")
    yield Figure(f"parsing of {NODES:,} nodes", [1000 * pair[1] for pair in pairs], "ms")
    yield Figure("plan over parsing", ratios(pairs), budget=BUDGET)
