"""Reads what a client sends, and bounds how long that takes as a whole: it may be cut as small as one likes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

PART = 65_536
"""Bytes that are asked for at a time."""


class Patience:
    """The receiving side of a connection.

    Every reading raises TimeoutError when the time is over that `begin` gave, and OSError when the connection breaks.

    Args:
        connection: The connection.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._arrived = bytearray()
        self._ends_at = 0.0

    def begin(self, seconds: float) -> None:
        """Let everything that is read from now on arrive within so many seconds."""
        self._ends_at = time.monotonic() + seconds

    def is_sent_more(self) -> bool:
        """Wait until there is something to read; False when the client has ended."""
        return bool(self._arrived) or self._receive()

    def line(self, most: int) -> bytes:
        """Everything to the end of a line, or to that of what the client sends, and so many bytes at most."""
        known = 0
        while (end := self._arrived.find(b"\n", known, most)) < 0 and (known := len(self._arrived)) < most:
            if not self._receive():
                break
        return self._take(most if end < 0 else end + 1)

    def exactly(self, size: int) -> bytes:
        """So many bytes, or fewer when the client ends before."""
        while len(self._arrived) < size and self._receive():
            pass
        return self._take(size)

    def drain(self) -> None:
        """Read to the end of what the client sends, and forget it."""
        while self._receive():
            self._arrived.clear()

    def _receive(self) -> bool:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the client takes too long")
        self._connection.settimeout(left)
        part = self._connection.recv(PART)
        self._arrived += part
        return bool(part)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._arrived[:size])
        del self._arrived[:size]
        return taken
