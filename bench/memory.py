"""Memory while 100,000 nodes are listed: what a process of its own takes more, with the service in another process.

The client lists them over loopback in pages of 500. What it takes most at any time is told by the kernel: the highest
resident set, less that of the same process before, when everything was loaded and one small pool had been listed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figures import Figure, Ground, NotMeasuredError, processor_seconds
from bench.worlds import pool_name, world
from modelarts_emulator import PROJECT, Emulator
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = (10_000, 100_000)
REPETITIONS = 3
BUDGET = 150
"""MiB."""
STATUS = Path("/proc/self/status")


def measure(ground: Ground) -> Iterator[Figure]:
    """List so many nodes, each time in a fresh process."""
    del ground
    if not sys.platform.startswith("linux"):
        raise NotMeasuredError("how much memory a process takes at most is asked of Linux")
    for nodes in SIZES:
        content = world(2)
        pool = content["projects"][PROJECT]["pools"]
        entry = {**pool[pool_name(1)]["resources"][0], "count": nodes}
        pool[pool_name(1)] = {**pool[pool_name(1)], "resources": [entry]}
        with Emulator(world=content) as emulator, emulator.serve() as server:
            runs = [_listed(server.url, nodes) for _ in range(REPETITIONS)]
        budget = BUDGET if nodes == max(SIZES) else None
        yield Figure(f"{nodes:,} nodes listed: memory at most", [run[0] for run in runs], "MiB", budget)
        yield Figure(f"{nodes:,} nodes listed: memory kept", [run[1] for run in runs], "MiB")
        yield Figure(
            f"{nodes:,} nodes listed: received and parsed, in time on the processor", [r[2] for r in runs], "s"
        )


def _listed(url: str, nodes: int) -> tuple[float, float, float]:
    """Return what listing them takes: MiB at most, MiB while they are kept, and seconds."""
    command = [sys.executable, "-m", "bench.memory", url, str(nodes)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    most, kept, seconds = map(float, told)
    return most, kept, seconds


def _client(url: str, nodes: int) -> None:
    """Do the listing: this is the process of its own."""
    answers = {"modelarts:endpoint": url, "modelarts:projectId": PROJECT, "modelarts:region": "cn-north-7"}
    answers |= {"modelarts:accessKey": "bench", "modelarts:secretKey": "bench"}
    client = Client(Settings.resolve(answers.get, {}))
    client.nodes.list(pool_name(0))
    before = _mib("VmRSS")
    listed = []
    seconds = processor_seconds(lambda: listed.extend(client.nodes.list(pool_name(1))))
    if len(listed) != nodes:
        raise AssertionError(f"{len(listed)} nodes were listed in place of {nodes}")
    print(_mib("VmHWM") - before, _mib("VmRSS") - before, seconds)


def _mib(name: str) -> float:
    with STATUS.open() as lines:
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    _client(sys.argv[1], int(sys.argv[2]))
