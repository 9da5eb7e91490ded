"""Whose a pool is, by its tags, and what a run does about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_modelarts.api.resource_pool import ResourcePool
from pulumi_modelarts.plans import marks
from pulumi_modelarts.plans.marks import Marking
from pulumi_modelarts.specs.stack import Stack
from tests.plans.worlds import POOL

if TYPE_CHECKING:
    from collections.abc import Mapping

OURS, THEIRS, THIRD = (Stack(f"acme/shop/{name}", marks=True) for name in ("ours", "theirs", "third"))
SILENT = Stack(OURS.name)
NOBODY = Stack("", marks=True)
OWN, OTHER, FURTHER = (marks.mark_of(stack) for stack in (OURS, THEIRS, THIRD))
TEAM = {"team": "vision"}


def pool(*tags: Mapping[str, str], text: str | None = None) -> ResourcePool:
    """A pool with these tags, or with this text in their place."""
    found: list[Any] = [{"key": key, "value": value} for some in tags for key, value in some.items()]
    annotations = {"os.modelarts/tms.tags": json.dumps(found) if text is None else text}
    return ResourcePool.model_validate({"metadata": {"name": POOL, "annotations": annotations}})


def test_stacks_have_keys_of_their_own() -> None:
    """The key is the stack's own, short, of characters that a key may have; the value is its name."""
    (key,), (other,) = OWN, OTHER

    assert (key, OWN[key]) == ("pulumi-modelarts:ceb166a37aea", "acme/shop/ours")
    assert key != other


@pytest.mark.parametrize(
    ("stack", "found", "take_over", "done"),
    [
        (OURS, pool(), False, Marking(OWN, {}, (), OURS.name)),
        (OURS, pool(TEAM), False, Marking(OWN, {}, (), OURS.name)),
        (OURS, pool(TEAM, OWN), False, None),
        (OURS, pool(OTHER), False, Marking(OWN, {}, (), OURS.name)),
        (OURS, pool(TEAM, OTHER), True, Marking(OWN, OTHER, (THEIRS.name,), OURS.name)),
        (OURS, pool(OWN, OTHER, FURTHER), True, Marking({}, OTHER | FURTHER, (THEIRS.name, THIRD.name), OURS.name)),
        (SILENT, pool(TEAM), False, None),
        (SILENT, pool(OTHER), False, None),
        (SILENT, pool(OTHER), True, Marking({}, OTHER, (THEIRS.name,), "")),
        (SILENT, pool(OWN), False, Marking({}, OWN, (OURS.name,), "")),
        (NOBODY, pool(), False, None),
        (OURS, pool(text="?"), False, Marking(OWN, {}, (), OURS.name)),
    ],
)
def test_what_a_run_does(stack: Stack, found: ResourcePool, take_over: bool, done: Marking | None) -> None:  # noqa: FBT001 - a case
    """A stack that marks has its mark on its pools, another one has none; those of others go where it takes over."""
    assert marks.marking(found, stack, take_over=take_over) == done


@pytest.mark.parametrize(
    ("stack", "found", "take_over", "reason"),
    [
        (OURS, pool(TEAM), False, ""),
        (OURS, pool(OWN), False, ""),
        (SILENT, pool(), False, ""),
        (OURS, pool(OTHER), True, ""),
        (OURS, pool(OTHER), False, "is marked by stack acme/shop/theirs;"),
        (SILENT, pool(OTHER), False, "is marked by stack acme/shop/theirs;"),
        (SILENT, pool(OTHER, FURTHER), False, "is marked by stacks acme/shop/theirs, acme/shop/third;"),
        (Stack(), pool(OTHER), False, "is marked by stack acme/shop/theirs;"),
        (OURS, pool(text="?"), False, "were not understood, so nobody can tell whether a stack has marked it. Look at"),
        (SILENT, pool(text="?"), False, ""),
        (NOBODY, pool(), False, "cannot be marked: this version of the Pulumi SDK does not tell which stack this is."),
        (OURS, pool({str(n): "" for n in range(20)}), False, f"{POOL!r} has 20 tags, and takes no more. Delete one"),
        (OURS, pool({str(n): "" for n in range(19)}, OWN), False, ""),
    ],
)
def test_what_is_refused(stack: Stack, found: ResourcePool, take_over: bool, reason: str) -> None:  # noqa: FBT001 - a case
    """A pool of another stack is refused, and one that a stack which marks cannot mark."""
    problems = marks.refused(found, stack, take_over=take_over)

    assert [problem.path for problem in problems] == ["pool_name"] * bool(reason)
    assert all(reason in problem.reason for problem in problems)


def test_tags_that_are_not_understood_are_told() -> None:
    """Where nothing rests on them a run goes on, and says that nobody can tell whose the pool is."""
    text = (
        f"the tags of resource pool {POOL!r} were not understood, so nobody can tell whether a stack has marked it. "
        "Look at them in the console"
    )

    assert marks.untold(pool(text="?"), SILENT) == [text]
    assert (marks.untold(pool(text="?"), OURS), marks.untold(pool(TEAM), SILENT)) == ([], [])


def test_a_refresh_warns_of_another_stack() -> None:
    """Whoever reads a pool that another stack has marked is told."""
    text = (
        f"resource pool {POOL!r} is marked by stack acme/shop/theirs; two stacks manage it, and one of them should "
        "leave it out"
    )

    assert marks.warnings(pool(OWN, OTHER), OURS) == [text]
    assert marks.warnings(pool(OWN), OURS) == []


stacks = st.sampled_from([OURS, THEIRS, THIRD, SILENT, Stack(THEIRS.name)])


@given(stacks, st.lists(st.sampled_from([OWN, OTHER, FURTHER, TEAM]), unique_by=str), st.booleans())
def test_comes_to_rest(stack: Stack, tags: list[dict[str, str]], take_over: bool) -> None:  # noqa: FBT001 - drawn
    """Done step by step, what a run does to marks ends, with no tag of a person touched and one owner at most."""
    live = {key: value for some in tags for key, value in some.items()}
    for _ in range(2):
        done = marks.marking(pool(live), stack, take_over=take_over)
        if done is not None:
            live = {**live, **done.adds} if done.adds else {key: live[key] for key in live if key not in done.deletes}

    assert marks.marking(pool(live), stack, take_over=take_over) is None
    assert live.get("team") == ("vision" if TEAM in tags else None)
    if take_over:
        assert list(marks.marks_on(pool(live)).values()) == ([stack.name] if stack.marks else [])
