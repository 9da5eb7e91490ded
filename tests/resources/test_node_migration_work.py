"""What runs on nodes that are to move: waited for, refused, or taken along, and what a drain leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import INFER_POOL, TRAIN_POOL, Emulator, Fault
from pulumi_modelarts.api.errors import OperationError, RefusedError
from pulumi_modelarts.handlers._rpc import PartlyDoneError
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from tests.resources.interference import Executioner, mortal
from tests.resources.migrations import EIGHT, batches, nine, placing, seed_nine
from tests.resources.pools import JOB
from tests.resources.scenario import CheckFailedError, Stack, configured, connect

if TYPE_CHECKING:
    from tests.resources.service import Hand

NODE = EIGHT[0]
SERVICE: dict[str, Any] = {
    "services": {"service-1": {"pool": TRAIN_POOL, "nodes": [NODE], "name": "chat", "user": "ann"}}
}
NOTEBOOK: dict[str, Any] = {
    "notebooks": {"notebook-1": {"pool": TRAIN_POOL, "nodes": [NODE], "name": "lab", "user": "eve"}}
}
TRAINING: dict[str, Any] = {"jobs": {JOB: {"pool": TRAIN_POOL, "nodes": [NODE], "ends_in": 700}}}
DRAINED = (
    f"{NODE} is drained and takes no further work until it arrives in '{INFER_POOL}': a drain cannot be taken back "
    "through the API."
)


@pytest.fixture
def stack(emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
    """A program with one migration, never run."""
    return Stack(configured(NodeMigrationProvider(), **connect(emulator, request.node.nodeid)))


@pytest.fixture
def witness(emulator: Emulator, stack: Stack, request: pytest.FixtureRequest) -> Executioner:
    """What sees every request of the program."""
    witness = Executioner(emulator)
    configured(stack.provider, **mortal(emulator, witness, f"{request.node.nodeid} seen"))
    return witness


def drains(emulator: Emulator) -> int:
    """Return how often somebody has asked to drain nodes."""
    return len(emulator.journal.exchanges("batchDrainPoolNodes"))


@pytest.mark.parametrize(
    ("runs", "policy", "problem"),
    [
        (
            SERVICE,
            "wait",
            (
                "runs inference service chat (ann), which does not end by itself. Stop it or move it elsewhere, take "
                'the node out of the program, or set on_running_jobs="ignore"'
            ),
        ),
        (
            {**SERVICE, **NOTEBOOK, **TRAINING},
            "wait",
            (
                "runs inference service chat (ann) and notebook lab (eve), which do not end by themselves. Stop them "
                'or move them elsewhere, take the node out of the program, or set on_running_jobs="ignore"'
            ),
        ),
        (NOTEBOOK, "fail", 'runs notebook lab (eve); wait until that has ended, or set on_running_jobs="wait"'),
    ],
    ids=["service", "several", "fail"],
)
def test_what_does_not_end_is_refused_by_name(
    stack: Stack, emulator: Emulator, runs: dict[str, Any], policy: str, problem: str
) -> None:
    """A service or a notebook would be waited for in vain: the preview says what it is and what can be done."""
    seed_nine(emulator, **runs)

    with pytest.raises(CheckFailedError) as failed:
        stack.preview(placing(EIGHT[1], NODE, onRunningJobs=policy))

    assert str(failed.value) == f"nodes[1]: {NODE!r} in {TRAIN_POOL!r} {problem}"
    assert emulator.journal.writes() == []


def test_a_training_job_may_be_waited_for(stack: Stack, emulator: Emulator) -> None:
    """It ends by itself: the preview takes it, and the run drains nothing before it has ended."""
    seed_nine(emulator, **TRAINING)
    before = emulator.clock.now()

    stack.up(placing(NODE))

    (drain,) = emulator.journal.exchanges("batchDrainPoolNodes")
    assert drain.at - before > 690
    assert batches(emulator) == [[NODE]]


def test_a_service_that_comes_during_the_wait_ends_it_before_the_drain(
    stack: Stack, emulator: Emulator, witness: Executioner
) -> None:
    """Nothing hopeless is waited for, and nothing is half done."""
    seed_nine(emulator, **TRAINING)
    checked, before = stack.check(placing(NODE)), emulator.clock.now()
    begun: list[str] = []

    def begin() -> None:
        if emulator.clock.now() - before > 100 and not begun:
            begun.append(emulator.start_workload(TRAIN_POOL, [NODE], "infer", name="chat", user="ann"))

    witness.before_each = begin

    with pytest.raises(OperationError, match=r"inference service chat \(ann\) on .* does not end by itself") as failed:
        stack.provider.create(checked)

    assert emulator.clock.now() - before < 200
    assert "drained" not in str(failed.value)
    assert emulator.journal.writes() == []


def test_a_service_that_comes_with_the_drain_leaves_a_node_drained_and_says_so(
    stack: Stack, emulator: Emulator, witness: Executioner
) -> None:
    """The error names the node; so does the next preview, while it is refused."""
    seed_nine(emulator)
    begun: list[str] = []

    def begin() -> None:
        if drains(emulator) and not begun:
            begun.append(emulator.start_workload(TRAIN_POOL, [NODE], "infer", name="chat", user="ann"))

    witness.before_each = begin

    with pytest.raises(PartlyDoneError) as failed:
        stack.up(placing(NODE))

    assert str(failed.value).endswith(f'or set on_running_jobs="ignore". {DRAINED}')
    assert batches(emulator) == []


@pytest.mark.parametrize("moves", [True, False], ids=["moved", "refused"])
def test_ignore_ends_well_whether_busy_nodes_move_or_not(
    stack: Stack,
    emulator: Emulator,
    hand: Hand,
    moves: bool,  # noqa: FBT001 - named by its id
) -> None:
    """Nothing is drained and nothing asked about work: the node moves with it, or the service's refusal is the end."""
    emulator.seed({**nine(**SERVICE), "choices": {"busy_migration": "move" if moves else "refuse"}})
    program = placing(NODE, onRunningJobs="ignore")

    said = ""
    try:
        stack.up(program)
    except RefusedError as error:
        said = str(error)

    assert (NODE in hand.nodes(INFER_POOL), stack.state is not None) == (moves, moves)
    assert (drains(emulator), emulator.journal.exchanges("listWorkloads")) == (0, [])
    assert moves or f'node "{NODE}" runs inference service' in said
    assert moves or said.endswith(
        'on_running_jobs="ignore" asks for the move with whatever runs on a node and drains none, so nothing is half '
        'done; if the service moves idle nodes only, set it to "wait"'
    )


