"""What a migration believes to be gone: nodes, training jobs, answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Emulator, Fault
from pulumi_modelarts.api.errors import UnreadableError
from pulumi_modelarts.plans.live_nodes import Record
from pulumi_modelarts.reconcilers.node_reader import NodeReader
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.specs.node_migration import NodeMigrationSpec
from tests.resources.interference import Executioner, mortal
from tests.resources.migrations import EIGHT, batches, placing, seed_nine
from tests.resources.pools import CPU, JOB
from tests.resources.scenario import CheckFailedError, Stack, configured, connect

if TYPE_CHECKING:
    from pulumi_modelarts.reconcilers.session import Session
    from tests.resources.service import Hand

UNKNOWN = "ModelArts.2775"
EMPTY = {"kind": "NodeList", "apiVersion": "v2", "metadata": {}, "items": []}
PART = {"migrateNodeNames": 3, "what": ["is", "this"]}


@pytest.fixture
def stack(emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
    """A program with one migration, never run."""
    return Stack(configured(NodeMigrationProvider(), **connect(emulator, request.node.nodeid)))


@pytest.mark.parametrize("answer", [{}, EMPTY], ids=["no list", "empty list"])
@pytest.mark.parametrize("verb", ["refresh", "preview"])
def test_a_list_that_lacks_what_the_pool_counts_makes_no_node_vanish(
    stack: Stack, emulator: Emulator, answer: Any, verb: str
) -> None:
    """The answer is the error: nothing is recorded as gone, and what is recorded stays."""
    stack.up(placing(NODE))
    emulator.clock.advance(100)
    recorded = stack.state
    emulator.faults.arm(Fault("listPoolNodes", body=answer, times=None))

    with pytest.raises(UnreadableError, match=f"list nodes of resource pool {INFER_POOL}: the answer was not under"):
        stack.refresh() if verb == "refresh" else stack.preview(placing(NODE))

    assert stack.state == recorded


def test_a_run_is_not_done_because_a_list_is_empty(stack: Stack, emulator: Emulator) -> None:
    """Where no list shows the nodes of an earlier run they are neither skipped as vanished nor taken to be in place."""
    stack.up(placing(NODE))
    checked = stack.check(placing(NODE))
    emulator.clock.advance(100)
    emulator.faults.arm(Fault("listPoolNodes", body=EMPTY, times=None))

    with pytest.raises(UnreadableError, match="list nodes of resource pool"):
        stack.provider.update("id", stack.state.outs if stack.state else {}, checked)


def test_a_node_that_was_replaced_is_told_with_what_may_have_come_for_it(
    session: Session, emulator: Emulator, hand: Hand
) -> None:
    """The service has given another node in its place: candidates are named, and nothing is placed by guess."""
    hand.migrate(TRAIN_POOL, INFER_POOL, NODE)
    before = set(hand.nodes(INFER_POOL))
    emulator.replace_node(INFER_POOL, NODE)
    emulator.clock.advance(10_000)
    (new,) = set(hand.nodes(INFER_POOL)) - before
    spec = NodeMigrationSpec.model_validate(placing(NODE))

    _, plan = NodeReader.recent(session).plan(spec, Record(frozenset({NODE})))

    assert plan.moves == {}
    assert plan.warnings == (
        (
            f"nodes: {NODE} was placed before and is in no pool of the project any more; it is skipped. The service "
            f"has replaced it by another node, and {new} has come to {INFER_POOL!r} since: nothing is placed by "
            "guess; name the right one in its stead"
        ),
    )


def test_a_node_that_vanished_without_a_word_is_told_with_what_is_younger(session: Session, hand: Hand) -> None:
    """Where no job says that it was replaced, nodes of its flavor that came later are named, and none is placed."""
    hand.migrate(TRAIN_POOL, INFER_POOL, NODE)
    other = "os-node-created-b7f3q"
    before = set(hand.nodes(INFER_POOL))
    hand.scale(INFER_POOL, CPU, len(before) + 1)
    (new,) = set(hand.nodes(INFER_POOL)) - before
    hand.delete(INFER_POOL, NODE)
    spec = NodeMigrationSpec.model_validate({**placing(NODE), "nodes": [NODE, other]})

    _, plan = NodeReader.recent(session).plan(spec, Record(frozenset({NODE, other})))

    (warning,) = plan.warnings
    assert warning == (
        f"nodes: {NODE} was placed before and is in no pool of the project any more; it is skipped. {new} has come to "
        f"{INFER_POOL!r} after the others that the program names: if one of these has replaced it, name that one in "
        "its stead (nothing is placed by guess); otherwise take it out of the program"
    )
    assert plan.moves == {}


def test_an_awaited_job_that_was_deleted_has_ended(stack: Stack, emulator: Emulator) -> None:
    """A job that an earlier run has known blocks no later one; one that nobody ever saw may be misspelled."""
    seed_nine(emulator, jobs={JOB: {"pool": TRAIN_POOL, "nodes": [EIGHT[7]], "ends_in": 100}})
    stack.up(placing(EIGHT[0], awaitJobs=[JOB]))
    emulator.faults.arm(Fault("showTrainingJobDetails", status=400, code=UNKNOWN, message="not found.", times=None))

    with pytest.raises(CheckFailedError, match=r"await_jobs: .*other.*not found"):
        stack.preview(placing(*EIGHT[:2], awaitJobs=[JOB, "other"]))
    stack.up(placing(*EIGHT[:2], awaitJobs=[JOB]))

    assert batches(emulator) == [[EIGHT[0]], [EIGHT[1]]]


def test_an_awaited_job_that_is_deleted_while_it_is_awaited_has_ended(
    stack: Stack, emulator: Emulator, request: pytest.FixtureRequest
) -> None:
    """Somebody deletes the job that a run waits for: the nodes move."""
    seed_nine(emulator, jobs={JOB: {"pool": TRAIN_POOL, "nodes": [EIGHT[7]]}})
    witness = Executioner(emulator)
    configured(stack.provider, **mortal(emulator, witness, request.node.nodeid + " seen"))
    before = emulator.clock.now()

    def forget() -> None:
        if emulator.clock.now() - before > 100 and not emulator.faults.armed():
            emulator.faults.arm(Fault("showTrainingJobDetails", status=400, code=UNKNOWN, times=None))

    witness.before_each = forget

    stack.up(placing(EIGHT[0], awaitJobs=[JOB]))

    assert batches(emulator) == [[EIGHT[0]]]


@pytest.mark.parametrize("answer", [PART, [], "fine", None], ids=["object", "list", "text", "null"])
def test_an_answer_that_makes_no_sense_has_accepted_the_move(stack: Stack, emulator: Emulator, answer: Any) -> None:
    """The service is looked at for what has come of it; nothing is sent twice."""
    seed_nine(emulator)
    emulator.faults.arm(Fault("batchMigratePoolNodes", body=answer, when="after"))

    stack.up(placing(EIGHT[0]))

    assert len(emulator.journal.exchanges("batchMigratePoolNodes")) == 1
    assert len(emulator.world()["jobs"]) == 1


def test_addresses_that_nobody_tells_of_refuse_nothing(stack: Stack, emulator: Emulator) -> None:
    """The operation may not be served, or may answer anything: the service looks at its addresses by itself."""
    seed_nine(emulator)
    emulator.faults.arm(Fault("showNetworkAvailableIp", status=404, code="APIGW.0101", message="no such API"))
    emulator.faults.arm(Fault("showNetworkAvailableIp", body={"free": "some"}, times=None))

    stack.preview(placing(EIGHT[0]))
    emulator.clock.advance(31)  # what was answered is believed until then
    stack.up(placing(EIGHT[0]))

    assert batches(emulator) == [[EIGHT[0]]]
