"""Several migrations in one program."""

import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, TRAIN_POOL
from tests.stacks.harness import Project
from tests.stacks.migrations import migrated, move
from tests.stacks.pools import writes

pytestmark = pytest.mark.long  # many commands; what a user sees first is tested in `make test`

OTHER_NODE = "os-node-created-k9x2v"


def test_that_empty_a_pool_are_refused_before_either_has_moved_a_node(project: Project) -> None:
    """The second one to be looked at is refused, with what both take."""
    project.program(move(NODE) + move(OTHER_NODE, name="other", target=GPU_POOL))

    refused = project.preview(fails=True)

    assert "takes 1 node" in refused.text
    assert f"from '{TRAIN_POOL}'" in refused.text
    assert "takes 1 of them; a pool keeps at least one. Name fewer nodes, or grow that pool first" in refused.text
    assert writes(project) == []


def test_from_a_pool_with_nodes_enough_all_move(project: Project) -> None:
    """What a migration has taken already is not counted against the next one."""
    project.program(move(NODE))
    project.up()
    project.program(move(NODE) + move("os-node-created-b7f3q", name="other", target=GPU_POOL, source_pool=INFER_POOL))

    project.up()

    assert migrated(project, INFER_POOL) == [["os-node-created-b7f3q"]]
