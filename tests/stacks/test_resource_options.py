"""Resource options through the real CLI: what they do to a pool that is adopted, and what is left alone."""

import json

import pytest

from modelarts_emulator import INFER_POOL, TRAIN_POOL
from tests.resources.service import Hand
from tests.stacks.harness import Project
from tests.stacks.pools import CPU, Code, pool, train, writes

IGNORING = 'pulumi.ResourceOptions(ignore_changes=["node_pools.gold.count", "description"])'
GOLD = Code(f'{{"gold": modelarts.NodePool("{CPU}", count=1)}}')

EVERY_OPTION = """
class Team(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("test:index:Team", "team")

def check(args):
    pulumi.log.info(f"the hook has seen {dict(args.new_inputs['changes'])}")

team = Team()
opts = pulumi.ResourceOptions(
    parent=team,
    depends_on=[infer],
    additional_secret_outputs=["phase"],
    custom_timeouts=pulumi.CustomTimeouts(create="10m", update="9m"),
    delete_before_replace=True,
    replace_on_changes=["description"],
    deleted_with=infer,
    hooks=pulumi.ResourceHookBinding(
        before_create=[pulumi.ResourceHook("check", check, opts=pulumi.ResourceHookOptions(on_dry_run=True))]
    ),
)
"""


@pytest.mark.long
def test_what_is_ignored_is_neither_planned_nor_sent(project: Project) -> None:
    """From adoption on, named inputs are left alone with and without a refresh, and the others are repaired."""
    hand = Hand(project.emulator())
    project.program(train(3, node_pools=GOLD, description="ours", opts=Code(IGNORING)))
    project.up()
    adopted = writes(project)
    hand.scale(TRAIN_POOL, CPU, 2)
    project.emulator().journal.clear()
    gold = Code(GOLD.replace("count=1", "count=5"))
    project.program(train(3, node_pools=gold, description="theirs", opts=Code(IGNORING)))
    planned = project.plan().step("train")
    project.up("--refresh")

    ((_, body),) = adopted
    assert {entry["flavor"]: entry["count"] for entry in body["spec"]["resources"]} == {CPU: 3}
    assert (body.keys(), body["spec"].keys()) == ({"spec"}, {"resources"})
    assert planned["detailedDiff"].keys() == {f'changes["flavors.{CPU}"]'}
    assert [operation for operation, _ in writes(project)] == ["patchPool"]
    assert hand.counts(TRAIN_POOL) == {CPU: 3}
    assert project.resource("train")["inputs"]["ignored"] == ["description", "nodePools.gold.count"]


@pytest.mark.long
def test_everything_is_left_alone_with_a_star(project: Project) -> None:
    """With `*`, drift and edits change nothing, refreshed or not; without it, the next run shows all of it."""
    hand = Hand(project.emulator())
    star = Code('pulumi.ResourceOptions(ignore_changes=["*"])')
    project.program(train(3, opts=star))
    project.up()
    hand.scale(TRAIN_POOL, CPU, 4)
    project.emulator().journal.clear()
    project.program(train(9, description="theirs", opts=star))

    project.preview("--refresh", "--expect-no-changes")
    project.up("--expect-no-changes")
    project.program(train(5, description="theirs"))
    shown = project.plan().step("train")

    assert writes(project) == []
    assert shown["newState"]["inputs"]["changes"] == {f"flavors.{CPU}": "4 -> 5", "description": "(none) -> theirs"}


@pytest.mark.long
def test_the_other_options_are_pulumis(project: Project) -> None:
    """Each of them is in the state, does what Pulumi says, and changes nothing on the service."""
    options = pool("infer", INFER_POOL, flavors={CPU: 2}) + EVERY_OPTION
    project.program(options + train(3, description="a", opts=Code("opts")))
    up = project.up()
    state = project.resource("train")
    project.emulator().journal.clear()
    project.program(options + train(3, description="b", opts=Code("opts")))
    replaced = project.up()
    project.destroy()

    assert f"'flavors.{CPU}': '2 -> 3'" in up.text
    assert state["parent"].endswith("::team")
    assert [urn.rsplit("::")[-1] for urn in state["dependencies"]] == ["infer"]
    assert state["additionalSecretOutputs"] == ["phase"]
    assert "ciphertext" in json.dumps(state["outputs"]["phase"])
    assert state["customTimeouts"] == {"create": 600, "update": 540}
    assert state["deletedWith"].endswith("::infer")
    assert state["retainOnDelete"] is True
    assert "1 replaced" in replaced.text
    assert [body for _, body in writes(project)] == [{"metadata": {"annotations": {"os.modelarts/description": "b"}}}]
    assert Hand(project.emulator()).counts(TRAIN_POOL) == {CPU: 3}
