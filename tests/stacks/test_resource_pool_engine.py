"""What Pulumi offers around a resource: plans, targets, refreshes with a run, unknown values, aliases, offline runs."""

import pytest

from modelarts_emulator import INFER_POOL, TRAIN_POOL
from tests.resources.service import Hand
from tests.stacks.harness import Project
from tests.stacks.pools import CPU, Code, operations, pool, train, writes

pytestmark = pytest.mark.long  # many commands; what a user sees first is tested in `make test`

SOURCE = f"""
from pulumi import dynamic

class SourceProvider(dynamic.ResourceProvider):
    def create(self, props):
        return dynamic.CreateResult("source", {{"count": 4, "pool": {INFER_POOL!r}, "version": "515.65.01"}})

class Source(dynamic.Resource):
    count: pulumi.Output
    pool: pulumi.Output
    version: pulumi.Output

    def __init__(self):
        super().__init__(SourceProvider(), "source", {{"count": None, "pool": None, "version": None}})

source = Source()
"""


def test_values_not_known_yet_show_as_such_and_fit_a_saved_plan(project: Project) -> None:
    """A count and a pool that come from a resource not yet created: nothing is guessed, and the plan holds."""
    whole = Code("source.count.apply(int)")
    project.program(
        SOURCE
        + pool("one", flavors={CPU: whole}, description="known")
        + pool("two", Code("source.pool"), flavors={CPU: 2})
    )

    preview = project.preview("--save-plan", "plan.json")
    project.up("--plan", "plan.json")
    rest = project.preview("--expect-no-changes")

    assert preview.stdout.count("changes   : [unknown]") + preview.stdout.count("changes    : [unknown]") == 2
    assert f"{CPU}: [unknown]" in preview.stdout
    assert "poolName  : [unknown]" in preview.stdout
    assert "4 unchanged" in rest.stdout
    assert project.resource("one")["inputs"]["changes"] == {
        f"flavors.{CPU}": "2 -> 4",
        "description": "(none) -> known",
    }
    assert project.resource("two")["id"] == INFER_POOL
    assert Hand(project.emulator()).counts(TRAIN_POOL) == {CPU: 4}


def test_refreshing_with_a_run_invents_nothing_and_repairs_at_once(project: Project) -> None:
    """Preview, run and refresh with the other half built in are silent at rest; a run with refresh repairs drift."""
    hand = Hand(project.emulator())
    project.program(train(3))
    project.up()

    preview = project.preview("--refresh", "--expect-no-changes")
    refresh = project.refresh("--run-program", "--expect-no-changes")
    hand.scale(TRAIN_POOL, CPU, 2)
    project.emulator().journal.clear()
    up = project.up("--refresh", "--diff")

    assert "2 unchanged" in preview.stdout
    assert "2 unchanged" in refresh.stdout
    assert f"~ {CPU}: 3 => 2" in up.stdout
    assert f'~ flavors.{CPU}: "2 -> 3" => "2 -> 3 (again)"' in up.stdout
    assert [operation for operation, _ in writes(project)] == ["patchPool"]
    assert hand.counts(TRAIN_POOL) == {CPU: 3}


def test_a_target_is_changed_alone(project: Project) -> None:
    """With a target, only that pool is changed; the other one keeps its state, and its turn comes later."""
    project.program(train(2) + pool("infer", INFER_POOL, flavors={CPU: 2}))
    project.up()
    project.program(train(3) + pool("infer", INFER_POOL, flavors={CPU: 3}))

    project.up("--target", "**::infer")
    kept = project.resource("train")["inputs"]["flavors"]
    rest = project.plan()

    hand = Hand(project.emulator())
    assert kept == {CPU: 2}
    assert (hand.counts(INFER_POOL), hand.counts(TRAIN_POOL)) == ({CPU: 3}, {CPU: 2})
    assert rest.step("train")["op"] == "update"
    assert rest.json["changeSummary"] == {"same": 2, "update": 1}


def test_a_new_name_with_an_alias_is_the_same_pool(project: Project) -> None:
    """A renamed, protected resource keeps its pool: no second owner, no replacement, nothing sent."""
    project.program(train(2, opts=Code("pulumi.ResourceOptions(protect=True)")))
    project.up()

    renamed = Code("pulumi.ResourceOptions(protect=True, aliases=[pulumi.Alias(name='train')])")
    project.program(pool("training", flavors={CPU: 2}, opts=renamed))
    up = project.run("up", "--yes")

    assert "2 unchanged" in up.stdout
    assert project.resource("training")["id"] == TRAIN_POOL
    assert writes(project) == []


def test_an_offline_preview_asks_nothing_and_the_run_decides(project: Project) -> None:
    """Without live previews the preview shows the program's own change; the run starts from live and does the rest."""
    hand = Hand(project.emulator())
    project.configure({"modelarts:livePreview": "false"})
    project.program(train(2))
    project.up()
    hand.scale(TRAIN_POOL, CPU, 3)
    project.emulator().journal.clear()
    project.program(train(5))

    preview = project.preview()
    asked = operations(project)
    project.up()

    assert f"~ {CPU}: 2 => 5" in preview.stdout
    assert asked == []
    assert [operation for operation, _ in writes(project)] == ["patchPool"]
    assert hand.counts(TRAIN_POOL) == {CPU: 5}
