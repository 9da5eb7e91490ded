"""A run that ends by `kill -9`, engine and provider together, at each of its steps; then the same command again."""

from collections.abc import Callable

import pytest

from modelarts_emulator import INFER_POOL, TRAIN_POOL, Emulator, Fault
from tests.resources.migrations import EIGHT, nine
from tests.resources.service import Hand
from tests.stacks.command import Running
from tests.stacks.harness import Project
from tests.stacks.migrations import jobs_of, move, rollout
from tests.stacks.pools import AT_ONCE

pytestmark = pytest.mark.long  # many commands; what a user sees first is tested in `make test`

FIRST, SECOND, LAST = EIGHT[:3]


def _later(operation: str, after: int = 0) -> Fault:
    return Fault(operation, status=429, code="APIGW.0308", retry_after=60, after=after)


def _asked(operation: str, times: int = 1) -> Callable[[Emulator, Running], bool]:
    return lambda emulator, _: len(emulator.journal.exchanges(operation)) >= times


def _says(text: str) -> Callable[[Emulator, Running], bool]:
    return lambda _, running: text in running.so_far


@pytest.mark.parametrize(
    ("fault", "moment"),
    [
        (_later("batchDrainPoolNodes"), _asked("batchDrainPoolNodes")),
        (_later("batchMigratePoolNodes"), _asked("batchMigratePoolNodes")),
        (None, _says(f"0/3 moved · moving {FIRST}")),
        (None, _says(f"0/3 moved · getting ready {FIRST}")),
        (None, _says("1/3 moved · soaking for 1m")),
        (_later("batchMigratePoolNodes", after=1), _asked("batchMigratePoolNodes", times=2)),
    ],
    ids=["before-the-drain", "after-the-drain", "while-it-moves", "while-it-gets-ready", "between-batches", "halfway"],
)
def test_is_finished_by_the_next_run(
    project: Project, fault: Fault | None, moment: Callable[[Emulator, Running], bool]
) -> None:
    """Wherever the run was killed, the next one ends as declared, and each node was moved by one job."""
    emulator = project.emulator()
    emulator.seed({**nine(), "timings": {"checking": 120}})
    if fault is not None:
        emulator.faults.arm(fault)
    soak = "1m" if fault is None else "0s"
    project.configure({"modelarts:emulatorClock": "scaled:60"})
    project.program(move(FIRST, SECOND, LAST, strategy=rollout(soak=soak)))

    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: moment(emulator, running))
    running.kill()
    project.unlock()
    emulator.faults.clear()
    project.configure(AT_ONCE)
    project.program(move(FIRST, SECOND, LAST))
    project.up()

    assert {FIRST, SECOND, LAST} <= set(Hand(emulator).nodes(INFER_POOL))
    assert [jobs_of(emulator, name) for name in (FIRST, SECOND, LAST)] == [1, 1, 1]
    assert len(Hand(emulator).nodes(TRAIN_POOL)) == 6
    assert project.resource("move")["inputs"]["nodes"] == [FIRST, SECOND, LAST]
