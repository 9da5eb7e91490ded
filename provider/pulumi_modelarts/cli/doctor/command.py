"""The words of `modelarts doctor`; what acts on them is loaded when they are said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.cli import given

if TYPE_CHECKING:
    import argparse

WHAT: Final = "say what is right and wrong between this machine and a project"
ABOUT: Final = (
    "Looks at settings, connection, clock, credentials, rights, pools and nodes, and at what is assumed of the "
    "service. It only reads. Settings are those of the environment (HW_*), or of a stack and then of the environment. "
    "Exit status: 0 all right, 1 something is wrong, 2 wrong words."
)


def add_to(commands: Any) -> None:
    """Add the command to those of `modelarts`."""
    parser = commands.add_parser("doctor", help=WHAT, description=ABOUT)
    given.add_to(parser, "look there")
    parser.add_argument("--names", action="store_true", help="show names and ids, for your own screen; never secrets")
    parser.add_argument("--json", action="store_true", help="print JSON, as docs/doctor.md describes it")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Look, and print what is found; returns the exit status."""
    from pulumi_modelarts.cli.doctor.run import run  # noqa: PLC0415 - other commands need none of it

    return run(arguments)
