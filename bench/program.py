"""A program that declares every resource, beside one that imports Pulumi and nothing else.

Each figure comes from fresh interpreters; the bytecode is there beforehand, as an installer or the first run leaves it.
What is loaded beyond Pulumi is timed in the same interpreter as Pulumi itself, since one start takes half as long again
as the next. The budget is for loading every resource. Declaring them stands beside, under Pulumi's mocks, whose event
loop and threads a program without resources does not have: compared with it, in turns, is declaring as many resources
of a provider that does nothing.
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
TIMED = """
import time
began = time.process_time()
def spent():
    return 1000 * (time.process_time() - began)
"""
LOADING = """
import pulumi
print(spent())
import pulumi_modelarts
print(spent())
from pulumi_modelarts import Fleet, Network, NodeMigration, NodeSelection, Provider, ResourcePool
"""
RESOURCES = 9
"""What a program registers that declares every resource, and its stack."""
NOTHING = f"""
import pulumi
from bench.nothing import Nothing

class Engine(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return args.name, args.inputs

    def call(self, args):
        return {{}}

pulumi.runtime.set_mocks(Engine())
def declare():
    return [Nothing(f"pool-{{number}}", "a", {{"cpu": 3}}).urn for number in range({RESOURCES})]

pulumi.runtime.test(declare)()
"""


def measure(ground: Ground) -> Iterator[Figure]:
    """Run each program many times, after one run that writes the bytecode."""
    loading, declared, nothing = (partial(timed, ground, program) for program in (LOADING, DECLARING, NOTHING))
    for program in (loading, declared, nothing):
        program()
    loaded = [loading() for _ in range(REPETITIONS)]
    yield Figure("importing Pulumi alone, time on the processor", [pulumi for pulumi, _, _ in loaded], "ms")
    yield Figure("importing the package too, over that", [package / pulumi for pulumi, package, _ in loaded])
    every = [resources / pulumi for pulumi, _, resources in loaded]
    yield Figure("loading every resource too, over that", every, budget=BUDGET)
    turns = interleaved(REPETITIONS, lambda: declared()[-1], lambda: nothing()[-1])
    yield Figure("declaring every resource, over as many whose provider does nothing", ratios(turns))


def timed(ground: Ground, program: str) -> list[float]:
    """Return how long a program had kept the processor wherever it tells, and at its end.

    In milliseconds, the interpreter's own start left out.
    """
    env = os.environ | environment(ground)
    source = f"{TIMED}\n{program}\nprint(spent())"
    done = subprocess.run([sys.executable, "-c", source], env=env, capture_output=True, text=True, check=True)
    return [float(line) for line in done.stdout.splitlines()]
