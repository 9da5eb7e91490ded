"""The page about performance: it shows what the records say, and its charts can be read."""

from xml.etree import ElementTree as ET

import pytest

from bench.figures import Figure
from bench.record import Record, Section, read
from tools import performance
from tools.chart import Line, Row, bars, lines

RECORDS = {side: read(file) for side, file in performance.RECORDS.items()}


def test_the_page_says_what_the_records_say() -> None:
    """The page is what `make performance` writes, so that no figure on it is older than the records."""
    shown = performance.PAGE.read_text(encoding="utf-8")

    written = performance.page(shown, RECORDS)

    assert shown == written


def test_the_charts_show_what_the_records_say() -> None:
    """Each chart is what `make performance` writes, and the page shows each."""
    page = performance.PAGE.read_text(encoding="utf-8")

    drawn = performance.charts(RECORDS)

    assert {file.stem: file.read_text(encoding="utf-8") for file in performance.CHARTS.glob("*.svg")} == drawn
    assert [name for name in drawn if f"](performance/{name}.svg)" not in page] == []


@pytest.mark.parametrize("pattern", performance.PICTURES)
def test_every_chart_has_something_to_show(pattern: str) -> None:
    """No chart has lost its figures because somebody has renamed them."""
    drawn = performance.charts(RECORDS)

    assert pattern in drawn


def test_a_table_has_both_sides() -> None:
    """A figure stands with what it was before, its budget and whether that is kept; one that is new has no before."""
    old, new = Figure("calls", [20], "calls", 12, "every"), Figure("calls", [12], "calls", 12, "every")
    broken = Figure("ratio | other", [1.5, 1.4, 1.3], budget=1.2)
    records = {"before": _record([old]), "after": _record([new, broken])}

    shown = performance.page("text\n<!-- measured: one -->\nold\n<!-- end -->\nmore\n", records)

    assert shown == (
        "text\n<!-- measured: one -->\n"
        "| what | before | after | budget | |\n|---|---:|---:|---|---|\n"
        "| calls [calls] | 20 | 12 | <= 12 | kept |\n"
        "| ratio \\| other [x] |  | 1.4 | median <= 1.2 | **broken** |\n"
        "<!-- end -->\nmore\n"
    )


@pytest.mark.parametrize(
    "drawn",
    [
        bars(
            "<bars> & more", "x", [Row("a < b", {"before": 2.0, "after": 1.0}, 1.2), Row("new & bare", {"after": 0.0})]
        ),
        lines("<lines> & more", "s", "a < b", [Line("x & y", "after", [(100, 1.0), (1000, 10.0)])]),
    ],
    ids=["bars", "lines"],
)
def test_a_chart_is_a_picture_by_itself(drawn: str) -> None:
    """It is well-formed, says all it shows in words, and loads nothing: texts in it are texts, whatever they hold."""
    tree = ET.fromstring(drawn)  # noqa: S314 - our own

    names = {element.tag.rpartition("}")[2] for element in tree.iter()}

    assert names <= {"svg", "title", "desc", "style", "rect", "text", "path", "circle"}
    assert tree.findtext("{*}title", "").endswith("> & more")
    assert "after 1" in tree.findtext("{*}desc", "") or "1 at 100" in tree.findtext("{*}desc", "")
    assert "http" not in drawn.replace('xmlns="http://www.w3.org/2000/svg"', "")


def _record(figures: list[Figure]) -> Record:
    return Record("a machine", "2026-11-27", "1.0", "abc", [Section("one", "One.", figures)])
