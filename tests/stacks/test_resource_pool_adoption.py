import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import INFER_POOL, TRAIN_POOL
from tests.resources.service import Hand
from tests.stacks.harness import Project
from tests.stacks.pools import CPU, IN_SLOW_MOTION, operations, pool, rows, train, writes


def test_shows_what_it_will_do_does_it_and_is_at_rest(project: Project) -> None:
    """Adoption names the growth, its row follows it to the end, and afterwards every command has nothing to say."""
    project.configure(IN_SLOW_MOTION)
    project.program(train(3))

    preview, up = project.preview(), project.up()
    again, refresh = project.up("--expect-no-changes"), project.refresh("--expect-no-changes")

    assert f'changes   : {{\n            flavors.{CPU}: "2 -> 3"\n        }}' in preview.stdout
    assert rows(up) == [
        "creating",
        f'creating flavors["{CPU}"] 2 -> 3',
        f"creating 2/3 nodes of {CPU}",
        f'creating done: flavors["{CPU}"] 2 -> 3',
        f'created done: flavors["{CPU}"] 2 -> 3',
    ]
    assert project.outputs() == {"nodes": {CPU: 3}}
    assert "2 unchanged" in again.stdout
    assert "2 unchanged" in refresh.stdout
    assert [operation for operation, _ in writes(project)] == ["patchPool"]


def test_of_a_pool_that_is_as_declared_asks_three_times(project: Project) -> None:
    """Adopting what is as declared costs a listing, a look at the pool, and one at its nodes, for spares; no write."""
    project.program(train(2))

    up = project.up()

    assert rows(up) == ["creating", "created"]
    assert operations(project) == ["listPools", "showPool", "listPoolNodes"]
    assert project.resource("train")["outputs"] == IsPartialDict(changes={}, nodeCounts={CPU: 2}, phase="Running")


@pytest.mark.long
def test_ends_without_a_word_to_the_service(project: Project) -> None:
    """Another pool is adopted before the old one is released, and removal from the program asks the service nothing."""
    hand = Hand(project.emulator())
    project.program(pool(flavors={CPU: 2}))
    project.up()

    project.program(pool(pool_name=INFER_POOL, flavors={CPU: 2}))
    replaced = project.run("up", "--yes", "--diff")
    asked = operations(project)
    project.program("")
    removed = project.run("up", "--yes")
    destroyed = project.destroy()

    assert "+-pulumi-python:dynamic/modelarts:ResourcePool: (replace[retain])" in replaced.stdout
    assert f'~ poolName: "{TRAIN_POOL}" => "{INFER_POOL}"' in replaced.stdout
    assert rows(removed) == ["delete[retain]", "deleting[retain]", "deleted[retain]"]
    assert "Resources:\n    - 1 deleted" in destroyed.stdout
    assert operations(project) == asked
    assert writes(project) == []
    assert [hand.counts(name) for name in (TRAIN_POOL, INFER_POOL)] == [{CPU: 2}, {CPU: 2}]


@pytest.mark.long
def test_is_destroyed_with_everything_left_on_the_server(project: Project) -> None:
    """A preview of the end says that the pool is retained; the end releases it, grown as it is."""
    hand = Hand(project.emulator())
    project.program(train(3))
    project.up()
    asked = operations(project)

    preview = project.run("destroy", "--preview-only", "--diff")
    destroyed = project.destroy()

    assert "- pulumi-python:dynamic/modelarts:ResourcePool: (delete[retain])" in preview.stdout
    assert rows(destroyed) == ["deleting[retain]", "deleted[retain]"]
    assert operations(project) == asked
    assert hand.counts(TRAIN_POOL) == {CPU: 3}
