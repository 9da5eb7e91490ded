"""A fleet against the emulator: moves before purchases, budgets for all pools together, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import INFER_POOL, PROJECT, TRAIN_POOL, Fault, Outcome
from pulumi_modelarts.api.errors import RefusedError
from tests.resources.fleet_program import IDS, PLACEMENT, THIRTY, FleetProgram, fleet_world, node, pools
from tests.resources.interference import mortal
from tests.resources.migrations import batches
from tests.resources.pools import CPU
from tests.resources.scenario import State

if TYPE_CHECKING:
    from modelarts_emulator import Emulator
    from tests.resources.service import Hand

FIRST, SECOND = node("train", 0), node("train", 1)
SWAPPED = node("infer", 0)
CPU8 = "modelarts.vm.cpu.8ud"


@pytest.fixture
def program(emulator: Emulator, request: pytest.FixtureRequest) -> FleetProgram:
    """A program with a fleet of two pools, of 8 nodes and of 2, never run."""
    emulator.seed(fleet_world(train=8, infer=2))
    return FleetProgram(lambda: mortal(emulator, emulator.transport(), request.node.nodeid))


@pytest.fixture
def held(program: FleetProgram, emulator: Emulator) -> FleetProgram:
    """The same, which has run and left its pools as they were."""
    program.up(pools(train=8, infer=2))
    emulator.journal.clear()
    return program


def writes(emulator: Emulator) -> list[str | None]:
    """Return what was asked to change something, since the journal was last cleared."""
    return [write.operation for write in emulator.journal.writes()]


class TestMoves:
    def test_are_made_where_one_pool_lacks_what_another_has(
        self, program: FleetProgram, emulator: Emulator, hand: Hand
    ) -> None:
        """8 and 2 become 6 and 4 by two moves: nothing is bought, nothing is removed, and a second run is silent."""
        declared = pools(train=6, infer=4)
        shown = program.preview(declared)

        program.up(declared)
        asked = writes(emulator)
        emulator.journal.clear()
        program.up(declared)

        assert shown == {PLACEMENT: {FIRST: "train -> infer", SECOND: "train -> infer"}, "train": {}, "infer": {}}
        assert program.said == {}
        assert asked == ["batchDrainPoolNodes", "batchMigratePoolNodes"] * 2
        assert (hand.counts(TRAIN_POOL), hand.counts(INFER_POOL)) == ({CPU: 6}, {CPU: 4})
        assert [exchange.operation for exchange in emulator.journal.exchanges()] == ["listPools"]

    def test_leave_only_the_rest_to_be_bought(self, program: FleetProgram, emulator: Emulator, hand: Hand) -> None:
        """8 and 2 become 6 and 6: two nodes move, and two are bought, by the pool that lacks them."""
        declared = pools(train=6, infer=6)
        shown = program.preview(declared)

        program.up(declared)

        assert (shown["train"], shown["infer"]) == ({}, {f"flavors.{CPU}": "4 -> 6"})
        assert batches(emulator) == [[FIRST], [SECOND]]
        assert (hand.counts(TRAIN_POOL), hand.counts(INFER_POOL)) == ({CPU: 6}, {CPU: 6})

    def test_bring_a_flavor_that_is_new_to_a_pool(self, program: FleetProgram, emulator: Emulator, hand: Hand) -> None:
        """Flavors that cross each other move both ways, each into a pool that had none of it."""
        emulator.seed(fleet_world(train={CPU: 4}, infer={CPU8: 4}))

        program.up(pools(train={CPU: 3, CPU8: 1}, infer={CPU: 1, CPU8: 3}))

        assert program.said == {}
        assert "patchPool" not in writes(emulator)
        assert (hand.counts(TRAIN_POOL), hand.counts(INFER_POOL)) == ({CPU: 3, CPU8: 1}, {CPU: 1, CPU8: 3})

    def test_are_not_bought_again_when_a_job_fails(self, program: FleetProgram, emulator: Emulator, hand: Hand) -> None:
        """A move that fails ends the run before any pool is touched, and one more run makes it."""
        emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(nodes=0)))
        declared = pools(train=6, infer=4)

        program.up(declared)
        failed, asked = program.said, writes(emulator)
        program.up(declared)

        assert list(failed) == [PLACEMENT]
        assert "patchPool" not in asked
        assert program.said == {}
        assert (hand.counts(TRAIN_POOL), hand.counts(INFER_POOL)) == ({CPU: 6}, {CPU: 4})


class TestAFleetAtRest:
    def test_costs_one_listing(self, program: FleetProgram, emulator: Emulator) -> None:
        """The preview that adopts thirty pools, and every later run, asks for the list of pools and nothing else."""
        names = dict.fromkeys(THIRTY, 1)
        emulator.seed(fleet_world(**names))
        emulator.journal.clear()

        program.preview(pools(**names))
        first = [exchange.operation for exchange in emulator.journal.exchanges()]
        program.up(pools(**names))
        emulator.journal.clear()
        program.up(pools(**names))

        assert program.said == {}
        assert first == ["listPools"]
        assert [exchange.operation for exchange in emulator.journal.exchanges()] == ["listPools"]

    def test_minds_no_nodes_that_were_exchanged_by_hand(
        self, program: FleetProgram, emulator: Emulator, hand: Hand
    ) -> None:
        """Which node lives where is nobody's declaration: after a swap nothing is moved back, and nothing bought."""
        program.up(pools(train=6, infer=4))
        hand.migrate(INFER_POOL, TRAIN_POOL, FIRST)
        hand.migrate(TRAIN_POOL, INFER_POOL, node("train", 5))
        emulator.journal.clear()

        shown = program.preview(pools(train=6, infer=4))
        program.up(pools(train=6, infer=4))

        assert shown == {PLACEMENT: {}, "train": {}, "infer": {}}
        assert writes(emulator) == []

    def test_buys_nothing_for_a_node_that_is_on_its_way(
        self, held: FleetProgram, emulator: Emulator, hand: Hand
    ) -> None:
        """A node that somebody moves just now counts where it goes, though its pool still lists it."""
        hand.send_off(TRAIN_POOL, INFER_POOL, FIRST)
        emulator.journal.clear()

        shown = held.preview(pools(train=7, infer=3))
        held.up(pools(train=7, infer=3))

        assert shown == {PLACEMENT: {}, "train": {}, "infer": {}}
        assert held.said == {}
        assert writes(emulator) == []

    def test_is_told_by_a_job_where_its_nodes_go(self, program: FleetProgram, emulator: Emulator, hand: Hand) -> None:
        """With three pools the job's own text says which one gets the node, so that none is moved there and back."""
        emulator.seed(fleet_world(train=4, infer=2, east=2))
        declared = pools(train=3, infer=2, east=3)
        hand.send_off(TRAIN_POOL, IDS["east"], FIRST)
        emulator.journal.clear()

        program.up(declared)
        emulator.clock.advance(600)
        program.up(declared)

        assert program.said == {}
        assert writes(emulator) == []
        assert FIRST in hand.nodes(IDS["east"])


