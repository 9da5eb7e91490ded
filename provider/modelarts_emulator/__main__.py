"""Command line: `modelarts-emulator serve | world | reset | check | seed | example | snapshot | restore | copy | …`."""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from modelarts_emulator import commands
from modelarts_emulator.state.clock import NOW, checked_beginning, parse_mode
from modelarts_emulator.state.errors import (
    ImpossibleWorldError,
    UnreadableFileError,
    UnsupportedFileError,
    UnsupportedSnapshotError,
)
from modelarts_emulator.version import version
from modelarts_emulator.worlds.documented import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


DEFAULT_FILE = Path(".modelarts/emulator.db")
BEGINS_HELP = "when time begins in a new world: now, or a moment such as 2026-01-01T00:00:00Z (default: now)"
CLOCK_HELP = "real, frozen, auto or scaled:N (default: as the file says; scaled:60 in a new world)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: Words after the program name; default: those of the process.

    Returns:
        Exit status.
    """
    options = _parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _warn  # type: ignore[assignment] # takes what the library gives, and needs the text
            return int(options.run(options))
    except ImpossibleWorldError as error:
        sys.stderr.write(f"modelarts-emulator: impossible world: {error}\n")
    except (UnreadableFileError, UnsupportedFileError, UnsupportedSnapshotError, OSError) as error:
        sys.stderr.write(f"modelarts-emulator: {error}\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="modelarts-emulator", description="An emulator of ModelArts resource pools.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {version()}")
    commands_ = parser.add_subparsers(required=True, metavar="command")

    def add(run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        command = commands_.add_parser(run.__name__, help=text, description=text)
        command.set_defaults(run=run)
        return command

    _serve_options(add(commands.serve, "serve a world over HTTP until interrupted"))
    for run, text in (
        (commands.world, "print a project of a world file as JSON"),
        (commands.reset, "take a world file, or one project of it, back to its beginning"),
    ):
        command = _on_file(add(run, text))
        default = PROJECT if run is commands.world else None
        command.add_argument("--project", default=default, help="project id (default: %(default)s)")
    for command in (
        add(commands.check, "say whether a world can exist"),
        _on_file(add(commands.seed, "begin a world file anew with a world")),
    ):
        command.add_argument("world", type=Path, metavar="WORLD", help="file in YAML or JSON")
    add(commands.example, "print a world in YAML to begin one's own with")
    command = _on_file(add(commands.snapshot, "print a whole world file as JSON: state, time, faults"))
    command.add_argument("--journal", action="store_true", help="with what was asked and answered")
    command = _on_file(add(commands.restore, "make a world file what a snapshot says"))
    command.add_argument("snapshot", type=Path, metavar="SNAPSHOT", help="file that `snapshot` wrote")
    command = _on_file(add(commands.copy, "copy a world file that others may be working on"))
    command.add_argument("target", type=Path, metavar="TARGET", help="new world file")
    _evidence_options(
        add(commands.evidence, "print what the emulator does and how that is known, or check it somewhere")
    )
    _record_options(add(commands.record, "stand between a client and the service, and write down what may be shown"))
    add(commands.openapi, "print the OpenAPI document of what is served")
    return parser


def _serve_options(serve: argparse.ArgumentParser) -> None:
    serve.add_argument("--port", type=int, default=8765, help="port, 0 for a free one (default: 8765)")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--file", type=Path, help="world file (default: a new world in memory)")
    serve.add_argument("--world", type=Path, help="world in YAML or JSON to begin with; an existing file keeps its own")
    serve.add_argument("--credentials", type=Path, help="YAML or JSON file of whom to let in (default: everybody)")
    serve.add_argument("--clock", type=_clock, help=CLOCK_HELP)
    serve.add_argument("--begins", type=_beginning, default=NOW, help=BEGINS_HELP)


def _evidence_options(evidence: argparse.ArgumentParser) -> None:
    evidence.add_argument("--check", metavar="URL", help="run the cases at this address; who asks is read from HW_*")
    evidence.add_argument(
        "--changes",
        action="store_true",
        help="also those that make and delete networks and tags there; on an emulator all, and it is put back",
    )
    evidence.add_argument(
        "--costs",
        metavar="FLAVOR",
        default="",
        help="with --changes on the service: also those that make and delete pools, each of one node of this flavor",
    )
    evidence.add_argument("--cases", type=Path, metavar="FILE", help="cases of a file, such as `record` writes")
    evidence.add_argument("--json", action="store_true", help="print everything as JSON")


def _record_options(record: argparse.ArgumentParser) -> None:
    record.add_argument("--to", type=Path, metavar="FILE", required=True, help="file of cases to write, in YAML")
    record.add_argument("--port", type=int, default=8766, help="port, 0 for a free one (default: 8766)")
    record.add_argument("url", metavar="URL", help="address of the service; who asks is read from HW_*")


def _on_file(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("--file", type=Path, default=DEFAULT_FILE, help="world file (default: %(default)s)")
    return command


def _clock(text: str) -> str:
    try:
        parse_mode(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def _beginning(text: str) -> float | str:
    try:
        return checked_beginning(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _warn(message: Warning | str, *_: object) -> None:
    sys.stderr.write(f"modelarts-emulator: warning: {message}\n")


if __name__ == "__main__":
    sys.exit(main())
