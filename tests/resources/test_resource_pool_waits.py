"""What a run waits for comes true, fails, or cannot come true any more; and gone is believed only where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, TRAIN_POOL, Fault, Outcome
from modelarts_emulator.worlds.documented import WORLD
from pulumi_modelarts.api.errors import RefusedError
from pulumi_modelarts.handlers._rpc import PartlyDoneError
from tests.resources.interference import Executioner, mortal
from tests.resources.pools import CPU, train
from tests.resources.scenario import Stack, configured
from tests.resources.service import Hand, world

if TYPE_CHECKING:
    from modelarts_emulator import Emulator

CPU8 = "modelarts.vm.cpu.8ud"
FIRST = "os-node-created-k9x2v"
"""The node of the training pool that goes first, unless it is busy."""


@pytest.fixture
def beginning() -> dict[str, Any]:
    """The world in its own time: a node is taken while others are being made."""
    return WORLD


@pytest.fixture
def witness(adopted: Stack, emulator: Emulator) -> Executioner:
    """What sees each request of a program that has adopted the pool, and may do something before it."""
    witness = Executioner(emulator)
    configured(adopted.provider, **mortal(emulator, witness, "waits"))
    return witness


class TestGrowth:
    def test_that_comes_broken_fails(self, adopted: Stack, emulator: Emulator) -> None:
        """Nodes that all came Abnormal with a failed order are no success: order and nodes are named, state is kept."""
        emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=0, others="Abnormal")))
        before, orders = set(Hand(emulator).nodes(TRAIN_POOL)), set(Hand(emulator).orders(TRAIN_POOL))

        with pytest.raises(PartlyDoneError) as failed:
            adopted.up(train(5))

        (order,) = set(Hand(emulator).orders(TRAIN_POOL)) - orders
        broken = ", ".join(sorted(set(Hand(emulator).nodes(TRAIN_POOL)) - before))
        assert (
            f"order {order} ended failed (2 of 2 nodes failed: insufficient resources): {broken} came Abnormal. "
            "Repair what is Abnormal, or delete it in the console"
        ) in str(failed.value)

    def test_that_ends_between_two_questions_is_complete(
        self, stack: Stack, emulator: Emulator, request: pytest.FixtureRequest
    ) -> None:
        """An order that ends after the pool was listed, and before it is asked about, has its nodes looked for anew."""
        witness = Executioner(emulator)
        configured(stack.provider, **mortal(emulator, witness, request.node.nodeid))
        hand = Hand(emulator)
        shown: list[dict[str, Any]] = []

        def end() -> None:
            if emulator.journal.writes() and not shown:
                shown.append(hand.listed())
                for pool in shown[0]["items"]:
                    pool["status"]["resources"]["creating"] = []
                emulator.faults.arm(Fault("listPools", body=shown[0]))
                emulator.clock.advance(1000)

        witness.before_each = end

        stack.up(train(4))

        assert [each.operation for each in emulator.journal.writes()] == ["patchPool"]
        assert hand.counts(TRAIN_POOL) == {CPU: 4}

    def test_that_is_answered_as_done_is_looked_at_all_the_same(self, stack: Stack, emulator: Emulator) -> None:
        """Where the answer to the patch has all nodes already, its order still tells that they came broken."""
        emulator.seed({**world(), "timings": {"queue": 0, "creating": 0, "checking": 0, "spread": 0}})
        emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=0, others="Abnormal")))

        with pytest.raises(PartlyDoneError, match=r"ended failed \(2 of 2 nodes failed: .* came Abnormal"):
            stack.up(train(4))

        assert len(Hand(emulator).nodes(TRAIN_POOL)) == 4

    def test_that_somebody_takes_from_ends(self, adopted: Stack, witness: Executioner, emulator: Emulator) -> None:
        """A node that is taken while others are made is missed as soon as nothing is being made any more."""
        hand = Hand(emulator)

        def take() -> None:
            nodes = emulator.world()["pools"][TRAIN_POOL]["nodes"].values()
            if any(node["phase"] == "Creating" for node in nodes) and not taken:
                taken.append(NODE)
                hand.send_off(TRAIN_POOL, INFER_POOL, NODE)

        taken: list[str] = []
        witness.before_each = take
        before = emulator.clock.now()

        with pytest.raises(PartlyDoneError) as failed:
            adopted.up(train(4))

        assert (
            f'has ended and no node is being made, yet flavors["{CPU}"]: 3 of 4 nodes are there, 1 missing: nodes were '
            "taken from the pool meanwhile. Run `pulumi up` again, which shows what it takes now"
        ) in str(failed.value)
        assert emulator.clock.now() - before < 3600


class TestADriver:
    def test_that_somebody_else_changes_is_not_waited_for(self, stack: Stack, emulator: Emulator) -> None:
        """When another version is asked for meanwhile, the declared one does not come any more."""
        witness = Executioner(emulator)
        configured(stack.provider, **mortal(emulator, witness, "driver"))
        hand = Hand(emulator)

        def change() -> None:
            patches = [each for each in emulator.journal.writes() if each.operation == "patchPool"]
            if len(patches) == 1:
                hand.upgrade(GPU_POOL, "525.1")

        witness.before_each = change

        with pytest.raises(PartlyDoneError, match=r"somebody has asked for GPU driver 525\.1 instead of 515\.65\.01"):
            stack.up({"poolName": GPU_POOL, "driver": {"gpuVersion": "515.65.01"}})


class TestAnOrderThatIsForgotten:
    def test_has_ended(self, adopted: Stack, emulator: Emulator) -> None:
        """Previews, refreshes and runs go on when the service does not know the pool's last order any more."""
        Hand(emulator).delete(TRAIN_POOL, FIRST)
        emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=0)))
        Hand(emulator).order(TRAIN_POOL, CPU, 4)
        emulator.clock.advance(1000)
        emulator.faults.arm(Fault("showOrder", status=404, code="ModelArts.50005001", message="no order", times=3))

        shown = adopted.preview(train(4))
        refreshed = adopted.refresh()
        adopted.up(train(4))

        assert shown["changes"] == {f"flavors.{CPU}": "2 -> 4"}
        assert refreshed == {"flavors": {CPU: 2}}
        assert Hand(emulator).counts(TRAIN_POOL) == {CPU: 4}


