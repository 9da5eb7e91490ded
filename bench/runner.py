"""Runs measurements one after another: tells how far it is, and goes on after one that fails."""

from __future__ import annotations

import ast
import gc
import importlib.util
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from bench.figures import Figure, Ground, NotMeasuredError
from bench.record import Section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence


HERE = Path(__file__).parent
INTERRUPTED = "was interrupted"


class Measurement(Protocol):
    """A module under `bench` that measures."""

    def measure(self, ground: Ground) -> Iterator[Figure]:
        """Yield what is measured, as soon as it is."""


def run(
    names: Sequence[str],
    load: Callable[[str], Measurement],
    cli: Path | None,
    known: Mapping[str, float],
    told: TextIO = sys.stderr,
) -> Iterator[Section]:
    """Make measurements, and yield what each has come to; Ctrl-C ends the one that runs, and is the last.

    Args:
        names: Which, in order.
        load: Returns a measurement by its name; one that cannot be loaded has failed.
        cli: Folder of the Pulumi CLI; None when there is none.
        known: Seconds that measurements took before, by name.
        told: Where progress is told.
    """
    for number, name in enumerate(names, start=1):
        section = Section(name, title(name))
        turn = f"[{number}/{len(names)}] {name}"
        print(f"{turn}: {section.title}{_estimate(known, names[number - 1 :])}", file=told, flush=True)
        stopped = _measure(section, load, cli, told)
        yield section
        if stopped:
            return
        print(f"{turn}: took {section.seconds:.0f} s", file=told, flush=True)


def loaded(name: str, checkout: Path) -> Measurement:
    """Return a measurement of this folder; where it cannot measure an older package, that one's own.

    Args:
        name: Its module.
        checkout: Where the package comes from that is measured.

    Raises:
        ImportError: Neither can be loaded.
    """
    try:
        return importlib.import_module(f"bench.{name}")
    except ImportError:
        own = checkout / "bench" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(f"bench.older_{name}", own)
        if own == HERE / own.name or not own.exists() or spec is None or spec.loader is None:
            raise
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


def title(name: str) -> str:
    """Return what a measurement compares, in a line: read and not loaded, as an older package may not let it load."""
    source = HERE / f"{name}.py"
    told = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) if source.exists() else None
    return (told or "").partition("\n")[0]


def _measure(section: Section, load: Callable[[str], Measurement], cli: Path | None, told: TextIO) -> bool:
    """Fill a section in; return whether the user asked to stop."""
    start = time.monotonic()
    gc.collect()
    gc.freeze()  # what other measurements have loaded is none of this one's garbage to look through
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            for figure in load(section.name).measure(Ground(Path(folder), cli)):
                section.figures.append(figure)
    except NotMeasuredError as error:
        section.missing = str(error)
    except KeyboardInterrupt:
        section.failure = INTERRUPTED
        return True
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others can be measured
        section.failure = f"{type(error).__name__}: {error}".partition("\n")[0]
        traceback.print_exc(file=told)
    finally:
        section.seconds = time.monotonic() - start
    return False


def _estimate(known: Mapping[str, float], left: Iterable[str]) -> str:
    """Return how long the rest may take, as far as that is known."""
    seconds = sum(known.get(name, 0.0) for name in left)
    if not seconds:
        return ""
    return f" (about {seconds / 60:.0f} min left)" if seconds >= 90 else f" (about {seconds:.0f} s left)"  # noqa: PLR2004 - a minute and a half
