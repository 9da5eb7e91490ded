"""The provider over a provider that does nothing: what it adds to a run in which nothing changes.

Compared are 100, 500 and 1,000 unchanged pools and as many unchanged resources with the same inputs whose provider does
nothing, because the engine, the CLI and two Python processes cost the same in both: what is left is ours. Both run with
the real CLI, in turns, after a run that writes bytecode, as an installer or the first run leaves it. The service is
the emulator's server in another process, so that what it costs is not taken for the provider's. Time on
the processor, of the CLI and everything it starts, stands beside: it varies less on a busy machine.
"""

from __future__ import annotations

import resource
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from bench.figures import Figure, Ground, interleaved, ratios
from bench.held import held
from bench.stacks import stack, write_program
from bench.worlds import NODES, nothing_program, pools_program, world
from modelarts_emulator import PROJECT, Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.stacks.harness import Project

BUDGET = 1.2
ON_THE_PROCESSOR = 1.3
"""Of a refresh, in which httpx and pydantic alone are a large part of what is added."""
MEMORY = 1.3
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
SIZES = (Size(100, 7, tuple(VERBS), judged=True), Size(500, 3, LOOKS), Size(1_000, 2, LOOKS))


def measure(ground: Ground) -> Iterator[Figure]:
    """Run every command on both stacks of each size, then hold both hosts beside each other."""
    for size in SIZES:
        with _service(size.pools) as config:
            ours = stack(ground, f"pools-{size.pools}", config=config)
            nothing = stack(ground, f"nothing-{size.pools}")
            ours.program(pools_program(size.pools, NODES))
            write_program(nothing, nothing_program(size.pools))
            for project in (ours, nothing):
                _made(project)
            for verb in size.verbs:
                yield from _compared(verb, ours, nothing, size)
            if size.judged:
                own, other = held(size.pools, config)
                yield Figure(f"memory of the host, {size.pools} pools read", [own], "MiB")
                yield Figure(f"memory of the host, {size.pools} no-op resources read", [other], "MiB")
                yield Figure("memory of the host, pools over no-op resources", [own / other], budget=MEMORY)


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


def _compared(verb: str, ours: Project, nothing: Project, size: Size) -> Iterator[Figure]:
    spent: dict[str, list[float]] = {"pools": [], "nothing": []}
    command = VERBS[verb]
    first, second = partial(_run, ours, command, spent["pools"]), partial(_run, nothing, command, spent["nothing"])
    first()
    second()
    for known in spent.values():
        known.clear()
    pairs = interleaved(size.repetitions, first, second)
    processor = ratios(zip(spent["pools"], spent["nothing"], strict=True))
    what = f"{verb}, {size.pools} unchanged"
    on_the_processor = ON_THE_PROCESSOR if size.judged and verb == "refresh" else None
    yield Figure(f"{what} pools", [pair[0] for pair in pairs], "s")
    yield Figure(f"{what} no-op resources", [pair[1] for pair in pairs], "s")
    yield Figure(f"{what}, pools over no-op resources", ratios(pairs), budget=BUDGET if size.judged else None)
    yield Figure(f"{what}, the same on the processor", processor, budget=on_the_processor)


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
