from typing import Any

import pytest

from modelarts_emulator import TRAIN_POOL
from tests.resources.service import Hand, world
from tests.stacks.harness import Project
from tests.stacks.pools import CPU, train, writes

OTHER = "modelarts.vm.cpu.8ud"


@pytest.fixture
def mixed(project: Project) -> list[dict[str, Any]]:
    """A pool with a second flavor that no program declares, and fields this project does not know; its entries."""
    resources = [
        {"flavor": OTHER, "count": 1, "extendParams": {"dockerBaseSize": "100"}},
        {"flavor": CPU, "count": 3, "futureField": {"kept": [1, None]}},
    ]
    project.emulator().seed(world(pool=TRAIN_POOL, resources=resources, nodes={}))
    return resources


@pytest.mark.long
def test_shows_the_count_and_the_change_and_sends_everything_live(
    project: Project, mixed: list[dict[str, Any]]
) -> None:
    """Another count shows itself and what it does; the patch carries every live entry, unknown fields included."""
    project.program(train(3))
    project.up()
    project.program(train(5))

    planned = project.plan().step("train")
    up = project.run("up", "--yes", "--diff")

    assert planned["diffReasons"] == ["changes", "flavors"]
    assert planned["detailedDiff"] == {
        f'flavors["{CPU}"]': {"kind": "update", "inputDiff": True},
        f'changes["flavors.{CPU}"]': {"kind": "add", "inputDiff": True},
    }
    assert f'~ changes: {{\n          + flavors.{CPU}: "3 -> 5"\n        }}' in up.stdout
    assert f"~ flavors: {{\n          ~ {CPU}: 3 => 5\n        }}" in up.stdout
    other, declared = mixed
    assert writes(project) == [("patchPool", {"spec": {"resources": [other, {**declared, "count": 5}]}})]
    assert Hand(project.emulator()).counts(TRAIN_POOL) == {CPU: 5, OTHER: 1}
