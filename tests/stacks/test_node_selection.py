"""A choice that keeps, as a user sees it: named by the preview, pinned by a plan, and the same after the move."""

from typing import Any

import pytest

from modelarts_emulator import INFER_POOL, TRAIN_POOL
from tests.resources.migrations import EIGHT, seed_nine
from tests.resources.service import Hand
from tests.stacks.harness import Project
from tests.stacks.migrations import MOVE, jobs_of, migrated
from tests.stacks.pools import AT_ONCE, CPU, Code, pool, writes

A, B, C, D = EIGHT[:4]


@pytest.fixture
def hand(project: Project) -> Hand:
    """Somebody at the console of the project's service, which has nine nodes in the training pool."""
    seed_nine(project.emulator())
    return Hand(project.emulator())


def choose(count: int | Code, name: str = "two", **arguments: Any) -> str:
    """Return a program that declares a choice of nodes of the training pool."""
    given = {"pool": TRAIN_POOL, "flavor": CPU, "count": count, **arguments}
    return (
        f"{name} = modelarts.NodeSelection({name!r}, {', '.join(f'{key}={value!r}' for key, value in given.items())})\n"
    )


def moving(name: str = "two", **arguments: Any) -> str:
    """Return a program that declares that what a selection has chosen lives in the inference pool."""
    given = {"nodes": Code(f"{name}.nodes"), "source_pool": TRAIN_POOL, "target_pool": INFER_POOL, **arguments}
    return f"move = modelarts.NodeMigration('move', {', '.join(f'{key}={value!r}' for key, value in given.items())})\n"


def program(count: int) -> str:
    """Return a program that chooses, moves, and declares what the pool has after that."""
    counted = pool(flavors={CPU: 9 - count}, after=[Code("move")], max_scale_in=9)
    return choose(count) + moving() + counted + "pulumi.export('nodes', two.nodes)\n"


def listed(*names: str) -> str:
    """Return nodes as a preview shows those of a new resource."""
    lines = "".join(f'\n            [{number}]: "{name}"' for number, name in enumerate(names))
    return f"nodes     : [{lines}\n        ]"


@pytest.mark.long
def test_is_named_by_the_preview_and_pinned_by_a_plan(project: Project, hand: Hand) -> None:
    """Nodes, moves and counts are known before anything is there, and the run moves just these."""
    project.program(program(2))

    preview = project.preview("--save-plan", "plan.json")
    project.up("--plan", "plan.json")

    assert preview.stdout.count(listed(A, B)) == 2
    assert f'{A}: "{MOVE}"' in preview.stdout
    assert "changes   : {}" in preview.stdout
    assert f"plan: choose 2 nodes: {A}, {B}" in preview.text
    assert migrated(project) == [[A], [B]]
    assert hand.counts(TRAIN_POOL) == {CPU: 7}
    assert project.outputs()["nodes"] == [A, B]


@pytest.mark.long
def test_a_plan_refuses_other_nodes_than_it_names(project: Project, hand: Hand) -> None:
    """Somebody locks the first one between preview and run: nothing is chosen in its stead, nothing moves."""
    project.program(program(2))
    project.preview("--save-plan", "plan.json")
    hand.lock(TRAIN_POOL, A)
    project.emulator().journal.clear()

    refused = project.up("--plan", "plan.json", fails=True)

    assert "violates plan" in refused.text
    assert writes(project) == []


@pytest.mark.long
def test_is_moved_and_nothing_else_after_a_kill(project: Project, hand: Hand) -> None:
    """The choice was on record before the first node moved: the next run finishes just that, and each by one job."""
    emulator = project.emulator()
    project.configure({"modelarts:emulatorClock": "scaled:60"})
    project.program(program(3))

    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: f"1/3 moved · moving {B}" in running.so_far)
    running.kill()
    project.unlock()
    recorded = project.resource("two")["outputs"]["nodes"]
    project.configure(AT_ONCE)
    project.up()

    assert recorded == [A, B, C]
    assert [jobs_of(emulator, name) for name in (A, B, C, D)] == [1, 1, 1, 0]
    assert {A, B, C} <= {*hand.nodes(INFER_POOL)}
    assert hand.counts(TRAIN_POOL) == {CPU: 6}
    assert project.outputs()["nodes"] == [A, B, C]


@pytest.mark.long
def test_grows_and_shrinks_by_what_is_declared(project: Project, hand: Hand) -> None:
    """One node more is one that moves; one node fewer stays where it is, and is nobody's concern."""
    project.program(program(2))
    project.up()
    project.program(program(3))

    more = project.up("--diff")
    project.program(program(1))
    fewer = project.up("--diff")
    project.emulator().journal.clear()
    rest = project.up("--expect-no-changes")

    assert f'~ nodes: [\n          + [2]: "{C}"\n        ]' in more.stdout
    assert f'+ {C}: "{MOVE}"' in more.stdout
    assert f'~ nodes: [\n          - [1]: "{B}"\n          - [2]: "{C}"\n        ]' in fewer.stdout
    assert f"plan: drop 2 nodes, which stay where they are: {B}, {C}" in fewer.text
    assert "4 unchanged" in rest.stdout
    assert {A, B, C} <= {*hand.nodes(INFER_POOL)}
    assert writes(project) == []


