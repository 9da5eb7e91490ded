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
from pulumi_modelarts.api.nodes import LIST_POOL_NODES, PAGE
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.plans.live_pool import LivePool
from pulumi_modelarts.plans.resource_pool import plan
from pulumi_modelarts.plans.work import TRAINING_JOB, Work
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

BUDGETS = {10_000: 1.0, 100_000: 1.5}
"""Nodes, and what planning them may take over parsing them: with more the processor waits for memory more often."""
BUSY = 10
"""Every how manieth node runs a training job."""
REPETITIONS = 9
GROWTH_BUDGET = 20.0


def measure(ground: Ground) -> Iterator[Figure]:
    """Plan and parse in turns."""
    del ground
    least = []
    for nodes, budget in BUDGETS.items():
        pairs, going = _pairs(nodes)
        least.append(min(pair[0] for pair in pairs))
        yield Figure(f"plan of {nodes:,} nodes, {going:,} of them removed", [1000 * pair[0] for pair in pairs], "ms")
        yield Figure(f"parsing of {nodes:,} nodes", [1000 * pair[1] for pair in pairs], "ms")
        yield Figure(f"plan over parsing, {nodes:,} nodes", ratios(pairs), budget=budget)
    yield Figure("plan of ten times the nodes, over that of as many", [least[1] / least[0]], budget=GROWTH_BUDGET)


def _pairs(count: int) -> tuple[list[tuple[float, ...]], int]:
    """Return how long planning and parsing take, turn by turn, and how many nodes are removed."""
    emulator = Emulator(world=world(1, count))
    client = Client(Settings.resolve({"modelarts:endpoint": "emulator"}.get, {}), transport=emulator.transport())
    pool, pages = client.resource_pools.get(pool_name(0)), list(_pages(client, pool_name(0)))
    nodes = tuple(_parsed(pages))
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


def _pages(client: Client, pool: str) -> Iterator[bytes]:
    """Yield the pages of the list of nodes, as they come."""
    path, mark = f"/v2/{{project_id}}/pools/{pool}/nodes", None
    while True:
        params = {"limit": PAGE, "continue": mark}
        page = client.request("GET", path, operation=LIST_POOL_NODES, attempting="list nodes", params=params)
        yield to_json(page["items"])
        mark = page["metadata"].get("continue")
        if not mark:
            return


def _parsed(pages: list[bytes]) -> list[Node]:
    """Return the nodes of pages."""
    parse = NodeParser().parse
    return [parse(document) for page in pages for document in from_json(page)]
