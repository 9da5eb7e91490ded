"""Which calls a run makes: 100 pools of one project in which nothing changes, and 32 that grow at once.

Counted are the requests in the emulator's journal while the real CLI runs. Nothing to do is one listing and no write,
however many pools there are. Growing is one GET and one PATCH for each pool, beside what one of them asks for all; the
listings of 32 that wait are compared with what 32 would need that know nothing of each other: one listing serves all.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bench.figures import Figure, Ground
from bench.stacks import stack
from bench.worlds import NODES, pools_program, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stacks.harness import Project

POOLS = 100
GROWING = 32
CREATING = 60.0
CLOCK = "scaled:10"
REPETITIONS = 3
SHARED = 0.25
"""Listings that waiters side by side may need, as a share of what each would need alone."""


def measure(ground: Ground) -> Iterator[Figure]:
    """Count the calls of runs at rest, then of pools that grow."""
    yield from _at_rest(stack(ground, "rest", world(POOLS)))
    together, alone = (
        _growing(stack(ground, f"grow-{pools}", world(pools, creating=CREATING), clock=CLOCK), pools)
        for pools in (GROWING, 1)
    )
    for what, operation in (("GET of one pool", "showPool"), ("PATCH", "patchPool")):
        calls = [(count[operation] - _ONCE[operation]) / GROWING for count in together]
        yield Figure(f"{GROWING} pools grow: {what}, for each pool", calls, "calls", 1, judged="every")
    others = [sum((count - _ONCE).values()) - sum((count - _ONCE)[name] for name in _EXPECTED) for count in together]
    yield Figure(f"{GROWING} pools grow: calls of other kinds", others, "calls", 0, judged="every")
    yield Figure(f"{GROWING} pools grow: listings", [count["listPools"] for count in together], "calls")
    yield Figure("1 pool grows: listings", [count["listPools"] for count in alone], "calls")
    shares = [a["listPools"] / b["listPools"] / GROWING for a, b in zip(together, alone, strict=True)]
    yield Figure(f"listings of {GROWING} pools over {GROWING} times those of 1", shares, budget=SHARED)


_EXPECTED = ("showPool", "patchPool", "listPools")
_ONCE = Counter(("listResourceFlavors", "showNetworkAvailableIp", "showPool", "showOrder"))
"""What one of the pools asks for all of them: what is offered, and whether a run may read what it will."""


def _at_rest(project: Project) -> Iterator[Figure]:
    project.program(pools_program(POOLS, NODES))
    project.up()
    for verb, command in (
        ("refresh", ("refresh", "--yes", "--skip-preview")),
        ("preview", ("preview",)),
        ("up", ("up", "--yes", "--skip-preview")),
    ):
        counts = [_counted(project, *command, "--expect-no-changes") for _ in range(REPETITIONS)]
        listings = [count["listPools"] for count in counts]
        others = [sum(count.values()) - count["listPools"] for count in counts]
        yield Figure(f"{verb} of {POOLS} unchanged pools: listings", listings, "calls", 1, judged="every")
        yield Figure(f"{verb} of {POOLS} unchanged pools: other calls", others, "calls", 0, judged="every")


def _growing(project: Project, pools: int) -> list[Counter[str]]:
    """Grow all pools by a node, again and again; return the calls of each time."""
    project.program(pools_program(pools, NODES))
    project.up()
    counts = []
    for repetition in range(REPETITIONS):
        project.program(pools_program(pools, NODES + 1 + repetition))
        counts.append(_counted(project, "up", "--yes", "--skip-preview", "--parallel", str(GROWING)))
    return counts


def _counted(project: Project, *command: str) -> Counter[str]:
    """Run a command and return the calls it made, by operation."""
    with project.emulator() as emulator:
        emulator.journal.clear()
        project.run(*command)
        return Counter(exchange.operation or exchange.path for exchange in emulator.journal.exchanges())
