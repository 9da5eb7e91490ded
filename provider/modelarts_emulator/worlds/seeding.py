"""Begin a world: all of it, or one project of it anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.store import WORLD_TABLES, Store
from modelarts_emulator.worlds import loading

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from modelarts_emulator.clock import Clock


def seed(store: Store, clock: Clock, world: Mapping[str, Any]) -> None:
    """Replace everything by this world, at the beginning of time.

    Args:
        store: Where it lives.
        clock: Its clock.
        world: The world as `schema.checked` gives it.

    Raises:
        ImpossibleWorldError: It cannot exist; the old world stays.
    """
    with store.transaction() as connection:
        for table in WORLD_TABLES:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names are constants
        clock.reset()
        loading.load(connection, world, clock.now())
        store.put("world", world)
        store.put("seed", loading.seed_of(world))
        store.put("timings", vars(loading.timings_of(world)))
        store.put("choices", vars(loading.choices_of(world)))
        store.put("chances", vars(loading.chances_of(world)))


def reset_project(store: Store, clock: Clock, project: str) -> None:
    """Take one project back to what the world last seeded has of it, at this moment of time; others go on.

    Its nodes get the addresses they had, and the numbers of new rows.

    Args:
        store: Where the world lives.
        clock: Its clock.
        project: Project id; one that the seeded world lacks is emptied.
    """
    with store.transaction() as connection:
        _clear(connection, project)
        pristine = Store()
        try:
            with pristine.transaction() as source:
                loading.load(source, store.get("world"), clock.now())
                _copy(source, connection, project)
        finally:
            pristine.close()


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
