"""A command at a terminal: what is shown on its screen, and keys to press."""

import fcntl
import os
import pty
import re
import signal
import struct
import termios
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

ROWS, COLUMNS = 50, 160
CTRL_C = b"\x03"
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_SECONDS = 60


class Terminal:
    """A command that takes a pseudo-terminal for one with a person before it; a context manager.

    Args:
        command: Program and arguments.
        folder: Where it runs.
        env: Its variables.
    """

    def __init__(self, command: Sequence[str], folder: Path, env: Mapping[str, str]) -> None:
        self._command = list(command)
        self._folder = folder
        self._env = {**env, "TERM": "xterm"}
        self._written = bytearray()
        self._more = threading.Condition()
        self._status = 0

    def __enter__(self) -> Self:
        """Start the command."""
        self._pid, self._screen = pty.fork()
        if self._pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.chdir(self._folder)
            os.execvpe(self._command[0], self._command, self._env)  # noqa: S606 - the test says what
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the command if it has not ended."""
        if self._reader.is_alive():
            with suppress(ProcessLookupError):  # it may end by itself at this very moment
                os.kill(self._pid, signal.SIGKILL)
            self._reader.join()
        os.close(self._screen)

    @property
    def shown(self) -> str:
        """All that was ever shown, without colours and movements of the cursor."""
        return _ESCAPES.sub("", self._written.decode(errors="replace")).replace("\r", "")

    def press(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._screen, keys)

    def until(self, enough: Callable[[str], bool]) -> None:
        """Return as soon as what was shown is enough."""
        with self._more:
            assert self._more.wait_for(lambda: enough(self.shown), _SECONDS), self.shown

    def wait(self) -> int:
        """Return the exit status when the command has ended."""
        self._reader.join(_SECONDS)
        if self._reader.is_alive():
            raise TimeoutError(self.shown)
        return os.waitstatus_to_exitcode(self._status)

    def _read(self) -> None:
        """Keep what is shown until nobody writes any more, and how the command ended then."""
        while True:
            try:
                chunk = os.read(self._screen, 65536)
            except OSError:  # how a pseudo-terminal says that nobody writes to it any more
                chunk = b""
            with self._more:
                self._written += chunk
                self._more.notify_all()
            if not chunk:
                _, self._status = os.waitpid(self._pid, 0)
                return
