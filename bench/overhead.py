"""The provider over a provider that does nothing: what it adds to a run in which nothing changes.

Compared are 100 unchanged pools and 100 unchanged resources with the same inputs whose provider does nothing, because
the engine, the CLI and two Python processes cost the same in both: what is left is ours. Both run with the real CLI, in
turns. The service is the emulator's server in another process, so that what it costs is not taken for the provider's.
Time on the processor, of the CLI and everything it starts, stands beside: it varies less on a busy machine.
"""

from __future__ import annotations

import resource
from functools import partial
from typing import TYPE_CHECKING

from bench.figures import Figure, Ground, interleaved, ratios
from bench.stacks import stack, write_program
from bench.worlds import NODES, nothing_program, pools_program, world
from modelarts_emulator import PROJECT, Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.stacks.harness import Project

POOLS = 100
REPETITIONS = 7
BUDGET = 1.3


def measure(ground: Ground) -> Iterator[Figure]:
    """Preview and refresh both stacks."""
    with Emulator(world=world(POOLS)) as emulator, emulator.serve() as server:
        config = {
            "modelarts:endpoint": server.url,
            "modelarts:region": "cn-north-7",
            "modelarts:projectId": PROJECT,
            "modelarts:token": "any",
            "modelarts:emulatorFile": None,
            "modelarts:emulatorClock": None,
        }
        ours, nothing = stack(ground, "pools", config=config), stack(ground, "nothing")
        ours.program(pools_program(POOLS, NODES))
        write_program(nothing, nothing_program(POOLS))
        ours.up()
        nothing.up()
        yield from _compared("preview", ours, nothing, ["preview", "--expect-no-changes"])
        yield from _compared("refresh", ours, nothing, ["refresh", "--yes", "--skip-preview", "--expect-no-changes"])


def _compared(verb: str, ours: Project, nothing: Project, command: Sequence[str]) -> Iterator[Figure]:
    spent: dict[str, list[float]] = {"pools": [], "nothing": []}
    pairs = interleaved(
        REPETITIONS,
        partial(_run, ours, command, spent["pools"]),
        partial(_run, nothing, command, spent["nothing"]),
    )
    yield Figure(f"{verb}, {POOLS} unchanged pools", [pair[0] for pair in pairs], "s")
    yield Figure(f"{verb}, {POOLS} unchanged no-op resources", [pair[1] for pair in pairs], "s")
    yield Figure(f"{verb}, pools over no-op resources", ratios(pairs), budget=BUDGET)
    processor = ratios(zip(spent["pools"], spent["nothing"], strict=True))
    yield Figure(f"{verb}, pools over no-op resources, time on the processor", processor)


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
