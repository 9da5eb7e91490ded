"""The pipelines of the cookbook: what their jobs run, in the order in which a change goes through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import NODE, TRAIN_POOL
from tests.resources.service import Hand
from tests.stacks.pipelines import AUTHOR, Player, served
from tests.stacks.pools import CPU, train, writes

if TYPE_CHECKING:
    from tests.stacks.harness import Project

NAMES = {
    "github": ("preview/preview", "preview/comment", "run/preview", "run/approve", "run/up", "drift/drift"),
    "gitlab": ("preview", "comment", "preview", "approve", "up", "drift"),
}


@pytest.mark.long
@pytest.mark.parametrize("system", NAMES)
def test_a_change_goes_through_the_pipeline(project: Project, system: str) -> None:
    """One comment, edited by the next preview; what breaks the policy is not merged; a run does what was approved."""
    preview, comment, again, approve, up, drift = NAMES[system]
    hand = Hand(project.emulator())
    summary = project.folder / "summary.md"
    with served(system) as board:
        player = Player(project, system, board.url)
        board.put("somebody", "<!-- modelarts-review: modelarts/test -->\nmine")

        project.program(train(9))
        too_much, told = player.play(preview), player.play(comment)
        first = board.said[1:]
        project.program(train(4))
        good, edited = player.play(preview), player.play(comment)

    merged = good if again == preview else player.play(again)
    yes = player.play(approve)
    sent_so_far = writes(project)
    project.program(train(5))
    beyond = player.play(up)
    refused = writes(project)
    project.program(train(4))
    hand.scale(TRAIN_POOL, CPU, 3)
    project.emulator().journal.clear()
    done = player.play(up)
    sent = [operation for operation, _ in writes(project)]
    hand.delete(TRAIN_POOL, NODE)
    summary.write_text("", encoding="utf-8")
    drifted = player.play(drift)

    assert (too_much.returncode, good.returncode) == (3, 0), too_much.stdout + good.stdout
    assert (
        "gate bought>4 fails: bought: 7 (more than four nodes are ordered with the budget's owner)" in too_much.stdout
    )
    assert (told.returncode, edited.returncode) == (0, 0), told.stdout + edited.stdout
    assert [author for author, _ in board.said] == ["somebody", AUTHOR[system]]
    assert board.said[0][1].endswith("\nmine")
    assert "7 nodes are bought" in first[0][1]
    assert "2 nodes are bought" in board.said[1][1]
    assert (merged.returncode, yes.returncode, sent_so_far) == (0, 0, []), merged.stdout + yes.stdout
    assert (beyond.returncode != 0, refused) == (True, [])
    assert f"pool {TRAIN_POOL}: nodes of {CPU} 2 -> 5" in beyond.stdout
    assert (done.returncode, sent) == (0, ["patchPool"]), done.stdout
    assert "2 unchanged" in done.stdout
    assert (drifted.returncode != 0, "no changes were expected" in drifted.stdout) == (True, True), drifted.stdout
    assert "buy 1 of" in drifted.stdout + summary.read_text(encoding="utf-8")
