from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import GPU_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB, Fault, Outcome
from pulumi_modelarts.api.errors import ModelArtsError, RefusedError
from pulumi_modelarts.resources._rpc import PartlyDoneError
from tests.resources.scenario import CheckFailedError, Stack
from tests.resources.service import Hand, world

if TYPE_CHECKING:
    from modelarts_emulator import Emulator

CPU = "modelarts.vm.cpu.4ud"
GPU = "modelarts.vm.gpu.t4u8"
JOB = "7a0e3c5e-0f5b-4f0e-9a60-2f1c5d3b8e11"


def train(count: int, **inputs: Any) -> dict[str, Any]:
    """Declare the training pool of the API pages; numbers arrive as floats, as from the engine."""
    return {"poolName": TRAIN_POOL, "flavors": {CPU: float(count)}, **inputs}


@pytest.fixture
def hand(emulator: Emulator) -> Hand:
    """Somebody at the console."""
    return Hand(emulator)


@pytest.fixture
def adopted(stack: Stack, emulator: Emulator) -> Stack:
    """A program that has adopted the training pool and grown it to 3 nodes."""
    stack.up(train(3))
    emulator.journal.clear()
    return stack


class TestAdoption:
    def test_shows_what_it_will_do_and_does_it(self, stack: Stack, emulator: Emulator) -> None:
        """The first preview names the growth, and the run sends one patch that keeps what nobody declared."""
        shown = stack.preview(train(3))

        stack.up(train(3))

        assert shown["changes"] == {f"flavors.{CPU}": "2 -> 3"}
        assert [write.body for write in emulator.journal.writes()] == [
            {
                "spec": {
                    "resources": [
                        {
                            "flavor": CPU,
                            "count": 3,
                            "extendParams": {"dockerBaseSize": "50"},
                            "futureField": {"kept": True},
                        }
                    ]
                }
            }
        ]
        assert stack.state is not None
        assert stack.state.outs == IsPartialDict(
            poolName=TRAIN_POOL, flavors={CPU: 3}, nodeCounts={CPU: 3}, phase="Running"
        )

    def test_of_a_pool_that_is_as_declared_writes_nothing(self, stack: Stack, emulator: Emulator) -> None:
        """Adopting a pool that is as declared shows no change on the service and sends no write."""
        shown = stack.up(train(2))

        assert shown["changes"] == {}
        assert emulator.journal.writes() == []

    def test_of_a_missing_pool_fails_before_anything_is_sent(self, stack: Stack) -> None:
        """A pool that does not exist fails in the preview, with the pools that do."""
        missing = TRAIN_POOL.replace("auto", "lost")

        with pytest.raises(CheckFailedError) as failed:
            stack.preview({"poolName": missing, "flavors": {CPU: 3}})

        assert f"poolName: show resource pool {missing}" in str(failed.value)
        assert f"The project has: {TRAIN_POOL} (auto-pool-os)" in str(failed.value)

    def test_with_fewer_nodes_than_live_has_to_be_allowed(self, stack: Stack) -> None:
        """A first declaration below the live count fails in the preview and says how to go on."""
        with pytest.raises(CheckFailedError) as failed:
            stack.preview(train(1))

        assert str(failed.value) == (
            f'flavors["{CPU}"]: declares 1 node where 2 are live; 1 would be removed and max_scale_in allows 0. '
            "To have them named in the preview, drained and deleted, set max_scale_in=1; to keep them, declare 2, "
            "or leave this key out to stop managing its count"
        )


class TestASecondRun:
    def test_changes_nothing(self, adopted: Stack, emulator: Emulator) -> None:
        """The same program run again is unchanged, and so is a refresh; neither writes."""
        changed = adopted.up(train(3)), adopted.refresh()

        assert changed == ({}, {})
        assert emulator.journal.writes() == []

    def test_costs_one_listing(self, adopted: Stack, emulator: Emulator) -> None:
        """A preview and a refresh at rest need one listing of the pools between them."""
        emulator.clock.advance(60)

        adopted.preview(train(3))
        adopted.refresh()

        assert [exchange.operation for exchange in emulator.journal.exchanges()] == ["listPools"]

    def test_shows_the_count_and_the_change_only(self, adopted: Stack) -> None:
        """Another count shows itself and what it will do to the service, nothing else."""
        assert adopted.preview(train(5)) == {"flavors": {CPU: 5}, "changes": {f"flavors.{CPU}": "3 -> 5"}}


