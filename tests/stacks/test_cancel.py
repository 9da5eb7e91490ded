"""Ctrl-C, as a person presses it: the wait ends, the state has what was begun, and the next run goes on from there."""

import pytest

from modelarts_emulator import INFER_POOL, NETWORK, PROJECT, TRAIN_POOL, Fault
from tests.resources.migrations import EIGHT, nine
from tests.resources.service import LONG_ENOUGH, Hand
from tests.stacks.command import Outcome
from tests.stacks.harness import Project
from tests.stacks.migrations import jobs_of, move, rollout
from tests.stacks.pools import AT_ONCE, CPU, train, writes
from tests.stacks.terminal import CTRL_C

FROZEN = {"modelarts:emulatorClock": "frozen"}
"""Whatever a run waits for never comes: it ends because somebody stops it, or not at all."""
FIRST, SECOND = EIGHT[:2]
STOPPED = (
    f"changing resource pool '{TRAIN_POOL}': stopped at 2/4 nodes of {CPU}. What the service has accepted goes on "
    "there by itself. Run `pulumi up` to go on from there"
)


def unfinished(project: Project) -> list[str]:
    """Return the resources of ours that the state has as unfinished; nothing may be pending beside them."""
    deployment = project.export()
    assert not deployment.get("pending_operations")
    return [each["urn"].rpartition("::")[2] for each in deployment["resources"] if each.get("initErrors")]


def goes_on(project: Project) -> Outcome:
    """Let what was asked for come true at the service, and run the program again."""
    project.emulator().clock.advance(LONG_ENOUGH)
    project.configure(AT_ONCE)
    return project.up()


def test_the_key_ends_a_wait_that_the_next_run_finishes(project: Project) -> None:
    """Pressed at a terminal while nodes come: the text says where it stopped, and the nodes are ordered once in all."""
    project.configure(FROZEN)
    project.program(train(4))

    with project.at_terminal("up", "--yes", "--skip-preview") as terminal:
        terminal.until(lambda shown: f"2/4 nodes of {CPU}" in shown)
        terminal.press(CTRL_C)
        code = terminal.wait()
    kept = unfinished(project)
    goes_on(project)

    assert code != 0
    assert "^C received; cancelling." in terminal.shown
    assert STOPPED in terminal.shown
    assert kept == ["train"]
    assert unfinished(project) == []
    assert [operation for operation, _ in writes(project)] == ["patchPool"]
    assert project.outputs() == {"nodes": {CPU: 4}}


@pytest.mark.long
def test_the_signal_ends_every_wait(project: Project) -> None:
    """A dozen pools wait for nodes: all of them are kept as unfinished, and no run asks for a node twice."""
    pools = [f"pool-{number:02}-os-{PROJECT}" for number in range(12)]
    seeds = {name: {"network": NETWORK, "resources": [{"flavor": CPU, "count": 1}]} for name in pools}
    project.emulator().seed({"projects": {PROJECT: {"pools": seeds}}})
    project.configure(FROZEN)
    project.program(f"""
        for name in {pools!r}:
            modelarts.ResourcePool(name[:7], pool_name=name, flavors={{{CPU!r}: 2}})
    """)

    running = project.start("up", "--yes", "--skip-preview", "--parallel", "12")
    running.until(lambda: running.so_far.count("1/2 nodes of") == len(pools))
    running.interrupt()
    ended = running.wait()
    kept = unfinished(project)
    goes_on(project)

    assert ended.code != 0
    assert ended.text.count("stopped at 1/2 nodes of") == len(pools)
    assert sorted(kept) == [name[:7] for name in pools]
    assert [operation for operation, _ in writes(project)] == ["patchPool"] * len(pools)
    assert unfinished(project) == []


@pytest.mark.long
def test_a_migration_is_stopped_between_its_nodes(project: Project) -> None:
    """What has moved stays moved and is counted, and the next run moves the other."""
    emulator = project.emulator()
    emulator.seed(nine())
    project.configure({"modelarts:emulatorClock": "scaled:60"})
    project.program(move(FIRST, SECOND, strategy=rollout(soak="1h")))

    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: "1/2 moved · soaking for 1h" in running.so_far)
    running.interrupt()
    ended = running.wait()
    kept = unfinished(project)
    project.program(move(FIRST, SECOND))
    goes_on(project)

    assert "1 of 2 moved; soaking for 1h: stopped." in ended.text
    assert kept == ["move"]
    assert {FIRST, SECOND} <= set(Hand(emulator).nodes(INFER_POOL))
    assert [jobs_of(emulator, name) for name in (FIRST, SECOND)] == [1, 1]


@pytest.mark.long
def test_a_second_signal_finds_nothing_left_to_break(project: Project) -> None:
    """Once the wait has ended, another Ctrl-C leaves nothing pending either."""
    project.configure(FROZEN)
    project.program(train(4))

    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: "nodes of" in running.so_far)
    running.interrupt()
    running.until(lambda: "**creating failed**" in running.so_far)
    running.interrupt()
    running.wait()

    assert unfinished(project) == ["train"]


@pytest.mark.long
def test_a_preview_is_stopped_too(project: Project) -> None:
    """A service that does not answer is not asked for two minutes after Ctrl-C."""
    emulator = project.emulator()
    emulator.faults.arm(Fault("listPools", status=503, times=None))
    project.program(train(4))

    running = project.start("preview")
    running.until(lambda: len(emulator.journal.exchanges("listPools")) > 1)
    asked = len(emulator.journal.exchanges("listPools"))
    running.interrupt()
    ended = running.wait()

    assert ended.code != 0
    assert len(emulator.journal.exchanges("listPools")) <= asked + 2
