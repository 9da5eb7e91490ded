"""The words of the command line; `python -m pulumi_modelarts.cli` is the same as `modelarts`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pulumi_modelarts._version import version
from pulumi_modelarts.cli.doctor import command as doctor
from pulumi_modelarts.cli.program import command as program
from pulumi_modelarts.cli.review import command as review

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        arguments: Words after the program name; default: those of the process.

    Returns:
        Exit status.
    """
    words = parsed(arguments)
    status: int = words.run(words)
    return status


def parsed(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The words, with the function that does what they say as `run`.

    Args:
        arguments: Words after the program name; default: those of the process.
    """
    parser = _parser()

    def explain(_: argparse.Namespace) -> int:
        parser.print_help()
        return 0

    parser.set_defaults(run=explain)
    return parser.parse_args(arguments)


def _parser() -> argparse.ArgumentParser:
    text = "ModelArts resource pools from Pulumi programs: what goes beside `pulumi` itself."
    parser = argparse.ArgumentParser(prog="modelarts", description=text)
    parser.add_argument("--version", action="version", version=f"%(prog)s {version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    doctor.add_to(commands)
    program.add_to(commands)
    review.add_to(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
