"""What `modelarts review` makes of inputs: those of the real CLI, wrong ones, and several at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pulumi_modelarts.cli.review.report import Form, Severity, State
from pulumi_modelarts.plans.effect import Altered, Counted, Made, Moved, Released, Removed
from pulumi_modelarts.plans.subject import Place, Subject
from tests.cli.reviews import (
    CPU,
    INFER,
    PROJECT,
    TRAIN,
    digest,
    effects_of,
    preview,
    reported,
    review,
    stack,
    step,
    urn,
)

if TYPE_CHECKING:
    from pathlib import Path

BLUE, NET, VISION = Subject(f"team-blue-{PROJECT}"), Subject(f"team-net-{PROJECT}", "network"), f"gpu-pool-os-{PROJECT}"
MOVED = ["os-node-created-3j0w8", "os-node-created-8o8lx", "os-node-created-bfv9l"]


class TestEveryForm:
    def test_says_exactly_what_a_run_does(self) -> None:
        """Nodes that move, from where to where; what is bought, removed by name, made and changed."""
        found = {each.name: each.effects for each in stack("team.digest.json").resources if each.effects}

        assert found == {
            "blue": (
                Altered(BLUE, "scope", "(none)", "Train"),
                Counted(BLUE, CPU, "", "", 0, 3),
                Made(BLUE, NET.id),
            ),
            "infer": (
                Altered(Subject(INFER), "scope", "Infer", "Infer, Train"),
                Counted(Subject(INFER), CPU, "", "", 5, 7),
            ),
            "move": tuple(Moved(node, Place(Subject(TRAIN)), Place(Subject(INFER))) for node in MOVED),
            "net": (Made(NET),),
            "train": (Counted(Subject(TRAIN), CPU, "", "", 5, 4), Removed(Subject(TRAIN), "os-node-created-iudgf")),
            "vision": (Altered(Subject(VISION), "driver.gpuVersion", "440.33", "515.65.01"),),
        }

    @pytest.mark.parametrize("form", ["stream", "events"])
    def test_says_the_same_in_events(self, form: str) -> None:
        """The stream of a preview and the log of an Automation API are read as the digest is."""
        events, whole = stack(f"team.{form}.json"), stack("team.digest.json")

        assert effects_of(events) == effects_of(whole)
        assert {each.name: each.standing for each in events.resources if each.effects} == {
            each.name: each.standing for each in whole.resources if each.effects
        }
        assert (events.form, events.foreign, events.title) == (Form.EVENTS, whole.foreign, "modelarts/test")

    def test_says_of_a_plan_that_it_may_tell_of_earlier_runs(self) -> None:
        """A saved plan has the maps to be, and not those that were: what is created is known, the rest at most that."""
        plan, whole = stack("team.plan.json"), stack("team.digest.json")
        states = {each.name: each.state for each in plan.resources if each.effects}

        assert [each[3] for each in effects_of(plan)] == [each[3] for each in effects_of(whole)]
        assert states == {
            **dict.fromkeys(("blue", "move", "net"), State.KNOWN),
            **dict.fromkeys(("infer", "train", "vision"), State.AT_MOST),
        }

    @pytest.mark.parametrize("form", ["digest", "stream"])
    def test_tells_what_a_replacement_does(self, form: str) -> None:
        """A digest tells it in one step: the pool that is adopted in place of another one buys nodes."""
        found = stack(f"replaced.{form}.json")

        assert [(each.action, each.state, each.effects, each.standing.counts) for each in found.resources] == [
            ("create-replacement", State.KNOWN, (Counted(Subject(INFER), CPU, "", "", 2, 4),), None),
            ("delete-replaced", State.KNOWN, (Released(Subject(TRAIN)),), {CPU: 5}),
        ]

    def test_a_plan_of_another_replacement_is_an_error(self) -> None:
        """What is bought in it counts, and not only what goes."""
        more = preview("replaced.plan.json").replace(b"2 -> 4", b"2 -> 9")

        (same,) = reported(preview("replaced.plan.json"), preview("replaced.digest.json")).stacks
        (other,) = reported(more, preview("replaced.digest.json")).stacks

        assert (same.failed, other.failed) == (False, True)

    def test_tells_counts_before_and_foreign_resources(self) -> None:
        """As far as the state in the input says."""
        found = stack("team.digest.json")

        counts = {each.name: each.standing.counts for each in found.resources if each.effects}
        assert (counts["train"], counts["infer"], counts["blue"]) == ({CPU: 8}, {CPU: 2}, None)
        assert [(each.type, each.action) for each in found.foreign] == [("toy:index:Toy", "create")]


class TestSeveral:
    def test_stacks_stand_side_by_side(self) -> None:
        """From several files, and one behind the other in one; in the order of their names."""
        other = preview("team.digest.json").replace(b"urn:pulumi:test::modelarts", b"urn:pulumi:prod::modelarts")

        assert [each.title for each in reported(preview("team.stream.json"), other).stacks] == [
            "modelarts/prod",
            "modelarts/test",
        ]
        assert [each.title for each in reported(preview("team.stream.json") + other).stacks] == [
            "modelarts/prod",
            "modelarts/test",
        ]
        assert len(reported(preview("team.stream.json") + preview("team.events.json")).stacks) == 2

    def test_a_plan_beside_its_preview_adds_nothing(self) -> None:
        """The preview says more, so that its report is the one."""
        both = reported(preview("team.plan.json"), preview("team.digest.json"))

        assert [(each.form, effects_of(each)) for each in both.stacks] == [
            (Form.DIGEST, effects_of(stack("team.digest.json")))
        ]
        assert not both.stacks[0].failed

    def test_a_plan_of_another_run_is_an_error(self) -> None:
        """Whoever approves the preview would not approve that plan."""
        (found,) = reported(preview("secret.plan.json"), preview("team.digest.json")).stacks

        assert found.failed
        assert found.messages[0].severity is Severity.ERROR
        assert (
            "the plan input 0 is not of the run that input 1 shows: they differ about blue, infer"
            in found.messages[0].text
        )

    def test_nothing_of_ours_is_no_error(self) -> None:
        """A preview of other packages alone is reported as that."""
        done = review(pipe=digest({"op": "create", "urn": "urn:pulumi:a::b::toy:index:Toy::t", "newState": {}}))

        assert (done.code, done.text) == (
            0,
            "Stack b/a, from the pipe\n  Other packages: create t\n  nothing changes.\n\n",
        )


WRONG = {
    "empty": (b" \n", "is empty: the command that should have written it has failed"),
    "cut": (preview("team.digest.json")[:2000], "ends in the middle, or is damaged"),
    "cut-line": (preview("team.stream.json")[:2000], "ends in the middle, or is damaged"),
    "terraform": (b'{"format_version": "1.2", "resource_changes": []}', "is a plan or log of Terraform or OpenTofu"),
    "tofu": (b'{"@level": "info", "@message": "OpenTofu 1.8"}', "is a plan or log of Terraform or OpenTofu"),
    "state": (b'{"version": 3, "deployment": {}}', "is the state of a stack"),
    "other": (b'{"Resources": {}}', "is JSON of another tool"),
    "steps": (b'{"steps": [{"op": "create"}]}', "is JSON of another tool"),
    "no steps": (b'{"steps": "none"}', "is JSON of another tool"),
    "number": (b"[" + b"1" * 5000 + b"]", "ends in the middle, or is damaged"),
    "list": (b"[1, 2]", "is JSON, and no preview"),
    "text": (b"Previewing update (test):\n", "is what Pulumi prints without --json"),
    "yaml": (b'{"steps": []}\nname: x\n', "is not JSON in line 2"),
    "zip": (b"PK\x03\x04\xff\xfe", "is no text"),
    "deep": (b"[" * 100_000, "ends in the middle, or is damaged"),
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_wrong_input_is_told_apart(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is reported of it, and the exit status says that nothing could be read."""
    content, reason = WRONG[name]

    done = review("-", pipe=content)

    assert (done.code, done.text) == (1, "")
    assert f"modelarts review: the pipe {reason}" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """By its name."""
    assert review("nowhere.json").code == 1
    assert "nowhere.json cannot be read: No such file" in capsys.readouterr().err


