import pytest

from modelarts_emulator import PROJECT
from modelarts_emulator.state.lifecycle import Timings
from tests.emulator.wire import Wire, cpu, world

POOL = f"pool-{PROJECT}"


@pytest.mark.loopback
def test_nodes_of_one_order_get_ready_one_after_the_other(wire: Wire) -> None:
    """A new node is late by what its name says, and by nothing else."""
    timings = Timings(queue=0, creating=10, checking=0, spread=5)
    wire.emulator.seed({**world(pool={"resources": [cpu(1)]}), "timings": timings._asdict()})
    wire.scale(cpu(40), pool=POOL)
    new = [name for name, phase in wire.nodes(POOL).items() if phase == "Creating"]

    wire.emulator.clock.advance(10)
    ready = []
    for _ in range(4):
        ready.append({name for name in new if wire.nodes(POOL)[name] == "Available"})
        wire.emulator.clock.advance(5)

    late = [{name for name in new if timings.spread_of(name) <= seconds} for seconds in (0, 5, 10, 15)]
    assert ready == late
    assert [len(names) > len(fewer) for names, fewer in zip(ready, [set(), *ready], strict=False)] == [True] * 4


def test_order_ends_with_its_last_node(wire: Wire) -> None:
    """An order is over at the moment at which the last of its nodes is ready, and not before."""
    timings = Timings(queue=0, creating=10, checking=0, spread=5)
    wire.emulator.seed({**world(pool={"resources": [cpu(1)]}), "timings": timings._asdict()})
    wire.scale(cpu(40), pool=POOL)

    wire.emulator.clock.advance(24)
    before = wire.order(POOL)["phase"]
    wire.emulator.clock.advance(1)

    assert (before, wire.order(POOL)["phase"]) == ("processing", "successed")