class TestDrift:
    def test_downwards_is_repaired_without_a_refresh(self, adopted: Stack, hand: Hand) -> None:
        """A node taken away by hand shows in the next preview, and the run buys it again."""
        hand.scale(TRAIN_POOL, CPU, 2)

        shown = adopted.up(train(3))

        assert shown == {"changes": {f"flavors.{CPU}": "2 -> 3 (again)"}}
        assert hand.counts(TRAIN_POOL) == {CPU: 3}

    def test_that_repeats_itself_is_repaired_every_time(self, adopted: Stack, hand: Hand) -> None:
        """The same difference as the last time shows again, and a third time too."""
        shown = []

        for _ in range(3):
            hand.scale(TRAIN_POOL, CPU, 2)
            shown.append(adopted.up(train(3))["changes"][f"flavors.{CPU}"])

        assert shown == ["2 -> 3 (again)", "2 -> 3", "2 -> 3 (again)"]
        assert hand.counts(TRAIN_POOL) == {CPU: 3}

    def test_shows_in_a_refresh_at_its_flavor(self, adopted: Stack, hand: Hand) -> None:
        """A refresh records the live count at the declared key and nothing else."""
        hand.scale(TRAIN_POOL, CPU, 2)

        assert adopted.refresh() == {"flavors": {CPU: 2}}

    def test_upwards_is_left_alone(self, adopted: Stack, hand: Hand, emulator: Emulator) -> None:
        """Nodes somebody added stay, and the run goes on."""
        hand.scale(TRAIN_POOL, CPU, 4)
        emulator.journal.clear()

        changed = adopted.up(train(3))

        assert changed == {}
        assert emulator.journal.writes() == []

    def test_upwards_is_still_left_alone_after_a_refresh(self, adopted: Stack, hand: Hand, emulator: Emulator) -> None:
        """A refresh does not turn nodes added by hand into nodes that the program asks to remove."""
        hand.scale(TRAIN_POOL, CPU, 4)
        emulator.journal.clear()

        refreshed = adopted.refresh()
        changed = adopted.up(train(3))

        assert refreshed == {"flavors": {CPU: 4}, "changes": {f"flavors.{CPU}": "3 -> 4 (by hand)"}}
        assert changed == {"flavors": {CPU: 3}}
        assert emulator.journal.writes() == []

    def test_upwards_is_removed_by_name_where_the_program_allows_it(self, adopted: Stack, hand: Hand) -> None:
        """With a budget the surplus goes, and the preview says which node."""
        before = hand.nodes(TRAIN_POOL)
        hand.scale(TRAIN_POOL, CPU, 4)

        shown = adopted.up(train(3, maxScaleIn=1))

        (gone,) = [key.removeprefix("nodes.") for key in shown["changes"] if key.startswith("nodes.")]
        assert shown["changes"] == {f"flavors.{CPU}": "4 -> 3", f"nodes.{gone}": "removed"}
        assert gone not in hand.nodes(TRAIN_POOL)
        assert len(hand.nodes(TRAIN_POOL)) == len(before) == 3

    def test_can_be_ignored(self, adopted: Stack, hand: Hand, emulator: Emulator) -> None:
        """With ignoreCountDrift neither preview nor refresh nor run cares about what others do to the count."""
        adopted.up(train(3, ignoreCountDrift=True))
        hand.scale(TRAIN_POOL, CPU, 2)
        emulator.journal.clear()

        seen = adopted.refresh(), adopted.up(train(3, ignoreCountDrift=True))

        assert seen == ({}, {})
        assert emulator.journal.writes() == []

    def test_ignored_or_not_a_new_count_is_sent(self, adopted: Stack, hand: Hand) -> None:
        """A count that the program itself changes is sent also when drift is ignored."""
        adopted.up(train(3, ignoreCountDrift=True))
        hand.scale(TRAIN_POOL, CPU, 2)

        adopted.up(train(4, ignoreCountDrift=True))

        assert hand.counts(TRAIN_POOL) == {CPU: 4}

    def test_between_preview_and_run_is_refused(self, adopted: Stack, hand: Hand, emulator: Emulator) -> None:
        """A run that would buy more than its preview said fails with the new difference and sends nothing."""
        checked = adopted.check(train(4))
        hand.scale(TRAIN_POOL, CPU, 2)
        emulator.journal.clear()
        assert adopted.state is not None

        with pytest.raises(RefusedError) as refused:
            adopted.provider.update(adopted.state.id, adopted.state.outs, checked)

        assert f"flavors.{CPU}: 2 -> 4" in str(refused.value)
        assert emulator.journal.writes() == []


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