def test_nobody_who_may_not_know_what_runs_is_guessed_for(stack: Stack, emulator: Emulator) -> None:
    """Where neither workloads nor training jobs can be listed the preview refuses; "ignore" asks for neither."""
    seed_nine(emulator)
    for operation in ("listWorkloads", "listTrainingJobs"):
        emulator.faults.arm(Fault(operation, status=403, code="ModelArts.0108", message="no", times=None))

    with pytest.raises(CheckFailedError) as failed:
        stack.preview(placing(NODE))
    stack.up(placing(NODE, onRunningJobs="ignore"))

    assert str(failed.value).startswith(
        f"on_running_jobs: what runs on the nodes of resource pool {TRAIN_POOL!r} is not known, since this user can "
    )
    assert batches(emulator) == [[NODE]]


def test_a_move_that_is_refused_after_the_drain_names_what_is_left_drained(stack: Stack, emulator: Emulator) -> None:
    """The error says which node takes no work now; the next run goes on from there and does not drain it again."""
    seed_nine(emulator)
    emulator.faults.arm(Fault("batchMigratePoolNodes", status=400, code="ModelArts.50004000", message="no room"))

    with pytest.raises(PartlyDoneError) as failed:
        stack.up(placing(NODE))
    stack.up(placing(NODE))

    assert "no room" in str(failed.value)
    assert str(failed.value).endswith(DRAINED)
    assert (drains(emulator), batches(emulator)) == (1, [[NODE]])
