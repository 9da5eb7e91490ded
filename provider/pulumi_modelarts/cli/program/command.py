"""The words of `modelarts program`; what acts on them is loaded when they are said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.cli import given

if TYPE_CHECKING:
    import argparse

WHAT: Final = "print a program of the networks and pools that a project has"
ABOUT: Final = (
    "Lists the networks and resource pools of a project and prints a Python program that declares them as they are: "
    "its first run adopts them and changes nothing. It only reads, and prints no secrets. Settings are those of the "
    "environment (HW_*), or of a stack and then of the environment. Exit status: 0 printed, 1 the service could not "
    "be read, 2 wrong words."
)


def add_to(commands: Any) -> None:
    """Add the command to those of `modelarts`."""
    parser = commands.add_parser("program", help=WHAT, description=ABOUT)
    parser.add_argument(
        "pools",
        nargs="*",
        metavar="POOL",
        help="ids or display names of the pools to declare, with their networks (default: all)",
    )
    parser.add_argument(
        "--fleet",
        action="store_true",
        help="declare pools between which nodes can move as a fleet, one for each network",
    )
    parser.add_argument(
        "--no-networks", action="store_false", dest="networks", help="leave networks out, and do not list them"
    )
    given.add_to(parser, "read from there")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read, and print the program; returns the exit status."""
    from pulumi_modelarts.cli.program.run import run  # noqa: PLC0415 - other commands need none of it

    return run(arguments)
