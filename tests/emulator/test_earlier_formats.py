"""What the version before wrote still opens, with what it lacks added to it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from modelarts_emulator import Emulator
from modelarts_emulator.state.tables import APPLICATION_ID, FORMAT
from tests.emulator.format_4 import SCHEMA
from tests.emulator.snapshots import busy


def file_of_format_4(path: Path) -> None:
    """A file as the version before wrote it, with a world in which everything is under way."""
    with busy() as emulator:
        emulator.copy_to(path.with_suffix(".new"))
    with closing(sqlite3.connect(path)) as old:
        old.executescript(SCHEMA)
        old.execute("ATTACH ? AS new", (str(path.with_suffix(".new")),))
        for (table,) in old.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
            columns = ", ".join(row[0] for row in old.execute("SELECT name FROM pragma_table_info(?)", (table,)))
            old.execute(f"DELETE FROM main.{table}")  # noqa: S608 - names of the schema
            old.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}")  # noqa: S608 - likewise
        old.execute(f"PRAGMA application_id={APPLICATION_ID}")
        old.execute("PRAGMA user_version=4")
        old.commit()


def snapshot_of_format_4(snapshot: dict[str, Any]) -> dict[str, Any]:
    """A snapshot as the version before took it."""
    tables = {name: table for name, table in snapshot["tables"].items() if name != "workloads"}
    nodes = {"columns": tables["nodes"]["columns"][:-3], "rows": [row[:-3] for row in tables["nodes"]["rows"]]}
    return {**snapshot, "version": 4, "tables": {**tables, "nodes": nodes}}


def test_file_is_upgraded_in_place(tmp_path: Path) -> None:
    """A file of the version before opens as the world that it was, and is one of this version from then on."""
    file_of_format_4(tmp_path / "world.db")

    with Emulator.open(tmp_path / "world.db") as emulator, busy() as expected:
        found = emulator.snapshot(journal=True)
        assert found == expected.snapshot(journal=True)
        emulator.clock.advance(600)
        expected.clock.advance(600)
        assert emulator.world() == expected.world()

    with closing(sqlite3.connect(tmp_path / "world.db")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (FORMAT,)
    with Emulator.open(tmp_path / "world.db") as emulator:
        emulator.reset()


def test_snapshot_is_restored(tmp_path: Path) -> None:
    """A snapshot of the version before is restored as the world that it was."""
    with busy() as emulator:
        whole = emulator.snapshot(journal=True)

    with Emulator.open(tmp_path / "world.db") as other:
        other.restore(snapshot_of_format_4(whole))
        assert other.snapshot(journal=True) == whole
