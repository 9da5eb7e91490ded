"""What is approved of a report, and that nothing is of which somebody does not know what it does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_modelarts.cli.review.approving import NotApprovableError, approval
from pulumi_modelarts.cli.review.report import Form, Report, State
from pulumi_modelarts.plans import approval as approvals
from pulumi_modelarts.plans.effect import Deleted, Effect, Hidden, Moved, Unread
from pulumi_modelarts.plans.subject import Place, Subject
from tests.cli.reports import CPU, INFER, PROJECT, TRAIN, grown, report, resource
from tests.cli.reviews import preview, review

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def refusals(found: Report) -> str:
    """Return why a report is not approved."""
    with pytest.raises(NotApprovableError) as refused:
        approval(found, NOW, DAY)
    return "\n".join(refused.value.args)


class TestAnApproval:
    def test_is_of_the_objects_of_all_stacks(self) -> None:
        """By project, which their ids tell; it is read again as it was written, the same each time."""
        move = resource(Moved("n1", Place(TRAIN), Place(INFER)), name="move")
        stacks = (*report(resource(grown(TRAIN, 2, 4))).stacks, *report(move).stacks)

        made = approval(Report(stacks), NOW, DAY)

        objects = {
            "node n1": {"place": f"{TRAIN.id} -> {INFER.id}"},
            f"pool {TRAIN.id}": {f"nodes of {CPU}": "2 -> 4"},
        }
        assert {project: each.objects for project, each in made.footprints.items()} == {PROJECT: objects}
        assert (made.made, made.expires) == (NOW, NOW + DAY)
        assert approvals.read(approvals.written(made)) == made

    def test_is_of_the_project_that_is_named(self) -> None:
        """Where the ids do not say it: by the words, or by the stack's configuration."""
        unnamed = resource(grown(Subject("my-pool"), 2, 4))

        told = [approval(report(unnamed), NOW, DAY, "p1"), approval(report(unnamed, project_id="p2"), NOW, DAY)]

        assert [[*each.footprints] for each in told] == [["p1"], ["p2"]]
        assert "train: its project is not known; name it with --project" in refusals(report(unnamed))

    def test_of_a_deletion_takes_the_preview(self) -> None:
        """Which says what goes, although no provider was asked; a saved plan by itself does not."""
        going = resource(Deleted(TRAIN), state=State.UNTOLD, counts={CPU: 2})

        assert approval(report(going), NOW, DAY).footprints[PROJECT].deletes
        assert "give the preview beside it" in refusals(report(going, form=Form.PLAN))
        assert "give the preview beside it" in refusals(report(resource(state=State.UNTOLD), form=Form.PLAN))

    @pytest.mark.parametrize("state", [State.AT_MOST, State.UNKNOWN, State.SECRET, State.OFFLINE])
    def test_of_what_is_not_known_is_none(self, state: State) -> None:
        """Nobody can say yes to that."""
        assert refusals(report(resource(state=state))).startswith("pools/prod: train: ")

    @pytest.mark.parametrize(
        "effect", [Hidden(TRAIN, "scope"), Unread(TRAIN, "shape", "round -> square")], ids=["secret", "new"]
    )
    def test_of_what_is_not_told_is_none(self, effect: Effect) -> None:
        """Likewise."""
        assert refusals(report(resource(effect))).startswith("pools/prod: train: ")

    @pytest.mark.parametrize("broken", [{"failed": True}, {"complete": False}, {"previewed": False}], ids=str)
    def test_of_no_preview_is_none(self, broken: dict[str, Any]) -> None:
        """It failed, ended in the middle, or is the log of a run that has been."""
        assert refusals(report(resource(grown(TRAIN, 2, 4)), **broken)).startswith("pools/prod: ")


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "[" * 100_000, '{"approval": 2}', "null", '{"approval": NaN}'], ids=range(7)
)
def test_what_is_no_approval_is_refused(text: str) -> None:
    """Whatever it is."""
    with pytest.raises(ValueError, match="is no approval"):
        approvals.read(text)


def test_what_was_edited_is_refused() -> None:
    """A later end, another count, a project."""
    good = approvals.written(approval(report(resource(grown(TRAIN, 2, 4))), NOW, DAY))

    for edited in (
        good.replace("2026-11-28", "2027-11-28"),
        good.replace("2 -> 4", "2 -> 9"),
        good.replace(PROJECT, "p1"),
    ):
        with pytest.raises(ValueError, match="was changed, or cut short"):
            approvals.read(edited)


def test_an_approval_that_cannot_be_written_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a folder has its name; the exit status tells it from a gate that fails."""
    (tmp_path / "approval.json").mkdir()

    done = review("--approve", str(tmp_path / "approval.json"), pipe=preview("replaced.digest.json"))

    assert done.code == 1
    assert f"{tmp_path / 'approval.json'} cannot be written: Is a directory" in capsys.readouterr().err
    assert [each.name for each in tmp_path.iterdir()] == ["approval.json"]
