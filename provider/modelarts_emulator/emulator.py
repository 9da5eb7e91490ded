"""The emulator: a world and the ways into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from modelarts_emulator.messages import is_control
from modelarts_emulator.world import World

if TYPE_CHECKING:
    import os
    from types import TracebackType

    from modelarts_emulator.messages import Request, Response
    from modelarts_emulator.wire.server import Server
    from modelarts_emulator.wire.signing import Credentials
    from modelarts_emulator.wire.transport import EmulatorTransport


class Emulator(World):
    """An emulated ModelArts, in memory or in a file.

    Args:
        path: World file, made with the documented world when absent; None: in memory.
        clock: Clock setting (real, frozen, auto, scaled:N); None: what the file says.
        new_clock: Clock setting of a world that is made now, where `clock` says nothing; None: frozen.
        begins: When time begins in a world that is made now, also after a reset: seconds since 1970, a timestamp, or
            `now` for the wall clock's time; None: 2026-01-01T00:00:00Z.
        world: World to begin with, instead of the documented one; an existing file keeps its own.
        seed: What generated names and spreads come from, instead of the world's own, also after a reset; an existing
            file keeps its own.
        credentials: Whom to accept; None accepts everybody.
        wall: Wall time in seconds since 1970; None: the system's.
        sleep: Waits that many wall seconds; None: the system's.

    Attributes:
        clock: Virtual time.
        faults: Armed faults.
        journal: What was asked and answered.

    Raises:
        ImpossibleWorldError: The world cannot exist.
        UnsupportedFileError: The file is from a newer version or another program.
        ValueError: An unknown clock setting, or no moment.
    """

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        clock: str | None = None,
        *,
        new_clock: str | None = None,
        credentials: Credentials | None = None,
    ) -> Emulator:
        """Open a world file, made with the documented world when absent; several processes may have it open."""
        return cls(path, clock=clock, new_clock=new_clock, credentials=credentials)

    def handle(self, request: Request) -> Response:
        """Answer one request; those under `/_emulator/` go to the control API.

        Raises:
            DefectError: The emulator itself failed; the journal has the request, which had no effect.
            LockedFileError: Another process does not let go of the world file.
        """
        if is_control(request.path):
            from modelarts_emulator.console import control  # noqa: PLC0415 - most worlds are used in process

            return control.answer(self, request)
        return super().handle(request)

    def transport(self) -> EmulatorTransport:
        """Transport for httpx clients, synchronous and asynchronous, that goes to this emulator without a socket."""
        from modelarts_emulator.wire.transport import EmulatorTransport  # noqa: PLC0415 - only here is httpx needed

        return EmulatorTransport(self)

    def serve(self, port: int = 0, host: str = "127.0.0.1") -> Server:
        """Serve over HTTP on the loopback interface; use it in a `with` statement, or call `close`.

        Args:
            port: Port; 0 takes a free one.
            host: Address to listen on; one beyond loopback lets everybody in who can reach it, and warns.
        """
        from modelarts_emulator.wire.server import Server  # noqa: PLC0415 - in-process use needs no server

        return Server(self, host, port)

    def __enter__(self) -> Self:
        """The emulator itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()