class TestAPoolOfAFleet:
    def test_that_is_targeted_alone_changes_no_count(self, held: FleetProgram, emulator: Emulator) -> None:
        """The counts are those that its fleet has come to: with another declaration nothing is bought for it."""
        held.up(pools(train=6, infer=4), targets={"infer"})

        assert held.said == {}
        assert writes(emulator) == []

    def test_is_refused_what_this_run_has_not_planned(self, held: FleetProgram, emulator: Emulator) -> None:
        """Where the state is ahead of the service, as after a creation that failed, the way out is named."""
        placement = held.resources[PLACEMENT]
        assert placement.state is not None
        ahead = {**placement.state.outs, "pools": pools(train=6, infer=4)}
        placement.state = State(placement.state.id, placement.state.inputs, ahead)

        held.up(pools(train=6, infer=4), targets={"infer"})

        assert held.said == {
            "infer": f'flavors["{CPU}"]: 2 live, 4 declared, and this run has not planned the fleet; add --target '
            "'**::fleet-placement'"
        }
        assert writes(emulator) == []

    def test_changes_its_other_inputs_without_a_plan(self, held: FleetProgram, emulator: Emulator) -> None:
        """What is no count is the pool's own: targeted alone, it is made so."""
        declared = pools(train=8, infer=2)
        declared["infer"]["description"] = "of the blue team"

        held.up(declared, targets={"infer"})

        assert held.said == {}
        assert writes(emulator) == ["patchPool"]

    def test_that_fails_leaves_the_others_as_they_were_planned(
        self, held: FleetProgram, emulator: Emulator, hand: Hand
    ) -> None:
        """A purchase that is refused is made by one more run, and nothing is moved twice."""
        emulator.faults.arm(Fault("patchPool", status=400, code="ModelArts.1", message="no"))

        held.up(pools(train=6, infer=6))
        failed = list(held.said)
        emulator.journal.clear()
        held.up(pools(train=6, infer=6))

        assert failed == ["infer"]
        assert held.said == {}
        assert writes(emulator) == ["patchPool"]
        assert (hand.counts(TRAIN_POOL), hand.counts(INFER_POOL)) == ({CPU: 6}, {CPU: 6})

    def test_keeps_its_state_when_its_fleet_is_renamed(self, held: FleetProgram) -> None:
        """The name of the placement stands in the inputs for messages, and is no change by itself."""
        pool = held.resources["infer"]
        assert pool.state is not None
        renamed = {**pool.state.inputs, "fleet": "platform-placement"}

        changed = pool.preview(renamed)

        assert changed == {}


