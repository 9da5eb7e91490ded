"""The engine's `Cancel`, sent at Ctrl-C: on every supported SDK and Python it ends what waits, and loses nothing."""

import copy
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from modelarts_emulator import PROJECT, TRAIN_POOL, Emulator
from modelarts_emulator.worlds.documented import WORLD
from tests.engine.engine import Stack
from tests.engine.host import Call, CallFailedError, Host, InitFailedError
from tests.engine.pools import FLAVOR, URN, Hosts, train

MANY = 12
WORKERS = {"modelarts:workers": str(MANY)}
WAITS = f"2/3 nodes of {FLAVOR}"
STOPPED = (
    f"stopped at 2/3 nodes of {FLAVOR}. What the service has accepted goes on there by itself. "
    "Run `pulumi up` to go on from there"
)

Growing = Callable[[Host], tuple[list[Stack], list[Future[Any]]]]


@pytest.fixture
def growing(emulator: Emulator) -> Any:
    """Has as many pools as the host has workers wait for a node that does not come, since time stands still."""
    world = copy.deepcopy(WORLD)
    pools = world["projects"][PROJECT]["pools"]
    model = pools[TRAIN_POOL]
    names = [f"p{number}-{TRAIN_POOL}" for number in range(MANY)]
    world["projects"][PROJECT]["pools"] = pools | {
        name: {**model, "nodes": {f"os-node-{number}-{of}": {} for of in (1, 2)}, "resource_id": f"maos-{number}"}
        for number, name in enumerate(names)
    }
    emulator.seed(world)
    emulator.clock.set_mode("frozen")
    programs = [{"poolName": name, "flavors": {FLAVOR: 3}} for name in names]

    with ExitStack() as ending:
        threads = ending.enter_context(ThreadPoolExecutor(MANY))

        def grow(host: Host) -> tuple[list[Stack], list[Future[Any]]]:
            stacks = [Stack(host, Call(urn=f"{URN}-{name}")) for name in names]
            runs = [threads.submit(stack.up, program) for stack, program in zip(stacks, programs, strict=True)]
            host.await_lines(lambda lines: sum(line.text == WAITS for line in lines) == MANY)
            return stacks, runs

        yield grow


def test_ends_every_wait_as_unfinished_also_where_all_workers_wait(
    python: Any, start: Hosts, emulator: Emulator, growing: Growing
) -> None:
    """Every pool stays in the state with what goes on by itself, nothing is printed, and the next run sends nothing."""
    host = start(python, config=WORKERS)
    stacks, runs = growing(host)
    host.cancel()
    ends = [run.exception() for run in runs]
    printed = host.printed

    emulator.clock.advance(1000)
    after = start(python)
    for stack in stacks:
        assert stack.state is not None
        stack.host = after
        stack.up(stack.state.inputs)

    assert {type(end) for end in ends} == {InitFailedError}
    assert {str(end).partition(": ")[2] for end in ends} == {STOPPED}
    assert [stack.state.outputs["nodeCounts"] for stack in stacks if stack.state] == [{FLAVOR: 3}] * MANY
    assert len(emulator.journal.writes()) == MANY
    assert printed == ""


def test_calls_that_come_after_it_send_nothing(host: Host, emulator: Emulator) -> None:
    """What was still queued when the user asked to stop ends in a plain error, with nothing in the state."""
    stack = Stack(host)
    inputs = stack.check(train(3))
    host.cancel()

    with pytest.raises(CallFailedError) as failed:
        host.create(inputs, stack.call)

    assert type(failed.value) is CallFailedError
    assert "Nothing was sent: run `pulumi up` again" in str(failed.value)
    assert emulator.journal.writes() == []


def test_is_silent_when_nothing_waits(host: Host) -> None:
    """It also comes at the end of every command: then nobody is told anything."""
    Stack(host).up(train(3))
    told = host.lines

    host.cancel()
    host.cancel()

    assert host.lines == told
    assert host.printed == ""
