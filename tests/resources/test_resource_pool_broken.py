"""What is broken in a pool is told by previews and refreshes, and counted in an output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import NODE, TRAIN_POOL
from pulumi_modelarts.handlers import _rpc
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec
from tests.resources.pools import CPU, train
from tests.resources.service import LONG_ENOUGH, world

if TYPE_CHECKING:
    from modelarts_emulator import Emulator
    from tests.resources.scenario import Stack
    from tests.resources.service import Hand

TAIL = "in the console, or wait until the service does: what is broken counts, and runs nothing"


def warnings(stack: Stack, program: dict[str, Any]) -> tuple[str, ...]:
    """Return what a preview of the program warns of."""
    assert isinstance(stack.provider, ResourcePoolProvider)
    olds = stack.state.inputs if stack.state else {}
    return stack.provider.handler().foresee(ResourcePoolSpec.model_validate(program), olds, _rpc.Call()).warnings


class TestABrokenNode:
    def test_is_told_and_counted(self, adopted: Stack, emulator: Emulator) -> None:
        """The preview names it, the refresh counts it, and neither says that anything would change."""
        emulator.set_node_phase(TRAIN_POOL, NODE, "Abnormal")
        emulator.clock.advance(60)

        told = warnings(adopted, train(3))
        changed = adopted.preview(train(3)), adopted.refresh(), adopted.up(train(3))

        assert told == (f"{NODE} of resource pool {TRAIN_POOL!r} is Abnormal; repair it {TAIL}",)
        assert changed == ({}, {}, {})
        assert adopted.state is not None
        assert adopted.state.outs["nodeStates"] == {CPU: {"usable": 2, "spare": 0, "broken": 1}}
        assert adopted.state.outs["nodeCounts"] == {CPU: 3}

    def test_costs_a_list_of_nodes_only_where_there_is_one(self, adopted: Stack, emulator: Emulator) -> None:
        """A healthy pool is previewed from the list of pools alone; a broken one is looked into, once."""
        emulator.clock.advance(60)
        warnings(adopted, train(3))
        healthy = [each.operation for each in emulator.journal.exchanges()]
        emulator.set_node_phase(TRAIN_POOL, NODE, "Abnormal")
        emulator.clock.advance(60)
        emulator.journal.clear()

        warnings(adopted, train(3))
        adopted.refresh()

        assert healthy == ["listPools"]
        assert [each.operation for each in emulator.journal.exchanges()] == ["listPools", "listPoolNodes"]


class TestNodesToCome:
    def test_are_told_where_nobody_waits_for_them(self, adopted: Stack, emulator: Emulator, hand: Hand) -> None:
        """At rest as declared a preview says that not all is there, until it is; a run with more to do waits itself."""
        ordered = {*hand.orders(TRAIN_POOL)}
        emulator.clock.advance(60)
        hand.order(TRAIN_POOL, CPU, 4)

        told = [warnings(adopted, train(count)) for count in (4, 5)]
        emulator.clock.advance(LONG_ENOUGH)
        there = warnings(adopted, train(4))

        (order,) = {*hand.orders(TRAIN_POOL)} - ordered
        coming = f"nodes of resource pool {TRAIN_POOL!r} are still to come (order {order})"
        assert (*told, there) == ((f"{coming}; they count, and are not ordered again",), (), ())


class TestABrokenPool:
    @pytest.mark.parametrize("phase", ["Error", "Abnormal"])
    def test_is_told_at_rest(self, stack: Stack, emulator: Emulator, phase: str) -> None:
        """A pool that is broken is told with what the service says about it."""
        emulator.seed(world(pool=TRAIN_POOL, phase=phase, message="sold out"))

        told = warnings(stack, train(2))

        assert told == (f"resource pool {TRAIN_POOL!r} is {phase}: sold out; have it repaired in the console",)


class TestSpares:
    def test_are_counted_on_adoption_and_carried_over(self, stack: Stack, emulator: Emulator) -> None:
        """The first run lists nodes once for them; a later refresh keeps the number, at no cost."""
        nodes = {"a": {"spare": True}, "b": {}, "c": {}}
        emulator.seed(world(pool=TRAIN_POOL, resources=[{"flavor": CPU, "count": 3}], nodes=nodes, phase="Running"))
        stack.up(train(3))
        assert stack.state is not None
        adopted = stack.state.outs["nodeStates"]
        emulator.clock.advance(60)
        emulator.journal.clear()

        stack.refresh()

        assert adopted == stack.state.outs["nodeStates"] == {CPU: {"usable": 2, "spare": 1, "broken": 0}}
        assert [each.operation for each in emulator.journal.exchanges()] == ["listPools"]


class TestAnOlderState:
    def test_without_states_runs_silently(self, adopted: Stack, emulator: Emulator) -> None:
        """A state from before there was this output changes nothing, and gets it with a refresh."""
        assert adopted.state is not None
        del adopted.state.outs["nodeStates"]

        changed = adopted.preview(train(3)), adopted.up(train(3)), adopted.refresh()

        assert changed == ({}, {}, {})
        assert emulator.journal.writes() == []
        assert adopted.state.outs["nodeStates"] == {CPU: {"usable": 3, "spare": 0, "broken": 0}}
