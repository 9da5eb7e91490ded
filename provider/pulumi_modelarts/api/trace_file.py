"""The file of a trace: lines that several threads and processes append, whole and in no fixed order."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_FLAGS: Final = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
"""A pipe that nobody reads would otherwise be waited for."""

_OWNER_ONLY: Final = 0o600

NEWLINE: Final = "\n"


class TraceFile:
    """A file to append lines to. A new one can be read by its owner alone; a folder for it must be there.

    Each line is one `write` in append mode, which keeps the lines of several writers apart. A line that cannot be
    written, because the disk is full, say, is lost, and stops nobody: that is said once.

    Args:
        path: where it is.
        warn: told of the first line that could not be written.

    Raises:
        OSError: it cannot be opened for writing, or is no ordinary file.
    """

    def __init__(self, path: Path, warn: Callable[[str], None]) -> None:
        self.path = path
        self._warn = warn
        self._file = _opened(path)
        self._guard = threading.Lock()
        self._torn = self._warned = False

    def append(self, line: str) -> None:
        """Append a line, which has no line break in it."""
        with self._guard:
            whole = f"{NEWLINE if self._torn else ''}{line}{NEWLINE}".encode()
            try:
                self._torn = os.write(self._file, whole) != len(whole)
                problem = "it took a part of a line only" if self._torn else ""
            except OSError as error:
                problem = error.strerror or str(error)
            warns = bool(problem) and not self._warned
            self._warned = self._warned or warns
        if warns:
            self._warn(
                f"MODELARTS_TRACE: {self.path} cannot be written any more: {problem}. The run goes on, and its trace "
                "is not complete."
            )

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _opened(path: Path) -> int:
    if path.exists() and not path.is_file():
        raise OSError(0, "it is no ordinary file")
    return os.open(path, _FLAGS, _OWNER_ONLY)
