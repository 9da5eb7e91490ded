"""Run measurements: `python -m bench [name ...]`. Ends with 1 if a budget is broken."""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figures import Figure, Ground, NotMeasuredError
from bench.table import table
from tools import pulumi_cli

if TYPE_CHECKING:
    from types import ModuleType

NAMES = (
    *("planning", "fleet", "migration", "waiting", "review"),
    *("program", "emulator_nodes", "emulator_calls", "importing", "beside_moto"),
    *("memory", "calls", "parallel", "overhead"),
)
"""The measurements, quick ones first; each is a module of its own that says what it compares and why."""


def main() -> int:
    """Run the measurements that are named, or all of them."""
    modules = {name: importlib.import_module(f"bench.{name}") for name in NAMES}
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure, and compare with the budgets.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"{name:15} {_first_line(module)}" for name, module in modules.items()),
    )
    parser.add_argument("names", nargs="*", metavar="name", help="one of those below; all when none is named")
    chosen = parser.parse_args().names or list(NAMES)
    if unknown := sorted(set(chosen) - set(NAMES)):
        parser.error(f"no measurement is called {', '.join(unknown)}; there are {', '.join(NAMES)}")
    cli = pulumi_cli.find([])
    print(_machine(cli), flush=True)
    figures: list[Figure] = []
    missed: list[str] = []
    for name in chosen:
        _run(name, modules[name], cli, figures, missed)
    print(table(figures))
    broken = [figure.what for figure in figures if not figure.kept]
    for line in [*(f"NOT MEASURED: {line}" for line in missed), *(f"BUDGET BROKEN: {line}" for line in broken)]:
        print(line)
    return 1 if broken else 0


def _run(name: str, module: ModuleType, cli: Path | None, figures: list[Figure], missed: list[str]) -> None:
    print(f"{name}: {_first_line(module)}", file=sys.stderr, flush=True)
    start = time.monotonic()
    gc.collect()
    gc.freeze()  # what other measurements have loaded is none of this one's garbage to look through
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            figures.extend(module.measure(Ground(Path(folder), cli)))
    except NotMeasuredError as error:
        missed.append(f"{name}: {error}")
    print(f"{name}: took {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)


def _first_line(module: ModuleType) -> str:
    return (module.__doc__ or "").partition("\n")[0]


def _machine(cli: Path | None) -> str:
    """Return what the figures were measured with."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}"
    return f"{cores}, Python {platform.python_version()}, Pulumi CLI {_cli_version(cli)}, SDK {version('pulumi')}\n"


def _cli_version(cli: Path | None) -> str:
    if cli is None:
        return "none"
    env = os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"}
    answer = subprocess.run([str(cli / "pulumi"), "version"], env=env, capture_output=True, text=True, check=True)
    return answer.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
