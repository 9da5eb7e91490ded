"""One SQLite database per world: in memory for tests, a file for everything that has to outlive a process.

Several processes may work on one file at once. Every transaction takes the write lock at its beginning, so that a
read-modify-write is never lost and no transaction fails halfway because another one wrote.
"""

from __future__ import annotations

import sqlite3
import warnings
import weakref
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from modelarts_emulator.state.errors import LockedFileError, UnsupportedFileError
from modelarts_emulator.state.settings import Settings
from modelarts_emulator.state.transaction import Transaction, is_locked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPLICATION_ID = 0x4D41456D
"""Written into every world file, so that another program's database is recognised and left alone."""

FORMAT = 4
"""Version of the schema; a file with another one is refused."""

SCHEMA = """
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE flavors (id TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE stock (flavor TEXT, zone TEXT, room INTEGER NOT NULL, PRIMARY KEY (flavor, zone)) WITHOUT ROWID;
CREATE TABLE projects (id TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE quotas (project TEXT, kind TEXT, most INTEGER NOT NULL, PRIMARY KEY (project, kind)) WITHOUT ROWID;
CREATE TABLE networks (
    number INTEGER PRIMARY KEY, project TEXT NOT NULL, name TEXT NOT NULL, created_at REAL NOT NULL,
    ready_at REAL NOT NULL, outcome TEXT NOT NULL, deleting_at REAL, gone_at REAL, document TEXT NOT NULL
);
CREATE INDEX networks_by_name ON networks (project, name);
CREATE TABLE pools (
    number INTEGER PRIMARY KEY, project TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL,
    waiting INTEGER NOT NULL, gone_at REAL
);
CREATE UNIQUE INDEX pools_by_name ON pools (project, name);
CREATE INDEX pools_that_wait ON pools (project) WHERE waiting;
CREATE TABLE nodes (
    number INTEGER PRIMARY KEY, pool INTEGER NOT NULL, name TEXT NOT NULL,
    flavor TEXT NOT NULL, node_pool TEXT NOT NULL, step TEXT NOT NULL, az TEXT NOT NULL, private_ip TEXT NOT NULL,
    created_at REAL NOT NULL, checking_at REAL, ready_at REAL, breaks_at REAL, mends_at REAL, failed INTEGER NOT NULL,
    deleting_at REAL, gone_at REAL, creation_order INTEGER, deletion_order INTEGER,
    locked INTEGER NOT NULL DEFAULT 0, drained INTEGER NOT NULL DEFAULT 0, cluster TEXT NOT NULL DEFAULT '',
    driver_before TEXT, since_at REAL NOT NULL
);
CREATE TABLE stays (
    pool INTEGER NOT NULL, since_at REAL NOT NULL, ready_at REAL, breaks_at REAL, mends_at REAL, left_at REAL NOT NULL
);
CREATE INDEX stays_by_pool ON stays (pool);
CREATE INDEX nodes_by_name ON nodes (pool, name);
CREATE INDEX nodes_by_pool ON nodes (pool);
CREATE INDEX nodes_by_break ON nodes (pool) WHERE breaks_at IS NOT NULL;
CREATE INDEX nodes_by_creation ON nodes (creation_order) WHERE creation_order IS NOT NULL;
CREATE INDEX nodes_by_deletion ON nodes (deletion_order) WHERE deletion_order IS NOT NULL;
CREATE TABLE orders (
    number INTEGER PRIMARY KEY, project TEXT NOT NULL, name TEXT NOT NULL, pool TEXT NOT NULL,
    created_at REAL NOT NULL, begins_at REAL NOT NULL, ends_at REAL, document TEXT NOT NULL
);
CREATE UNIQUE INDEX orders_by_name ON orders (project, name);
CREATE TABLE training_jobs (
    number INTEGER PRIMARY KEY, project TEXT NOT NULL, id TEXT NOT NULL, pool TEXT NOT NULL, hosts TEXT NOT NULL,
    phase TEXT NOT NULL, created_at REAL NOT NULL, queued_at REAL NOT NULL, waits_since REAL, starts_at REAL,
    stops_at REAL, ends_at REAL, final_phase TEXT NOT NULL, reason TEXT NOT NULL, gone_at REAL, document TEXT NOT NULL
);
CREATE UNIQUE INDEX training_jobs_by_id ON training_jobs (project, id);
CREATE INDEX training_jobs_waiting ON training_jobs (project, waits_since) WHERE waits_since IS NOT NULL;
CREATE TABLE jobs (
    number INTEGER PRIMARY KEY, project TEXT NOT NULL, id TEXT NOT NULL, created_at REAL NOT NULL, ends_at REAL,
    document TEXT NOT NULL
);
CREATE UNIQUE INDEX jobs_by_id ON jobs (project, id);
CREATE TABLE moves (
    job INTEGER NOT NULL, project TEXT NOT NULL, node TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL,
    ends_at REAL, arrives INTEGER NOT NULL
);
CREATE INDEX moves_by_end ON moves (project, ends_at);
CREATE INDEX moves_by_job ON moves (job);
CREATE TABLE agenda (
    number INTEGER PRIMARY KEY, at REAL NOT NULL, project TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL
);
CREATE INDEX agenda_by_time ON agenda (at);
CREATE TABLE faults (
    number INTEGER PRIMARY KEY, rule TEXT NOT NULL, times INTEGER, armed_at REAL NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0, hits INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE buckets (rule INTEGER, scope TEXT, full_at REAL NOT NULL, PRIMARY KEY (rule, scope)) WITHOUT ROWID;
CREATE TABLE exchanges (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    operation TEXT, project TEXT, query TEXT NOT NULL, headers TEXT NOT NULL, body BLOB, status INTEGER NOT NULL,
    response_headers TEXT NOT NULL, response BLOB, fault TEXT
);
CREATE TABLE tokens (digest TEXT PRIMARY KEY, expires_at REAL NOT NULL) WITHOUT ROWID;
"""

