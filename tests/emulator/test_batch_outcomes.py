from typing import Any

import httpx
import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import GPU_POOL, NODE, TRAIN_POOL, TRAINING_JOB, Emulator, Fault, Outcome
from tests.emulator.migrations import OTHER, counts
from tests.emulator.wire import CPU, Wire, cpu, error_code

ONE = Outcome(nodes=1)


def batch(wire: Wire, verb: str, document: dict[str, Any], pool: str = TRAIN_POOL) -> httpx.Response:
    """Ask for something on several nodes."""
    return wire.post(f"/pools/{pool}/nodes/batch-{verb}", document)


def annotations(wire: Wire, *names: str) -> list[dict[str, str]]:
    """Annotations of these nodes of the training pool."""
    shown = [wire.get(f"/pools/{TRAIN_POOL}/nodes/{name}").json()["metadata"]["annotations"] for name in names]
    return list(shown)


@pytest.mark.loopback
def test_lock(wire: Wire) -> None:
    """A lock that succeeds on some nodes says so node by node, in the order of the request."""
    wire.emulator.faults.arm(Fault("batchLockPoolNodes", outcome=ONE))

    answer = batch(wire, "lock", {"nodeNames": [OTHER, NODE], "actions": ["delete"]})

    statuses = [{"name": OTHER, "status": "success"}, {"name": NODE, "status": "failed"}]
    assert (answer.status_code, answer.json()) == (200, {"nodes": statuses})
    assert annotations(wire, OTHER, NODE) == [{"os.modelarts.node/lock.action": "delete"}, {}]


def test_unlock(wire: Wire) -> None:
    """A lock that is not lifted stays."""
    batch(wire, "lock", {"nodeNames": [OTHER, NODE], "actions": ["delete"]})
    wire.emulator.faults.arm(Fault("batchUnlockPoolNodes", outcome=Outcome(nodes=0)))

    answer = batch(wire, "unlock", {"nodeNames": [NODE], "actions": ["delete"]})

    assert answer.json() == {"nodes": [{"name": NODE, "status": "failed"}]}
    assert annotations(wire, NODE) == [{"os.modelarts.node/lock.action": "delete"}]


def test_drain(wire: Wire) -> None:
    """A drain that reaches some nodes leaves the others as they were."""
    wire.emulator.faults.arm(Fault("batchDrainPoolNodes", outcome=ONE))

    answer = batch(wire, "drain", {"nodeNames": [NODE, OTHER]})

    assert (answer.status_code, answer.json()) == (200, {})
    assert annotations(wire, NODE, OTHER) == [{"os.modelarts.node/drain": "drained"}, {}]


@pytest.mark.loopback
def test_delete(wire: Wire) -> None:
    """A deletion that reaches some nodes is answered like any other, and counts only those."""
    wire.scale(cpu(4))
    wire.emulator.clock.advance(100)
    wire.emulator.faults.arm(Fault("batchDeletePoolNodes", outcome=ONE))

    answer = batch(wire, "delete", {"deleteNodeNames": [NODE, OTHER]})

    assert (answer.status_code, answer.content) == (200, b"")
    assert (counts(wire, TRAIN_POOL), wire.status()) == ([3], {"available": {CPU: 3}, "deleting": {CPU: 1}})
    assert wire.nodes() == IsPartialDict({NODE: "Deleting", OTHER: "Available"})


def test_node_that_is_not_deleted_keeps_its_job(wire: Wire) -> None:
    """Training jobs of nodes that stay run on."""
    wire.emulator.faults.arm(Fault("batchDeletePoolNodes", {"pool": GPU_POOL}, outcome=Outcome(nodes=0)))

    batch(wire, "delete", {"deleteNodeNames": ["os-node-created-72w8d"]}, GPU_POOL)

    assert wire.emulator.world()["training_jobs"][TRAINING_JOB]["phase"] == "Running"


@pytest.mark.parametrize(
    ("verb", "operation", "document"),
    [
        ("delete", "batchDeletePoolNodes", {"deleteNodeNames": [NODE, OTHER]}),
        ("lock", "batchLockPoolNodes", {"nodeNames": [NODE], "actions": ["reboot"]}),
        ("drain", "batchDrainPoolNodes", {"nodeNames": ["os-node-created-zzzzz"]}),
    ],
)
def test_refused_request_spends_no_rule(modelarts: Emulator, verb: str, operation: str, document: Any) -> None:
    """A request that is refused leaves the rule armed and the world as it was."""
    with httpx.Client(transport=modelarts.transport()) as client:
        wire = Wire(modelarts, client)
        before = modelarts.world()
        modelarts.faults.arm(Fault(operation, outcome=ONE))

        answer = batch(wire, verb, document)

    assert (error_code(answer), len(modelarts.faults.unfired())) == ((400, "ModelArts.50004000"), 1)
    assert modelarts.world() == before
    modelarts.faults.clear()
