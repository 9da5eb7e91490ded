"""32 pools that wait 60 virtual seconds each, over one pool that does: side by side they take as long as one.

Compared are whole `pulumi up` runs of the real CLI, in turns, with `--parallel 32`; the engine's default, four times
the cores, stands beside it and shows what the option is for. The clock is scaled so that the wait, not the start of
the CLI, is most of each run.
"""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from bench.figures import Figure, Ground, interleaved, ratios
from bench.stacks import stack
from bench.worlds import NODES, pools_program, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stacks.harness import Project

POOLS = 32
WAITING = 60.0
SCALE = 5
REPETITIONS = 3
BUDGET = 1.25


def measure(ground: Ground) -> Iterator[Figure]:
    """Grow one pool and many in turns."""
    clock = f"scaled:{SCALE}"
    one, many = (stack(ground, f"{pools}", world(pools, creating=WAITING), clock=clock) for pools in (1, POOLS))
    _grow(one, 1, NODES)
    _grow(many, POOLS, NODES)
    sizes = {project.folder: count(NODES + 1) for project in (one, many)}
    alone = partial(_grown, one, 1, sizes[one.folder])
    together = partial(_grown, many, POOLS, sizes[many.folder], "--parallel", str(POOLS))
    pairs = interleaved(REPETITIONS, together, alone)
    default = [_grown(many, POOLS, sizes[many.folder])]
    waited = f"{WAITING:.0f} virtual seconds ({WAITING / SCALE:.0f} s)"
    yield Figure(f"up, 1 pool waits {waited}", [pair[1] for pair in pairs], "s")
    yield Figure(f"up --parallel {POOLS}, {POOLS} pools wait {waited}", [pair[0] for pair in pairs], "s")
    yield Figure(f"up --parallel {POOLS}, {POOLS} pools over 1", ratios(pairs), budget=BUDGET)
    yield Figure(f"up at the default parallelism, {POOLS} pools over 1", [default[0] / pairs[-1][1]])


def _grown(project: Project, pools: int, sizes: Iterator[int], *options: str) -> float:
    return _grow(project, pools, next(sizes), *options)


def _grow(project: Project, pools: int, nodes: int, *options: str) -> float:
    """Let every pool have so many nodes; return the seconds that `pulumi up` took."""
    project.program(pools_program(pools, nodes))
    return project.up(*options).seconds