class TestARemoval:
    @pytest.mark.parametrize("when", ["before", "after"])
    def test_whose_answer_was_lost_is_looked_up(self, adopted: Stack, emulator: Emulator, when: str) -> None:
        """Where the nodes are going the run goes on; where they all stay it says so. It is never sent twice."""
        emulator.faults.arm(Fault("batchDeletePoolNodes", drop="reset", when=when))  # type: ignore[arg-type]  # one of two
        hand = Hand(emulator)

        if when == "after":
            adopted.up(train(2, maxScaleIn=1))
        else:
            with pytest.raises(PartlyDoneError) as failed:
                adopted.up(train(2, maxScaleIn=1))
            assert "the answer was lost" in str(failed.value)
            assert "is still there, drained and not being deleted. Run `pulumi up` again" in str(failed.value)

        sent = [each for each in emulator.journal.writes() if each.operation == "batchDeletePoolNodes"]
        assert len(sent) == 1
        assert hand.counts(TRAIN_POOL) == {CPU: 2 if when == "after" else 3}

    def test_of_which_the_service_does_a_part_ends(self, adopted: Stack, emulator: Emulator) -> None:
        """A node that was to be deleted, and is not being deleted, is named instead of waited for."""
        emulator.faults.arm(Fault("batchDeletePoolNodes", outcome=Outcome(nodes=1)))
        before = emulator.clock.now()

        with pytest.raises(PartlyDoneError, match=r"the service accepted it, and .* is still there, drained"):
            adopted.up(train(1, maxScaleIn=2))

        assert len(Hand(emulator).nodes(TRAIN_POOL)) == 2
        assert emulator.clock.now() - before < 1000

    def test_is_not_believed_from_such_a_list_while_nodes_come(
        self, adopted: Stack, witness: Executioner, emulator: Emulator
    ) -> None:
        """A pool that changes counts for little, yet not for nothing: what it counts has to be listed."""
        emulator.faults.arm(Fault("batchDeletePoolNodes", drop="reset"))
        emulator.faults.arm(Fault("listPoolNodes", body={"items": []}, after=2, times=None))
        hand = Hand(emulator)

        def grow() -> None:
            asked = [each for each in emulator.journal.writes() if each.operation == "batchDeletePoolNodes"]
            if asked and not ordered:
                ordered.append(9)
                hand.order(TRAIN_POOL, CPU, *ordered)

        ordered: list[int] = []
        witness.before_each = grow

        with pytest.raises(PartlyDoneError, match="where the pool counts 9"):
            adopted.up(train(2, maxScaleIn=1))

        assert len(hand.nodes(TRAIN_POOL)) == 9

    def test_is_not_believed_from_a_list_that_lacks_other_nodes(self, adopted: Stack, emulator: Emulator) -> None:
        """An empty list while the pool counts nodes does not say that any of them is gone."""
        emulator.faults.arm(Fault("batchDeletePoolNodes", drop="reset"))
        emulator.faults.arm(Fault("listPoolNodes", body={"items": []}, after=2, times=None))

        with pytest.raises(
            PartlyDoneError, match="at items: 0 nodes that are Available or Abnormal, where the pool counts"
        ):
            adopted.up(train(2, maxScaleIn=1))

        assert len(Hand(emulator).nodes(TRAIN_POOL)) == 3


