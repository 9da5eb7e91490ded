"""32 pools that wait 60 virtual seconds each, over one pool that does: side by side they take as long as one.

Compared are whole `pulumi up` runs of the real CLI, in turns, with `--parallel 32`. The clock is scaled so that the
wait, not the start of the CLI, is most of each run. The service is the emulator's server in another process; the same
with the emulator embedded in the host, where each answer takes the host's processor, stands beside. So does what 32
changed resources of a provider that does nothing cost the engine over one, which no provider can save, and the engine's
default parallelism, four times the cores, which shows what the option is for.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from bench.figures import Figure, Ground, interleaved, ratios
from bench.stacks import stack, write_program
from bench.worlds import NODES, nothing_program, pools_program, world
from modelarts_emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.stacks.harness import Project

    Grow = Callable[..., float]

POOLS = 32
WAITING = 60.0
SCALE = 5
CLOCK = f"scaled:{SCALE}"
REPETITIONS = 3
BUDGET = 1.1
SIDE_BY_SIDE = ("--parallel", str(POOLS))
WAITED = f"{WAITING:.0f} virtual seconds ({WAITING / SCALE:.0f} s)"


def measure(ground: Ground) -> Iterator[Figure]:
    """Grow one pool and many in turns: on a server, embedded, and what the engine does alone."""
    with ExitStack() as servers:
        one, many = (_grower(_served(ground, pools, servers), pools) for pools in (1, POOLS))
        pairs = _pairs(one, many)
        yield Figure(f"up, 1 pool waits {WAITED}", [pair[1] for pair in pairs], "s")
        yield Figure(f"up --parallel {POOLS}, {POOLS} pools wait {WAITED}", [pair[0] for pair in pairs], "s")
        yield Figure(f"up --parallel {POOLS}, {POOLS} pools over 1", ratios(pairs), budget=BUDGET)
        yield Figure(f"up at the default parallelism, {POOLS} pools over 1", [many() / pairs[-1][1]])
    one, many = (_grower(_embedded(ground, pools), pools) for pools in (1, POOLS))
    yield Figure(f"up --parallel {POOLS}, {POOLS} pools over 1, emulator in the host", ratios(_pairs(one, many, 1)))
    one, many = (_grower(stack(ground, f"nothing-{each}"), each, _nothing) for each in (1, POOLS))
    beyond = [more - less for more, less in _pairs(one, many)]
    yield Figure(f"up --parallel {POOLS}, {POOLS} changed no-op resources beyond 1", beyond, "s")


def _served(ground: Ground, pools: int, servers: ExitStack) -> Project:
    emulator = servers.enter_context(Emulator(world=world(pools, creating=WAITING), clock=CLOCK))
    project = stack(ground, f"served-{pools}")
    project.over_the_network(servers.enter_context(emulator.serve()).url, {"token": "any"})
    return project


def _embedded(ground: Ground, pools: int) -> Project:
    return stack(ground, f"embedded-{pools}", world(pools, creating=WAITING), clock=CLOCK)


def _nothing(project: Project, resources: int, nodes: int) -> None:
    write_program(project, nothing_program(resources, nodes))


def _pools(project: Project, pools: int, nodes: int) -> None:
    project.program(pools_program(pools, nodes))


def _grower(project: Project, resources: int, declare: Callable[[Project, int, int], None] = _pools) -> Grow:
    """Bring a stack up; return what has each of its resources have one more node, and tells the seconds it took."""
    sizes = count(NODES)

    def grow(*options: str) -> float:
        declare(project, resources, next(sizes))
        return project.up(*options).seconds

    grow(*SIDE_BY_SIDE)
    return grow


def _pairs(one: Grow, many: Grow, repetitions: int = REPETITIONS) -> list[tuple[float, ...]]:
    return interleaved(repetitions, partial(many, *SIDE_BY_SIDE), partial(one, *SIDE_BY_SIDE))
