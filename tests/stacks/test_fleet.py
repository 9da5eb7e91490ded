"""A fleet as a user sees it: what a preview says, a plan pins, a run does, and how it is told to go on."""

import pytest

from modelarts_emulator import INFER_POOL, TRAIN_POOL, Fault, Outcome
from tests.resources.fleet_program import node
from tests.resources.service import Hand
from tests.stacks.fleets import PLACEMENT, begin, child, counts, fleet
from tests.stacks.harness import Project
from tests.stacks.migrations import jobs_of, move
from tests.stacks.pools import AT_ONCE, CPU, IN_SLOW_MOTION, Code, pool, writes

FIRST, SECOND = node("train", 0), node("train", 1)
MOVING = ["batchDrainPoolNodes", "batchMigratePoolNodes"]


@pytest.fixture
def hand(project: Project) -> Hand:
    """Somebody at the console of the project's service, which has 8 nodes in one pool and 2 in another."""
    return begin(project)


def sent(project: Project) -> list[str | None]:
    """Return what was asked to change something since this was last asked."""
    found = [name for name, _ in writes(project)]
    project.emulator().journal.clear()
    return found


def test_moves_two_nodes_and_buys_none(project: Project, hand: Hand) -> None:
    """8 and 2 become 6 and 4: the preview names both nodes and why, a plan pins them, and no pool changes a count."""
    project.program(fleet(6, 4))

    preview = project.preview("--save-plan", "plan.json")
    project.up("--plan", "plan.json")

    assert f'{FIRST}: "train -> infer"' in preview.stdout
    assert preview.stdout.count("changes   : {}") == 2
    assert "modelarts.vm.cpu.4ud: 8+2 live, 6+4 declared: 2 move, none is bought, none is removed" in preview.text
    assert f"{FIRST}, {SECOND}: train has 2 more than declared; idle" in preview.text
    assert sent(project) == MOVING * 2
    assert counts(hand) == (6, 4)
    assert project.outputs()["counts"] == {"train": {CPU: 6}, "infer": {CPU: 4}}


@pytest.mark.long
def test_goes_from_declaration_to_declaration_by_plans(project: Project, hand: Hand) -> None:
    """6/4, 6/6, 3/9 and 9/3: each plan holds, only 6/6 buys, and a run that declares the same is silent."""
    found = []
    for train, infer in ((6, 4), (6, 6), (3, 9), (9, 3)):
        project.program(fleet(train, infer, strategy=Code("modelarts.Rollout(max_unavailable=3)")))
        project.preview("--save-plan", "plan.json")
        project.up("--plan", "plan.json")
        found.append((counts(hand), "patchPool" in sent(project)))
    project.up("--expect-no-changes")

    assert found == [((6, 4), False), ((6, 6), True), ((3, 9), False), ((9, 3), False)]
    assert sent(project) == []


@pytest.mark.long
def test_is_planned_as_a_whole_or_not_at_all(project: Project, hand: Hand) -> None:
    """A pool that is targeted alone buys nothing and is told what to target; budgets hold without a preview."""
    project.program(fleet(8, 2))
    project.up()
    project.program(fleet(6, 4))
    alone = project.up("--target", child("infer"))
    project.program(fleet(8, 2))
    hand.delete(INFER_POOL, node("infer", 0))
    sent(project)

    refused = project.up("--target", child("infer"), fails=True)
    both = project.up("--target", child("infer"), "--target", PLACEMENT)
    bought = sent(project)
    project.program(fleet(6, 6, max_growth=1))
    beyond = project.up(fails=True)
    project.program(fleet(4, 4))
    fewer = project.up(fails=True)

    assert "5 unchanged" in alone.stdout
    assert f'flavors["{CPU}"]: 1 live, 2 declared, and this run has not planned the fleet; add --target' in refused.text
    assert f"'{PLACEMENT}'" in refused.text
    assert "1 updated" in both.stdout
    assert bought == ["patchPool"]
    assert "max_growth: this run would buy 2 nodes and max_growth allows 1" in beyond.text
    assert "max_scale_in allows 0" in fewer.text
    assert sent(project) == []
    assert counts(hand) == (8, 2)


@pytest.mark.long
def test_has_its_pools_for_itself(project: Project, hand: Hand) -> None:
    """Another resource on one of them, and a migration that it does not know of, are refused with what to write."""
    project.program(
        fleet(8, 2) + pool("own", TRAIN_POOL, flavors={CPU: 8}, opts=Code("pulumi.ResourceOptions(depends_on=[fleet])"))
    )
    owned = project.preview(fails=True)
    project.program(move(FIRST) + fleet(7, 3))
    migrated = project.preview(fails=True)
    project.program(move(FIRST) + fleet(6, 4, after=[Code("move")]))

    shown = project.preview("--save-plan", "plan.json")
    project.up("--plan", "plan.json")
    project.up("--expect-no-changes")

    assert "is managed by the fleet 'fleet' already; declare it there alone" in owned.text
    assert "Pass the migration to the fleet: Fleet(after=[…])" in migrated.text
    assert f'{SECOND}: "train -> infer"' in shown.stdout
    assert f'{FIRST}: "train -> infer"' not in shown.stdout
    assert sent(project) == MOVING * 2
    assert counts(hand) == (6, 4)


@pytest.mark.long
def test_goes_on_after_every_trouble(project: Project, hand: Hand) -> None:
    """A failed job, a kill, a hand in between and each kind of refresh: one more run finishes, and buys nothing."""
    emulator = project.emulator()
    emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(nodes=0)))
    project.program(fleet(6, 4))
    failed = project.up(fails=True)
    project.configure(IN_SLOW_MOTION)
    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: "1/2 moved" in running.so_far)
    running.kill()
    project.unlock()
    project.configure(AT_ONCE)
    project.up()
    jobs = [jobs_of(emulator, name) for name in (FIRST, SECOND)]
    project.program(fleet(5, 5))
    project.preview("--save-plan", "plan.json")
    hand.migrate(TRAIN_POOL, INFER_POOL, node("train", 5))
    sent(project)

    stale = project.up("--plan", "plan.json", fails=True)
    refreshed = project.refresh()
    project.up("--refresh")
    project.preview("--refresh", "--expect-no-changes")

    assert "Moving nodes of the fleet: 0 of 2 moved" in failed.text
    assert jobs == [2, 1]
    assert "violates plan" in stale.text
    assert "FleetPlacement" not in refreshed.stdout.partition("Resources:")[2]
    assert sent(project) == []
    assert counts(hand) == (5, 5)


@pytest.mark.long
def test_is_renamed_made_smaller_and_destroyed_without_a_request(project: Project, hand: Hand) -> None:
    """An alias keeps everything, a pool that leaves keeps its nodes, and so do all of them in the end."""
    project.program(fleet(8, 2))
    project.up()
    sent(project)
    alias = Code("pulumi.ResourceOptions(aliases=[pulumi.Alias(name='fleet')])")
    project.program(fleet(8, 2, name="platform", opts=alias))
    renamed = project.up()
    without = f'fleet = modelarts.Fleet("platform", pools={{"train": modelarts.PoolSpec(pool_name="{TRAIN_POOL}")}})\n'
    project.program(without)

    fewer = project.up()
    gone = project.destroy()

    assert "5 unchanged" in renamed.stdout
    assert "1 deleted" in fewer.stdout
    assert "the nodes of train stay where they are" in gone.text
    assert sent(project) == []
    assert counts(hand) == (8, 2)
