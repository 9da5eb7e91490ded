from __future__ import annotations

from typing import Any

import pytest

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Emulator, Fault, Outcome
from pulumi_modelarts.api.errors import RefusedError
from pulumi_modelarts.handlers._rpc import PartlyDoneError
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from tests.resources.migrations import EIGHT, STAYING, batches, placing, seed_nine
from tests.resources.pools import CPU, JOB
from tests.resources.scenario import CheckFailedError, Stack, configured, connect
from tests.resources.service import Hand, world


@pytest.fixture
def stack(emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
    """A program with one migration, never run."""
    return Stack(configured(NodeMigrationProvider(), **connect(emulator, request.node.nodeid)))


@pytest.fixture
def of_nine(emulator: Emulator) -> Emulator:
    """A training pool of nine nodes, eight of which are to move."""
    seed_nine(emulator)
    return emulator


class TestAMigration:
    def test_shows_what_moves_and_moves_it(self, stack: Stack, hand: Hand) -> None:
        """The preview names the node with its way, and the run moves it: counts of both pools follow."""
        shown = stack.up(placing(NODE))

        assert shown["moves"] == {NODE: f"{TRAIN_POOL} -> {INFER_POOL}"}
        assert NODE in hand.nodes(INFER_POOL)
        assert (hand.counts(TRAIN_POOL), hand.counts(INFER_POOL)) == ({CPU: 1}, {CPU: 3})

    def test_run_again_changes_nothing(self, stack: Stack, emulator: Emulator) -> None:
        """The second run and a refresh are silent and write nothing."""
        stack.up(placing(NODE))
        emulator.journal.clear()

        changed = stack.up(placing(NODE)), stack.refresh()

        assert changed == ({}, {})
        assert emulator.journal.writes() == []

    def test_repairs_a_node_taken_back_by_hand_every_time(self, stack: Stack, hand: Hand) -> None:
        """A node moved back shows without a refresh, also the second time, and only that one moves."""
        stack.up(placing(NODE))
        shown = []

        for _ in range(2):
            hand.migrate(INFER_POOL, TRAIN_POOL, NODE)
            shown.append(stack.up(placing(NODE)))

        assert shown == [
            {"moves": {NODE: f"{TRAIN_POOL} -> {INFER_POOL} (again)"}},
            {"moves": {NODE: f"{TRAIN_POOL} -> {INFER_POOL}"}},
        ]
        assert NODE in hand.nodes(INFER_POOL)

    def test_tells_how_many_are_in_place(self, stack: Stack, hand: Hand) -> None:
        """A run and a refresh count what is where it should be; a program's data sources go by it."""
        stack.up(placing(NODE))
        assert stack.state is not None
        after_run = stack.state.outs["placed"]
        hand.migrate(INFER_POOL, TRAIN_POOL, NODE)

        stack.refresh()

        assert (after_run, stack.state.outs["placed"]) == (1, 0)

    @pytest.mark.usefixtures("of_nine")
    def test_shows_drift_on_a_refresh(self, stack: Stack, hand: Hand) -> None:
        """A refresh records the nodes that are really there."""
        stack.up(placing(*EIGHT[:2], strategy={"maxUnavailable": 2}))
        hand.migrate(INFER_POOL, TRAIN_POOL, EIGHT[0])

        assert stack.refresh() == {"nodes": [EIGHT[1]]}

    def test_goes_in_batches(self, stack: Stack, of_nine: Emulator, hand: Hand) -> None:
        """Eight nodes, two away at a time, are four batches, and the soak passes between them."""
        before = of_nine.clock.now()

        stack.up(placing(*EIGHT, strategy={"maxUnavailable": 2, "soak": "10m"}))

        assert batches(of_nine) == [EIGHT[0:2], EIGHT[2:4], EIGHT[4:6], EIGHT[6:8]]
        assert of_nine.clock.now() - before > 3 * 600
        assert hand.nodes(TRAIN_POOL) == [STAYING]

    def test_that_fails_halfway_is_resumed(self, stack: Stack, of_nine: Emulator, hand: Hand) -> None:
        """The error says how far it came and why it stopped; the next run moves just the rest."""
        program = placing(*EIGHT)
        of_nine.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(nodes=0, reason="host is broken"), after=3))

        with pytest.raises(PartlyDoneError) as failed:
            stack.up(program)
        of_nine.journal.clear()
        stack.up(program)

        assert "3 of 8 moved" in str(failed.value)
        assert "host is broken" in str(failed.value)
        assert batches(of_nine) == [[name] for name in EIGHT[3:]]
        assert hand.nodes(TRAIN_POOL) == [STAYING]

    @pytest.mark.parametrize("when", ["before", "after"])
    def test_whose_answer_is_lost_is_not_repeated_blindly(
        self, stack: Stack, emulator: Emulator, hand: Hand, when: Any
    ) -> None:
        """After a lost answer the service is looked at first; the node moves once, whatever had arrived."""
        emulator.faults.arm(Fault("batchMigratePoolNodes", drop="reset", when=when))

        stack.up(placing(NODE))

        assert NODE in hand.nodes(INFER_POOL)
        assert len(emulator.world()["jobs"]) == 1

    def test_waits_for_training_jobs(self, stack: Stack, emulator: Emulator, hand: Hand) -> None:
        """Under `wait` no node leaves from under a running job."""
        job = {"pool": TRAIN_POOL, "nodes": [NODE], "ends_in": 700}
        emulator.seed(world(pool=TRAIN_POOL, jobs={JOB: job}))
        before = emulator.clock.now()

        stack.up(placing(NODE))

        assert emulator.clock.now() - before > 700
        assert NODE in hand.nodes(INFER_POOL)

    def test_fails_before_touching_anything_where_the_program_says_so(self, stack: Stack, emulator: Emulator) -> None:
        """Under `fail` a busy node fails the preview, with its job."""
        emulator.seed(world(pool=TRAIN_POOL, jobs={JOB: {"pool": TRAIN_POOL, "nodes": [NODE]}}))

        with pytest.raises(CheckFailedError, match="runs training job"):
            stack.preview(placing(NODE, onRunningJobs="fail"))

        assert emulator.journal.writes() == []

    def test_refuses_what_moved_since_the_preview(self, stack: Stack, hand: Hand, emulator: Emulator) -> None:
        """A node that has gone elsewhere between preview and run is not moved from there."""
        stack.up(placing(NODE))
        checked = stack.check(placing(NODE))
        hand.migrate(INFER_POOL, TRAIN_POOL, NODE)
        emulator.journal.clear()

        with pytest.raises(RefusedError):
            stack.run(checked)

        assert emulator.journal.writes() == []

    def test_awaits_named_training_jobs(self, stack: Stack, emulator: Emulator) -> None:
        """Nothing moves before the awaited job has ended; one that does not exist fails the preview."""
        job = {"pool": TRAIN_POOL, "nodes": ["os-node-created-k9x2v"], "ends_in": 500}
        emulator.seed(world(pool=TRAIN_POOL, jobs={JOB: job}))
        before = emulator.clock.now()

        with pytest.raises(CheckFailedError, match=r"await_jobs: .*nowhere.* \(ModelArts.2775, "):
            stack.preview(placing(NODE, awaitJobs=["nowhere"]))
        stack.up(placing(NODE, awaitJobs=[JOB]))

        assert emulator.clock.now() - before > 500

    def test_shrunk_releases_nodes_where_they_are(self, stack: Stack, of_nine: Emulator) -> None:
        """Taking a node out of the program moves nothing."""
        stack.up(placing(*EIGHT[:2]))
        of_nine.journal.clear()

        shown = stack.up(placing(EIGHT[0]))

        assert shown == {"nodes": [EIGHT[0]]}
        assert of_nine.journal.writes() == []

    @pytest.mark.usefixtures("of_nine")
    def test_of_a_vanished_node_skips_it(self, stack: Stack, hand: Hand) -> None:
        """A node that was placed and is gone is skipped in silence, before and after a refresh."""
        stack.up(placing(*EIGHT[:2]))
        hand.delete(INFER_POOL, EIGHT[0])

        before = stack.up(placing(*EIGHT[:2]))
        refreshed = stack.refresh()
        after = stack.up(placing(*EIGHT[:2]))

        assert (before, refreshed, after) == ({}, {}, {})
