"""Importing the emulator, beyond what it is built on: httpx, pydantic and SQLite.

Fresh interpreters with and without it take turns. The bytecode is there beforehand, as an installer or the first run
leaves it. Making an emulator and asking it once loads what importing it does not need; that stands beside.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from bench.figures import Figure, Ground, interleaved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REPETITIONS = 15
GROUND = "import httpx, pydantic, sqlite3"
IMPORT = f"{GROUND}\nfrom modelarts_emulator import Emulator"
USE = f"""{IMPORT}
from modelarts_emulator import PROJECT, Request
with Emulator() as emulator:
    emulator.handle(Request("GET", f"/v2/{{PROJECT}}/pools"))
"""
CLOCK = "\nimport time\nprint(time.process_time())"
"""What a program prints at its end: how long it kept the processor, in seconds."""


def measure(ground: Ground) -> Iterator[Figure]:
    """Run each program many times, in turns with the one that imports the ground alone."""
    yield Figure("importing the emulator", _beyond(ground, IMPORT), "ms", 30)
    yield Figure("importing the emulator, making one and listing its pools", _beyond(ground, USE), "ms")


def _beyond(ground: Ground, program: str) -> list[float]:
    """Return how much longer than the ground a program keeps the processor, in milliseconds, for each repetition."""
    with_it, without = _run(ground, program), _run(ground, GROUND)
    with_it()  # writes the bytecode
    return [1000 * (more - less) for more, less in interleaved(REPETITIONS, with_it, without)]


def _run(ground: Ground, program: str) -> Callable[[], float]:
    env = os.environ | {"PYTHONPYCACHEPREFIX": str(ground.folder)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", program + CLOCK]
    return lambda: float(subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout)