class TestADriver:
    def test_is_upgraded_when_its_jobs_are_done(self, stack: Stack, emulator: Emulator) -> None:
        """An idle upgrade waits for the training job on the nodes, and ends with the version verified."""
        job = {"pool": GPU_POOL, "nodes": ["os-node-created-72w8d"], "ends_in": 600}
        emulator.seed(world(jobs={TRAINING_JOB: job}))
        stack.up({"poolName": GPU_POOL, "flavors": {GPU: 2}})
        before = emulator.clock.now()

        shown = stack.up(
            {"poolName": GPU_POOL, "flavors": {GPU: 2}, "driver": {"gpuVersion": "515.65.01", "updateStrategy": "idle"}}
        )

        assert shown["changes"] == {"driver.gpuVersion": "440.33 -> 515.65.01"}
        assert emulator.clock.now() - before > 600
        assert stack.state is not None
        assert stack.state.outs["driverStatus"] == {"gpu": "515.65.01 Running"}

    def test_changes_no_count(self, stack: Stack, hand: Hand, emulator: Emulator) -> None:
        """A driver change sends the driver alone, and leaves a count that somebody else changed as it is."""
        program = {"poolName": GPU_POOL, "flavors": {GPU: 2}, "ignoreCountDrift": True}
        stack.up(program)
        hand.scale(GPU_POOL, GPU, 3)
        emulator.journal.clear()

        stack.up({**program, "driver": {"gpuVersion": "515.65.01", "updateStrategy": "force"}})

        assert [write.body for write in emulator.journal.writes()] == [
            {"spec": {"driver": {"gpuVersion": "515.65.01", "updateStrategy": "force"}}}
        ]
        assert hand.counts(GPU_POOL) == {GPU: 3}

    def test_that_ends_abnormal_is_an_error(self, stack: Stack, emulator: Emulator) -> None:
        """An upgrade that fails on the nodes is reported, with the version that runs and the one that was asked for."""
        stack.up({"poolName": GPU_POOL})
        emulator.faults.arm(Fault("patchPool", outcome=Outcome(driver="Abnormal")))

        with pytest.raises(PartlyDoneError, match="GPU driver is Abnormal"):
            stack.up({"poolName": GPU_POOL, "driver": {"gpuVersion": "515.65.01", "updateStrategy": "force"}})


class TestPolicy:
    def test_alone_writes_nothing(self, stack: Stack, emulator: Emulator) -> None:
        """A change of strategy or budgets is recorded and changes nothing on the server."""
        stack.up({"poolName": GPU_POOL, "driver": {"gpuVersion": "440.33"}})
        emulator.journal.clear()

        changed = stack.up(
            {"poolName": GPU_POOL, "driver": {"gpuVersion": "440.33", "updateStrategy": "force"}, "maxScaleIn": 3}
        )

        assert changed == {"driver": {"gpuVersion": "440.33", "updateStrategy": "force"}, "maxScaleIn": 3}
        assert emulator.journal.writes() == []


class TestFields:
    def test_are_sent_in_one_patch(self, stack: Stack, emulator: Emulator) -> None:
        """Scope, job flavors, description and a count travel together, and the run waits until the scope is enabled."""
        stack.up(train(2))
        emulator.journal.clear()

        shown = stack.up(
            train(3, scope=["Notebook", "Train"], jobFlavors=["b", "a"], description="training, team blue")
        )

        assert shown["changes"] == {
            f"flavors.{CPU}": "2 -> 3",
            "scope": "Infer, Train -> Notebook, Train",
            "jobFlavors": "(none) -> a, b",
            "description": "(none) -> training, team blue",
        }
        assert [write.operation for write in emulator.journal.writes()] == ["patchPool"]
        assert emulator.world()["pools"][TRAIN_POOL]["scope"] == {"Notebook": "Enabled", "Train": "Enabled"}
        assert stack.refresh() == {}


