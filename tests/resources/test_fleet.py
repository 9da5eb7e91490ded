"""A fleet against the emulator: moves before purchases, budgets for all pools together, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import INFER_POOL, TRAIN_POOL
from tests.resources.fleet_program import PLACEMENT, FleetProgram, node, pools, two_pools
from tests.resources.interference import mortal
from tests.resources.migrations import batches
from tests.resources.pools import CPU

if TYPE_CHECKING:
    from modelarts_emulator import Emulator
    from tests.resources.service import Hand

A = [node("a", number) for number in range(10)]


@pytest.fixture
def program(emulator: Emulator, request: pytest.FixtureRequest) -> FleetProgram:
    """A program with a fleet of two pools, of 8 nodes and of 2, never run."""
    emulator.seed(two_pools(8, 2))
    return FleetProgram(lambda: mortal(emulator, emulator.transport(), request.node.nodeid))


def test_moves_what_one_pool_lacks_and_another_has(program: FleetProgram, emulator: Emulator, hand: Hand) -> None:
    """8 and 2 become 6 and 4 by two moves: nothing is bought, nothing is removed, and a second run is silent."""
    shown = program.preview(pools(6, 4))

    program.up(pools(6, 4))
    asked = [write.operation for write in emulator.journal.writes()]
    emulator.journal.clear()
    program.up(pools(6, 4))

    assert shown == {PLACEMENT: {A[0]: "train -> infer", A[1]: "train -> infer"}, "train": {}, "infer": {}}
    assert program.said == {}
    assert asked == ["batchDrainPoolNodes", "batchMigratePoolNodes"] * 2
    assert (hand.counts(TRAIN_POOL), hand.counts(INFER_POOL)) == ({CPU: 6}, {CPU: 4})
    assert [exchange.operation for exchange in emulator.journal.exchanges()] == ["listPools"]


def test_buys_only_what_no_move_supplies(program: FleetProgram, emulator: Emulator, hand: Hand) -> None:
    """8 and 2 become 6 and 6: two nodes move, and two are bought, by the pool that lacks them."""
    shown = program.preview(pools(6, 6))

    program.up(pools(6, 6))

    assert shown["train"] == {}
    assert shown["infer"] == {f"flavors.{CPU}": "4 -> 6"}
    assert batches(emulator) == [[A[0]], [A[1]]]
    assert (hand.counts(TRAIN_POOL), hand.counts(INFER_POOL)) == ({CPU: 6}, {CPU: 6})
