"""A program that has run, in a world that nobody changes any more, is silent, whatever is looked at or run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, TRAIN_POOL, Emulator
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.examples import examples
from tests.resources.migrations import EIGHT, nine, placing
from tests.resources.pools import CPU, GPU, JOB, train
from tests.resources.scenario import CheckFailedError, Stack, configured, connect
from tests.resources.service import Hand, world
from tests.resources.team import QUICK

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi import dynamic

ZONE = "cn-north-7c"


class Situation(NamedTuple):
    """A program, and what others do to the service once it has run.

    Attributes:
        provider: Its provider.
        program: Its inputs.
        happens: What others do then.
        begin: The world before.
    """

    provider: type[dynamic.ResourceProvider]
    program: dict[str, Any]
    happens: Callable[[Hand], object] = lambda _: None
    begin: dict[str, Any] | None = None


def pool(
    program: dict[str, Any], happens: Callable[[Hand], object] = lambda _: None, begin: dict[str, Any] | None = None
) -> Situation:
    """Return a situation of a pool."""
    return Situation(ResourcePoolProvider, program, happens, begin)


def migration(program: dict[str, Any], happens: Callable[[Hand], object] = lambda _: None) -> Situation:
    """Return a situation of a migration, in a world with nine nodes to take from."""
    return Situation(NodeMigrationProvider, program, happens, nine())


def grow(hand: Hand) -> None:
    """Add two nodes."""
    hand.scale(TRAIN_POOL, CPU, 5)


def grow_and_lock(hand: Hand) -> None:
    """Add two nodes, and lock every node of the pool."""
    grow(hand)
    for node in hand.nodes(TRAIN_POOL):
        hand.lock(TRAIN_POOL, node)


ZONED = {"poolName": TRAIN_POOL, "nodePools": {f"{CPU}-default": {"flavor": CPU, "azs": {ZONE: 2.0}}}}
TWO_GPUS = {"poolName": GPU_POOL, "flavors": {GPU: 2.0}}
AWAITED = {"pool": TRAIN_POOL, "nodes": [NODE], "ends_in": 50}

SITUATIONS = {
    "a pool that is as declared": pool(train(2)),
    "a pool that has grown": pool(train(3)),
    "every field, in no order": pool(
        train(3, scope=["Train", "Infer"], jobFlavors=["b", "a"], description="blue", maxGrowth=9.0)
    ),
    "nodes added by hand": pool(train(3), grow),
    "nodes added by hand that cannot go": pool(train(3, maxScaleIn=2.0), grow_and_lock),
    "nodes added in a zone": pool(ZONED, grow),
    "nodes added to a node pool": pool(
        {"poolName": TRAIN_POOL, "nodePools": {f"{CPU}-default": {"flavor": CPU, "count": 3.0}}}, grow
    ),
    "nodes added, drift ignored": pool(train(3, ignoreCountDrift=True), grow),
    "nodes taken, drift ignored": pool(train(3, ignoreCountDrift=True), lambda hand: hand.scale(TRAIN_POOL, CPU, 1)),
    "a flavor nobody declared": pool({"poolName": TRAIN_POOL, "description": "blue"}, grow),
    "a broken node": pool(train(3), lambda hand: hand.emulator.set_node_phase(TRAIN_POOL, NODE, "Abnormal")),
    "a drained node": pool(train(3), lambda hand: hand.drain(TRAIN_POOL, NODE)),
    "a driver": pool({**TWO_GPUS, "driver": {"gpuVersion": "515.65.01", "updateStrategy": "force"}}),
    "a driver policy alone": pool({**TWO_GPUS, "driver": {"gpuVersion": "440.33", "updateStrategy": "force"}}),
    "a node placed elsewhere": pool(train(2, after={NODE: INFER_POOL})),
    "placed nodes, in no order": migration(placing(*EIGHT[1::-1], strategy={"soak": "0s"})),
    "a placed node that is gone": migration(placing(*EIGHT[:2]), lambda hand: hand.delete(INFER_POOL, EIGHT[0])),
    "all placed nodes gone": migration(placing(*EIGHT[:2]), lambda hand: hand.delete(INFER_POOL, *EIGHT[:2])),
    "a placed node that is drained": migration(placing(EIGHT[0]), lambda hand: hand.drain(INFER_POOL, EIGHT[0])),
    "a placed node that is broken": migration(
        placing(EIGHT[0]), lambda hand: hand.emulator.set_node_phase(INFER_POOL, EIGHT[0], "Abnormal")
    ),
    "a placed node that was replaced": migration(
        placing(EIGHT[0]), lambda hand: hand.emulator.replace_node(INFER_POOL, EIGHT[0])
    ),
    "an awaited job that has ended": Situation(
        NodeMigrationProvider, placing(NODE, awaitJobs=[JOB]), begin=world(pool=TRAIN_POOL, jobs={JOB: AWAITED})
    ),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_shows_nothing_and_sends_nothing(name: str, emulator: Emulator, request: pytest.FixtureRequest) -> None:
    """Preview, up, refresh and up after a refresh are all silent, the first time and every other time."""
    situation = SITUATIONS[name]
    if situation.begin:
        emulator.seed({**QUICK, **situation.begin})
    stack = Stack(configured(situation.provider(), **connect(emulator, request.node.nodeid)))
    stack.up(situation.program)
    emulator.clock.advance(1000)
    situation.happens(Hand(emulator))
    emulator.clock.advance(1000)
    emulator.journal.clear()

    shown = [silence(stack, situation.program) for _ in range(2)]

    assert shown == [SILENT, SILENT]
    assert emulator.journal.writes() == []


SILENT: list[dict[str, Any]] = [{}] * 6


def silence(stack: Stack, program: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what is shown by commands in every order, with and without a refresh between them."""
    return [
        stack.preview(program),
        stack.up(program),
        stack.refresh(),
        stack.preview(program),
        stack.up(program),
        stack.refresh(),
    ]


counts = st.integers(1, 6)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("program"), counts),
        st.tuples(st.just("by hand"), counts),
        st.tuples(st.just("refresh"), st.just(0)),
        st.tuples(st.just("up"), st.just(0)),
    ),
    min_size=3,
    max_size=10,
)


@given(steps, st.integers(0, 3))
@settings(max_examples=examples(15))
def test_comes_after_every_run_that_succeeds(taken: list[tuple[str, int]], budget: int) -> None:
    """Whatever program and people did to the counts: runs show just what they do, and after them all is silent."""
    emulator = Emulator()
    hand, stack = Hand(emulator), Stack(configured(ResourcePoolProvider(), **connect(emulator, f"rest-{id(taken)}")))
    program = train(2, maxScaleIn=float(budget))
    for what, count in [("up", 0), *taken, ("up", 0)]:
        if what == "program":
            program = train(count, maxScaleIn=float(budget))
        elif what == "by hand":
            hand.scale(TRAIN_POOL, CPU, count)
        elif what == "refresh" and stack.state:
            stack.refresh()
        elif what == "up" and settled(stack, program, hand):
            assert silence(stack, program) == SILENT


def settled(stack: Stack, program: dict[str, Any], hand: Hand) -> bool:
    """Run a program until it has nothing more to do, as a budget may take several runs; return whether it may run."""
    for _ in range(8):
        hand.emulator.clock.advance(100)
        before = hand.counts(TRAIN_POOL)
        try:
            shown = stack.up(program)
        except CheckFailedError:
            return False
        changed = shown.get("changes", {})
        assert None not in changed.values()
        assert bool(changed) is (before != hand.counts(TRAIN_POOL))
        if not shown:
            return True
    raise AssertionError("never at rest")