JSON_COLUMNS = frozenset({"document", "hosts", "payload", "rule", "value", "query", "headers", "response_headers"})
"""Columns whose text is JSON, in any table."""

PAGE_IN_MEMORY = 16_384
"""Bytes of a page in memory, where none has to be written as a whole: the fewer there are, the less there is to do."""

PATIENCE = 60.0
"""Wall seconds for which a transaction waits for another process to end its own."""

WORLD_TABLES = (
    *("flavors", "stock", "quotas", "projects", "networks", "pools", "nodes", "stays", "orders", "training_jobs"),
    *("jobs", "moves", "agenda", "tokens"),
)
"""Tables that a reset empties before it seeds the world again."""


class Store:
    """A world's database.

    Args:
        path: File of the world, made with its folders when absent; None keeps the world in memory.
        patience: Wall seconds to wait for other processes.

    Raises:
        LockedFileError: Another process holds the file all the time.
        UnsupportedFileError: The file was written by another version, or is not a world file.
    """

    def __init__(self, path: Path | None = None, patience: float = PATIENCE) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._connection = sqlite3.connect(
            path or ":memory:", timeout=patience, isolation_level=None, check_same_thread=False
        )
        self._closing = weakref.finalize(self, self._connection.close)
        self._connection.row_factory = sqlite3.Row
        self._transaction = Transaction(self._connection, path)
        self._settings = Settings(self._transaction)
        self.is_new = self._prepare()

    def _prepare(self) -> bool:
        try:
            self._connection.execute("PRAGMA secure_delete=OFF")  # some builds wipe every deleted row otherwise
            if self.path is None:
                self._connection.execute(f"PRAGMA page_size={PAGE_IN_MEMORY}")
            else:
                use_write_ahead_log(self._connection, self.path)
            with self.transaction() as connection:
                return self._check_format(connection)
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

    def _check_format(self, connection: sqlite3.Connection) -> bool:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if version == 0 and tables == 0:
            _execute_all(connection, SCHEMA)
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version={FORMAT}")
            return True
        if owner != APPLICATION_ID:
            raise UnsupportedFileError(f"{self.path} is a database of another program; choose another file")
        if version > FORMAT:
            raise UnsupportedFileError(
                f"{self.path} has format {version}, this version understands up to {FORMAT}; "
                "upgrade the package or choose another file"
            )
        if version < FORMAT:
            raise UnsupportedFileError(
                f"{self.path} has format {version} of an earlier version, this one needs {FORMAT}; "
                "remove the file to begin with a new world, or choose another"
            )
        return False

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
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._transaction.lock, closing(sqlite3.connect(path)) as copy:
            self._connection.backup(copy)

    def close(self) -> None:
        """Close the database; closing twice does no harm."""
        with self._transaction.lock:
            self._closing()


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


def _execute_all(connection: sqlite3.Connection, script: str) -> None:
    """Run statements inside the open transaction, which `executescript` would end."""
    for statement in script.split(";\n"):
        connection.execute(statement)