class TestOneMoment:
    def test_is_what_a_preview_plans_from(self, adopted: Stack, witness: Executioner, emulator: Emulator) -> None:
        """A node that arrives between two lists shows no growth: it is in the pool, and counted there."""
        hand = Hand(emulator)
        emulator.clock.advance(60)

        def arrive() -> None:
            if [each.operation for each in emulator.journal.exchanges()] == ["listPools"]:
                hand.migrate(INFER_POOL, TRAIN_POOL, hand.nodes(INFER_POOL)[0])

        mover = hand.nodes(INFER_POOL)[0]
        emulator.journal.clear()
        witness.before_each = arrive

        shown = adopted.preview(train(4, after={mover: TRAIN_POOL}))

        assert hand.counts(TRAIN_POOL) == {CPU: 4}
        assert shown == {"flavors": {CPU: 4}, "after": {mover: TRAIN_POOL}}

    def test_is_dropped_with_a_write_whose_answer_is_lost(self, adopted: Stack, emulator: Emulator) -> None:
        """What was known before a lost answer is not planned from: the same process plans right afterwards."""
        emulator.faults.arm(Fault("batchDeletePoolNodes", drop="reset", when="after"))
        adopted.up(train(2, maxScaleIn=1))

        shown = adopted.preview(train(3))

        assert shown["changes"] == {f"flavors.{CPU}": "2 -> 3"}


class TestARefusal:
    def test_after_something_was_sent_does_not_say_otherwise(
        self, adopted: Stack, witness: Executioner, emulator: Emulator
    ) -> None:
        """A run that has bought nodes and then may not remove others was stopped half-way."""
        hand = Hand(emulator)
        checked = adopted.check({**train(2, maxScaleIn=1), "nodePools": {"gold": {"flavor": CPU, "count": 1.0}}})
        (named,) = [key.removeprefix("nodes.") for key in checked["changes"] if key.startswith("nodes.")]

        def lock() -> None:
            if emulator.journal.writes() and not locked:
                locked.append(named)
                hand.lock(TRAIN_POOL, named)

        locked: list[str] = []
        witness.before_each = lock
        assert adopted.state is not None

        with pytest.raises(PartlyDoneError, match="was stopped half-way") as failed:
            adopted.provider.update(adopted.state.id, adopted.state.outs, checked)

        assert "before anything was sent" not in str(failed.value)
        assert f"{named} is locked against deletion" in str(failed.value)
        assert isinstance(failed.value.__cause__.__cause__, RefusedError)  # type: ignore[union-attr]  # there are both