class TestAPartialOrder:
    @pytest.mark.parametrize("left", ["wanted", "real"])
    def test_lists_what_is_missing_and_is_finished_by_the_next_run(
        self, adopted: Stack, hand: Hand, emulator: Emulator, left: Literal["wanted", "real"]
    ) -> None:
        """Whether the service leaves the wanted or the real count behind, the next run buys just what is missing."""
        emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1, spec=left)))

        with pytest.raises(PartlyDoneError) as failed:
            adopted.up(train(6))
        shown = adopted.up(train(6))

        assert f'flavors["{CPU}"]: 4 of 6 nodes are there, 2 missing' in str(failed.value)
        assert shown["changes"] == {f"flavors.{CPU}": "4 -> 6"}
        assert hand.counts(TRAIN_POOL) == {CPU: 6}


class TestTrouble:
    @pytest.mark.parametrize(
        "trouble",
        [
            Fault("patchPool", status=429, code="APIGW.0308", retry_after=7),
            Fault("patchPool", status=503),
            Fault("patchPool", drop="reset"),
            Fault("patchPool", drop="reset", when="after"),
            Fault("patchPool", drop="truncate", when="after"),
            Fault("patchPool", cut_json=True, when="after"),
            Fault("showPool", status=500),
            Fault("listPools", status=502, times=3),
            Fault("listPools", cut_json=True),
        ],
        ids=lambda fault: f"{fault.operation}-{fault.status or fault.drop or 'cut'}-{fault.when}",
    )
    def test_on_the_way_is_survived_without_a_double_order(
        self, adopted: Stack, hand: Hand, emulator: Emulator, trouble: Fault
    ) -> None:
        """Throttling, errors and lost answers end in the declared count, bought once."""
        emulator.clock.advance(60)
        emulator.faults.arm(trouble)

        adopted.up(train(5))

        assert hand.counts(TRAIN_POOL) == {CPU: 5}
        assert len(hand.orders(TRAIN_POOL)) == 2


class TestAPoolThatTakesNoChange:
    def test_is_left_in_peace_when_nothing_would_change(self, stack: Stack, emulator: Emulator) -> None:
        """A frozen pool can be adopted, previewed and refreshed."""
        emulator.seed(world(pool=TRAIN_POOL, control_mode=8))

        seen = stack.up(train(2))["changes"], stack.up(train(2)), stack.refresh()

        assert seen == ({}, {}, {})

    def test_fails_only_where_the_run_would_touch_it(self, stack: Stack, emulator: Emulator) -> None:
        """Growing a frozen pool fails in the preview, with the state that forbids it."""
        emulator.seed(world(pool=TRAIN_POOL, control_mode=8))

        with pytest.raises(CheckFailedError, match=r"is frozen \(controlMode 8\)"):
            stack.preview(train(3))


class TestDeletion:
    def test_releases_the_pool(self, adopted: Stack, emulator: Emulator) -> None:
        """Deleting the resource calls nothing."""
        assert adopted.state is not None

        adopted.provider.delete(adopted.state.id, adopted.state.outs)

        assert emulator.journal.exchanges() == []


class TestNobodyThere:
    def test_is_gone_on_a_refresh(self, stack: Stack, emulator: Emulator) -> None:
        """A pool whose own address says 404 leaves the state."""
        stack.up(train(2))
        emulator.seed({"projects": {PROJECT: {"pools": {}}}})
        emulator.clock.advance(60)

        assert stack.refresh() == {"id": None}

    def test_an_unreachable_service_is_not_gone(self, adopted: Stack, emulator: Emulator) -> None:
        """A service that does not answer fails the refresh and keeps the state."""
        emulator.clock.advance(60)
        emulator.faults.arm(Fault("listPools", status=403, code="ModelArts.0108", message="not authorized"))
        before = adopted.state

        with pytest.raises(ModelArtsError, match="not authorized"):
            adopted.refresh()

        assert adopted.state is before
