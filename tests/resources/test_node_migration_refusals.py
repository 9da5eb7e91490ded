"""What stands against a migration fails in the preview, at its path, before anything is touched."""

from __future__ import annotations

from typing import Any

import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, TRAIN_POOL, Emulator
from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.handlers import _rpc
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from tests.resources.migrations import EIGHT, nine, placing, seed_nine
from tests.resources.pools import CPU
from tests.resources.scenario import CheckFailedError, Stack, configured, connect
from tests.resources.service import Hand, world

ARM = "modelarts.bm.npu.arm.8snt9b"
LOST_POOL = TRAIN_POOL.replace("auto", "lost")
OTHER_NODE = "os-node-created-k9x2v"

OF_ARM = {
    "pool": INFER_POOL,
    "resources": [{"flavor": ARM, "count": 2}],
    "nodes": {},
    "driver": {"npuVersion": "C78"},
}


@pytest.fixture
def stack(emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
    """A program with one migration, never run."""
    return Stack(configured(NodeMigrationProvider(), **connect(emulator, request.node.nodeid)))


def refused(stack: Stack, emulator: Emulator, program: dict[str, Any]) -> str:
    """Preview, and return why it failed; nothing was written."""
    with pytest.raises(CheckFailedError) as failed:
        stack.preview(program)
    assert emulator.journal.writes() == []
    return str(failed.value)


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ({"nodes": []}, "nodes: is empty; name the nodes, or remove the resource: that leaves nodes where they are"),
        ({"nodes": [NODE, OTHER_NODE, NODE]}, f"nodes[2]: {NODE!r} is named twice; name it once"),
        ({"nodes": [NODE, "Node 1"]}, "nodes[1]: 'Node 1' is not the name of a node; give its name"),
        ({"nodes": [OTHER_NODE, "os-node-x"]}, "nodes[1]: 'os-node-x' is in no pool of the project, neither in "),
        (
            {"sourcePool": LOST_POOL, "nodes": ["os-node-x"]},
            f"nodes[0]: 'os-node-x' is in no pool of the project, and source_pool {LOST_POOL!r} does not exist. The ",
        ),
        (
            {"targetPool": LOST_POOL},
            f"target_pool: {LOST_POOL!r} does not exist. The project has: {TRAIN_POOL} (auto-pool-os), ",
        ),
        (
            {"nodes": [NODE, OTHER_NODE]},
            f"nodes: takes 2 nodes from {TRAIN_POOL!r}, which has 2; a pool keeps at least one. Name fewer nodes",
        ),
        (
            {"flavor": "modelarts.vm.gpu.t4u8"},
            f"nodes[0]: {NODE!r} in {TRAIN_POOL!r} has flavor {CPU!r}, not 'modelarts.",
        ),
        (
            {"strategy": {"maxUnavailable": 1.5}},
            "strategy.max_unavailable: must be a whole number of 1 or more, got 1.5",
        ),
        (
            {"targetPool": TRAIN_POOL},
            f"target_cluster: is needed where source and target pool are one, {TRAIN_POOL!r}, or nothing would",
        ),
        (
            {"sourceCluster": "a", "targetCluster": "a"},
            "target_cluster: 'a' is the source cluster too, which the service refuses; name another one",
        ),
        ({"sourceCluster": "a"}, "target_cluster: goes together with source_cluster: declare both, or neither"),
    ],
)
def test_bad_input_is_refused_at_its_path(
    stack: Stack, emulator: Emulator, inputs: dict[str, Any], problem: str
) -> None:
    """Empty, doubled, malformed or unknown names, pools that are not there, and more nodes than may go."""
    assert problem in refused(stack, emulator, {**placing(NODE), **inputs})


@pytest.mark.parametrize(
    ("changes", "inputs", "problem"),
    [
        (
            {"pool": INFER_POOL, "network": "another-net"},
            {},
            f"target_pool: {INFER_POOL!r} is in network 'another-net' and {TRAIN_POOL!r} in ",
        ),
        (
            OF_ARM,
            {},
            f"target_pool: {INFER_POOL!r} cannot take {CPU!r}: it is built for x86, and the nodes there are for arm64",
        ),
        (
            OF_ARM,
            {"flavor": CPU},
            f"flavor: {INFER_POOL!r} cannot take {CPU!r}: it is built for x86, and the nodes there are for arm64",
        ),
        ({"pool": INFER_POOL, "control_mode": 8}, {}, "target_pool: cannot be changed now: resource pool "),
        ({"pool": TRAIN_POOL, "phase": "Abnormal"}, {}, "source_pool: cannot be changed now: resource pool "),
        (
            {"pool": TRAIN_POOL, "nodes": {NODE: {"locked": True}, OTHER_NODE: {}}},
            {},
            f"nodes[0]: {NODE!r} in {TRAIN_POOL!r} is locked; unlock it in the console first",
        ),
        (
            {"pool": TRAIN_POOL, "nodes": {NODE: {"phase": "Abnormal"}, OTHER_NODE: {}}},
            {},
            f"nodes[0]: {NODE!r} in {TRAIN_POOL!r} is Abnormal, and only an Available node can move",
        ),
    ],
    ids=["networks", "architecture", "architecture-of-flavor", "frozen", "not-running", "locked", "abnormal"],
)
def test_what_the_service_would_refuse_is_refused_before(
    stack: Stack, emulator: Emulator, changes: dict[str, Any], inputs: dict[str, Any], problem: str
) -> None:
    """Everything that can be seen beforehand is, so that no run stops halfway for it."""
    emulator.seed(world(**changes))

    assert problem in refused(stack, emulator, placing(NODE, **inputs))


