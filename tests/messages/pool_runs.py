"""How runs of a pool end early, and what its row says meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB, Fault, Outcome
from tests.messages.situation import ROW, scene
from tests.resources.pools import CPU, GPU, train
from tests.resources.service import world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.messages.situation import Situation

BEFORE, GROWTH, FIELDS, REMOVAL, ROWS = (
    "A run of a pool that is refused or has to wait",
    "A run that grows a pool",
    "A run that changes a driver or a scope",
    "A run that removes nodes",
    "Rows of a pool",
)
FIRST = "os-node-created-k9x2v"
DRIVER = {"poolName": GPU_POOL, "driver": {"gpuVersion": "515.65.01", "updateStrategy": "force"}}
SHRUNK = train(1, maxScaleIn=1.0)


@scene(BEFORE, "the pool has changed since the preview")
def changed(situation: Situation) -> list[str]:
    """Somebody has deleted a node in between: the run would buy one more."""
    return situation.fails(train(3), lambda: situation.hand.delete(TRAIN_POOL, FIRST))


@scene(BEFORE, "something has come up since the preview")
def hindered(situation: Situation) -> list[str]:
    """A service has begun on a node that was named."""
    return situation.fails(SHRUNK, lambda: _serve(situation, FIRST))


@scene(BEFORE, "something has come up after a part was done")
def hindered_half_way(situation: Situation) -> list[str]:
    """The pool has grown elsewhere, and a node that was to go is locked then."""
    program = {**train(1, maxScaleIn=1.0), "nodePools": {"gold": {"flavor": CPU, "count": 1.0}}}
    (named,) = [key for key in situation.foreseen(program).changes if key.startswith("nodes.")]
    situation.once(
        lambda: situation.asked("patchPool"), lambda: situation.hand.lock(TRAIN_POOL, named.removeprefix("nodes."))
    )
    return situation.fails(program)


@scene(BEFORE, "the pool is deleted between preview and run")
def gone(situation: Situation) -> list[str]:
    """It is not there any more."""
    return situation.fails(train(3), lambda: situation.seed({"projects": {PROJECT: {"pools": {}}}}))


@scene(BEFORE, "an earlier change of the pool does not end")
def unquiet(situation: Situation) -> list[str]:
    """Its order is stuck."""
    situation.emulator.faults.arm(Fault("patchPool", outcome=Outcome(order="stuck")))
    situation.hand.order(TRAIN_POOL, CPU, 3)
    return situation.fails(train(4), limit=20.0)


@scene(GROWTH, "a part of the order fails")
def in_part(situation: Situation) -> list[str]:
    """One of four nodes comes."""
    situation.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1)))
    return situation.fails(train(6))


@scene(GROWTH, "nodes come broken")
def broken(situation: Situation) -> list[str]:
    """All of them."""
    situation.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=0, others="Abnormal")))
    return situation.fails(train(4))


@scene(GROWTH, "an order fails and nothing is missing")
def failed_for_nothing(situation: Situation) -> list[str]:
    """The nodes that came broken have mended meanwhile."""
    situation.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=0, others="Abnormal")))

    def mend() -> None:
        for name in situation.hand.nodes(TRAIN_POOL):
            situation.emulator.set_node_phase(TRAIN_POOL, name, "Available")

    situation.once(lambda: situation.asked("showOrder"), mend)
    return situation.fails(train(4))


@scene(GROWTH, "somebody takes nodes meanwhile")
def taken(situation: Situation) -> list[str]:
    """A node is moved away while others are made."""

    def made() -> bool:
        nodes = situation.emulator.world()["pools"][TRAIN_POOL]["nodes"].values()
        return any(node["phase"] == "Creating" for node in nodes)

    situation.once(made, lambda: situation.hand.send_off(TRAIN_POOL, INFER_POOL, NODE))
    return situation.fails(train(4), limit=900.0)


@scene(GROWTH, "the time is over")
def too_long(situation: Situation) -> list[str]:
    """Nodes take longer than the program waits."""
    return situation.fails(train(5), limit=2.0)


@scene(GROWTH, "the pool breaks meanwhile")
def pool_breaks(situation: Situation) -> list[str]:
    """Its phase says so."""
    listed = situation.hand.listed()
    for pool in listed["items"]:
        pool["status"] |= {"phase": "Error", "message": "host down"}
    situation.once(
        lambda: situation.asked("patchPool"),
        lambda: situation.emulator.faults.arm(Fault("listPools", body=listed, times=None)),
    )
    return situation.fails(train(4))


@scene(GROWTH, "the service answers with other counts than it was sent")
def answered_otherwise(situation: Situation) -> list[str]:
    """And with another scope."""
    pool = next(each for each in situation.hand.listed()["items"] if each["metadata"]["name"] == TRAIN_POOL)
    situation.emulator.faults.arm(Fault("patchPool", body=pool))
    return situation.fails(train(4, jobFlavors=["modelarts.vm.cpu.4ud"]))


@scene(FIELDS, "a driver cannot be upgraded")
def driver_fails(situation: Situation) -> list[str]:
    """It ends Abnormal."""
    situation.emulator.faults.arm(Fault("patchPool", outcome=Outcome(driver="Abnormal")))
    return situation.fails(DRIVER)


@scene(FIELDS, "somebody asks for another driver meanwhile")
def driver_taken(situation: Situation) -> list[str]:
    """The last to ask has it."""
    situation.once(lambda: situation.asked("patchPool"), lambda: situation.hand.upgrade(GPU_POOL, "525.1"))
    return situation.fails(DRIVER)


@scene(FIELDS, "a job type cannot be enabled")
def scope_fails(situation: Situation) -> list[str]:
    """The service says why."""
    listed = situation.hand.listed()
    for pool in listed["items"]:
        pool["spec"]["scope"] = ["Notebook", "Train"]
        pool["status"]["scope"] = [{"scopeType": "Notebook", "state": "EnableFailed", "message": "no quota"}]
    situation.once(
        lambda: situation.asked("patchPool"),
        lambda: situation.emulator.faults.arm(Fault("listPools", body=listed, times=None)),
    )
    return situation.fails(train(2, scope=["Train", "Notebook"]))


@scene(FIELDS, "somebody asks for another scope meanwhile")
def scope_taken(situation: Situation) -> list[str]:
    """The last to ask has it."""
    listed = situation.hand.listed()
    for pool in listed["items"]:
        pool["spec"]["scope"] = ["Infer"]
    situation.once(
        lambda: situation.asked("patchPool"),
        lambda: situation.emulator.faults.arm(Fault("listPools", body=listed, times=None)),
    )
    return situation.fails(train(2, scope=["Train", "Notebook"]))


@scene(REMOVAL, "what runs on the nodes does not end in time")
def busy(situation: Situation) -> list[str]:
    """A training job."""
    jobs = {f"job-{number}": {"pool": TRAIN_POOL, "nodes": [node]} for number, node in enumerate((NODE, FIRST))}
    situation.seed(world(jobs=jobs))
    return situation.fails(SHRUNK, limit=20.0)


@scene(REMOVAL, "something that does not end begins after the drain")
def begun(situation: Situation) -> list[str]:
    """A service, and a notebook beside it."""
    situation.once(lambda: situation.asked("batchDrainPoolNodes"), lambda: _serve(situation, FIRST))
    return situation.fails(SHRUNK)


@scene(REMOVAL, "work begins between the last look and the drain, and the program does not wait")
def began(situation: Situation) -> list[str]:
    """The node stays, drained."""
    situation.once(lambda: situation.asked("batchDrainPoolNodes"), lambda: _serve(situation, FIRST))
    return situation.fails(train(1, maxScaleIn=1.0, onRunningJobs="fail"))


@scene(REMOVAL, "the service refuses to delete")
def refused(situation: Situation) -> list[str]:
    """After the drain."""
    situation.emulator.faults.arm(
        Fault("batchDeletePoolNodes", status=409, code="ModelArts.50004090", message="locked")
    )
    return situation.fails(SHRUNK)


@scene(REMOVAL, "the answer to the deletion is lost and nothing is deleted")
def lost(situation: Situation) -> list[str]:
    """It never arrived."""
    situation.emulator.faults.arm(Fault("batchDeletePoolNodes", drop="reset"))
    return situation.fails(SHRUNK)


@scene(REMOVAL, "the service accepts a deletion and deletes a part")
def in_part_deleted(situation: Situation) -> list[str]:
    """One of two nodes stays."""
    situation.hand.scale(TRAIN_POOL, CPU, 3)
    situation.emulator.faults.arm(Fault("batchDeletePoolNodes", outcome=Outcome(nodes=1)))
    return situation.fails(train(1, maxScaleIn=2.0))


@scene(REMOVAL, "a list of nodes contradicts what the pool counts")
def contradicted(situation: Situation) -> list[str]:
    """So nothing is believed to be gone."""
    situation.emulator.faults.arm(Fault("listPoolNodes", body={"items": []}, after=3, times=None))
    return situation.fails(SHRUNK)


@scene(ROWS, "a pool grows", ROW)
def row_of_growth(situation: Situation) -> list[str]:
    """What is sent, how far it is, what has been done."""
    return situation.runs(train(4))


@scene(ROWS, "a named node pool grows in one zone, and a node comes broken while its order is unfinished", ROW)
def row_of_node_pool(situation: Situation) -> list[str]:
    """The order is awaited, as it may still make others."""
    gold = {"flavor": CPU, "azs": {"cn-north-7c": 2.0}}

    def come() -> list[str]:
        there = situation.emulator.world()["pools"][TRAIN_POOL]["nodes"]
        return [name for name, node in there.items() if node["node_pool"] == "gold" and node["phase"] == "Available"]

    def break_one() -> None:
        situation.emulator.set_node_phase(TRAIN_POOL, come()[0], "Abnormal")
        unfinished = {"phase": "processing", "items": []}
        situation.emulator.faults.arm(Fault("showOrder", body=unfinished, times=2))

    situation.once(lambda: len(come()) == 2, break_one)
    return situation.runs({"poolName": TRAIN_POOL, "nodePools": {"gold": gold}})


@scene(ROWS, "nodes are removed", ROW)
def row_of_removal(situation: Situation) -> list[str]:
    """Drained, deleted, gone."""
    jobs = {
        "job-1": {"pool": TRAIN_POOL, "nodes": [FIRST], "ends_in": 10},
        "job-2": {"pool": TRAIN_POOL, "nodes": [NODE]},
    }
    situation.seed(world(jobs=jobs))
    return situation.runs(SHRUNK)


@scene(ROWS, "nodes that a list lacks are counted still", ROW)
def row_of_looking_again(situation: Situation) -> list[str]:
    """They are not believed to be gone."""

    def hide() -> None:
        others = [node for node in situation.hand.node_list(TRAIN_POOL) if node["metadata"]["name"] != FIRST]
        situation.emulator.faults.arm(Fault("listPoolNodes", body={"items": others}, after=1))

    situation.once(lambda: situation.asked("batchDeletePoolNodes"), hide)
    return situation.runs(SHRUNK)


@scene(ROWS, "drivers and scopes change", ROW)
def row_of_fields(situation: Situation) -> Iterator[str]:
    """An idle upgrade waits for what runs there."""
    job = {"pool": GPU_POOL, "nodes": ["os-node-created-72w8d"], "ends_in": 20}
    situation.seed(world(jobs={TRAINING_JOB: job}))
    program = {"poolName": GPU_POOL, "flavors": {GPU: 2.0}, "scope": ["Notebook"]}
    yield from situation.runs({**program, "driver": {"gpuVersion": "515.65.01"}})


@scene(ROWS, "an earlier change has not ended, or the service does not answer", ROW)
def row_of_waiting(situation: Situation) -> list[str]:
    """The run waits for the one and survives the other."""
    situation.hand.order(TRAIN_POOL, CPU, 3)
    situation.emulator.faults.arm(Fault("listPools", status=503, message="busy", after=1, times=30))
    return situation.runs(train(4))


def _serve(situation: Situation, node: str) -> None:
    situation.emulator.start_workload(TRAIN_POOL, [node], "infer", name="chat", user="ann")
