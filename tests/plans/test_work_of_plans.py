"""What plans of many nodes take: counted in calls of Python functions, which are the same on every machine."""

from collections.abc import Callable

import pytest

from bench import fleet as fleets
from bench.worlds import FLAVOR, pool_name
from pulumi_modelarts.api.node import Node
from pulumi_modelarts.api.resource_pool import ResourcePool
from pulumi_modelarts.plans import fleet as fleet_plans
from pulumi_modelarts.plans.fleet_step import next_step as next_of_fleet
from pulumi_modelarts.plans.live_nodes import LiveNode, LiveNodes, NodeJobs, Record
from pulumi_modelarts.plans.live_pool import LivePool
from pulumi_modelarts.plans.migration_step import next_step
from pulumi_modelarts.plans.node_migration import plan as migration_plan
from pulumi_modelarts.plans.resource_pool import plan as pool_plan
from pulumi_modelarts.plans.work import TRAINING_JOB, Work
from pulumi_modelarts.specs.node_migration import NodeMigrationSpec
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec
from tests.work import calls

SOURCE, TARGET = pool_name(0), pool_name(1)
FEW = 200


def pool(name: str, nodes: int) -> ResourcePool:
    """A running pool."""
    entries = [{"flavor": FLAVOR, "count": nodes}]
    status = {"phase": "Running", "resources": {"available": entries}}
    spec = {"network": {"name": "n"}, "resources": entries}
    return ResourcePool.model_validate({"metadata": {"name": name}, "spec": spec, "status": status})


def nodes_of(count: int) -> tuple[Node, ...]:
    """Nodes that can go and move."""
    return tuple(
        Node.model_validate(
            {"metadata": {"name": f"os-node-{number:06}"}, "spec": {"flavor": FLAVOR}, "status": {"phase": "Available"}}
        )
        for number in range(count)
    )


def removing(count: int) -> Callable[[], object]:
    """A plan that removes a tenth of the nodes, while a tenth runs jobs and another is placed by a migration."""
    nodes = nodes_of(count)
    work = {node.name: (Work(TRAINING_JOB, "job"),) for node in nodes[::10]}
    live = LivePool(pool(SOURCE, count), order_pending=False, nodes=nodes, migrating={}, work=work, arrivals={})
    after = {node.name: TARGET for node in nodes[5::10]}
    declared = {FLAVOR: count * 8 // 10}
    spec = ResourcePoolSpec.model_validate(
        {"poolName": SOURCE, "flavors": declared, "maxScaleIn": count, "after": after}
    )
    assert len(pool_plan(spec, live, None).removals) == count // 10
    return lambda: pool_plan(spec, live, None)


def migration(count: int) -> tuple[NodeMigrationSpec, LiveNodes]:
    """A migration of half of a pool's nodes, by tens, and all that is known of it."""
    nodes = nodes_of(count)
    inputs = {
        "nodes": [node.name for node in nodes[::2]],
        "sourcePool": SOURCE,
        "targetPool": TARGET,
        "strategy": {"maxUnavailable": 10},
    }
    live = LiveNodes(
        {SOURCE: pool(SOURCE, count), TARGET: pool(TARGET, 1)},
        {node.name: LiveNode(SOURCE, node) for node in nodes[::2]},
        {SOURCE: nodes, TARGET: ()},
        jobs=NodeJobs(),
        work={},
        architectures={},
        everywhere=True,
        addresses={"n": float("inf")},
    )
    return NodeMigrationSpec.model_validate(inputs), live


def migrating(count: int) -> Callable[[], object]:
    """The plan of a migration."""
    spec, live = migration(count)
    return lambda: migration_plan(spec, live, Record())


def next_batch(count: int) -> Callable[[], object]:
    """The next step of a migration."""
    spec, live = migration(count)
    return lambda: next_step(spec, live)


def balancing(count: int) -> Callable[[], object]:
    """The plan of a fleet of so many nodes, a fifth of which moves, and its next step."""
    live, declared = fleets.live(10, count), fleets.declared(10, count)
    moves = fleet_plans.plan(declared, fleets.fresh(live)).moves
    assert len(moves) > count // 20

    def work() -> None:
        fresh = fleets.fresh(live)
        next_of_fleet(declared, fresh, fleet_plans.plan(declared, fresh).moves, set(), set())

    return work


@pytest.mark.parametrize("work", [removing, migrating, next_batch, balancing])
def test_work_grows_with_the_nodes_alone(work: Callable[[int], Callable[[], object]]) -> None:
    """Twice as many nodes take twice as many steps, and not more."""
    few, more = (calls(work(count)) for count in (FEW, 2 * FEW))

    assert more < 2.2 * few