def test_reads_what_other_shells_write() -> None:
    """UTF-16, and UTF-8 with a mark."""
    text = preview("team.digest.json").decode()

    assert {review(pipe=text.encode(form)).text for form in ("utf-8", "utf-8-sig", "utf-16")} == {
        review(pipe=text.encode()).text
    }


class TestCost:
    def test_is_a_difference_for_hour_and_month(self, tmp_path: Path) -> None:
        """Five nodes are bought and one removed; what moves costs the same as before."""
        prices = tmp_path / "prices.yaml"
        prices.write_text(f"{CPU}: 2.50\n", encoding="utf-8")

        done = review("--prices", str(prices), pipe=preview("team.digest.json"))

        assert "Cost: +10.00 an hour, +7,300.00 a month of 730 hours.\n" in done.text

    def test_names_what_has_no_price_and_what_is_not_known(self, tmp_path: Path) -> None:
        """A deleted pool saves what is on record; a secret count and a missing price are named."""
        prices = tmp_path / "prices.yaml"
        prices.write_text(f"{CPU}: 2.50\n", encoding="utf-8")
        more = digest(step("a", changes={"flavors.gpu": "0 -> 1"}))

        (tmp_path / "more.json").write_bytes(more)
        done = review("--prices", str(prices), str(tmp_path / "more.json"), "-", pipe=preview("secret.digest.json"))

        cost = "Cost: -5.00 an hour, -3,650.00 a month of 730 hours; without gpu, of which there is no price; "
        assert f"{cost}without train, of which not all is known.\n" in done.text

    @pytest.mark.parametrize("text", ["- 1\n", "cpu: 1\ncpu: 2\n", "cpu: cheap\n", "cpu: -1\n", "cpu: nan\n", "{"])
    def test_wrong_prices_are_wrong_words(self, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The exit status tells them from an input that cannot be read."""
        prices = tmp_path / "prices.yaml"
        prices.write_text(text, encoding="utf-8")

        assert review("--prices", str(prices), pipe=preview("team.digest.json")).code == 2
        assert str(prices) in capsys.readouterr().err


def test_budgets_are_part_of_it() -> None:
    """What a program lets one run do, where it says so."""
    done = json.loads(review("--format", "json", pipe=preview("team.digest.json")).text)

    found = {each["name"]: each["budgets"] for each in done["stacks"][0]["resources"] if each["effects"]}
    assert found["train"] == {"maxGrowth": None, "maxScaleIn": 2, "maxMoves": None}
    assert urn("train") in {each["urn"] for each in done["stacks"][0]["resources"]}
