"""The words of `modelarts review`; what acts on them is loaded when they are said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.cli.review import demands

if TYPE_CHECKING:
    import argparse

FORMATS: Final = ("text", "markdown", "html", "json")
WHAT: Final = "say what a preview, a saved plan or a log of events does, for whoever approves it"
ABOUT: Final = (
    "Reads what `pulumi preview --json` prints, in both of its forms, plans of `--save-plan`, and logs of events of an "
    "Automation API, and reports which nodes move, are bought or removed, and what else is made, deleted or changed. "
    "It starts no Pulumi and asks no service. Exit status: 0 reported, 1 an input could not be read, 2 wrong "
    "words, 3 a gate fails, or what is done cannot be approved."
)


def add_to(commands: Any) -> None:
    """Add the command to those of `modelarts`."""
    parser = commands.add_parser("review", help=WHAT, description=ABOUT)
    parser.add_argument("files", nargs="*", metavar="FILE", help="inputs; - is the pipe (default: the pipe)")
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to report (default: text)")
    parser.add_argument("--prices", metavar="FILE", help="YAML with the price of a node for an hour, by flavor")
    demands.add_to(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read, and print the report; returns the exit status."""
    from pulumi_modelarts.cli.review.run import run  # noqa: PLC0415 - other commands need none of it

    return run(arguments)
