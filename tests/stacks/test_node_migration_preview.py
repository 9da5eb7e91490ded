from typing import Any

import pytest

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL
from tests.resources.migrations import EIGHT, seed_nine
from tests.resources.service import Hand
from tests.stacks.harness import Project
from tests.stacks.migrations import MOVE, migrated, move, rollout
from tests.stacks.pools import CPU, Code, operations, pool, writes


@pytest.fixture
def hand(project: Project) -> Hand:
    """Somebody at the console of the project's service."""
    return Hand(project.emulator())


@pytest.mark.long
def test_names_the_way_of_each_node_and_what_the_pools_will_cost_after_it(project: Project, hand: Hand) -> None:
    """A move and the node bought in its place show, a count that the move supplies does not; a plan pins all that."""
    after = [Code("move")]
    project.program(
        move() + pool(flavors={CPU: 2}, after=after) + pool("infer", INFER_POOL, flavors={CPU: 3}, after=after)
    )

    preview = project.preview("--save-plan", "plan.json")
    hand.migrate(TRAIN_POOL, INFER_POOL, NODE)
    project.emulator().journal.clear()
    refused, sent = project.up("--plan", "plan.json", fails=True), writes(project)
    hand.migrate(INFER_POOL, TRAIN_POOL, NODE)
    project.emulator().journal.clear()
    project.up("--plan", "plan.json")

    assert f'moves     : {{\n            {NODE}: "{MOVE}"\n        }}' in preview.stdout
    assert f'nodes     : [\n            [0]: "{NODE}"\n        ]' in preview.stdout
    assert f'changes   : {{\n            flavors.{CPU}: "1 -> 2"\n        }}' in preview.stdout
    assert preview.stdout.count("changes   : {}") == 1
    assert f"++moves[{{map[{NODE}:{{{MOVE}}}]}}!={{map[]}}]" in refused.text
    assert sent == []
    assert [operation for operation, _ in writes(project)] == [
        *("batchDrainPoolNodes", "batchMigratePoolNodes", "patchPool")
    ]
    assert hand.counts(TRAIN_POOL) == {CPU: 2}
    assert hand.counts(INFER_POOL) == {CPU: 3}


@pytest.mark.long
def test_shows_a_node_that_joins_the_list(project: Project) -> None:
    """Growing the list shows the new node and its way, and moves nothing else."""
    seed_nine(project.emulator())
    project.program(move(EIGHT[0]))
    project.up()
    project.emulator().journal.clear()
    project.program(move(*EIGHT[:2]))

    up = project.up("--diff")

    assert f'~ nodes: [\n          + [1]: "{EIGHT[1]}"\n        ]' in up.stdout
    assert f'+ {EIGHT[1]}: "{MOVE}"' in up.stdout
    assert migrated(project) == [[EIGHT[1]]]


@pytest.mark.long
def test_shows_a_node_taken_back_without_a_refresh_every_time(project: Project, hand: Hand) -> None:
    """One of two nodes moved back by hand shows at once, also when it is the same again; the run moves that one."""
    seed_nine(project.emulator())
    project.program(move(*EIGHT[:2], strategy=rollout(max_unavailable=2)))
    project.up()
    hand.migrate(INFER_POOL, TRAIN_POOL, EIGHT[1])
    project.emulator().journal.clear()

    first = project.up("--diff")
    hand.migrate(INFER_POOL, TRAIN_POOL, EIGHT[1])
    planned = project.plan().step("move")
    second = project.up("--diff")

    assert f'~ {EIGHT[1]}: "{MOVE}" => "{MOVE} (again)"' in first.stdout
    assert f'- {EIGHT[0]}: "{MOVE}"' not in first.stdout
    assert planned["detailedDiff"] == {f'moves["{EIGHT[1]}"]': {"kind": "update", "inputDiff": True}}
    assert f'~ {EIGHT[1]}: "{MOVE} (again)" => "{MOVE}"' in second.stdout
    assert migrated(project) == [[EIGHT[1]], [EIGHT[1]]]
    assert set(EIGHT[:2]) <= set(hand.nodes(INFER_POOL))


@pytest.mark.long
def test_after_a_refresh_shows_what_is_gone_and_brings_it_back(project: Project, hand: Hand) -> None:
    """A refresh records the nodes that are there, none at last, and the next run places them again."""
    seed_nine(project.emulator())
    project.program(move(*EIGHT[:2], strategy=rollout(max_unavailable=2)))
    project.up()
    hand.migrate(INFER_POOL, TRAIN_POOL, *EIGHT[:2])

    refreshed = project.refresh("--diff")
    still = project.refresh("--expect-no-changes")
    up = project.up("--diff")

    assert f'- [0]: "{EIGHT[0]}"\n          - [1]: "{EIGHT[1]}"' in refreshed.stdout
    assert "moves" not in refreshed.stdout
    assert "2 unchanged" in still.stdout
    assert f'+ [0]: "{EIGHT[0]}"\n          + [1]: "{EIGHT[1]}"' in up.stdout
    assert f'~ {EIGHT[0]}: "{MOVE}" => "{MOVE} (again)"' in up.stdout
    assert set(EIGHT[:2]) <= set(hand.nodes(INFER_POOL))


SOURCE = f"""
from pulumi import dynamic

class SourceProvider(dynamic.ResourceProvider):
    def create(self, props):
        return dynamic.CreateResult("source", {{"nodes": [{NODE!r}]}})

class Source(dynamic.Resource):
    nodes: pulumi.Output

    def __init__(self):
        super().__init__(SourceProvider(), "source", {{"nodes": None}})

source = Source()
"""


@pytest.mark.long
def test_of_nodes_not_known_yet_guesses_nothing(project: Project, hand: Hand) -> None:
    """Nodes that come from a resource not yet created: moves and counts are unknown, and the plan holds."""
    train: dict[str, Any] = {"flavors": {CPU: 1}, "after": [Code("move")]}
    project.program(SOURCE + move(nodes=Code("source.nodes")) + pool(**train))

    preview = project.preview("--save-plan", "plan.json")
    project.up("--plan", "plan.json")
    rest = project.preview("--expect-no-changes")
    asked = operations(project)

    assert "moves     : [unknown]" in preview.stdout
    assert "nodes     : [unknown]" in preview.stdout
    assert "changes   : [unknown]" in preview.stdout
    assert "4 unchanged" in rest.stdout
    assert "patchPool" not in asked
    assert hand.counts(TRAIN_POOL) == {CPU: 1}
