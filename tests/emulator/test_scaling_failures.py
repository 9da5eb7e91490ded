from typing import Any

import pytest
from dirty_equals import IsPartialDict
from hypothesis import given, settings
from hypothesis import strategies as st

from modelarts_emulator import PROJECT, TRAIN_POOL, Emulator, Fault, Outcome
from modelarts_emulator.messages import Request
from tests.emulator.wire import CPU, Wire, cpu
from tests.examples import examples


class TestPartialOrders:
    @pytest.mark.parametrize(("spec", "count"), [("wanted", 5), ("real", 3)])
    def test_some_nodes_fail(self, wire: Wire, spec: Any, count: int) -> None:
        """An order that succeeds partly leaves the count wanted or the real one in the spec, as armed."""
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1, spec=spec)))

        during = wire.scale(cpu(5)).json()["spec"]["resources"]
        wire.emulator.clock.advance(100)

        assert during == [cpu(5)]
        assert wire.order() == IsPartialDict(
            phase="partialSuccessed",
            failReason="2 of 3 nodes failed: insufficient resources",
            specCount=[{"flavor": CPU, "count": 5, "maxCount": 5}],
            resultCount=[{"flavor": CPU, "count": 3, "maxCount": 3}],
        )
        assert wire.status() == {"available": {CPU: 3}}
        assert wire.pool()["spec"]["resources"] == [cpu(count)]

    @pytest.mark.loopback
    def test_all_nodes_fail(self, wire: Wire) -> None:
        """An order without any success failed."""
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=0, reason="sold out")))

        wire.scale(cpu(3))
        wire.emulator.clock.advance(100)

        assert wire.order() == IsPartialDict(phase="failed", failReason="1 of 1 nodes failed: sold out")
        assert list(wire.nodes().values()) == ["Available", "Available"]

    def test_nodes_that_stay(self, wire: Wire) -> None:
        """A deletion that succeeds partly leaves the other nodes as they were."""
        wire.scale(cpu(4))
        wire.emulator.clock.advance(100)
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1, spec="real")))

        wire.scale(cpu(1))
        wire.emulator.clock.advance(60)

        assert wire.status() == {"available": {CPU: 3}}
        assert wire.pool()["spec"]["resources"] == [cpu(3)]

    def test_nodes_that_go_meanwhile(self, wire: Wire) -> None:
        """When an order that failed ends, the spec counts the nodes there are then, whatever was ordered since."""
        wire.scale(cpu(4))
        wire.emulator.clock.advance(100)
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=0, spec="real")))
        wire.scale(cpu(2))

        wire.scale(cpu(1))
        wire.emulator.clock.advance(100)

        assert wire.status() == {"available": {CPU: 1}}
        assert wire.pool()["spec"]["resources"] == [cpu(1)]

    def test_settling_does_not_depend_on_who_looks_when(self, wire: Wire) -> None:
        """What happens by itself happens at its own time, however late somebody looks."""
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1, spec="real")))
        wire.scale(cpu(5))

        wire.emulator.clock.advance(1000)
        wire.scale(cpu(4))

        assert wire.status() == {"available": {CPU: 3}, "creating": {CPU: 1}}


STEPS = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 120), st.none() | st.integers(0, 3)), max_size=8)


@settings(max_examples=examples(40))
@given(STEPS)
def test_one_good_request_repairs_everything(steps: list[tuple[int, int, int | None]]) -> None:
    """Whatever requests and failures came before, once they are over one good request leads to what it asks for."""
    with Emulator() as emulator:
        for count, wait, succeed in steps:
            emulator.faults.clear()
            if succeed is not None:
                emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=succeed)))
            scale(emulator, count)
            emulator.clock.advance(wait)
        emulator.faults.clear()
        emulator.clock.advance(200)

        scale(emulator, 4)
        emulator.clock.advance(200)

        pool = emulator.world()["pools"][TRAIN_POOL]
    assert pool["counts"] == {CPU: 4}
    assert [node["phase"] for node in pool["nodes"].values()] == ["Available"] * 4


def scale(emulator: Emulator, count: int) -> None:
    """Ask for this many nodes in the training pool."""
    patch = {"spec": {"resources": [cpu(count)]}}
    emulator.handle(Request.of_json("PATCH", f"/v2/{PROJECT}/pools/{TRAIN_POOL}", patch))
