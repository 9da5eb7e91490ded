"""Begin a world: all of it, or one project of it anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.state.store import Store
from modelarts_emulator.state.tables import WORLD_TABLES
from modelarts_emulator.worlds import loading, schema

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from modelarts_emulator.state.clock import Clock


class Seeder:
    """Begins the world of one store.

    Args:
        store: Where the world lives.
        clock: Its clock.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def seed(self, given: Mapping[str, Any]) -> None:
        """Replace everything by this world, at the beginning of time.

        Args:
            given: Plain data as `modelarts_emulator.worlds.loading` describes.

        Raises:
            ImpossibleWorldError: It cannot exist; the old world stays.
        """
        checked = schema.checked(given)
        with self._store.transaction():
            self._store.put("world", checked)
            self._begin(checked)

    def reset(self) -> None:
        """Replace everything by the world last seeded, at the beginning of time."""
        with self._store.transaction():
            self._begin(self._store.get("world"))

    def _begin(self, world: Mapping[str, Any]) -> None:
        with self._store.transaction() as connection:
            for table in WORLD_TABLES:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names are constants
            self._clock.reset()
            loading.load(connection, world, self._clock.now())
            self._store.put("pruned_at", self._clock.now())
            self._store.put("seed", loading.seed_of(world))
            self._store.put("timings", loading.timings_of(world)._asdict())
            self._store.put("choices", loading.choices_of(world)._asdict())
            self._store.put("chances", loading.chances_of(world)._asdict())

    def reset_project(self, project: str) -> None:
        """Take one project back to what the world last seeded has of it, at this moment of time; others go on.

        Its nodes get the addresses they had, and the numbers of new rows.

        Args:
            project: Project id; one that the seeded world lacks is emptied.
        """
        with self._store.transaction() as connection:
            _clear(connection, project)
            pristine = Store()
            try:
                with pristine.transaction() as source:
                    loading.load(source, self._store.get("world"), self._clock.now())
                    _copy(source, connection, project)
            finally:
                pristine.close()

    def check(self) -> None:
        """See that the world last seeded can exist.

        Raises:
            ImpossibleWorldError: It cannot.
        """
        schema.checked(self._store.get("world"))


def _clear(connection: sqlite3.Connection, project: str) -> None:
    for table in ("nodes", "stays"):
        query = f"DELETE FROM {table} WHERE pool IN (SELECT number FROM pools WHERE project = ?)"  # noqa: S608 - constants
        connection.execute(query, (project,))
    for table in _tables_of_projects(connection):
        connection.execute(f"DELETE FROM {table} WHERE project = ?", (project,))  # noqa: S608 - names are constants


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, project: str) -> None:
    pools = _highest(target, "pools")
    for table in _tables_of_projects(source):
        offset = {"number": _highest(target, table)}
        rows = source.execute(f"SELECT * FROM {table} WHERE project = ? ORDER BY 1", (project,))  # noqa: S608 - names are constants
        _insert(target, table, rows.fetchall(), offset)
    rows = source.execute(
        "SELECT nodes.* FROM nodes JOIN pools ON pool = pools.number WHERE project = ? ORDER BY nodes.number",
        (project,),
    )
    _insert(target, "nodes", rows.fetchall(), {"number": _highest(target, "nodes"), "pool": pools})


def _insert(target: sqlite3.Connection, table: str, rows: list[sqlite3.Row], offsets: Mapping[str, int]) -> None:
    if rows:
        names = rows[0].keys()
        moved = (
            [value + offsets[name] if name in offsets else value for name, value in zip(names, row, strict=True)]
            for row in rows
        )
        target.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", moved)  # noqa: S608 - likewise


def _tables_of_projects(connection: sqlite3.Connection) -> list[str]:
    """Tables of the world whose rows say which project they belong to."""
    query = "SELECT 1 FROM pragma_table_info(?) WHERE name = 'project'"
    return [table for table in WORLD_TABLES if connection.execute(query, (table,)).fetchone()]


def _highest(connection: sqlite3.Connection, table: str) -> int:
    """Highest row number of a table; 0 in one without numbers."""
    if not connection.execute("SELECT 1 FROM pragma_table_info(?) WHERE name = 'number'", (table,)).fetchone():
        return 0
    return int(connection.execute(f"SELECT coalesce(max(number), 0) FROM {table}").fetchone()[0])  # noqa: S608 - names are constants
