"""One SQLite database per world: in memory for tests, a file for everything that has to outlive a process.

Several processes may work on one file at once. Every transaction takes the write lock at its beginning, so that a
read-modify-write is never lost and no transaction fails halfway because another one wrote.
"""

from __future__ import annotations

import atexit
import sqlite3
import warnings
import weakref
from contextlib import closing, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from modelarts_emulator.state.errors import LockedFileError, UnsupportedFileError
from modelarts_emulator.state.settings import Settings
from modelarts_emulator.state.tables import ADDITIONS, APPLICATION_ID, FORMAT, SCHEMA
from modelarts_emulator.state.transaction import Transaction, is_locked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE_IN_MEMORY = 16_384
"""Bytes of a page in memory, where none has to be written as a whole: the fewer there are, the less there is to do."""

PATIENCE = 60.0
"""Wall seconds for which a transaction waits for another process to end its own."""


class Store:
    """A world's database.

    Args:
        path: File of the world, made with its folders when absent; None keeps the world in memory.
        patience: Wall seconds to wait for other processes.

    Raises:
        LockedFileError: Another process holds the file all the time.
        UnsupportedFileError: The file was written by a newer or much earlier version, or is not a world file; or its
            name cannot be written here.
        OSError: The file or its folder cannot be made.
    """

    def __init__(self, path: Path | None = None, patience: float = PATIENCE) -> None:
        if path is not None:
            make_private(path)
        self.path = path
        self._connection = sqlite3.connect(
            path or ":memory:", timeout=patience, isolation_level=None, check_same_thread=False
        )
        self._closing = weakref.finalize(self, self._connection.close)
        self._connection.row_factory = sqlite3.Row
        self._transaction = Transaction(self._connection, path)
        self._settings = Settings(self._transaction, alone=path is None)
        self._prepare()

    def _prepare(self) -> None:
        try:
            self._connection.execute("PRAGMA secure_delete=OFF")  # some builds wipe every deleted row otherwise
            if self.path is None:
                self._connection.execute(f"PRAGMA page_size={PAGE_IN_MEMORY}")
                _empty().backup(self._connection)
                return
            use_write_ahead_log(self._connection, self.path)
            with self.transaction() as connection:
                self._check_format(connection)
        except sqlite3.DatabaseError as error:
            self.close()
            if is_locked(error):
                raise LockedFileError(self.path) from error
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise UnsupportedFileError(f"{self.path} is not an emulator world file: {error}") from error
        except (LockedFileError, UnsupportedFileError):
            self.close()
            raise

    def _check_format(self, connection: sqlite3.Connection) -> None:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if version == 0 and tables == 0:
            _make_tables(connection)
            return
        if owner != APPLICATION_ID:
            raise UnsupportedFileError(f"{self.path} is a database of another program; choose another file")
        if version > FORMAT:
            raise UnsupportedFileError(
                f"{self.path} has format {version}, this version understands up to {FORMAT}; "
                "upgrade the package or choose another file"
            )
        if version < min(ADDITIONS):
            raise UnsupportedFileError(
                f"{self.path} has format {version} of an earlier version, this one needs {min(ADDITIONS)} or newer; "
                "remove the file to begin with a new world, or choose another"
            )
        for earlier in range(version, FORMAT):
            _execute_all(connection, ADDITIONS[earlier])
        connection.execute(f"PRAGMA user_version={FORMAT}")

    def transaction(self) -> Transaction:
        """Everything inside happens at once or not at all; a nested transaction joins the outer one."""
        return self._transaction

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Undo what happens inside when it raises, while the surrounding transaction goes on."""
        self._connection.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK TO attempt")
            self._settings.forget()
            raise
        finally:
            self._connection.execute("RELEASE attempt")

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Undo what happens inside in any case, while the surrounding transaction goes on."""
        self._connection.execute("SAVEPOINT trial")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK TO trial")
            self._connection.execute("RELEASE trial")
            self._settings.forget()

    def get(self, key: str, default: object = None) -> Any:
        """Value of a setting, parsed from JSON."""
        text = self.text(key)
        return default if text is None else from_json(text)

    def text(self, key: str) -> str | None:
        """A setting as JSON; None when there is none."""
        return self._settings.text(key)

    def put(self, key: str, value: object) -> None:
        """Store a setting as JSON."""
        self._settings.put(key, value)

    def copy_to(self, path: Path) -> None:
        """Write the whole world into a new file; others may go on working meanwhile.

        Raises:
            FileExistsError: The file exists.
        """
        if path.exists():
            raise FileExistsError(f"{path} exists; a world is copied into a new file")
        make_private(path)
        with self._transaction.lock, closing(sqlite3.connect(path)) as copy:
            self._connection.backup(copy)

    def close(self) -> None:
        """Close the database; closing twice does no harm."""
        with self._transaction.lock:
            self._closing()


def make_private(path: Path) -> None:
    """Make a file that is absent, with its folders, so that nobody else reads or writes it; SQLite's others follow it.

    Raises:
        UnsupportedFileError: Its name cannot be written in the encoding of file names.
        OSError: It cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
    except UnicodeEncodeError as error:
        raise UnsupportedFileError(
            f"{str(path)!a} cannot be the name of a file here: names are in {error.encoding}; choose another, or run"
            " in a locale with UTF-8"
        ) from error


def use_write_ahead_log(connection: sqlite3.Connection, path: Path) -> None:
    """Keep a log beside the file, so that a transaction costs one short write; where that is not possible, warn."""
    mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode == "wal":
        connection.execute("PRAGMA synchronous=NORMAL")
        return
    connection.execute("PRAGMA synchronous=FULL")
    warnings.warn(
        f"{path} is on a file system without write-ahead log (journal mode {mode}): the emulator is slower there, and "
        "where locks do not work, as on some network drives, one process at a time may use the file",
        stacklevel=2,
    )


@cache
def _empty() -> sqlite3.Connection:
    """A database without a world, made once in a process: to copy it is seven times as quick as to make its tables."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    atexit.register(connection.close)
    connection.execute(f"PRAGMA page_size={PAGE_IN_MEMORY}")
    _make_tables(connection)
    return connection


def _make_tables(connection: sqlite3.Connection) -> None:
    _execute_all(connection, SCHEMA)
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={FORMAT}")


def _execute_all(connection: sqlite3.Connection, script: str) -> None:
    """Run statements inside the open transaction, which `executescript` would end."""
    for statement in script.split(";\n"):
        connection.execute(statement)
