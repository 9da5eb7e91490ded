"""A migration and a pool that comes after it, as one program runs them: in one process, with one session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Emulator, Fault
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.migrations import placing
from tests.resources.pools import CPU, train
from tests.resources.scenario import Stack, configured, connect

if TYPE_CHECKING:
    from tests.resources.service import Hand


@pytest.mark.parametrize(
    "trouble",
    [
        {"status": 503, "when": "after"},
        {"drop": "reset", "when": "after"},
        {"body": {"nonsense": True}, "when": "after"},
    ],
    ids=["503", "reset", "nonsense"],
)
def test_a_lost_answer_ends_both_in_the_same_run(
    emulator: Emulator, hand: Hand, request: pytest.FixtureRequest, trouble: dict[str, Any]
) -> None:
    """One request moves the node; the pool then sees it gone, buys the one that the preview showed, and rests."""
    config = connect(emulator, request.node.nodeid)
    move, pool = (Stack(configured(each(), **config)) for each in (NodeMigrationProvider, ResourcePoolProvider))
    moving, keeping = placing(NODE), train(3, after={NODE: INFER_POOL})
    previews = move.preview(moving)["moves"], pool.preview(keeping)["changes"]
    emulator.faults.arm(Fault("batchMigratePoolNodes", **trouble))

    move.up(moving)
    pool.up(keeping)

    assert previews == ({NODE: f"{TRAIN_POOL} -> {INFER_POOL}"}, {f"flavors.{CPU}": "1 -> 3"})
    assert len(emulator.journal.exchanges("batchMigratePoolNodes")) == len(emulator.world()["jobs"]) == 1
    assert (hand.counts(TRAIN_POOL), NODE in hand.nodes(INFER_POOL)) == ({CPU: 3}, True)
    assert (move.preview(moving), pool.preview(keeping)) == ({}, {})
