"""A run that is held to what whoever starts it allows, in the real CLI: frozen, bounded, approved by its effects."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import TRAIN_POOL
from tests.resources.service import Hand
from tests.stacks.pools import CPU, train
from tests.stacks.test_made_pools import BLUE, made
from tests.stacks.test_pool_deletion import sent

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stacks.command import Outcome
    from tests.stacks.harness import Project

pytestmark = pytest.mark.long


def review(project: Project, previewed: Outcome, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `modelarts review` on what a preview has printed."""
    command = [sys.executable, "-m", "pulumi_modelarts.cli", "review", *words]
    return subprocess.run(
        command, cwd=project.folder, env=os.environ, input=previewed.stdout, capture_output=True, text=True, check=False
    )


def approve(project: Project, previewed: Outcome, name: str = "approval.json") -> Path:
    """Have what a preview has shown approved, and hold the commands that follow to it."""
    file = project.folder / name
    done = review(project, previewed, "--approve", name)
    assert (done.returncode, f"MODELARTS_APPROVED={file}" in done.stderr) == (0, True), done.stderr
    project.env = {"MODELARTS_APPROVED": str(file)}
    return file


def test_a_run_does_what_it_may_and_no_more(project: Project) -> None:
    """Frozen and bounded it sends nothing; it does what was approved, under another name and after a drift too."""
    hand = Hand(project.emulator())
    project.program(train(4))

    project.env = {"MODELARTS_FREEZE": "quarter end, ask ops"}
    frozen = project.preview(), project.run("up", "--yes", fails=True)
    project.env = {"MODELARTS_MAX_BOUGHT": "1"}
    bounded = project.run("up", "--yes", fails=True)
    project.env = {}
    previewed = project.plan()
    held = review(project, previewed, "--fail-on", "bought>1", "--fail-on", "removed>0", "--approve", "held.json")
    nothing = sent(project)

    approve(project, previewed)
    hand.scale(TRAIN_POOL, CPU, 3)
    project.program(train(4).replace("'train'", "'training'"))
    sent(project)
    done, bought = project.run("up", "--yes"), sent(project)
    project.program(train(5, scope=["Train"]).replace("'train'", "'training'"))
    more = [project.preview(fails=True), project.up(fails=True)]
    project.program(train(4).replace("'train'", "'training'"))
    hand.delete(TRAIN_POOL, *hand.nodes(TRAIN_POOL)[:3])
    sent(project)
    drifted = project.up(fails=True)

    assert "MODELARTS_FREEZE is set (quarter end, ask ops): `pulumi up` is refused here" in frozen[0].text
    assert "Nothing may change now" in frozen[1].text
    assert "MODELARTS_MAX_BOUGHT: allows 1, and 2 nodes would be bought here" in bounded.text
    assert (held.returncode, (project.folder / "held.json").exists()) == (3, False)
    assert "gate bought>1 fails: bought: 2" in held.stderr
    assert (nothing, bought, "+ 1 created" in done.text) == ([], ["patchPool"], True)
    for refused in more:
        assert "MODELARTS_APPROVED: " in refused.text
        assert f"pool {TRAIN_POOL}: nodes of {CPU} 4 -> 5" in refused.text
        assert f"pool {TRAIN_POOL}: scope Infer, Train -> Train" in refused.text
    assert f"nodes of {CPU} 1 -> 4" in drifted.text
    assert sent(project) == []


def test_a_pool_is_deleted_where_that_was_approved(project: Project) -> None:
    """A destroy asks for no preview of a provider, and is held at the door: to the pool, and to how many nodes go."""
    project.program(made())
    approve(project, project.plan())
    project.up()
    sent(project)

    unasked = project.destroy(fails=True)
    kept = sent(project)
    project.env = {}
    destroying = project.run("destroy", "--preview-only", "--json")
    approve(project, destroying, "destroy.json")
    project.destroy()

    assert "MODELARTS_APPROVED: " in unasked.text
    assert f"pool {BLUE}: nodes deleted with it 2 -> 0" in unasked.text
    assert (kept, sent(project), BLUE in project.emulator().world()["pools"]) == ([], ["deletePool"], False)
