"""A command that ends by `kill -9`, engine and provider together, at several moments; then the same command again."""

from collections.abc import Callable

import pytest

from modelarts_emulator import TRAIN_POOL, Emulator, Fault
from tests.resources.service import LONG_ENOUGH, Hand, world
from tests.stacks.command import Running
from tests.stacks.harness import Project
from tests.stacks.pools import AT_ONCE, CPU, train, writes

pytestmark = pytest.mark.long  # many commands; what a user sees first is tested in `make test`

NODES = [f"os-node-created-{letter * 5}" for letter in "abcde"]
NOT_YET = Fault("patchPool", status=429, code="APIGW.0308", retry_after=60)
NOT_DELETED_YET = Fault("batchDeletePoolNodes", status=429, code="APIGW.0308", retry_after=60)


def _asked(emulator: Emulator, operation: str) -> bool:
    return bool(emulator.journal.exchanges(operation))


def _waits(_emulator: Emulator, running: Running) -> bool:
    return "nodes of" in running.so_far


def _refused_patch(emulator: Emulator, _running: Running) -> bool:
    return _asked(emulator, "patchPool")


def _refused_deletion(emulator: Emulator, _running: Running) -> bool:
    return _asked(emulator, "batchDeletePoolNodes")


def _deletion(emulator: Emulator, running: Running) -> bool:
    return "0/2 nodes removed" in running.so_far and _asked(emulator, "batchDeletePoolNodes")


def _killed(project: Project, moment: Callable[[Emulator, Running], bool]) -> None:
    """Run the program until that moment, kill everything, and release the stack."""
    emulator = project.emulator()
    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: moment(emulator, running))
    running.kill()
    project.unlock()
    emulator.faults.clear()
    project.configure(AT_ONCE)


@pytest.mark.parametrize(
    ("fault", "moment", "later"),
    [(NOT_YET, _refused_patch, 0), (None, _waits, 0), (None, _waits, LONG_ENOUGH)],
    ids=["before-the-order", "while-waiting", "after-the-order"],
)
def test_growing_is_finished_by_the_next_run(
    project: Project, fault: Fault | None, moment: Callable[[Emulator, Running], bool], later: float
) -> None:
    """Whenever the run was killed, the next one ends with the declared count, and the nodes were ordered once."""
    hand = Hand(project.emulator())
    if fault is not None:
        hand.emulator.faults.arm(fault)
    project.configure({"modelarts:emulatorClock": "scaled:10"})
    project.program(train(4))

    _killed(project, moment)
    hand.emulator.clock.advance(later)
    project.up()

    assert hand.counts(TRAIN_POOL) == {CPU: 4}
    assert len(hand.orders(TRAIN_POOL)) == 1
    assert project.outputs() == {"nodes": {CPU: 4}}


@pytest.mark.parametrize(
    ("fault", "moment"),
    [(NOT_DELETED_YET, _refused_deletion), (None, _deletion)],
    ids=["after-the-drain", "while-they-go"],
)
def test_removing_is_finished_by_the_next_run(
    project: Project, fault: Fault | None, moment: Callable[[Emulator, Running], bool]
) -> None:
    """Killed between drain and deletion, or while nodes go, exactly the declared count is left by the next run."""
    hand = Hand(project.emulator())
    resources = [{"flavor": CPU, "count": 5}]
    hand.emulator.seed(world(pool=TRAIN_POOL, resources=resources, nodes={name: {} for name in NODES}))
    if fault is not None:
        hand.emulator.faults.arm(fault)
    project.configure({"modelarts:emulatorClock": "scaled:10"})
    project.program(train(3, max_scale_in=2))

    _killed(project, moment)
    project.up()

    assert hand.nodes(TRAIN_POOL) == NODES[2:]
    assert {operation for operation, _ in writes(project)} == {"batchDrainPoolNodes", "batchDeletePoolNodes"}
    assert project.outputs() == {"nodes": {CPU: 3}}
