"""Runs measurements one after another: tells how far it is, and goes on after one that fails."""

from __future__ import annotations

import gc
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from bench.figures import Figure, Ground, NotMeasuredError
from bench.record import Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


INTERRUPTED = "was interrupted"


class Measurement(Protocol):
    """A module under `bench` that measures."""

    __doc__: str | None

    def measure(self, ground: Ground) -> Iterator[Figure]:
        """Yield what is measured, as soon as it is."""


def run(
    measurements: Mapping[str, Measurement],
    cli: Path | None,
    known: Mapping[str, float],
    told: TextIO = sys.stderr,
) -> Iterator[Section]:
    """Make measurements, and yield what each has come to; Ctrl-C ends the one that runs, and is the last.

    Args:
        measurements: By name.
        cli: Folder of the Pulumi CLI; None when there is none.
        known: Seconds that measurements took before, by name.
        told: Where progress is told.
    """
    left = list(measurements)
    for number, (name, module) in enumerate(measurements.items(), start=1):
        section = Section(name, title(module))
        soon = _estimate(known, left)
        print(f"[{number}/{len(measurements)}] {name}: {section.title}{soon}", file=told, flush=True)
        stopped = _measure(section, module, cli, told)
        left.remove(name)
        yield section
        if stopped:
            return
        print(f"[{number}/{len(measurements)}] {name}: took {section.seconds:.0f} s", file=told, flush=True)


def title(module: Measurement) -> str:
    """Return what a measurement compares, in a line."""
    return (module.__doc__ or "").partition("\n")[0]


def _measure(section: Section, module: Measurement, cli: Path | None, told: TextIO) -> bool:
    """Fill a section in; return whether the user asked to stop."""
    start = time.monotonic()
    gc.collect()
    gc.freeze()  # what other measurements have loaded is none of this one's garbage to look through
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            for figure in module.measure(Ground(Path(folder), cli)):
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
