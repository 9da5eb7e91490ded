"""A pool that a program makes, and nodes that it moves there: one preview, one plan, one run, as a user sees it."""

from typing import Any

import pytest

from modelarts_emulator import NETWORK, PROJECT, TRAIN_POOL
from tests.resources.migrations import EIGHT, seed_nine
from tests.resources.service import Hand
from tests.stacks.harness import Project
from tests.stacks.pools import CPU, Code, pool, writes

A, B, C = EIGHT[:3]
BLUE = f"team-blue-{PROJECT}"
CREATED = f"(none) -> created in {NETWORK}"


@pytest.fixture
def hand(project: Project) -> Hand:
    """Somebody at the console of the project's service, which has nine nodes in the training pool."""
    seed_nine(project.emulator())
    return Hand(project.emulator())


def program(chosen: int, counted: int, **blue: Any) -> str:
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
    return (
        f"two = modelarts.NodeSelection('two', pool={TRAIN_POOL!r}, flavor={CPU!r}, count={chosen})\n"
        f"blue = modelarts.ResourcePool('blue', {given})\n"
        f"move = modelarts.NodeMigration('move', nodes=two.nodes, source_pool={TRAIN_POOL!r}, target_pool=blue.pool_name)\n"
        + pool(flavors={CPU: 9 - chosen}, after=[Code("move")])
        + "pulumi.export('awaited', blue.awaited)\n"
    )


def test_one_plan_has_all_of_it_and_the_next_run_is_silent(project: Project, hand: Hand) -> None:
    """The choice, a pool with one node of its own, the moves, and the pool they leave: shown, pinned, sent, at rest."""
    project.program(program(2, counted=3))

    preview = project.preview("--save-plan", "plan.json")
    project.up("--plan", "plan.json")
    sent = writes(project)
    project.emulator().journal.clear()
    rest = project.up("--expect-no-changes")

    assert f'pool                          : "{CREATED}"' in preview.stdout or f'"{CREATED}"' in preview.stdout
    assert f'flavors.{CPU}: "0 -> 1"' in preview.stdout
    assert [line.strip() for line in preview.stdout.splitlines() if "awaited" in line] == [
        f'arrivals.{name}: "awaited"' for name in (A, B)
    ]
    assert f'{A}: "{TRAIN_POOL} -> {BLUE}"' in preview.stdout
    assert "changes   : {}" in preview.stdout
    assert [operation for operation, _ in sent if operation == "createPool"] == ["createPool"]
    assert hand.counts(BLUE) == {CPU: 3}
    assert {A, B} <= {*hand.nodes(BLUE)}
    assert hand.counts(TRAIN_POOL) == {CPU: 7}
    assert "5 unchanged" in rest.stdout
    assert writes(project) == []
