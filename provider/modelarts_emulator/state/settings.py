"""The settings of a world: a few documents by key, kept at hand where every request needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import to_json

if TYPE_CHECKING:
    import sqlite3

    from modelarts_emulator.state.transaction import Transaction

FREQUENT = ("clock", "seed", "timings", "choices", "chances", "pruned_at")
"""Settings that every request needs, some of them several times."""

_UNKNOWN = -1


class Settings:
    """Reads and writes settings.

    Frequent ones are read together and hold until somebody writes: commits of others show in SQLite's `data_version`,
    which is looked at once in a transaction, and at each read outside of one; writes of our own, and their undoing,
    make it forget what it knows.

    Args:
        transaction: The transaction of the connection.
        alone: Whether there are no others, as with a world in memory: what is known holds outside of a transaction too.
    """

    def __init__(self, transaction: Transaction, *, alone: bool = False) -> None:
        self._transaction = transaction
        self._alone = alone
        self._known: dict[str, str] = {}
        self._version = _UNKNOWN
        self._valid_in = _UNKNOWN
        self._written_in = _UNKNOWN

    def text(self, key: str) -> str | None:
        """A setting as JSON; None when there is none."""
        if key not in FREQUENT:
            return self._transaction.look(lambda connection: _read(connection, (key,))).get(key)
        if self._valid_in != self._transaction.current():
            return self._transaction.look(self._refreshed).get(key)
        return self._known.get(key)

    def put(self, key: str, value: object) -> None:
        """Store a setting as JSON."""
        with self._transaction as connection:
            connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, to_json(value).decode()))
            self._written_in = self._transaction.number
            self.forget()

    def forget(self) -> None:
        """Read everything anew."""
        self._version = self._valid_in = _UNKNOWN

    def _refreshed(self, connection: sqlite3.Connection) -> dict[str, str]:
        """The frequent ones as they are now; what a transaction has written itself may still be undone."""
        inside = self._transaction.current()
        version = connection.execute("PRAGMA data_version").fetchone()[0]
        if version != self._version:
            self._known = _read(connection, FREQUENT)
            self._version = _UNKNOWN if inside and inside == self._written_in else version
        self._valid_in = inside if inside or self._alone else _UNKNOWN
        return self._known


def _read(connection: sqlite3.Connection, keys: tuple[str, ...]) -> dict[str, str]:
    query = f"SELECT key, value FROM settings WHERE key IN ({', '.join('?' * len(keys))})"  # noqa: S608 - placeholders
    return dict(map(tuple, connection.execute(query, keys)))
