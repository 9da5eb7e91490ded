"""Ctrl-C during a run: it ends as unfinished, writes nothing more, and the next one goes on from there."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import INFER_POOL, TRAIN_POOL, Emulator, Fault
from pulumi_modelarts.api.cancellation import Cancellation
from pulumi_modelarts.api.errors import CancelledError, ModelArtsError, OperationError
from pulumi_modelarts.api.operations import Deadline
from pulumi_modelarts.handlers._rpc import PartlyDoneError
from pulumi_modelarts.resources.network import NetworkProvider
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.migrations import EIGHT, nine, placing
from tests.resources.networks import ID as TEAM_NET
from tests.resources.networks import making
from tests.resources.pools import CPU, train
from tests.resources.scenario import Stack
from tests.resources.service import Hand, world
from tests.resources.stopping import Process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi import dynamic

    from pulumi_modelarts.reconcilers.session import Session

PATIENCE = 60
"""Real seconds after which a thread is taken to hang."""
FIRST, SECOND = EIGHT[:2]
FIVE = [f"os-node-created-{letter * 5}" for letter in "abcde"]
GOES_ON = "What the service has accepted goes on there by itself. Run `pulumi up` to go on from there"


@dataclass(frozen=True)
class Case:
    """A program, and the world that it meets."""

    name: str
    provider: type[dynamic.ResourceProvider]
    program: Mapping[str, Any]
    world: Mapping[str, Any]

    def __str__(self) -> str:
        """Name for test ids."""
        return self.name


GROWING = Case("growing", ResourcePoolProvider, train(4), world())
SHRINKING = Case(
    "shrinking",
    ResourcePoolProvider,
    train(3, maxScaleIn=2),
    world(pool=TRAIN_POOL, resources=[{"flavor": CPU, "count": 5}], nodes={name: {} for name in FIVE}),
)
MOVING = Case(
    "moving", NodeMigrationProvider, placing(FIRST, SECOND, strategy={"maxUnavailable": 1, "soak": "1m"}), nine()
)
MAKING = Case("making", NetworkProvider, making(), {**world(), "timings": {"network": 2}})


def begun(case: Case) -> tuple[Process, Stack]:
    """Return a first process on the case's world, and a state without anything in it."""
    emulator = Emulator()
    emulator.seed(dict(case.world))
    provider = case.provider()
    return Process(emulator, provider), Stack(provider)


def stopped(case: Case, at: int, *, answered: bool) -> tuple[Process, Stack, ModelArtsError | None]:
    """Run a program whose user asks to stop at a request; return what it ended with, too."""
    process, stack = begun(case)
    process.button.at, process.button.answered = at, answered
    try:
        process.up(stack, case.program)
    except ModelArtsError as error:
        return process, stack, error
    return process, stack, None


def outcome(process: Process) -> tuple[list[str | None], list[str], list[str], list[str]]:
    """Return what was written in all, which nodes are in both pools, and which networks there are."""
    hand = Hand(process.emulator)
    written = [write.operation for write in process.emulator.journal.writes()]
    return written, hand.nodes(TRAIN_POOL), hand.nodes(INFER_POOL), sorted(hand.networks())


def number_of(case: Case, operation: str, nth: int = 1) -> int:
    """Return which request of an undisturbed run is the nth of an operation."""
    process, stack = begun(case)
    process.up(stack, case.program)
    asked = [
        number for number, each in enumerate(process.emulator.journal.exchanges(), 1) if each.operation == operation
    ]
    return asked[nth - 1]


def turns(operations: list[str | None]) -> list[int]:
    """Return which requests begin or end a row of the same ones: what lies between are looks of a wait, all alike."""
    around = zip([None, *operations], operations, [*operations[1:], None], strict=False)
    return [number for number, (before, this, after) in enumerate(around, 1) if this not in {before} & {after}]


@pytest.mark.parametrize("answered", [False, True], ids=["before-the-answer", "after-the-answer"])
@pytest.mark.parametrize(
    "case",
    [GROWING, *(pytest.param(case, marks=pytest.mark.long) for case in (SHRINKING, MOVING, MAKING))],
    ids=str,
)
def test_wherever_a_run_is_stopped_nothing_more_is_written_and_the_next_one_finishes(
    case: Case, *, answered: bool
) -> None:
    """At most the write that was on its way is written after the request, and no write is made twice in all."""
    process, stack = begun(case)
    process.up(stack, case.program)
    asked, undisturbed = process.emulator.journal.exchanges(), outcome(process)

    for number in turns([each.operation for each in asked]):
        process, stack, _ = stopped(case, number, answered=answered)
        this = process.emulator.journal.exchanges()[number - 1]
        on_its_way = [this.operation] if this in process.emulator.journal.writes() and not answered else []
        assert process.button.written_since == on_its_way
        Process(process.emulator, process.provider).up(stack, case.program)
        assert outcome(process) == undisturbed


