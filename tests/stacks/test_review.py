"""What `modelarts review` says of previews that the real CLI makes, in each form that it writes them in."""

import pytest

from modelarts_emulator import NODE, TRAIN_POOL
from tests.cli.reviews import effects_of, reported
from tests.stacks.harness import Project
from tests.stacks.migrations import move
from tests.stacks.pools import Code, train

pytestmark = pytest.mark.long

STREAM = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}
LOG = {"PULUMI_DEBUG_COMMANDS": "true"}


def test_every_form_says_the_same_and_what_the_run_does(project: Project) -> None:
    """Digest, stream, log and saved plan of one preview, the log of its run, and the preview of a destroy."""
    project.program(move() + train(4, after=Code("[move]"), max_growth=9))
    plan, log = (project.folder / name for name in ("plan.json", "events.json"))

    digest = project.plan("--save-plan", str(plan)).stdout.encode()
    project.env = STREAM
    stream = project.plan().stdout.encode()
    project.env = LOG
    project.preview("--event-log", str(log))
    previewed = log.read_bytes()
    log.unlink()
    project.up("--plan", str(plan), "--event-log", str(log))
    gone = project.run("destroy", "--preview-only", "--json").stdout.encode()

    (whole,) = reported(digest).stacks
    assert [each.effects for each in whole.resources if each.effects]
    for content in (stream, previewed, plan.read_bytes()):
        (found,) = reported(content).stacks
        assert (effects_of(found), found.previewed, found.complete, found.failed) == (
            effects_of(whole),
            True,
            True,
            False,
        )
    (done,) = reported(log.read_bytes()).stacks
    assert (done.previewed, done.complete) == (False, True)
    assert {each.name: each.effects for each in done.resources} == {each.name: each.effects for each in whole.resources}
    assert project.emulator().world()["pools"][TRAIN_POOL]["nodes"].keys().isdisjoint({NODE})
    (end,) = reported(gone).stacks
    assert {each.name: (each.action, each.state.value) for each in end.resources} == {
        "move": ("delete", "known"),
        "train": ("delete", "known"),
    }
