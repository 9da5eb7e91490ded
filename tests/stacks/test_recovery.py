"""The commands of the page about accidents, taken from it and run after the accident they are for."""

from collections.abc import Callable

import pytest

from modelarts_emulator import TRAIN_POOL, Emulator, Fault
from tests.resources.service import LONG_ENOUGH, Hand
from tests.stacks.command import Outcome, Running
from tests.stacks.harness import Project
from tests.stacks.pools import AT_ONCE, CPU, train, writes
from tests.stacks.runbook import Entry, sections, with_commands

PAGE = "recovery.md"

FROZEN = {"modelarts:emulatorClock": "frozen"}
HELD_BACK = Fault("patchPool", latency=600)
"""A service that does not answer a patch while anybody looks, in time that runs as on a wall."""
WARNS = "interrupted while"


def waits(running: Running) -> bool:
    """Tell whether a run waits for nodes."""
    return "nodes of" in running.so_far


def ctrl_c(project: Project) -> None:
    """Press Ctrl-C while nodes come."""
    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: waits(running))
    running.interrupt()
    running.wait()


def ctrl_c_twice(project: Project) -> None:
    """Press Ctrl-C twice while the service holds back its answer to the patch."""
    emulator = project.emulator()
    emulator.faults.arm(HELD_BACK)
    project.configure({"modelarts:emulatorClock": "scaled:1"})
    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: emulator.faults.unfired() == [])
    running.interrupt()
    running.until(lambda: "^C received; cancelling" in running.so_far)
    running.interrupt()
    running.wait()


def kill(project: Project) -> None:
    """End everything while nodes come."""
    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: waits(running))
    running.kill()


def adopted(project: Project) -> None:
    """Have the pool under management, of three nodes, before the accident."""
    project.configure(AT_ONCE)
    project.program(train(3))
    project.up()
    project.emulator().journal.clear()


def new(_: Project) -> None:
    """Have an empty stack before the accident."""


Happens = Callable[[Project], None]
ACCIDENTS: dict[str, tuple[Happens, Happens]] = {
    "Ctrl-C": (new, ctrl_c),
    "A second Ctrl-C": (new, ctrl_c_twice),
    "Killed during a first adoption": (new, kill),
    "Killed during an update": (adopted, kill),
    "A locked stack": (adopted, kill),
}
LEFT = {
    "Ctrl-C": [],
    "A second Ctrl-C": ["creating"],
    "Killed during a first adoption": ["creating"],
    "Killed during an update": ["updating"],
    "A locked stack": ["updating"],
}
"""Operations that each leaves pending."""


def pending(project: Project) -> list[str]:
    """Return the operations that the state does not know the end of."""
    return [each["type"] for each in project.export().get("pending_operations") or []]


def followed(project: Project, accident: str) -> list[Outcome]:
    """Run the commands of the page."""
    entry = Entry(project, sections(PAGE)[accident])
    ends = entry.follow()
    assert entry.left == []
    return ends


def begun(project: Project, accident: str) -> Emulator:
    """Let an accident happen to a run that grows the pool to four nodes; return the world, and let time go on."""
    before, happens = ACCIDENTS[accident]
    before(project)
    project.configure(FROZEN)
    project.program(train(4))
    happens(project)
    project.configure(AT_ONCE)
    return project.emulator()


def test_every_accident_has_its_commands() -> None:
    """The page has commands for all of them, and for no other."""
    assert with_commands(PAGE) == ACCIDENTS.keys() == LEFT.keys()


@pytest.mark.long
@pytest.mark.parametrize("accident", ACCIDENTS)
def test_the_commands_put_the_record_right_and_finish_the_work(project: Project, accident: str) -> None:
    """What is left is what the page says; afterwards nothing is pending, and the nodes were ordered once in all."""
    emulator = begun(project, accident)
    left = pending(project)

    followed(project, accident)
    again = project.up()

    assert left == LEFT[accident]
    assert pending(project) == []
    assert ("locked" in accident) is (WARNS in again.text)
    assert Hand(emulator).counts(TRAIN_POOL) == {CPU: 4}
    assert [operation for operation, _ in writes(project)] == ["patchPool"]
    assert project.outputs() == {"nodes": {CPU: 4}}


@pytest.mark.long
@pytest.mark.parametrize("accident", ["Ctrl-C", "A second Ctrl-C", "Killed during an update"])
def test_the_commands_for_a_killed_adoption_are_right_after_any_of_them(project: Project, accident: str) -> None:
    """Whoever does not know what happened may run all three, and with the nodes there the outputs are right too."""
    begun(project, accident).clock.advance(LONG_ENOUGH)

    ends = followed(project, "Killed during a first adoption")

    assert pending(project) == []
    assert WARNS not in ends[-1].text
    assert [operation for operation, _ in writes(project)] == ["patchPool"]
    assert project.outputs() == {"nodes": {CPU: 4}}


@pytest.mark.long
def test_without_clearing_the_note_every_later_run_warns(project: Project) -> None:
    """Why the page has `--clear-pending-creates`: a refresh by itself keeps the note. The work is finished anyway."""
    emulator = begun(project, "Killed during a first adoption")
    locked = project.up(fails=True)
    emulator.clock.advance(LONG_ENOUGH)

    project.unlock()
    first = project.up()
    project.run("refresh", "--yes")
    second = project.up()

    assert "the stack is currently locked" in locked.text
    assert WARNS in first.text
    assert WARNS in second.text
    assert pending(project) == ["creating"]
    assert [operation for operation, _ in writes(project)] == ["patchPool"]
