"""Write the tables and charts of docs/performance.md anew, from the records of measurements: `make performance`."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.record import Record, read
from bench.table import budget_text, number_text
from tools import chart
from tools.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bench.figures import Figure

PAGE = ROOT / "docs" / "performance.md"
CHARTS = ROOT / "docs" / "performance"
RECORDS = {side: ROOT / "bench" / "records" / f"{side}.json" for side in chart.SIDES}
_REGION = re.compile(r"(<!-- measured: ([\w ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True)
class Bars:
    """A chart of figures that are called so.

    Attributes:
        title: What it shows.
        unit: Unit of its figures; others are left out.
        section: The measurement they are from.
        what: A pattern for their names; its groups, where there are any, are the label.
    """

    title: str
    unit: str
    section: str
    what: str


@dataclass(frozen=True)
class Lines:
    """A chart of cost against size: figures whose names have the same label are one line.

    Attributes:
        title: What it shows.
        unit: Unit of its figures; others are left out.
        section: The measurement they are from.
        what: A pattern for their names, with groups `label` and `size`.
        sizes: What the sizes are of.
    """

    title: str
    unit: str
    section: str
    what: str
    sizes: str


PICTURES: Mapping[str, Bars | Lines] = {
    "runs": Bars(
        "Runs of 100 unchanged pools, over a provider that does nothing",
        "x",
        "overhead",
        r"(\w+), 100 unchanged, pools over no-op resources",
    ),
    "where": Bars(
        "Seconds of runs of 100 resources: of pools, and of resources that do nothing",
        "s",
        "overhead",
        r"(\w+), 100 unchanged (.+)",
    ),
    "loading": Bars(
        "What a host loads for its first pool, in milliseconds on the processor",
        "ms",
        "loading",
        r"loading (.+), time on the processor",
    ),
    "pools": Lines(
        "Runs against the number of unchanged pools",
        "s",
        "overhead",
        r"(?P<label>preview|refresh), (?P<size>[\d,]+) unchanged pools",
        "unchanged pools",
    ),
    "planning": Lines(
        "Planning and parsing against the number of nodes",
        "ms",
        "planning",
        r"(?P<label>plan|parsing) of (?P<size>[\d,]+) nodes.*",
        "nodes",
    ),
    "memory": Lines(
        "Memory while nodes are listed, against their number",
        "MiB",
        "memory",
        r"(?P<size>[\d,]+) nodes listed: memory (?P<label>at most|kept)",
        "nodes",
    ),
    "waiting": Bars("The wait behind an end, over what one look may take", "x", "waiting", r"(.*?): .* one look"),
    "parallel": Bars("32 pools that wait, over one", "x", "parallel", r"up (--parallel 32|at the .*), 32 pools over 1"),
}
"""The charts, by the names of their files; one that has nothing to show is not drawn."""


def main() -> None:
    """Write the page and its charts."""
    records = {side: read(file) for side, file in RECORDS.items()}
    CHARTS.mkdir(exist_ok=True)
    for name, drawn in charts(records).items():
        (CHARTS / f"{name}.svg").write_text(drawn, encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), records), encoding="utf-8")


def page(text: str, records: Mapping[str, Record]) -> str:
    """Return the page with what the records say between its marks; all else stays as it is."""
    return _REGION.sub(lambda found: f"{found[1]}{_region(found[2], records)}\n{found[3]}", text)


def charts(records: Mapping[str, Record]) -> dict[str, str]:
    """Return the charts as SVG, by name."""
    drawn = {
        name: _bars(each, records) if isinstance(each, Bars) else _lines(each, records)
        for name, each in PICTURES.items()
    }
    return {name: svg for name, svg in drawn.items() if svg}


def _region(name: str, records: Mapping[str, Record]) -> str:
    if name == "machines":
        return "\n".join(f"- **{side}**: {_told(record)}" for side, record in records.items())
    return "\n".join(_table(name.split(), records))


def _told(record: Record) -> str:
    measured = f"commit {record.commit}" if record.commit else f"version {record.version}"
    return f"{record.date}, {measured}. {record.machine}."


def _table(names: list[str], records: Mapping[str, Record]) -> Iterator[str]:
    """Yield the rows of a table: all figures of some measurements, or those of all that have a budget."""
    yield "| what | before | after | budget | |"
    yield "|---|---:|---:|---|---|"
    for section in records["after"].sections:
        for figure in section.figures:
            if section.name in names or (names == ["budgets"] and figure.budget is not None):
                yield _row(figure, records["before"].figure(section.name, figure.what))


def _row(figure: Figure, before: Figure | None) -> str:
    verdict = "" if figure.budget is None else "kept" if figure.kept else "**broken**"
    earlier = "" if before is None or before.unit != figure.unit else number_text(before.value)
    what = figure.what.replace("|", r"\|")
    return f"| {what} [{figure.unit}] | {earlier} | {number_text(figure.value)} | {budget_text(figure)} | {verdict} |"


def _bars(picture: Bars, records: Mapping[str, Record]) -> str:
    rows = [
        chart.Row(", ".join(found.groups()) or found[0], _values(picture.section, figure, records), figure.budget)
        for figure, found in _found(picture, records["after"])
    ]
    return chart.bars(picture.title, picture.unit, rows) if rows else ""


def _values(section: str, figure: Figure, records: Mapping[str, Record]) -> dict[str, float]:
    found = {side: record.figure(section, figure.what) for side, record in records.items()}
    return {side: each.value for side, each in found.items() if each is not None}


def _lines(picture: Lines, records: Mapping[str, Record]) -> str:
    drawn = []
    for side, record in records.items():
        points: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
        for figure, found in _found(picture, record):
            points[found["label"]].append((float(found["size"].replace(",", "")), figure.value))
        drawn += [chart.Line(label, side, sorted(each)) for label, each in points.items()]
    return chart.lines(picture.title, picture.unit, picture.sizes, drawn) if drawn else ""


def _found(picture: Bars | Lines, record: Record) -> Iterator[tuple[Figure, re.Match[str]]]:
    figures = [figure for part in record.sections if part.name == picture.section for figure in part.figures]
    matched = ((figure, re.fullmatch(picture.what, figure.what)) for figure in figures if figure.unit == picture.unit)
    return ((figure, found) for figure, found in matched if found)


if __name__ == "__main__":
    main()
