"""The words of the command line; `python -m pulumi_modelarts.cli` is the same as `modelarts`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pulumi_modelarts._version import version

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        arguments: Words after the program name; default: those of the process.

    Returns:
        Exit status.
    """
    parser = _parser()
    parser.parse_args(arguments)
    parser.print_help()
    return 0


def _parser() -> argparse.ArgumentParser:
    text = "ModelArts resource pools from Pulumi programs: what goes beside `pulumi` itself."
    parser = argparse.ArgumentParser(prog="modelarts", description=text)
    parser.add_argument("--version", action="version", version=f"%(prog)s {version()}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
