"""The provider over a provider that does nothing: what it adds to a run in which nothing changes.

Compared are 100, 500 and 1,000 unchanged pools and as many unchanged resources with the same inputs whose provider does
nothing, because the engine, the CLI and two Python processes cost the same in both. What is left is ours, and what the
libraries cost that pools are read with and the properties that they have: a second provider that does nothing loads
those and carries these, and the budget is for what pools cost over that one.

All run with the real CLI, in turns, after a run that writes bytecode, as an installer or the first run leaves it. The
service is the emulator's server in another process, so that what it costs is not taken for the provider's. Time on the
processor, of the CLI and everything it starts, stands beside: it varies less on a busy machine.
"""

from __future__ import annotations

import resource
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from bench.figures import Figure, Ground, interleaved, ratios
from bench.held import Held, held
from bench.stacks import stack, write_program
from bench.worlds import NODES, nothing_program, pools_program, world
from modelarts_emulator import PROJECT, Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.stacks.harness import Project

BUDGET = 1.25
"""Of pools over resources of a provider that does nothing but load what they are read with, in time and memory.

Medians of seven turns vary by 0.05 on a machine with nothing else to do.
"""
NOTHING, LOADING = "no-op resources", "loading no-op resources"
VERBS: Mapping[str, Sequence[str]] = {
    "preview": ["preview", "--expect-no-changes"],
    "refresh": ["refresh", "--yes", "--skip-preview", "--expect-no-changes"],
    "up": ["up", "--yes", "--skip-preview", "--expect-no-changes"],
}


class Size(NamedTuple):
    """How much is measured.

    Attributes:
        pools: Pools, and resources that do nothing.
        repetitions: Of each command.
        verbs: The commands.
        judged: Whether budgets count.
    """

    pools: int
    repetitions: int
    verbs: Sequence[str]
    judged: bool = False


LOOKS = ("preview", "refresh")
SIZES = (Size(100, 7, tuple(VERBS), judged=True), Size(500, 2, LOOKS), Size(1_000, 1, LOOKS))


def measure(ground: Ground) -> Iterator[Figure]:
    """Run every command on both stacks of each size, then hold both hosts beside each other."""
    for size in SIZES:
        with _service(size.pools) as config:
            ours = stack(ground, f"pools-{size.pools}", config=config)
            ours.program(pools_program(size.pools, NODES))
            others = {NOTHING: _other(ground, size.pools, "Nothing"), LOADING: _other(ground, size.pools, "Loading")}
            for project in (ours, *others.values()):
                _made(project)
            for verb in size.verbs:
                yield from _compared(verb, ours, others, size)
            if size.judged:
                yield from _memory(held(size.pools, config), size.pools)


@contextmanager
def _service(pools: int) -> Iterator[dict[str, str | None]]:
    """Serve a world of pools from this process; the configuration leads here."""
    with Emulator(world=world(pools)) as emulator, emulator.serve() as server:
        yield {
            "modelarts:endpoint": server.url,
            "modelarts:region": "cn-north-7",
            "modelarts:projectId": PROJECT,
            "modelarts:token": "any",
            "modelarts:emulatorFile": None,
            "modelarts:emulatorClock": None,
        }


def _made(project: Project) -> None:
    """Make all resources at once: written down one by one, a thousand of them take minutes."""
    at_once = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
    project.env |= at_once
    project.up()
    for name in at_once:
        del project.env[name]


def _other(ground: Ground, resources: int, kind: str) -> Project:
    """Lay out a stack of resources whose provider does nothing."""
    project = stack(ground, f"{kind.lower()}-{resources}")
    write_program(project, nothing_program(resources, kind=kind))
    return project


def _compared(verb: str, ours: Project, others: Mapping[str, Project], size: Size) -> Iterator[Figure]:
    """Run a command on all stacks in turns."""
    spent: list[list[float]] = [[] for _ in range(1 + len(others))]
    runs = [
        partial(_run, project, VERBS[verb], times)
        for project, times in zip((ours, *others.values()), spent, strict=True)
    ]
    for run in runs:
        run()
    for times in spent:
        times.clear()
    turns = interleaved(size.repetitions, *runs)
    processor = list(zip(*spent, strict=True))
    what = f"{verb}, {size.pools} unchanged"
    yield Figure(f"{what} pools", [turn[0] for turn in turns], "s")
    for place, other in enumerate(others, start=1):
        budget = BUDGET if size.judged and other == LOADING else None
        yield Figure(f"{what} {other}", [turn[place] for turn in turns], "s")
        yield Figure(f"{what}, pools over {other}", ratios(turns, place), budget=budget)
        yield Figure(f"{what}, pools over {other}, on the processor", ratios(processor, place))


def _memory(most: Held, pools: int) -> Iterator[Figure]:
    """Tell the most memory of the hosts."""
    yield Figure(f"memory of the host, {pools} pools read", [most.pools], "MiB")
    for other, memory, budget in ((NOTHING, most.nothing, None), (LOADING, most.loading, BUDGET)):
        yield Figure(f"memory of the host, {pools} {other} read", [memory], "MiB")
        yield Figure(f"memory of the host, pools over {other}", [most.pools / memory], budget=budget)


def _run(project: Project, command: Sequence[str], spent: list[float]) -> float:
    """Run a command; note its time on the processor, and return the seconds it took."""
    before = _processor()
    taken = project.run(*command).seconds
    spent.append(_processor() - before)
    return taken


def _processor() -> float:
    """Return the seconds that everything this process started, and awaited, has spent on the processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
