"""What a user meets when the service knows more, says less or something else than a run counts on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, TRAIN_POOL, Emulator, Fault, Outcome
from tests.resources.service import Hand
from tests.stacks.migrations import move
from tests.stacks.pools import AT_ONCE, CPU, IN_SLOW_MOTION, Code, pool, rows, train, writes

if TYPE_CHECKING:
    from tests.stacks.harness import Project

pytestmark = pytest.mark.long

OTHER_NODE = "os-node-created-k9x2v"
NEW_FLAVOR = "modelarts.vm.cpu.8ud"
Arrange = Callable[[Emulator], None]


@dataclass(frozen=True)
class Refusal:
    """A program that a preview refuses, and why.

    Attributes:
        program: The program.
        arrange: Makes the world in which it is refused.
        says: Parts of what is printed.
    """

    program: str
    arrange: Arrange
    says: tuple[str, ...]


def armed(*faults: Fault) -> Arrange:
    """Return what arms faults."""

    def arrange(emulator: Emulator) -> None:
        for fault in faults:
            emulator.faults.arm(fault)

    return arrange


def served(emulator: Emulator) -> None:
    """Let an inference service run on the node."""
    emulator.start_workload(TRAIN_POOL, [NODE], name="chat", user="ann")


def as_it_is(emulator: Emulator) -> None:
    """Leave the documented world as it is."""
    del emulator


def odd_pool(emulator: Emulator) -> None:
    """List the inference pool with a count that is none."""
    listed = Hand(emulator).listed()
    (odd,) = [each for each in listed["items"] if each["metadata"]["name"] == INFER_POOL]
    odd["spec"]["resources"][0]["count"] = "x"
    emulator.faults.arm(Fault("listPools", body=listed, times=None))


NO_NODES: dict[str, Any] = {"kind": "NodeList", "apiVersion": "v2", "metadata": {}, "items": []}
SMALLER = train(1, max_scale_in=1, on_running_jobs="fail")

REFUSALS = {
    "A3-work-that-cannot-be-read": Refusal(
        SMALLER,
        armed(Fault("listWorkloads", body={}, times=None)),
        ("list workloads of resource pool", "the answer was not understood"),
    ),
    "A4-nodes-that-are-not-listed": Refusal(
        SMALLER,
        armed(Fault("listPoolNodes", body=NO_NODES, times=None)),
        ("at items: 0 nodes that are Available or Abnormal, where the pool counts 2",),
    ),
    "A7-moves-that-empty-a-pool": Refusal(
        move(NODE) + move(OTHER_NODE, name="other", target=GPU_POOL), as_it_is, ("a pool keeps at least one",)
    ),
    "A9-a-move-under-a-service": Refusal(
        move(NODE), served, (f"{NODE!r} in", "runs inference service chat (ann)", "does not end by itself")
    ),
    "A12-a-pool-that-cannot-be-read": Refusal(
        pool("infer", INFER_POOL, flavors={CPU: 3}), odd_pool, ("spec.resources[0].count", "was not understood")
    ),
    "A13-a-list-of-something-else": Refusal(
        train(3), armed(Fault("listPools", body={"items": 7}, times=None)), ("list resource pools", "not understood")
    ),
    "A20-a-driver-without-a-chip": Refusal(
        pool(driver=Code('modelarts.Driver(npu_version="C78")')),
        as_it_is,
        ("driver.npu_version: no flavor",),
    ),
    "A21-two-mistakes-at-once": Refusal(
        pool(flavors={"modelarts.vm.cpu.4ux": 1}, scope=["Cooking"]), as_it_is, ("modelarts.vm.cpu.4ux", "'Cooking'")
    ),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_is_refused_in_the_preview(project: Project, refusal: Refusal) -> None:
    """What is known, or cannot be read, stops the program before anything is sent, and says at what and why."""
    emulator = project.emulator()
    refusal.arrange(emulator)
    project.program(refusal.program)

    refused = project.preview(fails=True)

    assert [said for said in refusal.says if said not in refused.text] == [], refused.text
    assert "defect" not in refused.text
    assert writes(project) == []


def test_an_order_that_brings_broken_nodes_is_a_failure(project: Project) -> None:
    """Two flavors grow, every new node is Abnormal: order and nodes are named, and the next preview warns of them."""
    project.emulator().faults.arm(Fault("patchPool", outcome=Outcome(nodes=0, others="Abnormal")))
    project.program(pool(flavors={CPU: 4, NEW_FLAVOR: 1}))

    failed = project.up(fails=True)
    again = project.preview()

    assert "order order.auto-pool-os-" in failed.text
    assert "Abnormal" in failed.text
    assert len(project.resource("train")["initErrors"]) == 1
    assert "Abnormal" in again.text


def test_a_node_that_is_taken_meanwhile_ends_the_wait(project: Project) -> None:
    """When the order has ended well and somebody has taken a node, the run says so and does not wait any longer."""
    project.configure(IN_SLOW_MOTION)
    project.program(train(4))
    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: "nodes of" in running.so_far)
    project.emulator().clock.set_mode("scaled:60")
    hand = Hand(project.emulator())
    hand.ask(f"pools/{TRAIN_POOL}/nodes/batch-delete", {"deleteNodeNames": [OTHER_NODE]})

    failed = running.wait()
    project.configure(AT_ONCE)
    project.up()

    assert failed.code != 0
    assert "3 of 4 nodes are there, 1 missing" in failed.text
    assert "Run `pulumi up` again" in failed.text
    assert hand.counts(TRAIN_POOL) == {CPU: 4}


def test_what_the_service_has_forgotten_blocks_nothing(project: Project) -> None:
    """With an order that is no longer known, and workloads that nobody serves, a run goes on with what it has."""
    project.program(train(3))
    project.up()
    emulator = project.emulator()
    emulator.journal.clear()
    for operation in ("listWorkspaces", "listWorkloads"):
        emulator.faults.arm(Fault(operation, status=404, code="APIGW.0101", times=None))
    emulator.faults.arm(Fault("showOrder", status=404, code="ModelArts.50015001", times=None))
    project.program(train(2, max_scale_in=1))

    done = project.up()

    assert rows(done)[-1].endswith("removed")
    assert [name for name, _ in writes(project)] == ["batchDrainPoolNodes", "batchDeletePoolNodes"]


def test_broken_nodes_are_told_in_every_run(project: Project) -> None:
    """A node that breaks is warned of by name, in previews and refreshes, and stands in the outputs."""
    project.program(train(2) + 'pulumi.export("states", train.node_states)\n')
    project.up()
    project.emulator().break_node(TRAIN_POOL, OTHER_NODE)

    shown = project.preview()
    refreshed = project.refresh()
    project.up()

    assert OTHER_NODE in shown.text
    assert OTHER_NODE in refreshed.text
    assert project.outputs()["states"] == {CPU: {"usable": 1, "spare": 0, "broken": 1}}


def test_a_deadline_ends_retries_too(project: Project) -> None:
    """A service that breaks down for good is given up when the run's patience ends, not two minutes later."""
    project.emulator().faults.arm(Fault("patchPool", status=503, times=None))
    patience = Code('pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="5s"))')
    project.program(train(3, opts=patience))

    failed = project.up(fails=True)

    assert "change resource pool" in failed.text
    assert failed.seconds < 60


def test_a_removal_whose_answer_was_lost_is_looked_up(project: Project) -> None:
    """Nodes that go although nobody said so are waited for, and asked for once."""
    project.program(train(3))
    project.up()
    emulator = project.emulator()
    emulator.journal.clear()
    emulator.faults.arm(Fault("batchDeletePoolNodes", drop="reset", when="after"))
    project.program(train(2, max_scale_in=1))

    project.up()

    assert [name for name, _ in writes(project)] == ["batchDrainPoolNodes", "batchDeletePoolNodes"]
    assert Hand(emulator).counts(TRAIN_POOL) == {CPU: 2}


def test_a_move_that_is_ignored_to_be_busy_leaves_nothing_drained(project: Project) -> None:
    """Where the service moves no busy node, "ignore" ends with what it said, and the node takes work as before."""
    emulator = project.emulator()
    served(emulator)
    project.program(move(NODE, on_running_jobs="ignore"))

    refused = project.up(fails=True)

    assert "inference service" in refused.text
    assert "batchDrainPoolNodes" not in [name for name, _ in writes(project)]
    assert emulator.world()["pools"][TRAIN_POOL]["nodes"][NODE]["drained"] is False
