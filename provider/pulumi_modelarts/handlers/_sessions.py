"""The sessions of this process, one for each set of settings; the only place that opens the embedded emulator."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pulumi_modelarts._version import version
from pulumi_modelarts.api.errors import ConfigurationError
from pulumi_modelarts.api.sources import LONGEST_SHOWN, shortened
from pulumi_modelarts.handlers import _rpc
from pulumi_modelarts.reconcilers.session import Session

if TYPE_CHECKING:
    from pulumi_modelarts.api.settings import Settings
    from pulumi_modelarts.api.trace_file import TraceFile

NEW_CLOCK: Final = "scaled:60"
"""The clock of a world that an embedded emulator makes: one that runs, as somebody will wait for what they start."""

STANDS_STILL: Final = (
    "the time of the emulator in {file} stands still (clock frozen): what is started there ends when somebody moves "
    f"the clock. To let it run: `pulumi config set modelarts:emulatorClock {NEW_CLOCK}`"
)

_lock = threading.Lock()


@dataclass(frozen=True)
class Target:
    """What a session is kept by.

    Attributes:
        settings: Where the service is and who asks.
        emulator_clock: The clock of the embedded emulator, such as `scaled:60`; None leaves it as its file says.
        connections: To the service, at a time.
        trace: Where requests are written down; None for nowhere.
    """

    settings: Settings
    emulator_clock: str | None = None
    connections: int = 64
    trace: TraceFile | None = None


_sessions: dict[Target, Session] = {}


def session_for(target: Target) -> Session:
    """Returns the session of a target, opened on first use.

    Raises:
        ModelArtsError: It could not be opened.
    """
    with _lock:
        if target not in _sessions:
            if target.trace is not None and target.trace not in {known.trace for known in _sessions}:
                _rpc.Call().tell(f"trace: requests are written to {target.trace.path}")
            _sessions[target] = _open(target)
        return _sessions[target]


def keep(target: Target, session: Session) -> None:
    """Makes a session the one of its target, for a program that brings its own clock or transport."""
    with _lock:
        _sessions[target] = session


def problem_of_clock(setting: str) -> str | None:
    """Returns why the embedded emulator knows no such clock; None where it does."""
    from modelarts_emulator import parse_mode  # noqa: PLC0415 - only who asks for it loads it

    try:
        parse_mode(setting[:LONGEST_SHOWN])
    except ValueError as error:
        return str(error)
    return None


def _open(target: Target) -> Session:
    from pulumi_modelarts.api.client import Client  # noqa: PLC0415 - a program declares; only the host speaks HTTP

    file = target.settings.emulator_file
    if file is None:
        return Session(Client(target.settings, max_connections=target.connections, trace=target.trace))
    import sqlite3  # noqa: PLC0415 - what the emulator keeps its world in

    try:
        from modelarts_emulator import Emulator, UnsupportedFileError  # noqa: PLC0415 - only who asks for it loads it
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "modelarts:endpoint is emulator, and the emulator is not installed here; "
            f"`pip install modelarts-emulator=={version()}` brings it back, in a checkout "
            "`pip install ./tools/modelarts-emulator`"
        ) from error
    try:
        emulator = Emulator.open(file, target.emulator_clock, new_clock=NEW_CLOCK)
    except OSError as error:
        reason = error.strerror or error
        raise ConfigurationError(f"modelarts:emulatorFile: {shortened(file)} cannot be used: {reason}") from error
    except (UnsupportedFileError, sqlite3.Error, ValueError) as error:
        raise ConfigurationError(f"modelarts:emulatorFile: {shortened(file)} cannot be used: {error}") from error
    if target.emulator_clock is None and emulator.clock.mode == "frozen":
        _rpc.Call().warn(STANDS_STILL.format(file=shortened(file)))
    return Session(Client(target.settings, transport=emulator.transport(), trace=target.trace))
