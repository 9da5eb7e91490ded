"""A program that declares every resource, beside one that imports Pulumi and nothing else.

Each figure comes from fresh interpreters, in turns; the bytecode is there beforehand, as an installer or the first run
leaves it. Resources are declared under Pulumi's mocks, whose event loop a program without resources does not have
either: a resource of a provider that does nothing is declared in the same way, and stands beside.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING

from bench.figures import Figure, Ground, interleaved, ratios
from bench.stacks import environment
from tests.resources.declaring import DECLARING

if TYPE_CHECKING:
    from collections.abc import Iterator

REPETITIONS = 15
BUDGET = 1.1
ALONE = "import pulumi"
IMPORTED = "import pulumi, pulumi_modelarts"
NOTHING = """
import pulumi
from bench.nothing import Nothing

class Engine(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return args.name, args.inputs

    def call(self, args):
        return {}

pulumi.runtime.set_mocks(Engine())
pulumi.runtime.test(lambda: Nothing("pool", "a", {"cpu": 3}).urn)()
"""


def measure(ground: Ground) -> Iterator[Figure]:
    """Run each program many times, after one run that writes the bytecode."""
    alone, imported, declared, nothing = (
        partial(_run, ground, program) for program in (ALONE, IMPORTED, DECLARING, NOTHING)
    )
    for program in (alone, imported, declared, nothing):
        program()
    pairs = interleaved(REPETITIONS, imported, alone)
    yield Figure("importing Pulumi alone, time on the processor", [pair[1] for pair in pairs], "ms")
    yield Figure("importing the package too, over that", ratios(pairs))
    yield Figure(
        "declaring every resource too, over that", ratios(interleaved(REPETITIONS, declared, alone)), budget=BUDGET
    )
    besides = ratios(interleaved(REPETITIONS, declared, nothing))
    yield Figure("declaring every resource, over one whose provider does nothing", besides)


def _run(ground: Ground, program: str) -> float:
    """Return how long a program kept the processor, in milliseconds, the interpreter's own start left out."""
    env = os.environ | environment(ground)
    timed = f"import time\nbegan = time.process_time()\n{program}\nprint(1000 * (time.process_time() - began))"
    command = [sys.executable, "-c", timed]
    return float(subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout)
