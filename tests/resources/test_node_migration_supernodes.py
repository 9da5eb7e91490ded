"""Supernodes and spares, on the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import INFER_POOL, TRAIN_POOL, Emulator
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from tests.resources.migrations import EIGHT, STAYING, batches, placing, seed_nine
from tests.resources.pools import CPU
from tests.resources.scenario import CheckFailedError, Stack, configured, connect

if TYPE_CHECKING:
    from tests.resources.service import Hand

STEP = {"step": 3, "type": "hyperinstance"}
OF_THREES: dict[str, Any] = {"resources": [{"flavor": CPU, "count": 9, "creatingStep": STEP}]}


@pytest.fixture
def stack(emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
    """A program with one migration, never run."""
    return Stack(configured(NodeMigrationProvider(), **connect(emulator, request.node.nodeid)))


def test_supernodes_move_whole_one_after_the_other(stack: Stack, emulator: Emulator, hand: Hand) -> None:
    """Four nodes may be away, a supernode has three: each is a request of its own, with its creating step."""
    seed_nine(emulator, **OF_THREES)

    stack.up(placing(*EIGHT[:6], strategy={"maxUnavailable": 4}))

    asked = emulator.journal.exchanges("batchMigratePoolNodes")
    assert batches(emulator) == [EIGHT[:3], EIGHT[3:6]]
    assert [exchange.body["resourceSpec"] for exchange in asked] == [{"flavor": CPU, "creatingStep": STEP}] * 2
    assert hand.nodes(TRAIN_POOL) == [*EIGHT[6:], STAYING]
    assert set(EIGHT[:6]) <= set(hand.nodes(INFER_POOL))


def test_a_spare_is_not_moved(stack: Stack, emulator: Emulator) -> None:
    """It stands by for the others of its pool, idle as it looks: the preview says what to do."""
    nodes: dict[str, Any] = {name: {} for name in [*EIGHT, STAYING]}
    seed_nine(emulator, nodes={**nodes, EIGHT[0]: {"spare": True}})

    with pytest.raises(CheckFailedError) as failed:
        stack.preview(placing(EIGHT[0]))

    assert str(failed.value) == (
        f"nodes[0]: {EIGHT[0]!r} in {TRAIN_POOL!r} is a spare, which stands by for nodes that break; close HA "
        "redundancy for it first, or name another node"
    )
    assert emulator.journal.writes() == []
