"""A pool that a program makes, and nodes that it moves there: one preview, one plan, one run, as a user sees it."""

import re
from typing import Any

import pytest

from modelarts_emulator import NETWORK, PROJECT, TRAIN_POOL
from tests.resources.migrations import EIGHT, seed_nine
from tests.resources.service import Hand
from tests.stacks.harness import Project
from tests.stacks.migrations import jobs_of
from tests.stacks.pools import AT_ONCE, CPU, Code, operations, pool, writes

A, B = EIGHT[:2]
BLUE = f"team-blue-{PROJECT}"


@pytest.fixture
def hand(project: Project) -> Hand:
    """Somebody at the console of the project's service, which has nine nodes in the training pool."""
    seed_nine(project.emulator())
    return Hand(project.emulator())


def program(chosen: int = 2, counted: int = 3, *, moves: bool = True, **blue: Any) -> str:
    """Return a program that chooses nodes, makes a pool that expects them, moves them there, and counts the rest."""
    made = {
        "name": "team-blue",
        "network": NETWORK,
        "flavors": {CPU: counted},
        "scope": ["Train"],
        "arrivals": Code("two.nodes"),
        **blue,
    }
    given = ", ".join(f"{key}={value!r}" for key, value in made.items())
    moving = f"nodes=two.nodes, source_pool={TRAIN_POOL!r}, target_pool=blue.pool_name"
    return (
        f"two = modelarts.NodeSelection('two', pool={TRAIN_POOL!r}, flavor={CPU!r}, count={chosen})\n"
        f"blue = modelarts.ResourcePool('blue', {given})\n"
        "pulumi.export('awaited', blue.awaited)\n"
        "there = modelarts.get_resource_pool_output(pool_name=blue.pool_name)\n"
        "pulumi.export('phase', there.apply(lambda pool: pool.phase))\n"
        + (f"move = modelarts.NodeMigration('move', {moving})\n" if moves else "")
        + (pool(flavors={CPU: 9 - chosen}, after=[Code("move")]) if moves else "")
    )


def shown(text: str) -> list[str]:
    """Return the lines of a preview, without the space that aligns keys."""
    return [re.sub(r" +:", ":", line).strip() for line in text.splitlines()]


@pytest.mark.long
def test_one_plan_has_all_of_it_and_the_next_run_is_silent(project: Project, hand: Hand) -> None:
    """The choice, a pool with one node of its own, the moves, the pool they leave: shown, pinned, sent, at rest.

    What is asked of a pool that is not there yet is unknown in the preview.
    """
    project.program(program())

    lines = shown(project.preview("--save-plan", "plan.json").stdout)
    project.up("--plan", "plan.json")
    asked = operations(project)
    project.emulator().journal.clear()
    rest = project.up("--expect-no-changes")

    start = lines.index("changes: {")
    assert lines[start : start + 6] == [
        "changes: {",
        f'arrivals.{A}: "awaited"',
        f'arrivals.{B}: "awaited"',
        f'flavors.{CPU}: "0 -> 1"',
        f'pool: "(none) -> created in {NETWORK}"',
        'scope: "(none) -> Train"',
    ]
    assert [line for line in lines if " -> team-blue" in line] == [
        f'{name}: "{TRAIN_POOL} -> {BLUE}"' for name in (A, B)
    ]
    assert "changes: {}" in lines
    assert [asked.count(each) for each in ("createPool", "batchMigratePoolNodes", "patchPool")] == [1, 2, 0]
    assert (hand.counts(BLUE), hand.counts(TRAIN_POOL)) == ({CPU: 3}, {CPU: 7})
    assert {A, B} <= {*hand.nodes(BLUE)}
    assert "phase: [unknown]" in lines
    assert project.outputs()["phase"] == "Running"
    assert "5 unchanged" in rest.stdout
    assert writes(project) == []


@pytest.mark.long
def test_a_run_that_is_killed_while_nodes_move_is_finished_by_the_next_one(project: Project, hand: Hand) -> None:
    """The new pool waits for who is still to come; nothing is bought in their stead, and the third run is silent."""
    emulator = project.emulator()
    project.configure({"modelarts:emulatorClock": "scaled:60"})
    project.program(program())

    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: f"0/2 moved · moving {A}" in running.so_far)
    running.kill()
    project.unlock()
    project.configure(AT_ONCE)
    project.up()
    told = project.outputs()["awaited"]
    project.refresh()
    emulator.journal.clear()
    third = project.up("--expect-no-changes")

    assert [jobs_of(emulator, name) for name in (A, B)] == [1, 1]
    assert (hand.counts(BLUE), hand.counts(TRAIN_POOL)) == ({CPU: 3}, {CPU: 7})
    assert "5 unchanged" in third.stdout
    assert writes(project) == []
    assert (told, project.outputs()["awaited"]) == ([A, B], [])
