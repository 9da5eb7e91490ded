"""Pulumi's resource options through the real CLI: what each of them does with one of every kind of resource."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import INFER_POOL, NODE, PROJECT, TRAIN_POOL
from tests.resources.service import Hand
from tests.stacks.pools import CPU, writes
from tests.stacks.test_documentation import blocks

if TYPE_CHECKING:
    from tests.stacks.harness import Project

pytestmark = pytest.mark.long

COOKBOOK = Path(__file__).parents[2] / "docs" / "cookbook"
BLUE = f"team-blue-{PROJECT}"
NAMES = ("net", "blue", "move", "train", "one", "late")

EVERYTHING = f"""
class Team(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("test:index:Team", "team")

def declare(suffix="", description="ours", **options):
    def opts(name, **further):
        before = pulumi.Alias(name=name, parent=pulumi.ROOT_STACK_RESOURCE)
        return pulumi.ResourceOptions(aliases=[before], **options, **further)

    train_pool, infer_pool, told = "{TRAIN_POOL}", "{INFER_POOL}", dict(additional_secret_outputs=["node_counts"])
    net = modelarts.Network("net" + suffix, name="team-net", cidr="192.168.0.0/20", opts=opts("net"))
    blue = modelarts.ResourcePool(
        "blue" + suffix, name="team-blue", network=net.network_name, flavors={{"{CPU}": 2}}, scope=["Train"],
        description=description, opts=opts("blue"),
    )
    move = modelarts.NodeMigration(
        "move" + suffix, nodes=["{NODE}"], source_pool=train_pool, target_pool=infer_pool, opts=opts("move")
    )
    train = modelarts.ResourcePool(
        "train" + suffix, pool_name=train_pool, flavors={{"{CPU}": 1}}, description=description, after=[move],
        opts=opts("train", **told),
    )
    one = modelarts.NodeSelection(
        "one" + suffix, pool=infer_pool, flavor="{CPU}", count=1, opts=opts("one", depends_on=[move])
    )
    late = modelarts.ResourcePool(
        "late" + suffix, pool_name=infer_pool, description=description, opts=opts("late", depends_on=[blue, train])
    )
    pulumi.export("told", train.node_counts.apply(lambda counts: f"there are {{counts}}"))
"""


def sent(project: Project) -> list[str]:
    """Return what was written since the journal was last cleared, and where."""
    found = [f"{write.operation} {write.path.rsplit('/', 1)[-1]}" for write in project.emulator().journal.writes()]
    project.emulator().journal.clear()
    return found


def changes(project: Project, suffix: str = "") -> dict[str, object]:
    """Return what the recorded inputs of all resources say that a run did."""
    inputs = {name: project.resource(name + suffix)["inputs"] for name in NAMES if name != "one"}
    return {name: each.get("moves", each.get("changes")) for name, each in inputs.items()}


def test_options_do_what_pulumi_says_and_nothing_to_the_service(project: Project) -> None:
    """Order, secrecy, replacement, names and protection are the engine's; pools are never deleted for them."""
    project.program(EVERYTHING + "declare()\n")
    project.up()
    ordered, kept = sent(project), project.resource("train")
    replacing = "replace_on_changes=['*'], delete_before_replace=True"
    project.program(EVERYTHING + f"declare(description='theirs', {replacing})\n")
    replaced = project.up()
    patched = sent(project)
    project.program(EVERYTHING + "declare('-2', 'theirs', parent=Team(), protect=True)\n")
    renamed = project.up()
    project.program(EVERYTHING)
    removed = project.preview(fails=True)
    destroyed = project.destroy(fails=True)

    assert ordered.index("batchMigratePoolNodes batch-migrate") < ordered.index(f"patchPool {TRAIN_POOL}")
    assert ordered.index("createPool pools") < ordered.index(f"patchPool {INFER_POOL}")
    assert ordered[-1] == f"patchPool {INFER_POOL}"
    assert (kept["additionalSecretOutputs"], "ciphertext" in kept["outputs"]["nodeCounts"]) == (["nodeCounts"], True)
    assert "ciphertext" in json.dumps(project.outputs()["told"])
    assert "+-3 replaced" in replaced.text
    assert sorted(patched) == sorted(f"patchPool {pool}" for pool in (BLUE, TRAIN_POOL, INFER_POOL))
    assert "7 unchanged" in renamed.text
    assert changes(project, "-2") == {"net": {}, "blue": {}, "move": {}, "train": {}, "late": {}}
    assert {project.resource(f"{name}-2")["parent"].rsplit("::", 1)[-1] for name in NAMES} == {"team"}
    assert "is protected" in removed.text
    assert "pulumi state unprotect" in destroyed.text
    assert sent(project) == []
    assert Hand(project.emulator()).counts(BLUE) == {CPU: 2}


def test_a_transform_counts_as_the_program(project: Project) -> None:
    """What the page's transform gives is previewed, sent and recorded, with the option that it adds."""
    (program,) = blocks((COOKBOOK / "options.md").read_text(encoding="utf-8"), "python")
    (project.folder / "__main__.py").write_text(program, encoding="utf-8")

    project.up()

    recorded = project.resource("train")
    assert recorded["inputs"]["changes"] == {f"flavors.{CPU}": "2 -> 3", "description": "(none) -> team blue"}
    assert (recorded["inputs"]["maxGrowth"], recorded["protect"]) == (4, True)
    assert [body["metadata"] for _, body in writes(project)] == [
        {"annotations": {"os.modelarts/description": "team blue"}}
    ]


def test_a_hook_refuses_what_it_sees(project: Project) -> None:
    """The page's gate ends previews and runs before anything is sent, in its own words, and lets the rest through."""
    page = (COOKBOOK / "hooks.md").read_text(encoding="utf-8")
    (program,) = blocks(page, "python")
    (said,) = blocks(page, "text")
    (project.folder / "__main__.py").write_text(program.replace("{CPU: 4}", "{CPU: 5}"), encoding="utf-8")

    refused = [project.preview(fails=True).text, project.up(fails=True).text]
    nothing = sent(project)
    (project.folder / "__main__.py").write_text(program, encoding="utf-8")
    project.up()

    assert [text for text in refused if said.strip() not in text] == []
    assert nothing == []
    assert sent(project) == [f"patchPool {TRAIN_POOL}"]
