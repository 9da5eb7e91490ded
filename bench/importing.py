"""Importing the emulator, beyond what it is built on: httpx, pydantic and SQLite.

Each figure comes from fresh interpreters, in which the ground is imported first. The bytecode is there beforehand, as
an installer or the first run leaves it. Making an emulator and asking it once loads what importing it does not need;
that stands beside.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from bench.figures import Figure, Ground
from bench.stacks import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

REPETITIONS = 15
PROGRAM = """
import time
moments = [time.process_time()]
import httpx, pydantic, sqlite3
moments.append(time.process_time())
from modelarts_emulator import Emulator
moments.append(time.process_time())
from modelarts_emulator import PROJECT, Request
with Emulator() as emulator:
    emulator.handle(Request("GET", f"/v2/{PROJECT}/pools"))
moments.append(time.process_time())
print(*moments)
"""


def measure(ground: Ground) -> Iterator[Figure]:
    """Run the program many times, after one run that writes the bytecode."""
    _run(ground)
    runs = [_run(ground) for _ in range(REPETITIONS)]
    yield Figure("importing httpx, pydantic and SQLite", [before for before, _, _ in runs], "ms")
    yield Figure("importing the emulator then", [imported for _, imported, _ in runs], "ms", 30, judged="least")
    yield Figure("importing the emulator over importing those", [imported / before for before, imported, _ in runs])
    yield Figure("making an emulator and listing its pools then", [used for _, _, used in runs], "ms")


def _run(ground: Ground) -> tuple[float, float, float]:
    """Return how long each part kept the processor, in milliseconds: the ground, the import, the first use."""
    env = os.environ | environment(ground)
    command = [sys.executable, "-c", PROGRAM]
    printed = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
    begin, grounded, imported, used = (1000 * float(moment) for moment in printed.split())
    return grounded - begin, imported - grounded, used - imported
