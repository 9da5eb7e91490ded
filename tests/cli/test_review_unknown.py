"""What an input does not say, and what nobody understands: a review never takes it for nothing."""

from __future__ import annotations

import pytest

from pulumi_modelarts.cli.review.report import State
from pulumi_modelarts.plans.effect import Deleted, Hidden, Released, Removed
from pulumi_modelarts.plans.subject import Subject
from tests.cli.reviews import CPU, PROJECT, TRAIN, digest, preview, reported, review, stack, step

BLUE, NET = Subject(f"team-blue-{PROJECT}"), Subject(f"team-net-{PROJECT}", "network")


def test_a_secret_is_no_empty_map() -> None:
    """What changes is named, its values are not."""
    found = {each.name: each.effects for each in stack("secret.digest.json").resources}

    keys = ("description", f"flavors.{CPU}")
    assert found["train"] == tuple(Hidden(Subject(TRAIN), key) for key in keys)


def test_an_unknown_map_is_a_state_of_its_own() -> None:
    """A map that is not known before the run, and one that is secret as a whole."""
    found = {each.name: each.state for each in stack("unknown.digest.json").resources}
    (other,) = reported(digest(step("a", changes="[secret]"), step("b", changes={"scope": "[secret]"}))).stacks

    assert found == {"net": State.KNOWN, "other": State.UNKNOWN, "train": State.UNKNOWN}
    assert [each.state for each in other.resources] == [State.SECRET, State.KNOWN]
    assert other.resources[1].effects == (Hidden(Subject(f"b-{PROJECT}"), "scope"),)


@pytest.mark.parametrize(
    "broken",
    [
        step("a", "reshape", changes={}),
        step("a", changes=["n1"]),
        step("a", kind="NodeMigration", moves=["n1"]),
        step("a", kind="NodeSelection", nodes={"n1": "chosen"}),
        {**step("a"), "newState": None},
        {**step("a", "create"), "newState": "gone"},
    ],
)
def test_what_is_not_understood_is_unknown(broken: dict[str, object]) -> None:
    """A step that this version has no word for, a map that is none, and a step that does not say what comes."""
    (found,) = reported(digest(broken)).stacks

    assert [(each.state, each.effects) for each in found.resources] == [(State.UNKNOWN, ())]


def test_a_digest_that_counts_more_than_it_tells_is_cut_off() -> None:
    """It says itself that something is updated, and not what."""
    states = [reported(digest(changeSummary=counts)).stacks[0].complete for counts in ({"same": 3}, {"update": 2})]

    assert states == [True, False]


def test_a_destruction_says_what_nobody_has_looked_at() -> None:
    """Its preview asks no provider: what was made would be deleted, the rest is released."""
    for name in ("destroy.digest.json", "destroy.stream.json"):
        found = {each.name: (each.state, each.effects, each.standing.counts) for each in stack(name).resources}
        assert found == {
            "blue": (State.UNTOLD, (Deleted(BLUE),), {CPU: 2}),
            "move": (State.KNOWN, (), None),
            "net": (State.UNTOLD, (Deleted(NET),), None),
            "train": (State.KNOWN, (Released(Subject(TRAIN)),), {CPU: 8}),
        }


@pytest.mark.parametrize(
    ("kind", "stored", "outs"),
    [
        ("ResourcePool", {"name": "[secret]"}, {}),
        ("ResourcePool", {}, {"ownership": "made"}),
        ("Network", {}, {"ownership": "made"}),
    ],
)
def test_what_was_made_is_deleted(kind: str, stored: dict[str, str], outs: dict[str, str]) -> None:
    """By a name that is secret, too, and by what the outputs say, as the run decides."""
    stored = {"poolName": TRAIN, "networkName": TRAIN, **stored}

    (found,) = reported(digest(step("a", "delete", kind, stored=stored, outs=outs))).stacks

    subject = Subject(TRAIN, "pool" if kind == "ResourcePool" else "network")
    assert [(each.state, each.effects) for each in found.resources] == [(State.UNTOLD, (Deleted(subject),))]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), "3", None])
def test_numbers_that_are_none_are_not_known(number: object) -> None:
    """Of nodes before, and of what one run may do."""
    (found,) = reported(digest(step("a", outs={"nodeCounts": {CPU: number}}, maxGrowth=number, changes={}))).stacks

    assert [(each.standing.counts, each.budgets.growth) for each in found.resources] == [(None, None)]


def test_a_failed_preview_keeps_its_errors() -> None:
    """In both forms; what a refused resource would do is unknown."""
    for name in ("refused.digest.json", "refused.stream.json"):
        found = stack(name)
        (refused,) = [each for each in found.resources if each.messages]
        assert (found.failed, refused.name, refused.state) == (True, "train", State.UNKNOWN)
        assert [text[:40] for _, text in found.errors] == [f'flavors["{CPU}"]: declare']


def test_offline_previews_say_nothing() -> None:
    """An empty map of a stack that asks nobody is no promise."""
    content = digest(step("a", changes={}), config={"modelarts:livePreview": "false"})

    assert [each.state for each in reported(content).stacks[0].resources] == [State.OFFLINE]


def test_events_that_stop_are_told() -> None:
    """A log without its last lines is not taken for a whole one."""
    lines = preview("team.stream.json").splitlines(keepends=True)

    (cut,) = reported(b"".join(lines[:-2])).stacks

    assert (cut.complete, stack("team.stream.json").complete) == (False, True)
    assert "cut off" in review(pipe=b"".join(lines[:-2])).text


def test_work_of_earlier_runs_is_left_out() -> None:
    """An entry that equals the stored one is of an earlier run, and one that is marked as a repeat is of this."""
    stored = {"scope": "(none) -> Train", "nodes.n1": "removed"}
    (found,) = reported(
        digest(step("a", stored={"changes": stored}, changes={**stored, "nodes.n1": "removed (again)"}))
    ).stacks

    assert found.resources[0].effects == (Removed(Subject(f"a-{PROJECT}"), "n1"),)
