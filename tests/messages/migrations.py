"""What stands against a migration, and what its preview warns of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, TRAIN_POOL, Fault
from modelarts_emulator.worlds.documented import NETWORK
from modelarts_emulator.worlds.flavors import FLAVORS
from pulumi_modelarts.plans.live_nodes import NodeJobs, Record
from pulumi_modelarts.plans.node_migration import plan
from tests.messages.situation import PREVIEW, WARNING, refused, scene
from tests.plans import migrations as plain
from tests.resources.migrations import EIGHT, STAYING, nine, placing
from tests.resources.pools import CPU, GPU, JOB
from tests.resources.service import world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.messages.situation import Situation

NODES, POOLS, NOTES = (
    "A node that cannot move",
    "Pools between which nodes cannot move",
    "Warnings of a migration",
)
FIRST = EIGHT[0]
LOST = TRAIN_POOL.replace("auto", "lost")
ARM = "modelarts.bm.npu.arm.8snt9b"
THREES = {"resources": [{"flavor": CPU, "count": 9, "creatingStep": {"step": 3, "type": "hyperinstance"}}]}


def of_nine(**changed: Any) -> Callable[[Situation], object]:
    """Begin with nine nodes in the training pool, and something changed."""
    return lambda situation: situation.seed(nine(**changed))


def with_first(**fields: Any) -> Callable[[Situation], object]:
    """Begin with nine nodes, the first of which is something special."""
    return of_nine(nodes={name: {} for name in [*EIGHT, STAYING]} | {FIRST: fields})


refused(NODES, "the node is in no pool", placing("os-node-created-xxxxx"))
refused(NODES, "the node is in no pool, and neither is its source one", placing("os-node-x", sourcePool=LOST))
refused(NODES, "the node is not Available", placing(FIRST), with_first(phase="Abnormal"))
refused(NODES, "the node is locked", placing(FIRST), with_first(locked=True))
refused(NODES, "the node is a spare", placing(FIRST), with_first(spare=True))
refused(NODES, "the node has another flavor", placing(FIRST, flavor=GPU), of_nine())
refused(
    NODES,
    "the node is in another cluster",
    placing(FIRST, sourceCluster="cluster-a", targetCluster=INFER_POOL),
    of_nine(
        clusters=["cluster-a", "cluster-b"],
        nodes={**{key: {} for key in [*EIGHT, STAYING]}, FIRST: {"cluster": "cluster-b"}},
    ),
)
refused(NODES, "a supernode is named in part", placing(FIRST), of_nine(**THREES))
refused(NODES, "a supernode is larger than what may be away", placing(*EIGHT[:3]), of_nine(**THREES))
refused(
    NODES,
    "something that does not end runs on the node",
    placing(FIRST),
    of_nine(services={"service-1": {"pool": TRAIN_POOL, "nodes": [FIRST], "name": "chat", "user": "ann"}}),
)
refused(
    NODES,
    "several things that do not end run on the node",
    placing(FIRST),
    of_nine(
        services={"service-1": {"pool": TRAIN_POOL, "nodes": [FIRST], "name": "chat", "user": "ann"}},
        notebooks={"notebook-1": {"pool": TRAIN_POOL, "nodes": [FIRST], "name": "lab", "user": "eve"}},
    ),
)
refused(
    NODES,
    "something runs on the node, and the program says to fail",
    placing(FIRST, onRunningJobs="fail"),
    of_nine(jobs={JOB: {"pool": TRAIN_POOL, "nodes": [FIRST]}}),
)
refused(NODES, "an awaited training job does not exist", placing(NODE, awaitJobs=["3faf5c03-nowhere"]))


@scene(NODES, "nobody tells which entry of its pool a node is of", PREVIEW)
def of_several_entries(_: Situation) -> Iterator[str]:
    """Entries that differ in their creating step alone."""
    steps = [{"step": size, "type": "hyperinstance"} for size in (2, 4)]
    entries = [{"flavor": CPU, "count": step["step"], "creatingStep": step} for step in steps]
    live = plain.seen(
        {NODE: plain.SOURCE}, pools={**plain.POOLS, plain.SOURCE: plain.pool(plain.SOURCE, resources=entries)}
    )
    yield from (f"{problem.path}: {problem.reason}" for problem in plan(plain.spec(NODE), live, Record()).problems)


@scene(NODES, "the node is under a job of another kind", PREVIEW)
def held(_: Situation) -> Iterator[str]:
    """Which has not shown in its phase yet."""
    live = plain.seen({NODE: plain.SOURCE}, jobs=NodeJobs(holding={NODE: "reboot-node job 263f72b0db45"}))
    yield from (f"{problem.path}: {problem.reason}" for problem in plan(plain.spec(NODE), live, Record()).problems)


@scene(NODES, "nobody tells what runs on the node", PREVIEW)
def untold(situation: Situation) -> list[str]:
    """This user can list neither workloads nor training jobs."""
    for operation in ("listWorkloads", "listTrainingJobs"):
        situation.emulator.faults.arm(Fault(operation, status=403, code="ModelArts.0108", message="no", times=None))
    return situation.refusals(placing(NODE))


@scene(NODES, "two migrations place one node", PREVIEW)
def placed_twice(situation: Situation) -> list[str]:
    """Both are checked in one process."""
    situation.refusals(placing(NODE), "move")
    return situation.refusals(placing(NODE, targetPool=GPU_POOL), "move-again")


@scene(NODES, "several nodes of one migration are moved behind a pool's back", PREVIEW)
def moved_behind(situation: Situation) -> list[str]:
    """The migration is checked after the pool."""
    of_nine()(situation)
    situation.refusals({"poolName": TRAIN_POOL, "flavors": {CPU: 9.0}}, "train")
    return situation.refusals(placing(*EIGHT[:2]), "move")


refused(POOLS, "the target pool does not exist", placing(NODE, targetPool=LOST))
refused(POOLS, "the source pool does not take a change", placing(NODE), pool=TRAIN_POOL, phase="Abnormal")
refused(POOLS, "the target pool is frozen", placing(NODE), pool=INFER_POOL, control_mode=8)
refused(POOLS, "the pools are in different networks", placing(NODE), pool=INFER_POOL, network="another-net")
refused(POOLS, "the network has too few addresses", placing(NODE), networks={NETWORK: {"free_addresses": 0}})
refused(
    POOLS,
    "the network has addresses for fewer nodes than move at a time",
    placing(*EIGHT[:2], strategy={"maxUnavailable": 2.0}),
    of_nine(networks={NETWORK: {"free_addresses": 1}}),
)
refused(
    POOLS,
    "the target pool is of another CPU architecture",
    placing(NODE),
    pool=INFER_POOL,
    resources=[{"flavor": ARM, "count": 2}],
    nodes={},
    driver={"npuVersion": "C78"},
)
refused(
    POOLS, "a pool would be left without a node", placing(*EIGHT, STAYING, strategy={"maxUnavailable": 9.0}), of_nine()
)
refused(
    POOLS,
    "a pool has a single node",
    placing(FIRST, sourceCluster="cluster-a", targetCluster="cluster-b", targetPool=TRAIN_POOL),
    of_nine(clusters=["cluster-a", "cluster-b"], resources=[{"flavor": CPU, "count": 1}], nodes={FIRST: {}}),
)


def _ten(situation: Situation, **fields: Any) -> None:
    names = [f"modelarts.vm.cpu.{number}" for number in range(10)]
    resources = [{"flavor": name, "count": 1} for name in names]
    made = world(pool=INFER_POOL, resources=resources, nodes={}, **fields)
    situation.seed({**made, "flavors": {**FLAVORS, **dict.fromkeys(names, FLAVORS[CPU])}})


refused(POOLS, "the target pool has as many flavors as it can have", placing(NODE), _ten)
refused(
    POOLS,
    "the target pool may not change its flavors",
    placing(NODE),
    lambda situation: _ten(situation, control_mode=2),
)


@scene(POOLS, "several migrations leave a pool without a node", PREVIEW)
def emptied_together(situation: Situation) -> list[str]:
    """Each of the two takes one of two nodes."""
    first, second = situation.hand.nodes(TRAIN_POOL)
    situation.refusals(placing(first), "move")
    return situation.refusals(placing(second), "move-again")


@scene(POOLS, "a pool loses its last nodes to this migration and to one of somebody else", PREVIEW)
def emptied_by_others(situation: Situation) -> list[str]:
    """The other one is under way already."""
    situation.seed(nine(resources=[{"flavor": CPU, "count": 3}], nodes={key: {} for key in EIGHT[:3]}))
    situation.hand.send_off(TRAIN_POOL, INFER_POOL, EIGHT[2])
    return situation.refusals(placing(*EIGHT[:2], strategy={"maxUnavailable": 2.0}))


@scene(NOTES, "a node that was placed is gone", WARNING)
def vanished(situation: Situation) -> tuple[str, ...]:
    """Nothing has come in its place."""
    situation.hand.delete(INFER_POOL, first := situation.hand.nodes(INFER_POOL)[0])
    return situation.warnings(placing(first), placing(first))


@scene(NOTES, "a node that was placed has been replaced by the service", WARNING)
def replaced(situation: Situation) -> tuple[str, ...]:
    """Another node has come in its place."""
    first = situation.hand.nodes(INFER_POOL)[0]
    situation.emulator.clock.advance(1000)
    situation.emulator.replace_node(INFER_POOL, first)
    situation.emulator.clock.advance(10_000)
    return situation.warnings(placing(first), placing(first))


@scene(NOTES, "a node that was placed has been replaced, and the new one is not there any more", WARNING)
def replaced_and_gone(situation: Situation) -> tuple[str, ...]:
    """The new one has been deleted."""
    before = situation.hand.nodes(INFER_POOL)
    situation.emulator.clock.advance(1000)
    situation.emulator.replace_node(INFER_POOL, before[0])
    situation.emulator.clock.advance(10_000)
    (new,) = set(situation.hand.nodes(INFER_POOL)) - set(before)
    situation.hand.delete(INFER_POOL, new)
    return situation.warnings(placing(before[0]), placing(before[0]))


@scene(NOTES, "a node that was placed is gone, and younger ones have come", WARNING)
def younger(situation: Situation) -> tuple[str, ...]:
    """Nobody tells whether one has replaced it."""
    first, second = situation.hand.nodes(INFER_POOL)
    situation.emulator.clock.advance(1000)
    situation.hand.scale(INFER_POOL, CPU, 3)
    situation.hand.delete(INFER_POOL, first)
    return situation.warnings(placing(first, second), placing(first, second))


@scene(NOTES, "nodes that wait for their turn are drained", WARNING)
def drained(situation: Situation) -> Iterator[str]:
    """By somebody, or by a run that ended early."""
    of_nine()(situation)
    situation.hand.drain(TRAIN_POOL, EIGHT[0])
    yield from situation.warnings(placing(*EIGHT[:2]))
    situation.hand.drain(TRAIN_POOL, EIGHT[1])
    situation.emulator.clock.advance(60)
    yield from situation.warnings(placing(*EIGHT[:2]))


@scene(NOTES, "a node that is in place is drained", WARNING)
def drained_in_place(situation: Situation) -> tuple[str, ...]:
    """Somebody has drained it there."""
    first = situation.hand.nodes(INFER_POOL)[0]
    situation.hand.drain(INFER_POOL, first)
    return situation.warnings(placing(first))


@scene(NOTES, "an awaited training job does not exist, and nothing has to move", WARNING)
def nothing_to_await(situation: Situation) -> tuple[str, ...]:
    """It may be misspelt."""
    return situation.warnings(placing(situation.hand.nodes(INFER_POOL)[0], awaitJobs=["3faf5c03-nowhere"]))
