"""How fast nodes move, what is done around training jobs, and how many calls it takes."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Emulator, Fault, Outcome
from pulumi_modelarts.api.errors import OperationError, ServerError
from pulumi_modelarts.handlers._rpc import PartlyDoneError
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from tests.resources.interference import Executioner, mortal
from tests.resources.migrations import EIGHT, STAYING, batches, nine, placing, seed_nine
from tests.resources.pools import CPU, JOB
from tests.resources.scenario import Stack, configured, connect
from tests.resources.service import Hand, world


@pytest.fixture
def stack(emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
    """A program with one migration, never run."""
    return Stack(configured(NodeMigrationProvider(), **connect(emulator, request.node.nodeid)))


def test_soak_passes_between_batches_and_not_after_the_last(stack: Stack, emulator: Emulator) -> None:
    """Four batches of two: whatever soaks is watched ten minutes before the next two leave; the run ends at once."""
    seed_nine(emulator)

    stack.up(placing(*EIGHT, strategy={"maxUnavailable": 2, "soak": "10m"}))

    asked = emulator.journal.exchanges("batchMigratePoolNodes")
    starts = [exchange.at for exchange in asked]
    assert [exchange.body["migrateNodeNames"] for exchange in asked] == [EIGHT[i : i + 2] for i in range(0, 8, 2)]
    assert all(650 < later - earlier < 720 for earlier, later in pairwise(starts))
    assert emulator.clock.now() - starts[-1] < 120


def test_soak_that_shows_a_node_breaking_ends_the_run(stack: Stack, emulator: Emulator, hand: Hand) -> None:
    """A node that becomes Abnormal while it is watched stops the rest from leaving."""
    seed_nine(emulator)
    witness = Executioner(emulator)
    configured(stack.provider, **mortal(emulator, witness, "soak"))

    def break_it() -> None:
        asked = emulator.journal.exchanges("batchMigratePoolNodes")
        if asked and emulator.clock.now() - asked[0].at > 600:
            emulator.set_node_phase(INFER_POOL, EIGHT[0], "Abnormal")

    witness.before_each = break_it

    with pytest.raises(
        PartlyDoneError, match=f"1 of 2 moved; waiting for {EIGHT[0]} to be ready: {EIGHT[0]} is Abnormal"
    ):
        stack.up(placing(*EIGHT[:2], strategy={"soak": "10m"}))

    assert hand.nodes(TRAIN_POOL) == [*EIGHT[1:], STAYING]


def test_500_nodes_take_no_needless_calls(stack: Stack, emulator: Emulator) -> None:
    """Ten batches of fifty: five drains, one request and its polls each, and a few looks at what is true."""
    names = [f"os-node-created-{number:05}" for number in range(501)]
    nodes: dict[str, Any] = {name: {} for name in names}
    made = world(pool=TRAIN_POOL, resources=[{"flavor": CPU, "count": 501}], nodes=nodes)
    emulator.seed({**made, "timings": {"migrating": 20}})

    stack.up(placing(*names[:500], strategy={"maxUnavailable": 50}))

    calls = Counter(exchange.operation for exchange in emulator.journal.exchanges())
    assert (calls["batchDrainPoolNodes"], calls["batchMigratePoolNodes"]) == (50, 10)
    assert calls["showJob"] <= 10 * 100
    assert (calls["listPools"], calls["listJobs"], calls["listWorkloads"]) == (10, 21, 21)
    assert calls["listPoolNodes"] == 22
    assert set(calls) == {
        *("batchDrainPoolNodes", "batchMigratePoolNodes", "showJob", "showNetworkAvailableIp"),
        *("listPools", "listPoolNodes", "listJobs", "listWorkloads"),
    }


@pytest.mark.parametrize("answer", ["document", "document_without_id"])
def test_answer_of_the_page_is_followed_too(stack: Stack, emulator: Emulator, answer: str) -> None:
    """The training-job-shaped answer, with an id and without one, leads to the job; each node is moved by one."""
    emulator.seed({**nine(), "choices": {"migration_answer": answer}})

    stack.up(placing(*EIGHT[:2]))

    assert batches(emulator) == [[EIGHT[0]], [EIGHT[1]]]


def test_a_job_that_fails_for_some_says_for_which(stack: Stack, emulator: Emulator) -> None:
    """Nodes that arrived count as moved, and the error is about the others."""
    seed_nine(emulator)
    emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(nodes=2, reason="host is broken")))

    with pytest.raises(PartlyDoneError) as failed:
        stack.up(placing(*EIGHT[:3], strategy={"maxUnavailable": 3}))

    assert f"2 of 3 moved; moving {', '.join(EIGHT[:3])}: {EIGHT[2]} did not move: " in str(failed.value)


def test_a_job_that_never_ends_is_given_up_at_the_deadline(stack: Stack, emulator: Emulator) -> None:
    """A stuck job is waited for as long as the call may take, and followed again by the next run."""
    emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(job="stuck")))
    before = emulator.clock.now()

    with pytest.raises(PartlyDoneError, match=r"0 of 1 moved; .* not finished after"):
        stack.up(placing(NODE))
    waited = emulator.clock.now() - before
    (job,) = emulator.world()["jobs"]
    emulator.fail_job(job)
    stack.up(placing(NODE))

    assert 5400 <= waited < 5410
    assert batches(emulator) == [[NODE], [NODE]]


def test_a_job_that_comes_with_the_drain_keeps_its_node(stack: Stack, emulator: Emulator, hand: Hand) -> None:
    """A node that gets a job after the last look is not moved from under it; in the end the run says why."""
    seed_nine(emulator)
    witness = Executioner(emulator)
    configured(stack.provider, **mortal(emulator, witness, "drain"))

    def begin_training() -> None:
        if emulator.journal.exchanges("batchDrainPoolNodes") and not emulator.world()["training_jobs"].get(JOB):
            seed_nine(emulator, jobs={JOB: {"pool": TRAIN_POOL, "nodes": [EIGHT[0]]}})

    witness.before_each = begin_training

    with pytest.raises(PartlyDoneError) as failed:
        stack.up(placing(EIGHT[0], strategy={"drainTimeout": "5m"}))

    assert str(failed.value) == (
        f"Placing nodes in resource pool '{INFER_POOL}': 0 of 1 moved; draining {EIGHT[0]}: not drained within 5m: "
        f'training job job-7a0e3c5e on {EIGHT[0]}. Raise drain_timeout, or set on_undrainable to "skip". '
        f"Run `pulumi up` to resume. {EIGHT[0]} is drained and takes no further work until it arrives in "
        f"'{INFER_POOL}': a drain cannot be taken back through the API."
    )
    assert EIGHT[0] in hand.nodes(TRAIN_POOL)


def test_a_node_that_goes_by_itself_has_no_other_moved_undrained(stack: Stack, emulator: Emulator, hand: Hand) -> None:
    """Somebody moves the node that was just drained: the next one has its own drain before its turn."""
    seed_nine(emulator)
    witness = Executioner(emulator)
    configured(stack.provider, **mortal(emulator, witness, "overtaken"))
    emulator.faults.arm(Fault("batchDrainPoolNodes", latency=20.0))

    def overtake() -> None:
        if emulator.journal.exchanges("batchDrainPoolNodes") and EIGHT[0] in hand.nodes(TRAIN_POOL):
            hand.migrate(TRAIN_POOL, INFER_POOL, EIGHT[0])

    witness.before_each = overtake

    stack.up(placing(*EIGHT[:2]))

    drained = [each.body["nodeNames"] for each in emulator.journal.exchanges("batchDrainPoolNodes")]
    assert drained == [[EIGHT[0]], [EIGHT[1]]]
    assert batches(emulator) == [[EIGHT[0]], [EIGHT[1]]]  # the first one by hand


def test_a_drain_that_outlasts_the_run_skips_nothing(stack: Stack, emulator: Emulator) -> None:
    """When the run's own time is over first, the error says so, and not that the node could not be drained."""
    seed_nine(emulator, jobs={JOB: {"pool": TRAIN_POOL, "nodes": [EIGHT[0]]}})
    strategy = {"drainTimeout": "2h", "onUndrainable": "skip"}

    with pytest.raises(OperationError) as failed:
        stack.up(placing(*EIGHT[:2], strategy=strategy))

    assert "0 of 2 moved; waiting for what runs on os-node-created-aaaaa: not finished after" in str(failed.value)
    assert batches(emulator) == []


