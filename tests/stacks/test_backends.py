"""The same life of a stack wherever a team keeps its state, with two people who run it at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelarts_emulator import TRAIN_POOL, Fault
from tests.resources.service import LONG_ENOUGH, Hand
from tests.stacks.backends import PLACES, Backend
from tests.stacks.command import await_either
from tests.stacks.harness import Project
from tests.stacks.pools import AT_ONCE, CPU, train
from tools.paths import ROOT

pytestmark = pytest.mark.long

FROZEN = {"modelarts:emulatorClock": "frozen"}
PUT_OFF = Fault("patchPool", status=429, code="APIGW.0308", retry_after=1, times=None)
"""A service that puts every patch off: a run that has come to one waits as long as the test wants it to."""
TOO_MANY = 429
LOCKED = "the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock"


@pytest.fixture(params=PLACES)
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """Each place for states, empty."""
    with PLACES[request.param]() as place:
        yield place


@pytest.fixture
def stack(backend: Backend, tmp_path: Path, cli: Path) -> Project:
    """A stack whose state is there."""
    return Project(tmp_path / "project", cli, env=backend.settings)


def test_a_life_of_a_stack(stack: Project) -> None:
    """Up, preview, two runs at once, a change by hand, a kill, and the end: nothing is lost or asked for twice."""
    stack.program(train(3))
    stack.up()

    stack.program(train(4))
    shown = stack.preview()
    refused = together(stack)
    stack.up()
    after_two = counted(stack)
    Hand(stack.emulator()).scale(TRAIN_POOL, CPU, 5)
    stack.refresh()
    after_a_hand = counted(stack)
    stack.program(train(6))
    killed(stack)
    locked = stack.up(fails=True)
    stack.unlock()
    stack.up()
    after_a_kill = counted(stack)
    stack.destroy()

    assert f'flavors["{CPU}"] 3 -> 4' in shown.text
    assert [LOCKED in text for text in (*refused, locked.text)] == [True] * (len(refused) + 1)
    assert (after_two, after_a_hand, after_a_kill) == (4, 5, 6)
    assert accepted(stack) == ["patchPool"] * 4
    assert Hand(stack.emulator()).counts(TRAIN_POOL) == {CPU: 6}
    assert deployment(stack).get("resources", []) == []


def together(stack: Project) -> list[str]:
    """Start two runs at one moment, hold the one that comes to a write, and return what those say that are refused."""
    emulator = stack.emulator()
    emulator.faults.arm(PUT_OFF)
    stack.configure(FROZEN)
    runs = [stack.start("up", "--yes", "--skip-preview") for _ in range(2)]

    def ended() -> list[bool]:
        return [run.finished() for run in runs]

    await_either(lambda: any(ended()) and emulator.faults.unfired() == [], lambda: all(ended()))
    let_go(stack)
    outcomes = [run.wait() for run in runs]
    refused = [outcome.text for outcome in outcomes if outcome.code != 0]
    assert refused, [outcome.text for outcome in outcomes]
    return refused


def let_go(stack: Project) -> None:
    """Let the service take what it has put off, and time go on."""
    stack.configure(AT_ONCE)
    emulator = stack.emulator()
    emulator.faults.clear()
    emulator.clock.set_mode("scaled:600")


def killed(stack: Project) -> None:
    """Kill a run while it waits for a node, and let the node come."""
    stack.configure(FROZEN)
    running = stack.start("up", "--yes", "--skip-preview")
    running.until(lambda: "nodes of" in running.so_far)
    running.kill()
    stack.configure(AT_ONCE)
    stack.emulator().clock.advance(LONG_ENOUGH)


def counted(stack: Project) -> int:
    """Return how many nodes the state has."""
    (train,) = (each for each in deployment(stack)["resources"] if each["urn"].endswith("::train"))
    count: int = train["outputs"]["nodeCounts"][CPU]
    return count


def pending(stack: Project) -> list[str]:
    """Return the operations that the state does not know the end of."""
    return [each["type"] for each in deployment(stack).get("pending_operations") or []]


def deployment(stack: Project) -> dict[str, Any]:
    """Return the state, wherever it is."""
    return dict(stack.run("stack", "export").json["deployment"])


def accepted(stack: Project) -> list[str | None]:
    """Return what the service has accepted to change, whoever asked for it."""
    return [write.operation for write in stack.emulator().journal.writes() if write.status < TOO_MANY]


@pytest.mark.parametrize("backend", ["folder"], indirect=True)
def test_a_lock_that_is_taken_away_from_a_run(stack: Project) -> None:
    """Two runs write one state then; nothing is bought twice all the same, and the next run finds nothing to do."""
    stack.program(train(3))
    stack.up()
    stack.program(train(4))
    emulator = stack.emulator()
    emulator.faults.arm(PUT_OFF)
    stack.configure(FROZEN)

    first = stack.start("up", "--yes", "--skip-preview")
    first.until(lambda: emulator.faults.unfired() == [])
    stack.unlock()
    second = stack.start("up", "--yes", "--skip-preview")
    second.until(lambda: "train updating" in second.so_far)
    let_go(stack)
    ends = first.wait(), second.wait()
    stack.up("--expect-no-changes")

    assert [end.code for end in ends] == [0, 0]
    assert "error: there was a problem deleting the lock at" in ends[0].text
    assert "Attempting to deploy or update resources with 1 pending operations" in ends[1].text
    assert Hand(emulator).counts(TRAIN_POOL) == {CPU: 4}
    assert len(Hand(emulator).orders(TRAIN_POOL)) == 2
    assert (counted(stack), pending(stack)) == (4, [])


def test_the_page_has_what_is_said() -> None:
    """The page about states quotes what a run says that meets a lock."""
    page = (ROOT / "docs" / "state.md").read_text(encoding="utf-8")

    assert LOCKED in page