@pytest.mark.long
def test_keeps_a_node_that_has_vanished_until_its_keepers_change(project: Project, hand: Hand) -> None:
    """It is told of, in both rows with the same way out; then one node takes its place, and the others stay."""
    project.program(choose(2) + moving())
    project.up()
    hand.delete(INFER_POOL, A)

    warned = project.up("--expect-no-changes")
    project.program(choose(2, keepers={"round": "2"}) + moving())
    renewed = project.up("--diff")

    assert f"nodes: {A} was chosen and is in no pool of the project any more. It stays chosen" in warned.text
    assert (
        f"{A} was placed before and is in no pool of the project any more; it is skipped. 'two' has chosen"
        in warned.text
    )
    assert f"plan: choose 1 node: {C}; drop 1 node, which stays where it is: {A}" in renewed.text
    assert project.resource("two")["outputs"]["nodes"] == [B, C]
    assert {B, C} <= {*hand.nodes(INFER_POOL)}


@pytest.mark.long
def test_of_several_selections_is_made_in_the_order_of_the_program(project: Project, hand: Hand) -> None:
    """Preview and run agree, though Pulumi sends independent resources in any order."""
    names = ["eight", "two", "six", "one", "five", "four"]
    project.program("".join(choose(1, name) for name in names))

    project.preview("--save-plan", "plan.json")
    project.up("--plan", "plan.json")

    assert [project.resource(name)["outputs"]["nodes"] for name in names] == [[node] for node in EIGHT[:6]]
    assert project.resource("two").get("dependencies", []) == []
    assert len(hand.nodes(TRAIN_POOL)) == 9


@pytest.mark.long
def test_is_echoed_by_a_refresh_and_released_by_a_destroy(project: Project, hand: Hand) -> None:
    """Nothing is asked of the service for that; the nodes are where they were brought back to before."""
    project.program(choose(2) + moving())
    project.up()
    project.program(choose(2) + moving(source_pool=INFER_POOL, target_pool=TRAIN_POOL))
    project.up()
    project.program(choose(2))
    project.up()
    project.emulator().journal.clear()

    refreshed = project.refresh("--expect-no-changes")
    destroyed = project.destroy()

    assert "2 unchanged" in refreshed.stdout
    assert f"{A}, {B} are not chosen any more and stay where they are" in destroyed.text
    assert [exchange.operation for exchange in project.emulator().journal.exchanges()] == []
    assert {A, B} <= {*hand.nodes(TRAIN_POOL)}


@pytest.mark.long
def test_that_depends_on_what_is_not_known_yet_guesses_nothing(project: Project, hand: Hand) -> None:
    """An unknown count makes nodes, moves and counts unknown, and the plan holds."""
    source = """
from pulumi import dynamic

class SourceProvider(dynamic.ResourceProvider):
    def create(self, props):
        return dynamic.CreateResult("source", {"count": 2})

class Source(dynamic.Resource):
    count: pulumi.Output

    def __init__(self):
        super().__init__(SourceProvider(), "source", {"count": None})

source = Source()
"""
    project.program(source + choose(Code("source.count")) + moving())

    preview = project.preview("--save-plan", "plan.json")
    project.up("--plan", "plan.json")

    assert preview.stdout.count("nodes     : [unknown]") == 2
    assert "moves     : [unknown]" in preview.stdout
    assert project.resource("two")["outputs"]["nodes"] == [A, B]
    assert {A, B} <= {*hand.nodes(INFER_POOL)}


@pytest.mark.long
def test_serves_another_stack_by_a_reference(project: Project, hand: Hand) -> None:
    """One stack chooses, another one moves; a count that grows reaches it with its next run."""
    project.program(choose(2) + "pulumi.export('nodes', two.nodes)\n")
    project.up()
    project.run("stack", "init", "mover")
    settings = (project.folder / "Pulumi.test.yaml").read_text(encoding="utf-8")
    (project.folder / "Pulumi.mover.yaml").write_text(settings, encoding="utf-8")
    reference = "choice = pulumi.StackReference('organization/modelarts/test')\n"
    mover = reference + moving(nodes=Code("choice.get_output('nodes')"))

    project.program(mover)
    preview = project.run("preview", "--diff", "--stack", "mover")
    project.run("up", "--yes", "--skip-preview", "--stack", "mover")
    project.program(choose(3) + "pulumi.export('nodes', two.nodes)\n")
    project.up()
    project.program(mover)
    project.run("up", "--yes", "--skip-preview", "--stack", "mover")

    assert f'{A}: "{MOVE}"' in preview.stdout
    assert migrated(project) == [[A], [B], [C]]
    assert {A, B, C} <= {*hand.nodes(INFER_POOL)}


@pytest.mark.long
def test_is_what_picking_nodes_afresh_is_not(project: Project, hand: Hand) -> None:
    """The trap: nodes that a program picks by a data source are others after the move, and each run moves more."""
    idle = f"[node.name for node in modelarts.get_pool_nodes({TRAIN_POOL!r}) if not node.busy]"
    project.program(f"picked = {idle}[:2]\n" + moving(nodes=Code("picked")))

    moved = []
    for _ in range(2):
        project.emulator().journal.clear()
        project.up()
        moved.append(migrated(project))

    assert moved == [[[A], [B]], [[C], [D]]]
    assert {A, B, C, D} <= {*hand.nodes(INFER_POOL)}
