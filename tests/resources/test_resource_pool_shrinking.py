from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import NODE, PROJECT, TRAIN_POOL, Fault, Outcome
from modelarts_emulator.worlds.documented import WORLD
from pulumi_modelarts.api.errors import RefusedError
from tests.resources.interference import Executioner, mortal
from tests.resources.pools import CPU, JOB, train
from tests.resources.scenario import CheckFailedError, Stack, configured
from tests.resources.service import Hand, world

if TYPE_CHECKING:
    from modelarts_emulator import Emulator

FIRST = "os-node-created-k9x2v"
"""The node of the training pool that goes first, unless it is busy."""


@pytest.fixture
def beginning() -> dict[str, Any]:
    """The world in its own time: an order is unfinished still when a preview meets it."""
    return WORLD


class TestShrinking:
    @pytest.fixture
    def of_five(self, adopted: Stack, emulator: Emulator) -> Stack:
        """A program that has grown the pool to five nodes."""
        adopted.up(train(5))
        emulator.journal.clear()
        return adopted

    def test_without_a_budget_fails_in_the_preview(self, of_five: Stack, emulator: Emulator) -> None:
        """A smaller count names its path and the ways out, and nothing is sent."""
        with pytest.raises(CheckFailedError, match="max_scale_in=2"):
            of_five.up(train(3))

        assert emulator.journal.writes() == []

    def test_removes_exactly_the_nodes_of_the_preview(self, of_five: Stack, hand: Hand, emulator: Emulator) -> None:
        """With a budget the preview names the nodes; those are drained and deleted, and no count is patched."""
        before = hand.nodes(TRAIN_POOL)

        shown = of_five.up(train(3, maxScaleIn=2))["changes"]

        named = sorted(key.removeprefix("nodes.") for key in shown if key.startswith("nodes."))
        assert shown == {f"flavors.{CPU}": "5 -> 3", **{f"nodes.{name}": "removed" for name in named}}
        assert hand.nodes(TRAIN_POOL) == [name for name in before if name not in named]
        assert [(write.operation, write.body) for write in emulator.journal.writes()] == [
            ("batchDrainPoolNodes", {"nodeNames": named}),
            ("batchDeletePoolNodes", {"deleteNodeNames": named}),
        ]

    def test_spares_busy_and_locked_nodes(self, stack: Stack, hand: Hand, emulator: Emulator) -> None:
        """Nodes that are locked, carry a training job or were just placed stay while others can go."""
        names = [f"os-node-created-{letter * 5}" for letter in "abcde"]
        job = {"pool": TRAIN_POOL, "nodes": [names[1]]}
        emulator.seed(
            world(
                pool=TRAIN_POOL,
                resources=[{"flavor": CPU, "count": 5}],
                nodes={name: {} for name in names},
                jobs={JOB: job},
            )
        )
        hand.lock(TRAIN_POOL, names[0])

        stack.up(train(3, maxScaleIn=2, after={names[2]: TRAIN_POOL}))

        assert hand.nodes(TRAIN_POOL) == names[:3]

    def test_waits_for_the_jobs_of_busy_nodes_when_there_are_no_others(
        self, stack: Stack, hand: Hand, emulator: Emulator
    ) -> None:
        """Under `wait`, a busy node that has to go is removed after its job has ended, and not before."""
        job = {"pool": TRAIN_POOL, "nodes": [NODE, "os-node-created-k9x2v"], "ends_in": 700}
        emulator.seed(world(pool=TRAIN_POOL, jobs={JOB: job}))
        before = emulator.clock.now()

        stack.up(train(1, maxScaleIn=1))

        assert emulator.clock.now() - before > 700
        assert hand.nodes(TRAIN_POOL) == [NODE]

    def test_fails_on_busy_nodes_where_the_program_says_so(self, stack: Stack, emulator: Emulator) -> None:
        """Under `fail`, a preview that could only remove busy nodes names their jobs."""
        job = {"pool": TRAIN_POOL, "nodes": [NODE, "os-node-created-k9x2v"]}
        emulator.seed(world(pool=TRAIN_POOL, jobs={JOB: job}))

        with pytest.raises(CheckFailedError, match=f"{NODE} runs training job"):
            stack.preview(train(1, maxScaleIn=1, onRunningJobs="fail"))

    def test_sees_the_jobs_of_every_workspace(self, stack: Stack, emulator: Emulator) -> None:
        """A node whose job is in another workspace than the default one is as busy as any other."""
        elsewhere = "w" * 32
        job = {"pool": TRAIN_POOL, "nodes": [FIRST], "document": {"metadata": {"workspace_id": elsewhere}}}
        made = world(pool=TRAIN_POOL, jobs={JOB: job})
        made["projects"][PROJECT]["workspaces"] = {elsewhere: {}}
        emulator.seed(made)
        emulator.faults.arm(Fault("listWorkloads", status=403, code="ModelArts.0112"))

        shown = stack.preview(train(1, maxScaleIn=1))["changes"]

        assert shown == {f"flavors.{CPU}": "2 -> 1", f"nodes.{NODE}": "removed"}

    @pytest.mark.parametrize(
        "told",
        [
            {"status": 403, "code": "ModelArts.0112"},
            {"status": 404, "code": "APIGW.0101"},
            {"body": {"workspaces": [], "total_count": 0, "count": 0}},
        ],
        ids=["not allowed", "not served", "none"],
    )
    def test_sees_jobs_of_the_default_workspace_whatever_is_told_of_others(
        self, stack: Stack, emulator: Emulator, told: dict[str, Any]
    ) -> None:
        """A user who may not list workspaces, or whose list lacks the default one, still sees the jobs there."""
        emulator.seed(world(pool=TRAIN_POOL, jobs={JOB: {"pool": TRAIN_POOL, "nodes": [FIRST]}}))
        emulator.faults.arm(Fault("listWorkloads", status=403, code="ModelArts.0112"))
        emulator.faults.arm(Fault("listWorkspaces", **told))

        shown = stack.preview(train(1, maxScaleIn=1))["changes"]

        assert shown == {f"flavors.{CPU}": "2 -> 1", f"nodes.{NODE}": "removed"}

    def test_takes_no_node_while_a_job_may_be_on_any(self, stack: Stack, emulator: Emulator) -> None:
        """A job that runs somewhere in the pool, nobody says where, keeps every node of it busy."""
        emulator.seed(world(pool=TRAIN_POOL, jobs={JOB: {"pool": TRAIN_POOL, "nodes": [NODE]}}))
        emulator.faults.arm(Fault("listWorkloads", status=404, code="APIGW.0101", times=None))
        emulator.faults.arm(Fault("listTrainingJobTasks", status=404, code="APIGW.0101", times=None))

        with pytest.raises(CheckFailedError, match=r"k9x2v runs training job .*") as caught:
            stack.preview(train(1, maxScaleIn=1, onRunningJobs="fail"))

        assert f"{NODE} runs training job" in str(caught.value)

    def test_keeps_a_node_when_an_order_it_counted_on_fails(
        self, adopted: Stack, hand: Hand, emulator: Emulator
    ) -> None:
        """A preview that met an unfinished order names more nodes than go, once that order has brought nothing."""
        before = hand.nodes(TRAIN_POOL)
        emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=0)))
        hand.order(TRAIN_POOL, CPU, 4)
        emulator.clock.advance(31)  # what previews believe of a listing is older than the order until then
        checked = adopted.check(train(1, maxScaleIn=3))
        assert adopted.state is not None

        adopted.provider.update(adopted.state.id, adopted.state.outs, checked)

        assert checked["changes"] == {f"flavors.{CPU}": "4 -> 1", **{f"nodes.{name}": "removed" for name in before}}
        assert len(hand.nodes(TRAIN_POOL)) == 1

    def test_ends_when_somebody_else_has_removed_enough(self, stack: Stack, hand: Hand, emulator: Emulator) -> None:
        """A node that was named, and need not go any more once its job has ended, stays and is not waited for."""
        job = {"pool": TRAIN_POOL, "nodes": [NODE, FIRST], "ends_in": 700}
        emulator.seed(world(pool=TRAIN_POOL, jobs={JOB: job}))
        witness = Executioner(emulator)
        configured(stack.provider, **mortal(emulator, witness, "enough"))

        def remove_another() -> None:
            if emulator.clock.now() - before > 600 and len(hand.nodes(TRAIN_POOL)) == 2:
                hand.delete(TRAIN_POOL, NODE)

        before = emulator.clock.now()
        witness.before_each = remove_another

        stack.up(train(1, maxScaleIn=1))

        assert witness.deleted == []
        assert hand.nodes(TRAIN_POOL) == [FIRST]

    def test_of_more_than_was_named_is_refused(self, of_five: Stack, hand: Hand, emulator: Emulator) -> None:
        """When somebody grows the pool between preview and run, the run does not remove more than was named."""
        checked = of_five.check(train(3, maxScaleIn=5))
        hand.scale(TRAIN_POOL, CPU, 6)
        emulator.journal.clear()
        assert of_five.state is not None

        with pytest.raises(RefusedError):
            of_five.provider.update(of_five.state.id, of_five.state.outs, checked)

        assert emulator.journal.writes() == []
        assert len(hand.nodes(TRAIN_POOL)) == 6
