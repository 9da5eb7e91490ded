"""How runs of a migration end early, and what its row says meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator import GPU_POOL, INFER_POOL, TRAIN_POOL, Fault, Outcome
from pulumi_modelarts.api.job import FAILED, SUCCEEDED
from tests.messages.situation import ROW, scene
from tests.resources.migrations import EIGHT, nine, placing
from tests.resources.pools import JOB

if TYPE_CHECKING:
    from tests.messages.situation import Situation

RUNS, ROWS = "A run that moves nodes", "Rows of a migration"
FIRST, SECOND = EIGHT[:2]


@scene(RUNS, "a node has been moved since the preview")
def moved(situation: Situation) -> list[str]:
    """By somebody, to a third pool."""
    situation.seed(nine())
    situation.hand.migrate(TRAIN_POOL, INFER_POOL, SECOND)
    return situation.fails(placing(FIRST, SECOND), lambda: situation.hand.migrate(INFER_POOL, GPU_POOL, SECOND))


@scene(RUNS, "the job fails for some of the nodes")
def in_part(situation: Situation) -> list[str]:
    """Two of three arrive."""
    situation.seed(nine())
    situation.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(nodes=2, reason="host is broken")))
    return situation.fails(placing(*EIGHT[:3], strategy={"maxUnavailable": 3.0}))


@scene(RUNS, "the job fails and says nothing")
def silent(situation: Situation) -> list[str]:
    """No reason is given."""
    situation.seed(nine())
    situation.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(job="stuck")))
    situation.emulator.faults.arm(Fault("showJob", body={"phase": FAILED}, times=None))
    return situation.fails(placing(FIRST))


@scene(RUNS, "the job has vanished and the node has not moved")
def vanished(situation: Situation) -> list[str]:
    """Nothing tells what has become of it."""
    situation.seed(nine())
    situation.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(job="stuck")))
    situation.emulator.faults.arm(Fault("showJob", status=404, code="ModelArts.50005101", message="none", times=None))
    situation.emulator.faults.arm(Fault("listJobs", body={"items": []}, times=None))
    return situation.fails(placing(FIRST), limit=3600.0)


@scene(RUNS, "the job says that it succeeded and the node has not moved")
def untrue(situation: Situation) -> list[str]:
    """Only the list of nodes is believed."""
    situation.seed(nine())
    situation.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(job="stuck")))
    situation.emulator.faults.arm(Fault("showJob", body={"phase": SUCCEEDED}, times=None))
    return situation.fails(placing(FIRST), limit=3600.0)


@scene(RUNS, "the time is over")
def too_long(situation: Situation) -> list[str]:
    """The job never ends."""
    situation.seed(nine())
    situation.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(job="stuck")))
    return situation.fails(placing(FIRST), limit=20.0)


@scene(RUNS, "the time is over before the node's turn has come")
def too_late(situation: Situation) -> list[str]:
    """The soak has taken what was left."""
    situation.seed(nine())
    return situation.fails(placing(FIRST, SECOND, strategy={"soak": "10m"}), limit=20.0)


@scene(RUNS, "the node breaks on its way")
def broken(situation: Situation) -> list[str]:
    """It arrives Abnormal."""
    situation.seed(nine())
    situation.once(
        lambda: FIRST in situation.hand.nodes(INFER_POOL),
        lambda: situation.emulator.set_node_phase(INFER_POOL, FIRST, "Abnormal"),
    )
    return situation.fails(placing(FIRST))


@scene(RUNS, "a node breaks while it is watched")
def soaked(situation: Situation) -> list[str]:
    """The others stay where they are."""
    situation.seed(nine())
    began = situation.emulator.clock.now()
    situation.once(
        lambda: situation.emulator.clock.now() - began > 20 and FIRST in situation.hand.nodes(INFER_POOL),
        lambda: situation.emulator.set_node_phase(INFER_POOL, FIRST, "Abnormal"),
    )
    return situation.fails(placing(FIRST, SECOND, strategy={"soak": "30s"}))


@scene(RUNS, "a node is not drained in time")
def undrained(situation: Situation) -> list[str]:
    """A training job has begun with the drain."""
    situation.seed(nine())
    _train_with_drain(situation)
    return situation.fails(placing(FIRST, strategy={"drainTimeout": "30s"}))


@scene(RUNS, "nodes that are not drained in time are skipped")
def skipped(situation: Situation) -> list[str]:
    """The others move."""
    situation.seed(nine(jobs={JOB: {"pool": TRAIN_POOL, "nodes": [FIRST]}}))
    strategy = {"drainTimeout": "30s", "onUndrainable": "skip"}
    return situation.fails(placing(FIRST, SECOND, strategy=strategy))


@scene(RUNS, "what runs on the node does not end in time")
def busy(situation: Situation) -> list[str]:
    """Nothing has been touched."""
    situation.seed(nine(jobs={JOB: {"pool": TRAIN_POOL, "nodes": [FIRST]}}))
    return situation.fails(placing(FIRST), limit=20.0)


@scene(RUNS, "something that does not end begins on the node")
def hopeless(situation: Situation) -> list[str]:
    """While a training job is waited for."""
    situation.seed(nine(jobs={JOB: {"pool": TRAIN_POOL, "nodes": [FIRST], "ends_in": 30}}))
    began = situation.emulator.clock.now()
    situation.once(lambda: situation.emulator.clock.now() - began > 5, lambda: _serve(situation))
    return situation.fails(placing(FIRST))


@scene(RUNS, "several things that do not end begin on the node")
def more_hopeless(situation: Situation) -> list[str]:
    """Likewise."""
    situation.seed(nine(jobs={JOB: {"pool": TRAIN_POOL, "nodes": [FIRST], "ends_in": 30}}))
    began = situation.emulator.clock.now()

    def begin() -> None:
        _serve(situation)
        situation.emulator.start_workload(TRAIN_POOL, [FIRST], "notebook", name="lab", user="eve")

    situation.once(lambda: situation.emulator.clock.now() - began > 5, begin)
    return situation.fails(placing(FIRST))


@scene(RUNS, "the service refuses the move")
def refused(situation: Situation) -> list[str]:
    """After the drain, which cannot be taken back."""
    situation.seed(nine())
    situation.emulator.faults.arm(
        Fault("batchMigratePoolNodes", status=400, code="ModelArts.50004000", message="no room")
    )
    return situation.fails(placing(FIRST))


@scene(RUNS, "the service refuses to move nodes with what runs on them")
def not_ignored(situation: Situation) -> list[str]:
    """The program asked for that."""
    services = {"service-1": {"pool": TRAIN_POOL, "nodes": [FIRST], "name": "chat", "user": "ann"}}
    situation.seed({**nine(services=services), "choices": {"busy_migration": "refuse"}})
    return situation.fails(placing(FIRST, onRunningJobs="ignore"))


@scene(RUNS, "the answer to the move is lost again and again")
def lost(situation: Situation) -> list[str]:
    """Between two tries the service is looked at."""
    situation.seed(nine())
    situation.emulator.faults.arm(Fault("batchMigratePoolNodes", drop="reset", times=None))
    return situation.fails(placing(FIRST), limit=3600.0)


@scene(ROWS, "nodes move in batches", ROW)
def row(situation: Situation) -> list[str]:
    """Training jobs are awaited, on the node and by name; nodes are drained, moved and watched."""
    awaited = "3faf5c03-aaa1-4cbe-879d-24b05d997347"
    job = {"pool": TRAIN_POOL, "nodes": [FIRST], "ends_in": 20}
    situation.seed(nine(jobs={JOB: job, awaited: {**job, "nodes": [EIGHT[7]], "ends_in": 10}}))
    program = placing(FIRST, SECOND, awaitJobs=[awaited], strategy={"soak": "30s"})
    return situation.runs(program)


@scene(ROWS, "the service does not answer", ROW)
def row_of_silence(situation: Situation) -> list[str]:
    """The run waits until it does."""
    situation.seed(nine(jobs={JOB: {"pool": TRAIN_POOL, "nodes": [EIGHT[7]], "ends_in": 20}}))
    silent = Fault("showTrainingJobDetails", status=503, message="busy", times=30)
    return situation.runs(placing(FIRST, awaitJobs=[JOB]), lambda: situation.emulator.faults.arm(silent))


@scene(ROWS, "an answer is lost", ROW)
def row_of_lost_answer(situation: Situation) -> list[str]:
    """The service is looked at before anything is sent again."""
    situation.seed(nine())
    situation.emulator.faults.arm(Fault("batchMigratePoolNodes", drop="reset", when="after"))
    return situation.runs(placing(FIRST))


def _serve(situation: Situation) -> None:
    situation.emulator.start_workload(TRAIN_POOL, [FIRST], "infer", name="chat", user="ann")


def _train_with_drain(situation: Situation) -> None:
    situation.once(
        lambda: situation.asked("batchDrainPoolNodes"),
        lambda: situation.seed(nine(jobs={JOB: {"pool": TRAIN_POOL, "nodes": [FIRST]}})),
    )
