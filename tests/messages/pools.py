"""What stands against a change of a pool, and what its preview warns of: seen from the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator import INFER_POOL, NODE, PROJECT, TRAIN_POOL, Fault
from modelarts_emulator.worlds.documented import NETWORK
from modelarts_emulator.worlds.flavors import FLAVORS
from tests.messages.declarations import pool
from tests.messages.situation import PREVIEW, WARNING, refused, scene
from tests.plans.worlds import Machine, World, declared, planned
from tests.resources.migrations import placing
from tests.resources.pools import CPU, GPU, train
from tests.resources.service import world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.messages.situation import Situation

POOL, GROWTH, SHRINKING, HEALTH = (
    "A pool that does not take the change",
    "A pool that grows",
    "A pool that shrinks",
    "Warnings of a pool",
)
LOST = TRAIN_POOL.replace("auto", "lost")
NPU = "modelarts.bm.npu.arm.8snt9b"
A, B = "os-node-created-aaaaa", "os-node-created-bbbbb"
ZONE, OTHER_ZONE = "cn-north-7c", "cn-north-7a"
SHRUNK = train(1, maxScaleIn=1.0)
PAIRS = {"flavor": CPU, "count": 4, "creatingStep": {"step": 2, "type": "hyperinstance"}}


def training(**fields: Any) -> dict[str, Any]:
    """Say what is different about the training pool."""
    return {"pool": TRAIN_POOL, **fields}


def offering(situation: Situation, flavors: dict[str, Any], **fields: Any) -> None:
    """Seed the documented world with other flavors on offer."""
    situation.seed({**world(**training(**fields)), "flavors": {**FLAVORS, **flavors}})


def served(situation: Situation, *nodes: str) -> None:
    """Let an inference service run on each of some nodes of the training pool, and nothing else anywhere."""
    made = world()
    made["projects"][PROJECT]["training_jobs"] = {}
    situation.seed(made)
    for number, node in enumerate(nodes, 1):
        situation.emulator.start_workload(TRAIN_POOL, [node], "infer", name=f"chat-{number}", user="ann")


refused(POOL, "the pool does not exist, or has been deleted", pool(poolName=LOST, flavors={CPU: 2.0}))
refused(POOL, "the pool is in another project", pool(poolName="auto-pool-os-0123456789abcdef0123456789abcdef"))
refused(POOL, "the pool is not Running", train(3), **training(phase="Error", message="host down"))
refused(POOL, "the pool is frozen", train(3), **training(control_mode=8))
refused(POOL, "the pool is frozen by the authorities", train(3), **training(control_mode=16))
refused(POOL, "the pool may not change its flavors", pool(flavors={GPU: 1.0}), **training(control_mode=2))
refused(POOL, "the pool may not change its services", pool(scope=["Notebook"]), **training(control_mode=4))
refused(POOL, "a driver is for a chip that the pool does not have", train(2, driver={"npuVersion": "C78"}))


@scene(POOL, "two resources manage one pool", PREVIEW)
def owned_twice(situation: Situation) -> list[str]:
    """Both are checked in one process."""
    situation.refusals(train(2), "train")
    return situation.refusals(train(2), "train-again")


@scene(POOL, "a migration moves nodes of a pool that does not know of it", PREVIEW)
def unknowing(situation: Situation) -> list[str]:
    """The pool is checked after the migration."""
    situation.refusals(placing(NODE), "move")
    return situation.refusals(train(2), "train")


@scene(POOL, "one count cannot tell what it is about", PREVIEW)
def unclear(_: Situation) -> Iterator[str]:
    """Entries that differ in their creating step, another flavor in the node pool, zones that nobody tells."""
    step = {"flavor": CPU, "count": 1}
    twins = World((step, {**step, "creatingStep": {"step": 2, "type": "x"}}), (Machine("a"), Machine("b")))
    other = World(({"flavor": GPU, "count": 1, "nodePool": "gold"},))
    gold = declared(nodePools={"gold": {"flavor": CPU, "azs": {"north-7a": 1}}})
    unplaced = World(
        ({"flavor": CPU, "count": 2, "nodePool": "gold"},),
        (Machine("a", node_pool="gold", az=""), Machine("b", node_pool="gold", az="")),
    )
    coming = gold.model_copy(update={"after": {"x": f"{gold.pool_name}/gold"}})
    for spec, there in (
        (declared(flavors={CPU: 2}), twins),
        (gold, other),
        (gold, unplaced),
        (coming, World(({"flavor": CPU, "count": 1},), (Machine("a"),), (Machine("x"),))),
    ):
        yield from (f"{problem.path}: {problem.reason}" for problem in planned(spec, there).problems)


refused(GROWTH, "the run would buy more than it may", train(4, maxGrowth=1.0))
refused(
    GROWTH,
    "the run would buy many and the program does not say how many it may",
    train(40),
    networks={NETWORK: {"free_addresses": 50}},
)
refused(GROWTH, "the network has too few addresses", train(4), networks={NETWORK: {"free_addresses": 1}})
refused(GROWTH, "nodes come by the step", train(3), **training(resources=[{**PAIRS, "count": 2}]))
refused(GROWTH, "a flavor is misspelt", pool(flavors={"modelarts.vm.cpu.4u": 1.0}))
refused(GROWTH, "a flavor does not exist", pool(flavors={"gpu": 1.0}))
refused(GROWTH, "a flavor has another CPU architecture", pool(flavors={NPU: 1.0}))
refused(
    GROWTH,
    "a zone does not offer the flavor",
    pool(nodePools={"gold": {"flavor": CPU, "azs": {"cn-north-7z": 1.0}}}),
)
refused(
    GROWTH,
    "a zone has none left",
    pool(nodePools={"gold": {"flavor": CPU, "azs": {OTHER_ZONE: 1.0}}}),
    lambda situation: offering(situation, {CPU: {**FLAVORS[CPU], "zones": {OTHER_ZONE: "soldout", ZONE: "normal"}}}),
)
refused(
    GROWTH,
    "no zone has any left",
    train(3),
    lambda situation: offering(situation, {CPU: {**FLAVORS[CPU], "zones": {ZONE: "soldout"}}}),
)
refused(
    GROWTH,
    "the pool has as many flavors as it can have",
    pool(flavors={CPU: 1.0}),
    lambda situation: offering(
        situation,
        {f"f{number}": FLAVORS[CPU] for number in range(10)},
        resources=[{"flavor": f"f{number}", "count": 1} for number in range(10)],
        nodes={},
    ),
)

refused(SHRINKING, "a smaller count is declared and not allowed", train(1))
refused(SHRINKING, "no node would be left", train(0, maxScaleIn=2.0))
refused(SHRINKING, "supernodes go whole", train(3, maxScaleIn=2.0), **training(resources=[PAIRS], nodes={}))
refused(SHRINKING, "nodes are locked", SHRUNK, **training(nodes={A: {"locked": True}, B: {"locked": True}}))
refused(SHRINKING, "nodes are not Available", SHRUNK, **training(nodes={A: {"phase": "Abnormal"}, B: {"locked": True}}))
refused(SHRINKING, "nodes are prepaid", SHRUNK, **training(annotations={"os.modelarts/billing.mode": "1"}))
refused(
    SHRINKING,
    "something that does not end runs on the nodes",
    SHRUNK,
    lambda situation: served(situation, NODE, "os-node-created-k9x2v"),
)
refused(
    SHRINKING,
    "something runs on the nodes, and the program says to fail",
    train(1, maxScaleIn=1.0, onRunningJobs="fail"),
    lambda situation: situation.seed(
        world(jobs={"job-1": {"pool": TRAIN_POOL, "nodes": [NODE, "os-node-created-k9x2v"]}})
    ),
)


@scene(SHRINKING, "several things that do not end run on a node", PREVIEW)
def several(situation: Situation) -> list[str]:
    """A service and a notebook on each."""
    served(situation, NODE, "os-node-created-k9x2v")
    for node in (NODE, "os-node-created-k9x2v"):
        situation.emulator.start_workload(TRAIN_POOL, [node], "notebook", name="lab", user="eve")
    return situation.refusals(SHRUNK)


@scene(SHRINKING, "nodes are placed by a migration, or moved by somebody else", PREVIEW)
def placed(situation: Situation) -> list[str]:
    """One of the two nodes is placed here, the other is on its way elsewhere."""
    first, second = situation.hand.nodes(TRAIN_POOL)
    situation.hand.send_off(TRAIN_POOL, INFER_POOL, first)
    return situation.refusals(train(1, maxScaleIn=1.0, after={second: TRAIN_POOL}))


@scene(SHRINKING, "a supernode has a node that stays", PREVIEW)
def held_together(_: Situation) -> Iterator[str]:
    """One is locked; another one counts in a second node pool."""
    entry = {"flavor": CPU, "count": 2}
    locked = World((entry,), (Machine("a", supernode="s", locked=True), Machine("b", supernode="s")))
    gold = {"flavor": CPU, "count": 1, "nodePool": "gold"}
    apart = World(
        ({**entry, "count": 1}, gold), (Machine("a", supernode="s"), Machine("b", supernode="s", node_pool="gold"))
    )
    for there, count in ((locked, 1), (apart, 0)):
        plan = planned(declared(flavors={CPU: count}, maxScaleIn=2), there)
        yield from (f"{problem.path}: {problem.reason}" for problem in plan.problems)


@scene(SHRINKING, "nodes have no phase, or cannot be found", PREVIEW)
def unseen(_: Situation) -> Iterator[str]:
    """An order that is unfinished has not made any; one has made a node of which the service says nothing."""
    two = ({"flavor": CPU, "count": 2},)
    for there in (
        World(two, order_pending=True),
        World(two, (Machine("a", phase=""), Machine("b", phase="")), order_pending=True),
    ):
        plan = planned(declared(flavors={CPU: 1}, maxScaleIn=1), there)
        yield from (f"{problem.path}: {problem.reason}" for problem in plan.problems)


@scene(SHRINKING, "nobody tells what runs on the nodes", PREVIEW)
def untold(situation: Situation) -> list[str]:
    """This user can list neither workloads nor training jobs."""
    _hide_work(situation)
    return situation.refusals(SHRUNK)


@scene(HEALTH, "nobody tells what runs on nodes that are removed all the same", WARNING)
def untold_and_ignored(situation: Situation) -> tuple[str, ...]:
    """Likewise, and the program does not care."""
    _hide_work(situation)
    return situation.warnings(train(1, maxScaleIn=1.0, onRunningJobs="ignore"))


@scene(HEALTH, "a node is broken", WARNING)
def broken(situation: Situation) -> tuple[str, ...]:
    """Somebody has to repair it."""
    situation.seed(world(**training(nodes={A: {"phase": "Abnormal"}, B: {}})))
    return situation.warnings(train(2))


@scene(HEALTH, "several nodes are broken", WARNING)
def both_broken(situation: Situation) -> tuple[str, ...]:
    """Likewise."""
    situation.seed(world(**training(nodes={A: {"phase": "Abnormal"}, B: {"phase": "Abnormal"}})))
    return situation.warnings(train(2))


@scene(HEALTH, "nodes are still to come and the run does not wait for them", WARNING)
def coming(situation: Situation) -> tuple[str, ...]:
    """Their order is unfinished, and nothing is left to ask for."""
    situation.hand.order(TRAIN_POOL, CPU, 3)
    return situation.warnings(train(3))


@scene(HEALTH, "the pool is broken and nothing changes", WARNING)
def pool_broken(situation: Situation) -> tuple[str, ...]:
    """What the service says stands behind it."""
    situation.seed(world(**training(phase="Error", message="host down")))
    return situation.warnings(train(2))


@scene(HEALTH, "somebody has added nodes by hand", WARNING)
def added(situation: Situation) -> tuple[str, ...]:
    """The program asked for two and still does."""
    situation.hand.scale(TRAIN_POOL, CPU, 4)
    return situation.warnings(train(2), train(2))


@scene(HEALTH, "nodes that somebody has added cannot be removed", WARNING)
def added_and_kept(situation: Situation) -> tuple[str, ...]:
    """All are locked."""
    situation.hand.scale(TRAIN_POOL, CPU, 3)
    for node in situation.hand.nodes(TRAIN_POOL):
        situation.hand.lock(TRAIN_POOL, node)
    return situation.warnings(train(2, maxScaleIn=2.0), train(2))


@scene(HEALTH, "nodes that somebody has added go whole, or are the last", WARNING)
def added_in_one(_: Situation) -> Iterator[str]:
    """A supernode of four where two were declared; a pool that would be left without a node."""
    four = World(({**PAIRS, "count": 4},), tuple(Machine(name, supernode="s") for name in "abcd"))
    one = World(({"flavor": CPU, "count": 1},), (Machine("a"),))
    for there, count, budget in ((four, 2, 3), (one, 0, 1)):
        before = {f"flavors.{CPU}": count}
        yield from planned(declared(flavors={CPU: count}, maxScaleIn=budget), there, before).warnings


def _hide_work(situation: Situation) -> None:
    for operation in ("listWorkloads", "listTrainingJobs"):
        situation.emulator.faults.arm(Fault(operation, status=403, code="ModelArts.0112", message="policy", times=None))
