"""The command that records what a client and the service say to each other."""

from __future__ import annotations

import contextlib
import signal
import sys
from typing import TYPE_CHECKING

from modelarts_emulator.manifest import surroundings, wall
from modelarts_emulator.manifest.endpoint import EndpointError
from modelarts_emulator.manifest.recorder import Recorder
from modelarts_emulator.manifest.remote import connected
from modelarts_emulator.wire.server import Server
from modelarts_emulator.wording import number_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RECORDED, NOT_ASKED = 0, 2
"""Exit statuses."""


def record(url: str, environment: Mapping[str, str], file: Path, port: int) -> int:
    """Stand on loopback between a client and an address, until interrupted.

    Args:
        url: Address of the service.
        environment: Says who asks.
        file: What is written; it must not be there yet.
        port: Port to listen on; 0 takes a free one.

    Returns:
        Exit status.
    """
    try:
        with connected(url, surroundings.read(environment)) as endpoint:
            recorder = Recorder(endpoint, file, wall.passing, wall.date_of(wall.now()))
            with contextlib.closing(recorder), Server(recorder, "127.0.0.1", port) as server:
                _wait(server, f"Recording {url} at {server.url} into {file}, project {endpoint.project}")
            sys.stdout.write(_summary(recorder, file))
    except EndpointError as error:
        sys.stderr.write(f"modelarts-emulator: {error}\n")
        return NOT_ASKED
    return RECORDED


def _wait(server: Server, told: str) -> None:
    """Serve until interrupted, also where a shell started it with the interrupt ignored."""
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        sys.stdout.write(f"{told}\nGive the client that address, and any access key; Ctrl-C ends it.\n")
        sys.stdout.flush()
        server.wait()


def _summary(recorder: Recorder, file: Path) -> str:
    left_out = f", {recorder.left_out} left out that nobody knows" if recorder.left_out else ""
    return f"{number_of(recorder.written, 'exchange')} in {file}{left_out}. Read it before you show it to anybody.\n"
