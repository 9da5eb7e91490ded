import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelarts_emulator import Emulator, UnsupportedSnapshotError
from modelarts_emulator.state.tables import ADDITIONS, FORMAT
from tests.emulator.snapshots import busy
from tests.emulator.test_impossible_worlds import places
from tests.examples import examples


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": "x"}, 'this is no snapshot: its "format" must be'),
        (
            {"version": FORMAT + 1},
            f"version {FORMAT + 1}, this package reads {min(ADDITIONS)} to {FORMAT}; upgrade",
        ),
        *(({"version": earlier}, "begin anew with a world") for earlier in range(1, min(ADDITIONS))),
        ({"version": None}, "has version None"),
        ({"version": [FORMAT]}, r"has version \[\d\]"),
        ({"clock": {"mode": "fast", "now": 0}}, "unknown clock setting 'fast'"),
        ({"clock": {"mode": "auto", "now": -1}}, "-1 is no moment of virtual time"),
        ({"tables": {}}, "tables: a snapshot has settings, "),
        ({"numbers": {"exchanges": "1"}}, "numbers: something is not of the right kind"),
    ],
)
def test_other_snapshots_are_refused(change: dict[str, Any], reason: str) -> None:
    """A snapshot of another version, or none at all, is refused with the reason, and the old world stays."""
    with busy() as emulator:
        before = emulator.snapshot(journal=True)

        with pytest.raises(UnsupportedSnapshotError, match=reason):
            emulator.restore(emulator.snapshot() | change)

        assert emulator.snapshot(journal=True) == before


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("pools", "document", {}),
        ("pools", "number", 2**70),
        ("nodes", "ready_at", "soon"),
        ("nodes", "created_at", float("inf")),
        ("nodes", "name", None),
        ("orders", "document", {}),
        ("jobs", "document", []),
        ("training_jobs", "document", "\ud800"),
        ("faults", "rule", {"operation": "patchPool", "colour": "red"}),
        ("exchanges", "response", "no base64"),
        ("settings", "value", {"projects": []}),
    ],
)
def test_damaged_rows_are_refused(table: str, column: str, value: object) -> None:
    """A snapshot with rows that nothing can be made of is refused, and the old world stays."""
    with busy() as emulator, Emulator() as other:
        damaged, before = emulator.snapshot(journal=True), other.snapshot(journal=True)
        at = damaged["tables"][table]["columns"].index(column)
        for row in damaged["tables"][table]["rows"]:
            row[at] = value

        with pytest.raises(UnsupportedSnapshotError):
            other.restore(damaged)

        assert other.snapshot(journal=True) == before


def test_numbers_that_no_column_holds_are_refused() -> None:
    """A moment in a document that comes to stand in a column later is refused as it would be there."""
    with busy() as emulator, Emulator() as other:
        damaged, before = emulator.snapshot(journal=True), other.snapshot(journal=True)
        pools = damaged["tables"]["pools"]
        pools["rows"][0][pools["columns"].index("document")]["gone_at"] = 2**63

        with pytest.raises(UnsupportedSnapshotError, match=r"tables\.pools\.document: a number in it is too large"):
            other.restore(damaged)

        assert other.snapshot(journal=True) == before


@pytest.mark.parametrize("text", ["", "[]", "7", '{"format": ', "null", "\xff"])
def test_files_that_are_no_snapshots(tmp_path: Path, text: str) -> None:
    """A file that holds something else is refused."""
    (tmp_path / "s.json").write_text(text, encoding="latin-1")

    with Emulator() as emulator, pytest.raises(UnsupportedSnapshotError):
        emulator.load(tmp_path / "s.json")


JUNK: list[Any] = [None, True, -1, 1.5, 10**30, float("nan"), "", "x", "\ud800", [], {}, [1], {"x": 1}, b"x", object()]


@settings(max_examples=examples(80))
@given(st.data())
def test_a_damaged_snapshot_is_no_world(data: st.DataObject) -> None:
    """With something in it replaced or removed, a snapshot makes a world that can be shown, or is refused whole."""
    with busy() as emulator, Emulator() as other:
        damaged = copy.deepcopy(emulator.snapshot(journal=True))
        before = other.snapshot(journal=True)
        for _ in range(data.draw(st.integers(1, 2))):
            damage(damaged, data)

        try:
            other.restore(damaged)
        except UnsupportedSnapshotError:
            assert other.snapshot(journal=True) == before
        else:
            for project in other.projects():
                other.world(project)


def damage(snapshot: dict[str, Any], data: st.DataObject) -> None:
    """Replace or remove something somewhere inside, in a small part of it as likely as in a large one."""
    part: Any = snapshot
    if data.draw(st.integers(0, 4)):
        tables = [
            table for table in snapshot.get("tables", {}).values() if isinstance(table, dict) and table.get("rows")
        ]
        part = data.draw(st.sampled_from(tables or [snapshot]))
    found = list(places(part))
    if found:
        holder, key = data.draw(st.sampled_from(found))
        if data.draw(st.booleans()):
            holder[key] = data.draw(st.sampled_from(JUNK))
        else:
            del holder[key]
