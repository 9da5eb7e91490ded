"""A run of `modelarts doctor`. Exit status: 0 all right, 1 something is wrong, 2 wrong words, 130 interrupted."""

from __future__ import annotations

import io
import json
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from pulumi_modelarts._version import version
from pulumi_modelarts.api.clock import SystemClock
from pulumi_modelarts.cli.doctor.examination import examine
from pulumi_modelarts.cli.doctor.patient import Patient
from pulumi_modelarts.cli.doctor.report import Heading, is_well, to_json
from pulumi_modelarts.cli.doctor.text import Text
from pulumi_modelarts.cli.given import Given
from pulumi_modelarts.cli.names import Names
from pulumi_modelarts.cli.screen import colours
from pulumi_modelarts.cli.stack import NoStackError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping

    from pulumi_modelarts.api.clock import Clock
    from pulumi_modelarts.api.witness import Transport

WELL, ILL, WRONG_WORDS, INTERRUPTED = 0, 1, 2, 130


def run(
    arguments: argparse.Namespace,
    *,
    environ: Mapping[str, str] | None = None,
    clock: Clock | None = None,
    transport: Transport | None = None,
    out: TextIO | None = None,
) -> int:
    """Look, and print what is found.

    Args:
        arguments: as `add_to` has them parsed.
        environ: the environment; default: that of the process.
        clock: measures and sleeps; default: that of this machine.
        transport: leads to the service; default: the network, or the embedded emulator.
        out: where to print; default: standard output.

    Returns:
        Exit status.
    """
    out = out or sys.stdout
    environ = os.environ if environ is None else environ
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(errors="backslashreplace")  # a name may have letters that a terminal has not
    try:
        given = Given.of(arguments, environ)
    except NoStackError as error:
        sys.stderr.write(f"modelarts doctor: {error}\n")
        return WRONG_WORDS
    patient = Patient(given, Names(shown=arguments.names), clock or SystemClock(), transport=transport)
    try:
        return _printed(patient, out, as_json=arguments.json, colours=colours(out, environ))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        return ILL
    finally:
        patient.close()


def _printed(patient: Patient, out: TextIO, *, as_json: bool, colours: bool) -> int:
    heading, text = _heading(patient), Text(colours=colours)
    if as_json:
        sections = tuple(examine(patient))
        _print(out, [json.dumps(to_json(heading, sections), indent=2)])
        return WELL if is_well(sections) else ILL
    _print(out, text.heading(heading))
    seen = []
    for section in examine(patient):
        _print(out, text.section(section))
        seen.append(section)
    _print(out, text.summary(seen))
    return WELL if is_well(seen) else ILL


def _heading(patient: Patient) -> Heading:
    at = datetime.fromtimestamp(patient.clock.time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Heading(version(), at, patient.names.shown)


def _print(out: TextIO, lines: Iterable[str]) -> None:
    """Print lines at once: whoever waits for the next ones wants to see these."""
    out.writelines(f"{line}\n" for line in lines)
    out.flush()