def test_a_node_of_which_nobody_can_say_whether_it_is_busy_stays(stack: Stack, emulator: Emulator) -> None:
    """A node is skipped for its jobs, or moved without any; where neither is known, the run ends."""
    seed_nine(emulator)
    checked = stack.check(placing(EIGHT[0], strategy={"drainTimeout": "5m", "onUndrainable": "skip"}))
    emulator.faults.arm(Fault("listWorkloads", status=503, times=None))

    with pytest.raises(ServerError, match=f"list workloads of resource pool {TRAIN_POOL}"):
        stack.provider.create(checked)

    assert emulator.journal.writes() == []


def test_a_look_that_fails_between_batches_takes_no_moved_node_back(
    stack: Stack, emulator: Emulator, hand: Hand
) -> None:
    """Nodes that were seen to arrive count as moved, also when the service does not let the run look again."""
    seed_nine(emulator)
    witness = Executioner(emulator)
    configured(stack.provider, **mortal(emulator, witness, "between"))

    def forbid_looking() -> None:
        if EIGHT[0] in hand.nodes(INFER_POOL) and not emulator.faults.armed():
            emulator.faults.arm(Fault("listPools", status=403, code="ModelArts.0108", message="not authorized"))

    witness.before_each = forbid_looking

    with pytest.raises(PartlyDoneError, match=r"1 of 2 moved; list resource pools: not authorized"):
        stack.up(placing(*EIGHT[:2]))
