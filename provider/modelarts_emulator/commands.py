"""What the command line does, one function per command; each returns an exit status."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic_core import to_json

from modelarts_emulator.console import page as console_page
from modelarts_emulator.emulator import Emulator
from modelarts_emulator.state.errors import UnreadableFileError
from modelarts_emulator.wire.signing import Credentials, credentials_of
from modelarts_emulator.wording import number_of
from modelarts_emulator.worlds import files
from modelarts_emulator.worlds.documented import PROJECT

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from typing import Any

EXAMPLE = Path(files.__file__).with_name("example.yaml")


def serve(options: argparse.Namespace) -> int:
    """Serve a world until interrupted; an existing file keeps its own."""
    is_new = options.file is None or not options.file.exists()
    given = _world(options.world) if options.world else None
    credentials = _credentials(options.credentials) if options.credentials else None
    if given is not None and not is_new:
        _warn(f"{options.file} keeps its world; `modelarts-emulator seed` begins it anew")
    with (
        Emulator(
            options.file,
            clock=options.clock,
            new_clock="scaled:60",
            begins=options.begins,
            world=given,
            credentials=credentials,
        ) as emulator,
        emulator.serve(options.port, options.host) as server,
    ):
        # Also for SIGINT: a shell starts background commands with it ignored.
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, signal.default_int_handler)
        with contextlib.suppress(KeyboardInterrupt):
            project = next(iter(emulator.projects()), PROJECT)
            sys.stdout.write(f"ModelArts emulator on {server.url}, project {project}, clock {emulator.clock.mode}\n")
            sys.stdout.write(f"Its page is at {server.url}{console_page.ADDRESS}\n")
            sys.stdout.flush()
            server.wait()
    return 0


def world(options: argparse.Namespace) -> int:
    """Print a project of a world file."""
    with existing(options.file) as emulator:
        sys.stdout.write(json.dumps(emulator.world(options.project), indent=2) + "\n")
    return 0


def reset(options: argparse.Namespace) -> int:
    """Take a world file back to its beginning, or one project of it."""
    with existing(options.file) as emulator:
        emulator.reset(options.project)
    what = f"project {options.project} of {options.file}" if options.project else str(options.file)
    sys.stdout.write(f"{what} is back at its beginning\n")
    return 0


def check(options: argparse.Namespace) -> int:
    """Say whether a world can exist."""
    with Emulator(world=files.read_world(options.world)) as emulator:
        sys.stdout.write(f"ok: {_summary(emulator)}\n")
    return 0


def seed(options: argparse.Namespace) -> int:
    """Begin a world file anew with a world."""
    given = _world(options.world)
    with Emulator(options.file, world=given) as emulator:
        emulator.seed(given)
        sys.stdout.write(f"{options.file} holds {_summary(emulator)}\n")
    return 0


def example(_options: argparse.Namespace) -> int:
    """Print a world to begin one's own with."""
    sys.stdout.write(EXAMPLE.read_text(encoding="utf-8"))
    return 0


def snapshot(options: argparse.Namespace) -> int:
    """Print a whole world file as JSON."""
    with existing(options.file) as emulator:
        sys.stdout.write(to_json(emulator.snapshot(journal=options.journal), indent=1).decode() + "\n")
    return 0


def restore(options: argparse.Namespace) -> int:
    """Make a world file what a snapshot says."""
    given = files.read_snapshot(options.snapshot)
    with Emulator() as trial:
        trial.restore(given)
    with Emulator(options.file) as emulator:
        emulator.restore(given)
        sys.stdout.write(f"{options.file} holds {_summary(emulator)}\n")
    return 0


def copy(options: argparse.Namespace) -> int:
    """Copy a world file that others may be working on."""
    with existing(options.file) as emulator:
        emulator.copy_to(options.target)
    sys.stdout.write(f"{options.target} is a copy of {options.file}\n")
    return 0


def evidence(options: argparse.Namespace) -> int:
    """Print what the emulator does and how that is known; or run its cases somewhere, and print what came of them."""
    from modelarts_emulator.manifest import checking, page  # noqa: PLC0415 - with it come all operations

    if not options.check and (options.changes or options.costs or options.cases or options.json):
        sys.stderr.write("modelarts-emulator: --changes, --costs, --cases and --json go with --check URL\n")
        return checking.NOT_ASKED
    if options.costs and not options.changes:
        sys.stderr.write("modelarts-emulator: --costs goes with --changes: what it makes is taken away again\n")
        return checking.NOT_ASKED
    if options.check:
        asked = {"changes": options.changes, "costs": options.costs, "as_json": options.json}
        return checking.check(options.check, os.environ, options.cases, **asked)
    sys.stdout.write(page.page())
    return 0


def record(options: argparse.Namespace) -> int:
    """Write down what a client and the service say to each other, as far as it may be shown."""
    from modelarts_emulator.manifest import recording  # noqa: PLC0415 - with it come all operations

    return recording.record(options.url, os.environ, options.to, options.port)


def openapi(_options: argparse.Namespace) -> int:
    """Print the OpenAPI document of what is served."""
    from modelarts_emulator.service.evidence.openapi import document  # noqa: PLC0415 - with it come all operations

    sys.stdout.write(json.dumps(document(), indent=2) + "\n")
    return 0


def existing(path: Path) -> Emulator:
    """Open a world file that is there.

    Raises:
        FileNotFoundError: It is not.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist; name a world file with --file")
    return Emulator(path)


def _world(path: Path) -> dict[str, Any]:
    """A world from a file that can exist, so that none that cannot leaves anything behind."""
    given = files.read_world(path)
    with Emulator(world=given):
        return given


def _credentials(path: Path) -> Credentials:
    """Credentials from a file, so that no secret stands in the arguments, which every user of the machine can see."""
    if path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        _warn(f"others can read {path}: chmod 600 it")
    document = files.read_document(path, "credentials")
    try:
        return credentials_of(document)
    except ValueError as error:
        raise UnreadableFileError(f"{path}: {error}") from error


def _warn(text: str) -> None:
    sys.stderr.write(f"modelarts-emulator: warning: {text}\n")


def _summary(emulator: Emulator) -> str:
    """What is in a world, as `3 pools, 6 nodes, 1 training job`."""
    counts: Counter[str] = Counter()
    for project in emulator.projects():
        shown: Mapping[str, Any] = emulator.world(project)
        counts["pool"] += len(shown["pools"])
        counts["node"] += sum(len(pool["nodes"]) for pool in shown["pools"].values())
        counts["training job"] += len(shown["training_jobs"])
    names = ("pool", "node", "training job")
    return ", ".join(number_of(counts[name], name) for name in names)
