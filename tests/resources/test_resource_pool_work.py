"""Nodes with work, spares and supernodes: what goes, what stays, and what a run says about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import NODE, PROJECT, TRAIN_POOL, Fault
from pulumi_modelarts.api.errors import RefusedError
from pulumi_modelarts.handlers._rpc import PartlyDoneError
from tests.resources.interference import Executioner, mortal
from tests.resources.pools import CPU, train
from tests.resources.scenario import CheckFailedError, Stack, configured
from tests.resources.service import Hand, world

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelarts_emulator import Emulator

FIRST = "os-node-created-k9x2v"
"""The node of the training pool that goes first, unless it is busy."""


def with_services(**services: dict[str, Any]) -> dict[str, Any]:
    """Return the documented world with inference services in the training pool."""
    made = world()
    made["projects"][PROJECT]["training_jobs"] = {}
    made["projects"][PROJECT]["services"] = {
        name: {"pool": TRAIN_POOL, "user": "ann", **facts} for name, facts in services.items()
    }
    return made


def _serve(emulator: Emulator, node: str) -> None:
    emulator.start_workload(TRAIN_POOL, [node], name="llm", user="ann")


class TestAService:
    def test_keeps_its_node(self, stack: Stack, emulator: Emulator) -> None:
        """Another node goes in its place; where it has to go too, the preview refuses and names the ways out."""
        emulator.seed(with_services(llm={"nodes": [FIRST]}))

        shown = stack.preview(train(1, maxScaleIn=1))["changes"]
        emulator.start_workload(TRAIN_POOL, [NODE], "notebook", name="lab", user="eve")
        with pytest.raises(CheckFailedError) as refused:
            stack.preview(train(1, maxScaleIn=1))

        assert shown == {f"flavors.{CPU}": "2 -> 1", f"nodes.{NODE}": "removed"}
        assert str(refused.value) == (
            f'flavors["{CPU}"]: has to lose 1 of 2 nodes but none can go: {FIRST} runs inference service llm (ann), '
            f"which does not end by itself, {NODE} runs notebook lab (eve), which does not end by itself. Stop what "
            'runs there, or set on_running_jobs="ignore"; or declare a larger count'
        )

    def test_is_taken_where_it_is_ignored(self, stack: Stack, hand: Hand, emulator: Emulator) -> None:
        """Under "ignore" its node goes when no idle one is left."""
        emulator.seed(with_services(llm={"nodes": [FIRST, NODE]}))

        stack.up(train(1, maxScaleIn=1, onRunningJobs="ignore"))

        assert hand.nodes(TRAIN_POOL) == [NODE]

    def test_that_began_after_the_preview_stops_the_run(self, stack: Stack, hand: Hand, emulator: Emulator) -> None:
        """A run that finds one on a node that was named is refused before anything is drained."""
        emulator.seed(with_services())
        checked = stack.check(train(1, maxScaleIn=1))
        emulator.start_workload(TRAIN_POOL, [FIRST], name="llm", user="ann")

        with pytest.raises(RefusedError, match="was refused before anything was sent") as refused:
            stack.provider.create(checked)

        assert f"{FIRST} runs inference service llm (ann), which does not end by itself" in str(refused.value)
        assert emulator.journal.writes() == []
        assert len(hand.nodes(TRAIN_POOL)) == 2


class TestWorkThatBegins:
    @pytest.fixture
    def between(self, stack: Stack, emulator: Emulator) -> Callable[[Callable[[], None]], None]:
        """Have something happen once, right after the drain."""
        emulator.seed(with_services())
        witness = Executioner(emulator)
        configured(stack.provider, **mortal(emulator, witness, "between"))

        def arrange(event: Callable[[], None]) -> None:
            def look() -> None:
                drains = [each for each in emulator.journal.exchanges() if each.operation == "batchDrainPoolNodes"]
                if drains and not happened:
                    happened.append(True)
                    event()

            happened: list[bool] = []
            witness.before_each = look

        return arrange

    def test_after_the_drain_keeps_its_node(
        self, stack: Stack, hand: Hand, emulator: Emulator, between: Callable[[Callable[[], None]], None]
    ) -> None:
        """Under "fail" the other nodes go, the run is half done, and the node that is left drained is named."""
        hand.scale(TRAIN_POOL, CPU, 3)
        first, second, _ = (name for name in hand.nodes(TRAIN_POOL))
        between(lambda: _serve(emulator, first))

        with pytest.raises(PartlyDoneError) as failed:
            stack.up(train(1, maxScaleIn=2, onRunningJobs="fail"))

        assert second not in hand.nodes(TRAIN_POOL)
        assert first in hand.nodes(TRAIN_POOL)
        assert (
            f"removing {first} from resource pool {TRAIN_POOL!r}: inference service llm (ann) on {first} began before "
            f"the drain. {first} stays in the pool and is left drained, so that no further work comes. Run `pulumi up` "
            'again when it has ended, or set on_running_jobs="wait"'
        ) in str(failed.value)

    def test_after_the_drain_keeps_all_of_a_supernode(
        self, stack: Stack, hand: Hand, emulator: Emulator, between: Callable[[Callable[[], None]], None]
    ) -> None:
        """Nothing runs on the others of it, and they stay as well: the service would refuse a part."""
        made = with_services()
        entry = {"flavor": CPU, "count": 4, "creatingStep": {"step": 2, "type": "hyperinstance"}}
        made["projects"][PROJECT]["pools"][TRAIN_POOL] |= {"resources": [entry], "nodes": {}}
        emulator.seed(made)
        checked = stack.check(train(2, maxScaleIn=2, onRunningJobs="fail"))
        first, second = (key.removeprefix("nodes.") for key in sorted(checked["changes"]) if key.startswith("nodes."))
        between(lambda: _serve(emulator, first))

        with pytest.raises(PartlyDoneError, match=f"{first}, {second} stay in the pool and are left drained"):
            stack.provider.create(checked)

        assert [each.operation for each in emulator.journal.writes()] == ["batchDrainPoolNodes"]
        assert len(hand.nodes(TRAIN_POOL)) == 4

    def test_after_the_drain_and_never_ends_is_half_done(
        self, stack: Stack, hand: Hand, emulator: Emulator, between: Callable[[Callable[[], None]], None]
    ) -> None:
        """Under "wait" nobody waits for what does not end: the run says so, and no node is deleted."""
        between(lambda: _serve(emulator, FIRST))

        with pytest.raises(PartlyDoneError, match=r"inference service llm \(ann\) on .* does not end by itself"):
            stack.up(train(1, maxScaleIn=1))

        assert len(hand.nodes(TRAIN_POOL)) == 2


class TestWorkThatNobodyTells:
    @pytest.fixture(autouse=True)
    def hidden(self, emulator: Emulator) -> None:
        """Let this user list neither workloads nor training jobs."""
        emulator.faults.arm(Fault("listWorkloads", status=403, code="ModelArts.0112", message="policy"))
        emulator.faults.arm(Fault("listTrainingJobs", status=403, code="ModelArts.0112", message="policy", times=None))

    def test_refuses_a_removal(self, stack: Stack, emulator: Emulator) -> None:
        """A run that has to know says what it cannot find out, and how to go on; other problems are told too."""
        with pytest.raises(CheckFailedError) as refused:
            stack.preview(train(1, maxScaleIn=1, scope=["Train"]))

        assert f'flavors["{CPU}"]: what runs on the nodes of resource pool {TRAIN_POOL!r} is not known' in str(
            refused.value
        )
        assert 'set on_running_jobs="ignore" to go on without knowing' in str(refused.value)
        assert emulator.journal.writes() == []

    def test_is_ignored_where_the_program_says_so(self, stack: Stack, hand: Hand) -> None:
        """Under "ignore" nodes go by name."""
        shown = stack.up(train(1, maxScaleIn=1, onRunningJobs="ignore"))["changes"]

        assert shown == {f"flavors.{CPU}": "2 -> 1", f"nodes.{FIRST}": "removed"}
        assert hand.nodes(TRAIN_POOL) == [NODE]


class TestAnUnreadableAnswer:
    @pytest.mark.parametrize("body", [{}, {"items": None}])
    def test_about_work_removes_nothing(self, stack: Stack, emulator: Emulator, body: dict[str, Any]) -> None:
        """An answer that lacks its list is not read as "nothing runs"."""
        emulator.faults.arm(Fault("listWorkloads", body=body, times=None))

        with pytest.raises(Exception, match="the answer was not understood"):
            stack.preview(train(1, maxScaleIn=1))

        assert emulator.journal.writes() == []


class TestSpares:
    def test_go_last_and_are_told(self, stack: Stack, hand: Hand, emulator: Emulator) -> None:
        """The node in use goes before the spare by its name; a spare that goes is called one, and goes."""
        made = with_services()
        pool = made["projects"][PROJECT]["pools"][TRAIN_POOL]
        pool |= {"resources": [{"flavor": CPU, "count": 3}], "nodes": {"a": {"spare": True}, "b": {}, "c": {}}}
        emulator.seed(made)

        one = stack.preview(train(2, maxScaleIn=1))["changes"]
        two = stack.up(train(2, maxScaleIn=1))["changes"]
        state = stack.state
        assert state is not None
        recorded = state.outs["nodeStates"]
        hand.lock(TRAIN_POOL, "c")
        emulator.clock.advance(60)
        three = stack.up(train(1, maxScaleIn=1))["changes"]

        assert one == two == {f"flavors.{CPU}": "3 -> 2", "nodes.b": "removed"}
        assert recorded == {CPU: {"usable": 1, "spare": 1, "broken": 0}}
        assert three == {f"flavors.{CPU}": "2 -> 1", "nodes.a": "removed (spare)"}
        assert hand.nodes(TRAIN_POOL) == ["c"]

    def test_that_came_into_use_stay(self, stack: Stack, hand: Hand, emulator: Emulator) -> None:
        """A spare that was announced, and has been swapped in since, is not removed."""
        made = with_services()
        pool = made["projects"][PROJECT]["pools"][TRAIN_POOL]
        pool |= {"resources": [{"flavor": CPU, "count": 2}], "nodes": {"a": {"spare": True}, "b": {"locked": True}}}
        emulator.seed(made)
        checked = stack.check(train(1, maxScaleIn=1))
        pool["nodes"]["a"] = {}
        emulator.seed(made)
        emulator.clock.advance(60)

        with pytest.raises(RefusedError, match=r"node a: removed\n"):
            stack.provider.create(checked)

        assert hand.nodes(TRAIN_POOL) == ["a", "b"]


class TestSupernodes:
    def test_go_whole(self, stack: Stack, hand: Hand, emulator: Emulator) -> None:
        """A part of one is refused with the counts that fit; a whole one goes in one request."""
        made = with_services()
        entry = {"flavor": CPU, "count": 4, "creatingStep": {"step": 2, "type": "hyperinstance"}}
        made["projects"][PROJECT]["pools"][TRAIN_POOL] |= {"resources": [entry], "nodes": {}}
        emulator.seed(made)
        before = hand.nodes(TRAIN_POOL)

        with pytest.raises(CheckFailedError) as refused:
            stack.preview(train(3, maxScaleIn=2))
        with pytest.raises(CheckFailedError) as uneven:
            stack.preview(train(5))
        stack.up(train(2, maxScaleIn=2))

        path = f'flavors["{CPU}"]'
        assert str(refused.value) == (
            f"{path}: has to lose 1 of 4 nodes, and they are supernodes of 2, which go whole: declare 2, or 4"
        )
        assert str(uneven.value) == (
            f"{path}: would have 5 nodes, and they come in steps of 2 (creatingStep): declare 4, or 6"
        )
        (deletion,) = [each for each in emulator.journal.writes() if each.operation == "batchDeletePoolNodes"]
        assert deletion.body == {"deleteNodeNames": sorted(set(before) - set(hand.nodes(TRAIN_POOL)))}
        assert len(hand.nodes(TRAIN_POOL)) == 2
