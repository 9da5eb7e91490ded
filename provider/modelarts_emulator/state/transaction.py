"""The transactions of one connection, entered many times in every request."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING, TypeVar

from modelarts_emulator.state.errors import LockedFileError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

T = TypeVar("T")


class Transaction:
    """What `with` opens: the outermost one begins and ends a transaction, those inside join it; threads take turns.

    A class, as a generator would cost several times as much, and most of what asks for a transaction is inside one.

    Args:
        connection: In autocommit mode.
        path: File of the database; None in memory.

    Attributes:
        lock: Held by the thread that is inside.
        number: Number of the transaction, from 1; none has the number of another one.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.number = 0
        self._connection = connection
        self._path = path
        self._depth = 0
        self._owner = 0

    def current(self) -> int:
        """Number of the transaction that this thread is inside of; 0 when it is in none."""
        return self.number if self._owner == threading.get_ident() else 0

    def look(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """What a read sees: what is committed, or what the transaction that this thread is inside of has made of it.

        It begins none, as it would take the lock that others write under, and several times as long.

        Raises:
            LockedFileError: Another process holds the file all the time, reads included.
        """
        with self.lock:
            try:
                return read(self._connection)
            except sqlite3.OperationalError as error:
                if is_locked(error):
                    raise LockedFileError(self._path) from error
                raise

    def __enter__(self) -> sqlite3.Connection:
        """Begin, or join; the write lock is taken at once."""
        self.lock.acquire()
        if not self._depth:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            except BaseException as error:
                self.lock.release()
                if is_locked(error):
                    raise LockedFileError(self._path) from error
                raise
            self.number += 1
            self._owner = threading.get_ident()
        self._depth += 1
        return self._connection

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End what was begun: kept when all went well, undone when something was raised."""
        try:
            self._depth -= 1
            if not self._depth:
                self._owner = 0
                self._connection.execute("COMMIT" if kind is None else "ROLLBACK")
        finally:
            self.lock.release()


def is_locked(error: BaseException) -> bool:
    """True when others held the database for as long as anybody wanted to wait."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
