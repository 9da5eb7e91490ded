"""A pool from adoption to release over the real host, as a script; each command has a host of its own, as in Pulumi."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from modelarts_emulator import TRAIN_POOL, Emulator, Fault, Outcome
from tests.engine.engine import Stack
from tests.engine.host import CallFailedError, InitFailedError
from tests.engine.pools import FLAVOR, Hosts, train
from tests.resources.service import Hand


def test_a_pool_is_adopted_scaled_repaired_and_released(python: Path, start: Hosts, emulator: Emulator) -> None:
    """Up, again, scale, drift, repair, release: in place throughout, and nothing else in the project has changed."""
    before = emulator.world()
    hand = Hand(emulator)
    stack = Stack(start(python))

    assert stack.up(train(3))["changes"] == {f"flavors.{FLAVOR}": "2 -> 3"}
    grown = hand.nodes(TRAIN_POOL)
    assert set(before["pools"][TRAIN_POOL]["nodes"]) < set(grown)

    emulator.journal.clear()
    assert (stack.up(train(3)), stack.refresh(), stack.up(train(3))) == ({}, {}, {})
    assert emulator.journal.writes() == []

    assert stack.up(train(4)) == {"flavors": {FLAVOR: 4}, "changes": {f"flavors.{FLAVOR}": "3 -> 4"}}
    assert set(grown) < set(hand.nodes(TRAIN_POOL))

    hand.scale(TRAIN_POOL, FLAVOR, 3)
    stack.host = start(python)
    assert stack.preview(train(4)) == {"changes": {f"flavors.{FLAVOR}": "3 -> 4 (again)"}}
    assert stack.refresh() == {"flavors": {FLAVOR: 3}}
    assert stack.up(train(4))["flavors"] == {FLAVOR: 4}
    assert hand.counts(TRAIN_POOL) == {FLAVOR: 4}

    emulator.journal.clear()
    stack.destroy()
    after = emulator.world()
    assert emulator.journal.exchanges() == []
    assert after["pools"][TRAIN_POOL]["counts"] == {FLAVOR: 4}
    others = before["pools"].keys() - {TRAIN_POOL}
    assert {name: after["pools"][name] for name in others} == {name: before["pools"][name] for name in others}
    assert after["training_jobs"].keys() == before["training_jobs"].keys()


def test_what_an_update_left_unfinished_is_finished_by_the_next_run(
    python: Path, start: Hosts, emulator: Emulator
) -> None:
    """A partial order keeps what the program said before and the reason; the next run buys just what is missing.

    That is so where only the program's own changes of a count are sent: the state must not pass for the program.
    """
    stack = Stack(start(python))
    stack.up(train(3, ignoreCountDrift=True))
    assert stack.state is not None
    before = stack.state
    emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1)))

    with pytest.raises(InitFailedError) as failed:
        stack.up(train(6, ignoreCountDrift=True))
    kept = stack.state
    shown = stack.up(train(6, ignoreCountDrift=True))

    assert (failed.value.id, failed.value.recorded) == (TRAIN_POOL, stack.host.recorded)
    assert len(failed.value.reasons) == 1
    assert "4 of 6 nodes are there, 2 missing" in failed.value.reasons[0]
    assert kept.inputs == before.inputs
    states = {FLAVOR: {"usable": 4, "spare": 0, "broken": 0}}
    assert kept.outputs == {**before.outputs, "nodeCounts": {FLAVOR: 4}, "nodeStates": states}
    assert shown == {"flavors": {FLAVOR: 6}, "changes": {f"flavors.{FLAVOR}": "4 -> 6"}}
    assert Hand(emulator).counts(TRAIN_POOL) == {FLAVOR: 6}


def test_a_host_ends_with_its_engine(python: Path, start: Hosts, emulator: Emulator) -> None:
    """A host whose engine was killed does nothing more; the next run finishes what it had begun, and orders nothing."""
    emulator.clock.set_mode("frozen")
    host = start(python)
    with ThreadPoolExecutor(1) as thread:
        unfinished = thread.submit(Stack(host).up, train(3))
        while not emulator.journal.writes():
            assert not unfinished.done()

        ended = host.lose_engine()
    emulator.clock.set_mode("scaled:600")
    Stack(start(python)).up(train(3))

    assert ended == 1
    assert isinstance(unfinished.exception(), CallFailedError)
    assert [write.operation for write in emulator.journal.writes()] == ["patchPool"]
    assert Hand(emulator).counts(TRAIN_POOL) == {FLAVOR: 3}