def test_a_cluster_that_is_not_known_yet_stops_nothing(stack: Stack) -> None:
    """Within one pool a cluster may come from a resource that has not been made yet."""
    checked = stack.provider.check({}, {**within(NODE), "targetCluster": _rpc.unknown()})

    assert checked.failures == []


def test_a_pool_takes_ten_flavors(stack: Stack, emulator: Emulator) -> None:
    """An eleventh flavor is refused, with how many there are."""
    flavors = [f"modelarts.vm.cpu.{number}" for number in range(10)]
    made = world(pool=INFER_POOL, resources=[{"flavor": name, "count": 1} for name in flavors], nodes={})
    cpu = made["flavors"][CPU]
    emulator.seed({**made, "flavors": {**made["flavors"], **dict.fromkeys(flavors, cpu)}})

    assert f"target_pool: {INFER_POOL!r} has 10 flavors and takes at most 10, and {CPU} is new to it" in refused(
        stack, emulator, placing(NODE)
    )


def test_what_can_be_seen_beforehand_never_stops_a_node_in_its_place(stack: Stack, emulator: Emulator) -> None:
    """Nothing has to move: frozen pools, lost sources and awaited jobs that are gone stop nothing."""
    stack.up(placing(NODE))
    emulator.journal.clear()
    gone = placing(NODE, sourcePool=LOST_POOL, awaitJobs=["gone"])

    assert set(stack.up(gone)) == {"sourcePool", "awaitJobs"}
    assert emulator.journal.writes() == []


def test_a_run_that_has_nothing_left_to_give_stops_before_it(stack: Stack, emulator: Emulator) -> None:
    """A source that lost its other nodes meanwhile keeps its last one; the run says how far it came."""
    seed_nine(emulator)
    stack.up(placing(*EIGHT[:7], strategy={"maxUnavailable": 7}))
    program = placing(*EIGHT, strategy={"maxUnavailable": 7})
    checked = stack.check(program)
    Hand(emulator).delete(TRAIN_POOL, "os-node-created-zzzzz")

    with pytest.raises(ModelArtsError) as failed:
        stack.provider.update("id", stack.state.outs if stack.state else {}, checked)

    assert str(failed.value) == (
        f"Placing nodes in resource pool '{INFER_POOL}': 7 of 8 moved; going on was refused:\n    nodes: takes 1 node "
        f"from '{TRAIN_POOL}', which has 1; a pool keeps at least one. Name fewer nodes, or grow that pool first"
    )


CLUSTERS: dict[str, Any] = {"clusters": ["cluster-a", "cluster-b"]}


def within(*nodes: str, **inputs: Any) -> dict[str, Any]:
    """Declare that nodes of the training pool live in its second cluster."""
    clusters = {"sourceCluster": "cluster-a", "targetCluster": "cluster-b"}
    return placing(*nodes, targetPool=TRAIN_POOL, **clusters, **inputs)


def test_nodes_move_between_clusters_of_one_pool(stack: Stack, emulator: Emulator) -> None:
    """The older reading of the page: the preview names the clusters, the pool keeps its nodes, the second run rests."""
    emulator.seed(nine(**CLUSTERS))

    shown = stack.up(within(*EIGHT[:2], strategy={"maxUnavailable": 2}))
    sent = [write.body for write in emulator.journal.writes() if write.operation == "batchMigratePoolNodes"]
    emulator.journal.clear()

    assert shown["moves"] == dict.fromkeys(EIGHT[:2], "cluster-a -> cluster-b")
    assert sent == [
        {
            "migrateNodeNames": EIGHT[:2],
            "fromClusterName": "cluster-a",
            "toClusterName": "cluster-b",
            "toPoolName": TRAIN_POOL,
            "resourceSpec": {"flavor": CPU},
        }
    ]
    assert (stack.up(within(*EIGHT[:2], strategy={"maxUnavailable": 2})), stack.refresh()) == ({}, {})
    assert emulator.journal.writes() == []
    assert len(Hand(emulator).nodes(TRAIN_POOL)) == 9


def test_a_pool_with_a_single_node_moves_it_nowhere(stack: Stack, emulator: Emulator) -> None:
    """Not even between its clusters: the service refuses that, and so the preview does."""
    emulator.seed(world(pool=TRAIN_POOL, resources=[{"flavor": CPU, "count": 1}], nodes={NODE: {}}, **CLUSTERS))

    assert f"nodes: {TRAIN_POOL!r} has a single node, and such a pool takes part in no migration" in refused(
        stack, emulator, within(NODE)
    )


def test_an_offline_preview_shows_nothing_and_the_run_decides_alone(emulator: Emulator) -> None:
    """Without a look at the service the map stays as it is, and the run moves what has to move."""
    stack = Stack(configured(NodeMigrationProvider(), **connect(emulator, "offline"), livePreview="false"))

    shown = stack.up(placing(NODE, targetPool=GPU_POOL))

    assert shown["moves"] == {}
    assert NODE in Hand(emulator).nodes(GPU_POOL)
