import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, TRAIN_POOL
from tests.resources.migrations import EIGHT, seed_nine
from tests.resources.service import Hand
from tests.stacks.harness import Project
from tests.stacks.migrations import MOVE, jobs_of, migrated, move, rollout
from tests.stacks.pools import operations, rows, writes

pytestmark = pytest.mark.long  # many commands; what a user sees first is tested in `make test`

BOTH = rollout(max_unavailable=2)


def test_another_target_takes_the_nodes_from_wherever_they_are(project: Project) -> None:
    """One node comes from the old target and one from the source; shortening the list then leaves its node there."""
    emulator = project.emulator()
    seed_nine(emulator)
    project.program(move(EIGHT[0]))
    project.up()

    project.program(move(*EIGHT[:2], target=GPU_POOL, strategy=BOTH))
    changed = project.up("--diff")
    emulator.journal.clear()
    project.program(move(EIGHT[0], target=GPU_POOL, strategy=BOTH))
    shrunk = project.up("--diff")

    assert f'~ {EIGHT[0]}: "{MOVE}" => "{INFER_POOL} -> {GPU_POOL}"' in changed.stdout
    assert f'+ {EIGHT[1]}: "{TRAIN_POOL} -> {GPU_POOL}"' in changed.stdout
    assert f'~ targetPool: "{INFER_POOL}" => "{GPU_POOL}"' in changed.stdout
    assert "replace" not in changed.stdout
    assert f'~ nodes: [\n          - [1]: "{EIGHT[1]}"\n        ]' in shrunk.stdout
    assert "moves" not in shrunk.stdout
    assert writes(project) == []
    assert set(EIGHT[:2]) <= set(Hand(emulator).nodes(GPU_POOL))


def test_brings_nodes_back_and_then_lets_go_of_them(project: Project) -> None:
    """With the source as target they return; removed from the program, they stay, and the run says so."""
    hand = Hand(project.emulator())
    project.program(move())
    project.up()

    project.program(move(source_pool=INFER_POOL, target=TRAIN_POOL))
    project.up()
    asked = operations(project)
    project.program("")
    removed = project.up()

    assert NODE in hand.nodes(TRAIN_POOL)
    assert jobs_of(hand.emulator, NODE) == 2
    assert f"deleted {NODE} stays in {TRAIN_POOL}: nothing is moved back" in rows(removed, "move")
    assert f"    {NODE} stays in {TRAIN_POOL}: nothing is moved back\n" in removed.text
    assert operations(project) == asked


def test_a_node_that_has_vanished_is_skipped_with_a_warning(project: Project) -> None:
    """A placed node that is in no pool any more stops nothing, before a refresh and after it, until it is taken out."""
    hand = Hand(project.emulator())
    seed_nine(hand.emulator)
    project.program(move(*EIGHT[:2], strategy=BOTH))
    project.up()
    hand.delete(INFER_POOL, EIGHT[0])
    hand.emulator.journal.clear()

    project.program(move(*EIGHT[:3], strategy=BOTH))
    grown = project.up("--diff")
    refreshed = project.refresh("--diff")
    rest = project.up("--refresh", "--expect-no-changes")
    project.program(move(*EIGHT[1:3], strategy=BOTH))
    taken_out = project.up("--diff")

    warning = (
        f"nodes: {EIGHT[0]} was placed before and is in no pool of the project any more; it is skipped. Take it out"
    )
    assert [warning in outcome.text for outcome in (grown, refreshed, rest, taken_out)] == [True, False, True, False]
    assert migrated(project) == [[EIGHT[2]]]
    assert "2 unchanged" in refreshed.stdout
    assert f"nodes: {EIGHT[0]} is in no pool of the project" in refreshed.text
    assert "1 updated" in taken_out.stdout
    assert project.resource("move")["inputs"] == project.resource("move")["inputs"] | {
        "nodes": EIGHT[1:3],
        "moves": {},
    }