class TestBudgets:
    @pytest.mark.parametrize(
        ("policy", "counts", "says"),
        [
            ({"maxGrowth": 1.0}, {"train": 6, "infer": 6}, "max_growth: this run would buy 2 nodes and max_growth"),
            ({"maxMoves": 1.0}, {"train": 6, "infer": 4}, "max_moves: is 1, and this run would move 2 nodes"),
            ({}, {"train": 6, "infer": 2}, "would be removed and max_scale_in allows 0"),
        ],
        ids=["growth", "moves", "scale-in"],
    )
    def test_are_of_the_whole_fleet_and_hold_before_anything_moves(
        self, held: FleetProgram, emulator: Emulator, policy: dict[str, Any], counts: dict[str, int], says: str
    ) -> None:
        """What goes beyond one is refused by the fleet itself, without a preview too: nothing has moved by then."""
        held.policy = policy

        held.up(pools(**counts))

        assert list(held.said) == [PLACEMENT]
        assert says in held.said[PLACEMENT]
        assert writes(emulator) == []

    def test_let_nodes_go_that_the_plan_has_named(self, held: FleetProgram, emulator: Emulator, hand: Hand) -> None:
        """8 and 2 become 5 and 3: one node moves, and two are removed by name, as the preview says."""
        held.policy = {"maxScaleIn": 2.0}
        shown = held.preview(pools(train=5, infer=3))

        held.up(pools(train=5, infer=3))

        assert held.said == {}
        assert shown["train"] == {
            f"flavors.{CPU}": "7 -> 5",
            **{f"nodes.{node('train', number)}": "removed" for number in (1, 2)},
        }
        assert (hand.counts(TRAIN_POOL), hand.counts(INFER_POOL)) == ({CPU: 5}, {CPU: 3})
        assert batches(emulator) == [[FIRST]]


class TestARefusal:
    def test_says_which_nodes_cannot_move(self, held: FleetProgram, emulator: Emulator, hand: Hand) -> None:
        """Too few nodes can leave: the fleet is refused, so that no pool buys the rest."""
        for number in range(1, 8):
            hand.lock(TRAIN_POOL, node("train", number))
        emulator.journal.clear()

        held.up(pools(train=6, infer=4))

        assert list(held.said) == [PLACEMENT]
        assert "2 nodes should leave train (8 live, 6 declared) but only 1 can" in held.said[PLACEMENT]
        assert writes(emulator) == []

    def test_of_a_pool_that_does_not_exist_names_it_as_the_program_does(
        self, program: FleetProgram, emulator: Emulator
    ) -> None:
        """The path leads to the input that is wrong."""
        lost = {"poolName": TRAIN_POOL.replace("auto", "lost"), "flavors": {CPU: 1.0}}

        program.up({**pools(train=8), "lost": lost})

        assert program.said[PLACEMENT].startswith('pools["lost"].pool_name: \'lost-pool-os')
        assert writes(emulator) == []

    def test_of_what_somebody_has_moved_since_the_preview(self, held: FleetProgram, emulator: Emulator) -> None:
        """A run that would move other nodes than it has announced refuses, and the next one shows them."""
        placement = held.resources[PLACEMENT]
        checked = placement.check({"pools": pools(train=6, infer=4)})
        emulator.break_node(TRAIN_POOL, FIRST)
        emulator.clock.advance(60)
        emulator.journal.clear()

        with pytest.raises(RefusedError, match="nodes have been moved since the preview") as refused:
            placement.run(checked)

        assert f"{node('train', 2)}: train -> infer" in str(refused.value)
        assert writes(emulator) == []


class TestASkippedNode:
    def test_is_bought_by_no_pool(self, program: FleetProgram, emulator: Emulator, hand: Hand) -> None:
        """The others are moved, then the run ends with an error that names it: nothing is bought in its stead."""
        made = fleet_world(train=3, infer=1)
        jobs = made["projects"][PROJECT]["training_jobs"]
        jobs |= {"job-1": {"pool": TRAIN_POOL, "nodes": [FIRST, SECOND], "ends_in": None}}
        emulator.seed(made)
        program.policy = {"strategy": {"drainTimeout": "2m", "onUndrainable": "skip"}}

        program.up(pools(train=1, infer=3))

        assert list(program.said) == [PLACEMENT]
        assert f"skipped {FIRST}: not drained within 2m" in program.said[PLACEMENT]
        assert batches(emulator) == [[node("train", 2)]]
        assert "patchPool" not in writes(emulator)
        assert (hand.counts(TRAIN_POOL), hand.counts(INFER_POOL)) == ({CPU: 2}, {CPU: 2})
