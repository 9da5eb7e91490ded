"""The sessions of this process, one for each set of settings."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.embedded import NEW_CLOCK, opened
from pulumi_modelarts.api.sources import shortened
from pulumi_modelarts.handlers import _rpc
from pulumi_modelarts.reconcilers.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_modelarts.api.settings import Settings
    from pulumi_modelarts.api.trace_file import TraceFile

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


@contextmanager
def let_go() -> Iterator[None]:
    """Closes the sessions that are opened or kept meanwhile, for a program in which many come and go."""
    from pulumi_modelarts.api.client import Client  # noqa: PLC0415 - a program declares; only the host speaks HTTP

    with _lock:
        before = dict(_sessions)
    try:
        yield
    finally:
        with _lock:
            clients = [session.client for session in _sessions.values()]
            _sessions.clear()
            _sessions.update(before)
        kept = [session.client for session in before.values()]
        for client in clients:
            if isinstance(client, Client) and not any(client is each for each in kept):
                client.close()


def _open(target: Target) -> Session:
    from pulumi_modelarts.api.client import Client  # noqa: PLC0415 - a program declares; only the host speaks HTTP

    file = target.settings.emulator_file
    if file is None:
        return Session(Client(target.settings, max_connections=target.connections, trace=target.trace))
    emulator = opened(file, target.emulator_clock)
    if target.emulator_clock is None and emulator.clock.mode == "frozen":
        _rpc.Call().warn(STANDS_STILL.format(file=shortened(file)))
    return Session(Client(target.settings, transport=emulator.transport(), trace=target.trace))
