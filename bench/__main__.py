"""Run measurements: `python -m bench [--record FILE] [name ...]`. Ends with 1 if a budget is broken or one fails.

What is measured is the package of the interpreter that runs it: that of another checkout measures that one's code.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from functools import partial
from importlib.metadata import version
from pathlib import Path

import pulumi_modelarts
from bench import runner
from bench.record import Record, read, write
from bench.table import table
from tools import pulumi_cli
from tools.paths import ROOT

NAMES = (
    *("planning", "fleet", "migration", "waiting", "review"),
    *("program", "loading", "emulator_nodes", "emulator_calls", "importing", "beside_moto"),
    *("memory", "calls", "parallel", "overhead"),
)
"""The measurements, quick ones first; each is a module of its own that says what it compares and why."""

RECORDS = ROOT / "bench" / "records"
INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""


def main() -> int:
    """Run the measurements that are named, or all of them."""
    chosen, file = _arguments()
    checkout = Path(pulumi_modelarts.__file__).parents[2]
    cli = pulumi_cli.find([])
    record = Record(
        _machine(cli), time.strftime("%Y-%m-%d", time.gmtime()), version("pulumi-modelarts"), _commit(checkout)
    )
    print(f"{record.machine}\n", flush=True)
    for section in runner.run(chosen, partial(runner.loaded, checkout=checkout), cli, _known()):
        record.sections.append(section)
        if file is not None:
            write(record, file)
    print(table(record.figures))
    for line in record.complaints:
        print(line)
    interrupted = record.sections[-1].failure == runner.INTERRUPTED
    return INTERRUPTED if interrupted else 0 if record.good else 1


def _arguments() -> tuple[list[str], Path | None]:
    """Return which measurements are to be made, and where they are recorded."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure, and compare with the budgets.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"{name:15} {runner.title(name)}" for name in NAMES),
    )
    parser.add_argument("names", nargs="*", metavar="name", help="one of those below; all when none is named")
    parser.add_argument(
        "--record",
        metavar="FILE",
        type=Path,
        help="write what is measured there, as JSON; what the file has of other measurements of the same commit stays",
    )
    arguments = parser.parse_args()
    if unknown := sorted(set(arguments.names) - set(NAMES)):
        parser.error(f"no measurement is called {', '.join(unknown)}; there are {', '.join(NAMES)}")
    return arguments.names or list(NAMES), arguments.record


def _known() -> dict[str, float]:
    """Return how long measurements took when they were last recorded, in seconds by name."""
    file = RECORDS / "after.json"
    return {section.name: section.seconds for section in read(file).sections} if file.exists() else {}


def _commit(checkout: Path) -> str:
    """Return the commit of the package that is measured; empty where it is in no checkout."""
    told = ["git", "-C", str(checkout), "describe", "--always", "--exclude=*", "--dirty=+"]
    try:
        return subprocess.run(told, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _machine(cli: Path | None) -> str:
    """Return what the figures were measured with."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}"
    return f"{cores}, Python {platform.python_version()}, Pulumi CLI {_cli_version(cli)}, SDK {version('pulumi')}"


def _cli_version(cli: Path | None) -> str:
    if cli is None:
        return "none"
    env = os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"}
    answer = subprocess.run([str(cli / "pulumi"), "version"], env=env, capture_output=True, text=True, check=True)
    return answer.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
