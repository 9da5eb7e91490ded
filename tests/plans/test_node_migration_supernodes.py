"""Supernodes in a migration: whole or not at all, several in a batch, asked for with their creating step."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_modelarts.api.node import Node
from pulumi_modelarts.plans.live_nodes import LiveNode, LiveNodes, Record
from pulumi_modelarts.plans.migration_step import Batch, next_step
from pulumi_modelarts.plans.node_migration import plan
from tests.plans.migrations import FLAVOR, NAMES, POOLS, READ, SOURCE, listed, pool, spec

if TYPE_CHECKING:
    from pulumi_modelarts.api.resource_pool import ResourcePool

STEP = {"step": 2, "type": "hyperinstance"}
ENTRY = {"flavor": FLAVOR, "count": 6, "creatingStep": STEP}
PLAIN = {"flavor": FLAVOR, "count": 2}


def node(name: str, uid: str = "", count: str = "2") -> Node:
    """Return a node, part of a supernode where one is named."""
    batch = {"uid": uid, "type": "hyperinstance", "count": count} if uid else {}
    labels = {f"os.modelarts.node/batch.{key}": text for key, text in batch.items()}
    return Node.model_validate(
        {"metadata": {"name": name, "labels": labels}, "spec": {"flavor": FLAVOR}, "status": {"phase": "Available"}}
    )


SIX = [node(name, uid) for name, uid in zip(NAMES, ["sn-1", "sn-2", "sn-1", "sn-2", "sn-3", "sn-3"], strict=False)]


def seen(*nodes: Node, entries: tuple[dict[str, Any], ...] = (ENTRY,)) -> LiveNodes:
    """Return what is known where these nodes are in the source pool."""
    places = {each.name: LiveNode(SOURCE, each) for each in nodes}
    pools: dict[str, ResourcePool] = {**POOLS, SOURCE: pool(SOURCE, resources=list(entries))}
    return replace(READ, pools=pools, nodes=places, lists=listed(*places.values()))


def problems(names: list[str], live: LiveNodes, limit: int = 8) -> list[tuple[str, str]]:
    """Return what a preview refuses."""
    declared = spec(*names, strategy={"maxUnavailable": limit})
    named = replace(live, nodes={name: live.nodes[name] for name in names})
    return [(problem.path, problem.reason) for problem in plan(declared, named, Record()).problems]


def test_a_part_is_refused_with_the_names_that_are_missing() -> None:
    """Each supernode is told once, at its first node in the program."""
    assert problems([NAMES[1], NAMES[0]], seen(*SIX)) == [
        (
            "nodes[1]",
            (
                f"'{NAMES[0]}' in '{SOURCE}' is part of supernode sn-1, whose nodes move together or not at all; name "
                f"{NAMES[2]} too, or leave all of them out"
            ),
        ),
        (
            "nodes[0]",
            (
                f"'{NAMES[1]}' in '{SOURCE}' is part of supernode sn-2, whose nodes move together or not at all; name "
                f"{NAMES[3]} too, or leave all of them out"
            ),
        ),
    ]


def test_one_that_is_larger_than_may_be_away_is_refused_with_the_number() -> None:
    """A batch cannot be smaller than a supernode."""
    assert problems([NAMES[0], NAMES[2]], seen(*SIX), limit=1) == [
        (
            "strategy.max_unavailable",
            "is 1, and the 2 nodes of supernode sn-1 move together; write max_unavailable=2 or more",
        )
    ]


@pytest.mark.parametrize(("limit", "together"), [(2, [0, 2]), (3, [0, 2]), (4, [0, 2, 1, 3]), (5, [0, 2, 1, 3])])
def test_several_are_in_a_batch_as_far_as_they_fit(limit: int, together: list[int]) -> None:
    """A batch never parts a supernode, and says with which step its nodes came."""
    declared = spec(*NAMES[:6], strategy={"maxUnavailable": limit})

    step = next_step(declared, seen(*SIX))

    assert step == Batch(SOURCE, SOURCE, FLAVOR, tuple(NAMES[i] for i in together), (2, "hyperinstance"))


def test_one_of_which_a_node_is_skipped_stays_whole() -> None:
    """A node that cannot be drained keeps the others of its supernode, too."""
    declared = spec(*NAMES[:4], strategy={"maxUnavailable": 2})

    step = next_step(declared, seen(*SIX[:4]), skipped={NAMES[0]})

    assert step == Batch(SOURCE, SOURCE, FLAVOR, (NAMES[1], NAMES[3]), (2, "hyperinstance"))


def test_nodes_of_an_entry_with_a_step_are_asked_for_with_it_without_any_label() -> None:
    """A service that does not label its supernodes still wants their step."""
    assert next_step(spec(NAMES[0]), seen(node(NAMES[0]))) == Batch(
        SOURCE, SOURCE, FLAVOR, (NAMES[0],), (2, "hyperinstance")
    )


def test_a_node_by_itself_is_of_the_entry_without_a_step() -> None:
    """Beside an entry of supernodes, plain nodes are asked for without one, in a batch of their own."""
    live = seen(*SIX[:1], SIX[2], node(NAMES[7]), entries=(ENTRY, PLAIN))
    declared = spec(NAMES[0], NAMES[2], NAMES[7], strategy={"maxUnavailable": 8})

    first = next_step(declared, live)
    second = next_step(declared, live, skipped={NAMES[0]})

    assert [first, second] == [
        Batch(SOURCE, SOURCE, FLAVOR, (NAMES[0], NAMES[2]), (2, "hyperinstance")),
        Batch(SOURCE, SOURCE, FLAVOR, (NAMES[7],)),
    ]


def test_a_node_of_either_of_two_steps_is_refused() -> None:
    """Which step to ask for is not guessed."""
    other = {**ENTRY, "creatingStep": {"step": 4, "type": "hyperinstance"}}

    ((path, reason),) = problems([NAMES[0]], seen(node(NAMES[0]), entries=(ENTRY, other)))

    assert path == "nodes[0]"
    assert "is of one of several entries that differ in their creating step alone" in reason
