"""What a migration does not read twice decides nothing: whatever happens at that very moment, it ends as it should."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, TRAIN_POOL, Emulator
from pulumi_modelarts.handlers._rpc import PartlyDoneError
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from tests.resources.interference import Executioner, mortal
from tests.resources.migrations import EIGHT, batches, placing, seed_nine
from tests.resources.scenario import Stack, configured

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.resources.service import Hand

FIRST, SECOND = EIGHT[:2]
TWO = placing(FIRST, SECOND)


@pytest.fixture
def witness(emulator: Emulator) -> Executioner:
    """Who lets things happen between two requests, to a training pool of nine nodes."""
    seed_nine(emulator)
    return Executioner(emulator)


@pytest.fixture
def stack(emulator: Emulator, witness: Executioner, request: pytest.FixtureRequest) -> Stack:
    """A program with one migration, never run."""
    return Stack(configured(NodeMigrationProvider(), **mortal(emulator, witness, request.node.nodeid)))


def once(witness: Executioner, due: Callable[[], bool], event: Callable[[], object]) -> None:
    """Let something happen once, before the first request at which it is due."""
    left = [event]

    def look() -> None:
        if left and due():
            left.pop()()

    witness.before_each = look


def first_seen_ready(emulator: Emulator) -> bool:
    """Return whether the last answer was the list of the target, with the first node in it and ready."""
    asked = emulator.journal.exchanges()
    there = emulator.world()["pools"][INFER_POOL]["nodes"].get(FIRST, {})
    last = asked[-1] if asked else None
    listed = last is not None and last.operation == "listPoolNodes" and f"/{INFER_POOL}/" in last.path
    return listed and there.get("phase") == "Available" and len(batches(emulator)) == 1


def second_sent(emulator: Emulator) -> bool:
    """Return whether the second batch is on its way."""
    return len(batches(emulator)) == 2


class TestBetweenTwoBatches:
    """The target is not listed again after the look that showed it; everything else is."""

    def test_the_next_node_is_taken_elsewhere(
        self, stack: Stack, emulator: Emulator, witness: Executioner, hand: Hand
    ) -> None:
        """It is neither drained nor moved from where the preview did not show it."""
        once(witness, lambda: first_seen_ready(emulator), lambda: hand.migrate(TRAIN_POOL, GPU_POOL, SECOND))

        with pytest.raises(PartlyDoneError, match="1 of 2 moved; going on was refused: nodes have been moved"):
            stack.up(TWO)

        assert SECOND in hand.nodes(GPU_POOL)
        assert len(emulator.journal.exchanges("batchDrainPoolNodes")) == 1

    def test_the_next_node_begins_to_move_by_another_hand(
        self, stack: Stack, emulator: Emulator, witness: Executioner, hand: Hand
    ) -> None:
        """The job of others is waited for, and none is started beside it."""
        once(witness, lambda: first_seen_ready(emulator), lambda: hand.send_off(TRAIN_POOL, INFER_POOL, SECOND))

        stack.up(TWO)

        assert {FIRST, SECOND} <= {*hand.nodes(INFER_POOL)}
        assert [each.status for each in emulator.journal.exchanges("batchMigratePoolNodes")] == [200, 200]
        assert len(emulator.journal.exchanges("batchDrainPoolNodes")) == 1

    def test_the_target_begins_to_go(self, stack: Stack, emulator: Emulator, witness: Executioner, hand: Hand) -> None:
        """Pools are listed anew for each batch, so that it is refused before its drain."""
        once(witness, lambda: first_seen_ready(emulator), lambda: hand.begin_to_delete(INFER_POOL))

        with pytest.raises(PartlyDoneError, match="1 of 2 moved"):
            stack.up(TWO)

        assert SECOND in hand.nodes(TRAIN_POOL)
        assert len(emulator.journal.exchanges("batchDrainPoolNodes")) == 1

    def test_the_node_that_has_arrived_is_taken_back(
        self, stack: Stack, emulator: Emulator, witness: Executioner, hand: Hand
    ) -> None:
        """The end is believed only from a list that has all of them, and so it is moved once more."""
        once(witness, lambda: first_seen_ready(emulator), lambda: hand.migrate(INFER_POOL, TRAIN_POOL, FIRST))

        stack.up(TWO)

        assert {FIRST, SECOND} <= {*hand.nodes(INFER_POOL)}


class TestBeforeTheEnd:
    """The look at the last job tells that nothing is left, if it does."""

    def test_an_earlier_node_is_taken_back(
        self, stack: Stack, emulator: Emulator, witness: Executioner, hand: Hand
    ) -> None:
        """While the last one moves: it is not in that list, so that the run looks on, and moves it once more."""
        once(witness, lambda: second_sent(emulator), lambda: hand.migrate(INFER_POOL, TRAIN_POOL, FIRST))

        stack.up(TWO)

        assert {FIRST, SECOND} <= {*hand.nodes(INFER_POOL)}

    def test_an_earlier_node_breaks(self, stack: Stack, emulator: Emulator, witness: Executioner) -> None:
        """While the last one moves: the run has moved it, and does not end well."""
        once(witness, lambda: second_sent(emulator), lambda: emulator.set_node_phase(INFER_POOL, FIRST, "Abnormal"))

        with pytest.raises(PartlyDoneError, match=f"{FIRST} is Abnormal"):
            stack.up(TWO)


@pytest.mark.parametrize("way", [(TRAIN_POOL, INFER_POOL), (INFER_POOL, TRAIN_POOL)], ids=["there", "back"])
@pytest.mark.parametrize("arrives", range(1, 7))
def test_a_node_on_its_way_is_never_taken_for_lost(
    stack: Stack, emulator: Emulator, witness: Executioner, hand: Hand, way: tuple[str, str], arrives: int
) -> None:
    """Whichever list it arrives behind: pools that were read first are read once more before it counts as nowhere."""
    source, target = way
    if source == INFER_POOL:
        hand.migrate(TRAIN_POOL, INFER_POOL, FIRST)
    hand.send_off(source, target, FIRST)
    emulator.journal.clear()
    once(witness, lambda: len(emulator.journal.exchanges()) == arrives, lambda: emulator.clock.advance(1000))

    stack.check(placing(FIRST))

    assert FIRST in {*hand.nodes(TRAIN_POOL), *hand.nodes(INFER_POOL)} or emulator.world()["jobs"]