class TestTheText:
    def test_of_a_pool_says_how_many_nodes_there_are(self) -> None:
        """Who stops the wait reads what is there, that the rest comes by itself, and how to go on."""
        _, _, error = stopped(GROWING, number_of(GROWING, "patchPool"), answered=False)

        assert isinstance(error, PartlyDoneError)
        assert str(error) == (f"changing resource pool '{TRAIN_POOL}': stopped at 2/4 nodes of {CPU}. {GOES_ON}")

    def test_of_a_network_says_what_it_was_doing(self) -> None:
        """It comes by itself, and is in the state."""
        _, _, error = stopped(MAKING, number_of(MAKING, "createNetwork"), answered=False)

        assert isinstance(error, PartlyDoneError)
        assert str(error) == f"Making network '{TEAM_NET}': stopped at network is Creating. {GOES_ON}"

    def test_of_a_run_that_has_sent_nothing_says_so(self) -> None:
        """Before the first write nothing is kept in the state."""
        _, stack, error = stopped(GROWING, number_of(GROWING, "patchPool") - 1, answered=True)

        assert type(error) is CancelledError
        assert str(error).endswith("stopped before it was sent. Nothing was sent: run `pulumi up` again")
        assert stack.state is None

    def test_of_a_removal_names_the_nodes(self) -> None:
        """Between drain and deletion the nodes that were to go are named, and what the drain means."""
        _, _, error = stopped(SHRINKING, number_of(SHRINKING, "batchDrainPoolNodes"), answered=False)

        assert isinstance(error, PartlyDoneError)
        assert str(error) == (
            f"removing {FIVE[0]}, {FIVE[1]} from resource pool '{TRAIN_POOL}': stopped before deletion was asked for; "
            f"what is drained takes no further work. {GOES_ON}"
        )

    def test_of_a_migration_says_what_has_moved_and_which_job_goes_on(self) -> None:
        """One of two is there; the job of the other is named, and that it is drained."""
        process, _, error = stopped(MOVING, number_of(MOVING, "batchMigratePoolNodes", 2), answered=False)
        job = max(process.emulator.world()["jobs"])

        assert isinstance(error, PartlyDoneError)
        assert str(error) == (
            f"Placing nodes in resource pool '{INFER_POOL}': 1 of 2 moved; moving {SECOND}: stopped at 1/2 moved · "
            f"moving {SECOND}. Job {job} goes on by itself at the service and moves {SECOND}. Run `pulumi up` to go on "
            f"from there. {SECOND} is drained and takes no further work until it arrives in '{INFER_POOL}': a drain "
            "cannot be taken back through the API."
        )

    def test_of_a_soak_says_how_long_it_was_to_be(self) -> None:
        """Between two batches nothing goes on, and what has moved is counted."""
        _, _, error = stopped(MOVING, number_of(MOVING, "batchDrainPoolNodes", 2) - 1, answered=True)

        assert isinstance(error, PartlyDoneError)
        assert "1 of 2 moved" in str(error)
        assert GOES_ON in str(error)


class TestALostAnswer:
    def test_is_looked_for_before_the_run_ends(self) -> None:
        """A patch that took effect without saying so is found by its order, although nobody waits any more."""
        process, stack = begun(GROWING)
        process.emulator.faults.arm(Fault("patchPool", status=503, when="after"))
        process.button.at, process.button.answered = number_of(GROWING, "patchPool"), True

        with pytest.raises(PartlyDoneError) as failed:
            process.up(stack, GROWING.program)
        Process(process.emulator, process.provider).up(stack, GROWING.program)

        (order,) = Hand(process.emulator).orders(TRAIN_POOL)
        assert f"stopped after an answer was lost, and order {order} has come of it (" in str(failed.value)
        assert str(failed.value).endswith(GOES_ON)
        assert outcome(process)[0] == ["patchPool"]

    def test_of_a_migration_is_looked_for_too(self) -> None:
        """A job that was begun without an answer is found and named."""
        process, stack = begun(MOVING)
        process.emulator.faults.arm(Fault("batchMigratePoolNodes", status=503, when="after"))
        process.button.at, process.button.answered = number_of(MOVING, "batchMigratePoolNodes"), True

        with pytest.raises(PartlyDoneError) as failed:
            process.up(stack, MOVING.program)

        (job,) = process.emulator.world()["jobs"]
        assert f"looking what became of {FIRST}: stopped. Job {job} goes on by itself" in str(failed.value)


class TestOtherCalls:
    def test_a_refresh_of_a_service_that_does_not_answer_ends(self, emulator: Emulator) -> None:
        """Two minutes of patience end with the request to stop, in a plain error, and the state stays."""
        process = Process(emulator, ResourcePoolProvider())
        stack = Stack(process.provider)
        process.up(stack, train(3))
        before = stack.state
        process = Process(emulator, ResourcePoolProvider())
        emulator.faults.arm(Fault("listPools", status=503, times=None))
        emulator.journal.clear()
        process.button.at = 1

        with pytest.raises(ModelArtsError):
            process.refresh(stack)

        assert stack.state is before
        assert len(emulator.journal.exchanges()) == 1
        emulator.faults.clear()

    def test_who_waits_for_another_to_write_ends(self, session: Session) -> None:
        """A write on its way may take its time: who waits behind it does not wait for its answer."""
        cancellation = Cancellation(last_look=0)
        bound = session.until(Deadline(inf, cancellation))
        ends: list[str] = []

        def write() -> None:
            with suppress(OperationError), bound.writing(TRAIN_POOL):
                ends.append("has written")
            ends.append("has ended")

        waiting = threading.Thread(target=write, daemon=True)
        with session.writing(TRAIN_POOL):
            waiting.start()
            cancellation.request()
            waiting.join(PATIENCE)
            assert ends == ["has ended"]
        with session.writing(TRAIN_POOL):
            pass
