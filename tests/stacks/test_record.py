"""What the state records of a run, and what commands show of it."""

import re

import pytest

from modelarts_emulator import INFER_POOL, TRAIN_POOL
from tests.resources.migrations import EIGHT, seed_nine
from tests.resources.service import Hand
from tests.stacks.earlier import PROGRAM, arrange, plant
from tests.stacks.harness import Project
from tests.stacks.migrations import MOVE, move
from tests.stacks.pools import CPU, Code, pool, writes


@pytest.mark.long
def test_a_preview_shows_what_this_run_will_do_and_nothing_of_the_run_before(project: Project) -> None:
    """Right after a run, only new entries are shown; a plain preview tells them too, and a saved plan holds."""
    seed_nine(project.emulator())
    train = pool("train", flavors={CPU: 8}, description="blue", after=Code("[move]"))
    project.program(move(EIGHT[0]) + train)
    project.up()

    project.program(move(*EIGHT[:2]) + train)
    shown = project.preview("--save-plan", "plan.json")
    plain = project.run("preview")
    done = project.run("up", "--plan", "plan.json", "--yes")
    rest = project.up("--refresh", "--expect-no-changes")

    told = (
        f"(move):\n    plan: move 1 node from {TRAIN_POOL} to {INFER_POOL}: {EIGHT[1]}\n",
        f'(train):\n    plan: flavors["{CPU}"] 7 -> 8\n',
    )
    assert f'~ moves: {{\n          + {EIGHT[1]}: "{MOVE}"\n        }}' in shown.stdout
    assert f'~ changes: {{\n          + flavors.{CPU}: "7 -> 8"\n        }}' in shown.stdout
    assert re.findall(r"^ *- .*", shown.stdout, re.MULTILINE) == []
    assert [text.count(diagnostic) for text in (plain.text, done.text) for diagnostic in told] == [1, 1, 2, 2]
    assert "plan: " not in rest.text


@pytest.mark.long
def test_a_state_that_carried_the_map_over_runs_silently(project: Project) -> None:
    """The map of an earlier version goes without a word, and its notes are read as what the program had declared."""
    seed_nine(project.emulator())
    arrange(Hand(project.emulator()))
    project.emulator().journal.clear()
    project.program(PROGRAM)

    plant(project)
    refreshed = project.up("--refresh", "--expect-no-changes")
    plant(project)
    repaired = project.up("--diff")
    rest = project.up("--expect-no-changes")

    assert "4 unchanged" in refreshed.stdout
    assert "2 unchanged" in repaired.stdout
    assert "plan: " not in repaired.text
    assert [project.resource(name)["inputs"][key] for name, key in KEYS] == [{}, {}, {}, EIGHT[:2]]
    assert "4 unchanged" in rest.stdout
    assert writes(project) == []


KEYS = (("train", "changes"), ("gpu", "changes"), ("move", "moves"), ("move", "nodes"))
