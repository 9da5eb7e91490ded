"""The runner of measurements: what becomes of one that fails, of Ctrl-C, and of what was measured."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench import runner
from bench.figures import Figure, Ground, NotMeasuredError
from bench.record import Record, Section, read, write
from bench.table import table

KEPT, BROKEN = Figure("kept", [1.0, 3.0], "s", 2.0), Figure("broken", [3.0], "calls", 2.0, "every")


@dataclass
class Measuring:
    """A measurement that yields a figure, and then ends in some way."""

    end: BaseException | None = None

    def measure(self, ground: Ground) -> Iterator[Figure]:
        """Yield the figure and end."""
        assert ground.folder.is_dir()
        yield KEPT
        if self.end is not None:
            raise self.end


def _run(*ends: BaseException | None) -> tuple[list[Section], str]:
    told = io.StringIO()
    measurements = {f"m{number}": Measuring(end) for number, end in enumerate(ends)}
    sections = list(runner.run(list(measurements), measurements.__getitem__, None, {"m0": 200.0, "m1": 30.0}, told))
    for section in sections:
        assert section.seconds >= 0
        section.seconds = 0.0
    return sections, told.getvalue()


def test_a_measurement_that_fails_does_not_end_the_others() -> None:
    """What it has measured is kept and why it failed is told; what lacks something is told apart; the rest is made."""
    ends = (ValueError("no such thing\nand more"), NotMeasuredError("needs a CLI"), None)

    sections, told = _run(*ends)

    assert sections == [
        Section("m0", "", [KEPT], failure="ValueError: no such thing"),
        Section("m1", "", [KEPT], missing="needs a CLI"),
        Section("m2", "", [KEPT]),
    ]
    assert "[1/3] m0:  (about 4 min left)" in told
    assert "[2/3] m1:  (about 30 s left)" in told
    record = Record("a machine", "2026-11-27", "1.0", "abc", sections)
    assert list(record.complaints) == ["NOT MEASURED: m1: needs a CLI", "FAILED: m0: ValueError: no such thing"]
    assert not record.good


def test_ctrl_c_ends_with_what_was_measured() -> None:
    """The measurement that runs keeps what it has, and no further one is begun."""
    sections, _ = _run(None, KeyboardInterrupt(), None)

    assert sections == [Section("m0", "", [KEPT]), Section("m1", "", [KEPT], failure="was interrupted")]


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    """It holds each figure with its verdict; measuring one thing again keeps the others of the same code."""
    file = tmp_path / "records" / "one.json"
    first = Record("a machine", "2026-11-27", "1.0", "abc", [Section("a", "A.", [KEPT]), Section("b", "B.", [BROKEN])])
    again = Record("a machine", "2026-11-28", "1.0", "abc", [Section("b", "B.", [KEPT])])
    write(first, file)
    assert read(file) == first
    assert '"verdict": "broken"' in file.read_text(encoding="utf-8")

    write(again, file)

    assert read(file).sections == [Section("a", "A.", [KEPT]), Section("b", "B.", [KEPT])]
    write(Record("a machine", "2026-11-28", "1.1", "def", [Section("b", "B.", [KEPT])]), file)
    assert read(file).sections == [Section("b", "B.", [KEPT])]


def test_a_broken_budget_fails_the_run() -> None:
    """The table says so in its line, and the run is not good."""
    record = Record("a machine", "2026-11-27", "1.0", "abc", [Section("b", "B.", [KEPT, BROKEN])])

    shown = table(record.figures)

    assert [line.split() for line in shown.splitlines()][1:] == [
        ["kept", "[s]", "1", "2", "3", "median", "<=", "2", "kept"],
        ["broken", "[calls]", "3", "3", "3", "<=", "2", "BROKEN"],
    ]
    assert list(record.complaints) == ["BUDGET BROKEN: broken"]
    assert not record.good


def test_what_this_bench_cannot_measure_is_measured_as_the_older_package_did(tmp_path: Path) -> None:
    """A measurement that does not load with another checkout's package is taken from there; if not there, it fails."""
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "older.py").write_text(
        "def measure(ground):\n    return iter(['its own'])\n", encoding="utf-8"
    )

    own = runner.loaded("older", tmp_path)

    assert str(next(own.measure(Ground(tmp_path, None)))) == "its own"
    with pytest.raises(ImportError, match="nowhere"):
        runner.loaded("nowhere", tmp_path)
