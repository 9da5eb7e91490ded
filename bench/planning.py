"""Planning a pool of 10,000 nodes and one of 100,000, of which one in a hundred goes: pure, once all has been read.

Compared is the plan with the reading of the pages it is made from, from their bytes to nodes, because those have to be
read in any case. A tenfold pool should take little more than ten times as long; how often plans call is held by a test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import from_json, to_json

from bench.figures import Figure, Ground, interleaved, processor_seconds, ratios
from bench.worlds import FLAVOR, pool_name, world
from modelarts_emulator import Emulator
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.node import Node, NodeParser
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.plans.live_pool import LivePool
from pulumi_modelarts.plans.resource_pool import plan
from pulumi_modelarts.plans.work import TRAINING_JOB, Work
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = (10_000, 100_000)
PAGE = 500
BUSY = 10
"""Every how manieth node runs a training job."""
REPETITIONS = 9
BUDGET = 1.0
GROWTH_BUDGET = 20.0


def measure(ground: Ground) -> Iterator[Figure]:
    """Plan and parse in turns."""
    del ground
    least = []
    for nodes in SIZES:
        pairs, going = _pairs(nodes)
        least.append(min(pair[0] for pair in pairs))
        yield Figure(f"plan of {nodes:,} nodes, {going:,} of them removed", [1000 * pair[0] for pair in pairs], "ms")
        yield Figure(f"parsing of {nodes:,} nodes", [1000 * pair[1] for pair in pairs], "ms")
        yield Figure(f"plan over parsing, {nodes:,} nodes", ratios(pairs), budget=BUDGET)
    yield Figure("plan of ten times the nodes, over that of as many", [least[1] / least[0]], budget=GROWTH_BUDGET)


def _pairs(count: int) -> tuple[list[tuple[float, float]], int]:
    """Return how long planning and parsing take, turn by turn, and how many nodes are removed."""
    emulator = Emulator(world=world(1, count))
    client = Client(Settings.resolve({"modelarts:endpoint": "emulator"}.get, {}), transport=emulator.transport())
    pool, documents = client.resource_pools.get(pool_name(0)), client.nodes.documents(pool_name(0))
    pages = [
        to_json([document.to_wire() for document in documents[begin : begin + PAGE]]) for begin in range(0, count, PAGE)
    ]
    nodes = tuple(map(Node.of, documents))
    going = count // 100
    live = LivePool(pool, nodes=nodes, work={node.name: (Work(TRAINING_JOB, "job"),) for node in nodes[::BUSY]})
    inputs = {"poolName": pool.name, "flavors": {FLAVOR: count - going}, "maxScaleIn": going}
    spec = ResourcePoolSpec.model_validate(inputs)
    if len(plan(spec, live, None).removals) != going:
        raise AssertionError("the plan that is to be measured is not the one meant")
    return interleaved(
        REPETITIONS,
        lambda: processor_seconds(lambda: plan(spec, live, None)),
        lambda: processor_seconds(lambda: _parsed(pages)),
    ), going


def _parsed(pages: list[bytes]) -> list[Node]:
    """Return the nodes of pages."""
    parse = NodeParser().parse
    return [parse(document) for page in pages for document in from_json(page)]
