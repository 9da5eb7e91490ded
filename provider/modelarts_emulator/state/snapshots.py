"""A whole world as plain JSON data, and back: pools, orders, jobs, what is still to happen, faults, time and all.

    {"format": "modelarts-emulator snapshot", "version": 6,
     "clock": {"mode": "scaled:60", "now": 1767225690.0, "time": "2026-01-01T00:01:30Z"},
     "tables": {"pools": {"columns": ["number", …], "rows": [[1, …], …]}, …},
     "numbers": {"exchanges": 17}}

The version is that of world files, as the tables are the same; a snapshot of an earlier one lacks tables and columns,
which are then empty or have their defaults. `numbers` are the highest ever given: request ids are derived from them.
Secrets are in no table: tokens are kept as digests, and the journal redacts.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from math import isfinite
from types import NoneType
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from modelarts_emulator.state.clock import rfc3339
from modelarts_emulator.state.errors import UnsupportedSnapshotError
from modelarts_emulator.state.tables import ADDITIONS, FORMAT, JSON_COLUMNS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from modelarts_emulator.state.clock import Clock
    from modelarts_emulator.state.store import Store

_LARGEST = 2**63 - 1
_LONG_NUMBER = re.compile(r"\d{19}")
"""Where a text has none, no number in it is too large; looking for this is quicker than looking at each of them."""

KIND = "modelarts-emulator snapshot"
JOURNAL = "exchanges"
_KINDS: dict[str, set[type]] = {
    "TEXT": {str, NoneType},
    "INTEGER": {int, NoneType},
    "REAL": {int, float, NoneType},
    "BLOB": {str, NoneType},
}


def take(store: Store, clock: Clock, *, journal: bool) -> dict[str, Any]:
    """The world as it is.

    Args:
        store: Where it lives.
        clock: Its clock.
        journal: Take what was asked and answered along.
    """
    with store.transaction() as connection:
        now = clock.now()
        names = [name for name in _tables(connection) if journal or name != JOURNAL]
        return {
            "format": KIND,
            "version": FORMAT,
            "clock": {"mode": clock.mode, "now": now, "time": rfc3339(now)},
            "tables": {name: _table(connection, name) for name in names},
            "numbers": dict(map(tuple, connection.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name"))),
        }


def restore(store: Store, clock: Clock, snapshot: Mapping[str, Any], look: Callable[[], object]) -> None:
    """Replace everything by a snapshot; time goes on from where it was then.

    Args:
        store: What is replaced.
        clock: Its clock.
        snapshot: What `take` gave.
        look: Looks at everything that came of it; where that fails, the snapshot is no good.

    Raises:
        UnsupportedSnapshotError: With what is wrong; the old world stays.
    """
    _check_version(snapshot)
    with store.transaction() as connection:
        try:
            _replace(connection, snapshot)
            clock.restore(snapshot["clock"]["mode"], snapshot["clock"]["now"])
            with store.trial():
                look()
        except UnsupportedSnapshotError:
            raise
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise UnsupportedSnapshotError(f"the snapshot does not make a world: {reason}") from error


def _check_version(snapshot: Mapping[str, Any]) -> None:
    if not isinstance(snapshot, dict) or snapshot.get("format") != KIND:
        raise UnsupportedSnapshotError(f'this is no snapshot: its "format" must be "{KIND}"')
    version = snapshot.get("version")
    if version not in (FORMAT, *ADDITIONS):
        newer = isinstance(version, int) and version > FORMAT
        hint = "upgrade the package" if newer else "begin anew with a world, and take a snapshot of that"
        reads = f"this package reads {min(ADDITIONS)} to {FORMAT}"
        raise UnsupportedSnapshotError(f"the snapshot has version {version!r}, {reads}; {hint}")


def _replace(connection: sqlite3.Connection, snapshot: Mapping[str, Any]) -> None:
    known, given = _tables(connection), snapshot["tables"]
    lacking = set(known) - set(given) - {JOURNAL}
    if set(given) - set(known) or (lacking and snapshot["version"] == FORMAT):
        raise UnsupportedSnapshotError(f"tables: a snapshot has {', '.join(known)}; {JOURNAL} may be left out")
    for name in known:
        connection.execute(f"DELETE FROM {name}")  # noqa: S608 - names of the schema
        if name in given:
            _fill(connection, name, given[name], is_whole=snapshot["version"] == FORMAT)
    connection.execute("DELETE FROM sqlite_sequence")
    numbers = _inward("numbers", "INTEGER", list(snapshot["numbers"].values()))
    connection.executemany(
        "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", zip(snapshot["numbers"], numbers, strict=True)
    )


def _tables(connection: sqlite3.Connection) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid"
    return [row[0] for row in connection.execute(query)]


def _columns(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """Kind of each column."""
    found = connection.execute("SELECT name, type FROM pragma_table_info(?)", (table,))
    return {name: "JSON" if kind == "TEXT" and name in JSON_COLUMNS else kind for name, kind in found}


def _table(connection: sqlite3.Connection, table: str) -> dict[str, Any]:
    columns = _columns(connection, table)
    condition = "WHERE key != 'clock'" if table == "settings" else ""
    found = connection.execute(f"SELECT {', '.join(columns)} FROM {table} {condition}").fetchall()  # noqa: S608 - names of the schema
    given = zip(*found, strict=True)
    values = [map(_OUTWARD.get(kind, _same), items) for kind, items in zip(columns.values(), given, strict=False)]
    return {"columns": list(columns), "rows": list(map(list, zip(*values, strict=True)))}


def _same(value: Any) -> Any:
    return value


def _as_text(value: bytes | None) -> str | None:
    return None if value is None else b64encode(value).decode()


def _as_json(where: str, value: Any) -> str:
    """A document as text; what is in it comes to stand in columns later, which hold no longer numbers than these."""
    text = to_json(value).decode()
    if _LONG_NUMBER.search(text) and any(abs(number) > _LARGEST for number in _numbers(value)):
        raise UnsupportedSnapshotError(f"{where}: a number in it is too large")
    return text


def _numbers(value: Any) -> Iterator[int]:
    """Whole numbers anywhere in a document."""
    if isinstance(value, int):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _numbers(item)


_OUTWARD: dict[str, Callable[[Any], Any]] = {"JSON": from_json, "BLOB": _as_text}


def _fill(connection: sqlite3.Connection, name: str, table: Mapping[str, Any], *, is_whole: bool) -> None:
    """Put the rows of a table into it; a column that is not given has its default in all of them."""
    columns, known = table["columns"], _columns(connection, name)
    if columns != list(known) if is_whole else columns != list(known)[: len(columns)]:
        raise UnsupportedSnapshotError(f"tables.{name}.columns: a snapshot has {', '.join(known)}")
    given = zip(*table["rows"], strict=True)  # column by column, as a world may have a hundred thousand rows
    values = [
        _inward(f"tables.{name}.{column}", known[column], items) for column, items in zip(columns, given, strict=False)
    ]
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names of the schema
    connection.executemany(statement, zip(*values, strict=True))


def _inward(where: str, kind: str, values: Iterable[Any]) -> list[Any]:
    """Values as a column of their kind holds them; whether one may be missing is for the table to say."""
    if kind == "JSON":
        return [_as_json(where, value) for value in values]
    if not set(map(type, values)) <= _KINDS[kind]:
        raise UnsupportedSnapshotError(f"{where}: something is not of the right kind")
    if kind == "REAL" and not all(isfinite(value) for value in values if value is not None):
        raise UnsupportedSnapshotError(f"{where}: something is not finite")
    if kind == "BLOB":
        return [None if value is None else b64decode(value, validate=True) for value in values]
    return list(values)
