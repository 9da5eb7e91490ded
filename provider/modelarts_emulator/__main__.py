"""Command line: `modelarts-emulator serve | world | reset | evidence`."""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from modelarts_emulator import behaviours
from modelarts_emulator.clock import parse_mode
from modelarts_emulator.emulator import Emulator
from modelarts_emulator.exceptions import UnsupportedFileError
from modelarts_emulator.server import LOOPBACK
from modelarts_emulator.worlds.documented import PROJECT

if TYPE_CHECKING:
    from collections.abc import Sequence


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
        return int(options.run(options))
    except (UnsupportedFileError, OSError) as error:
        sys.stderr.write(f"modelarts-emulator: {error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="modelarts-emulator", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    serve = commands.add_parser("serve", help="serve a world over HTTP until interrupted")
    serve.add_argument("--port", type=int, default=8765, help="port, 0 for a free one (default: 8765)")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--file", type=Path, help="world file (default: a new world in memory)")
    serve.add_argument("--clock", type=_clock, help=CLOCK_HELP)
    serve.set_defaults(run=_serve)
    for name, run, text in (
        ("world", _world, "print a world file as JSON"),
        ("reset", _reset, "take a world file back to its beginning"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("--file", type=Path, default=Path(".modelarts/emulator.db"), help="default: %(default)s")
        command.add_argument("--project", default=PROJECT, help="project id (default: that of the documented world)")
        command.set_defaults(run=run)
    evidence = commands.add_parser("evidence", help="print what the emulator does and how that is known")
    evidence.set_defaults(run=_evidence)
    return parser


def _clock(text: str) -> str:
    try:
        parse_mode(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def _serve(options: argparse.Namespace) -> int:
    is_new = options.file is None or not options.file.exists()
    clock = options.clock or ("scaled:60" if is_new else None)
    with Emulator(options.file, clock=clock) as emulator, emulator.serve(options.port, options.host) as server:
        if options.host not in LOOPBACK:
            sys.stderr.write(f"warning: {options.host} is not loopback; whoever reaches it can change this world\n")
        # Also for SIGINT: a shell starts background commands with it ignored.
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, signal.default_int_handler)
        with contextlib.suppress(KeyboardInterrupt):
            sys.stdout.write(f"ModelArts emulator on {server.url}, project {PROJECT}, clock {emulator.clock.mode}\n")
            sys.stdout.flush()
            server.wait()
    return 0


def _world(options: argparse.Namespace) -> int:
    with _existing(options.file) as emulator:
        sys.stdout.write(json.dumps(emulator.world(options.project), indent=2) + "\n")
    return 0


def _reset(options: argparse.Namespace) -> int:
    with _existing(options.file) as emulator:
        emulator.reset()
    sys.stdout.write(f"{options.file} is back at its beginning\n")
    return 0


def _evidence(_options: argparse.Namespace) -> int:
    sys.stdout.write(behaviours.table())
    sys.stdout.writelines(f"{provenance}: {count}\n" for provenance, count in behaviours.counts().items())
    return 0


def _existing(path: Path) -> Emulator:
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist; name a world file with --file")
    return Emulator(path)


if __name__ == "__main__":
    sys.exit(main())
