"""What a run of measurements has come to, as data: written with `--record`, read by whatever shows it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from bench.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DIGITS = 5
"""Digits of a value that are kept: more than are shown, and than any clock here is good for."""


@dataclass
class Section:
    """One measurement.

    Attributes:
        name: Its module under `bench`.
        title: What it compares.
        figures: What it has measured, also where it has not come to its end.
        seconds: How long it took.
        missing: What it lacked on this machine; empty for nothing.
        failure: Why it has not come to its end; empty where it has.
    """

    name: str
    title: str
    figures: list[Figure] = field(default_factory=list)
    seconds: float = 0.0
    missing: str = ""
    failure: str = ""


@dataclass
class Record:
    """One run of measurements.

    Attributes:
        machine: Cores, memory and versions.
        date: The day, as 2026-11-27.
        version: That of the package that was measured.
        commit: Its commit, shortened; with a plus sign where files were changed since; empty where there is none.
        sections: What was measured, in order.
    """

    machine: str
    date: str
    version: str
    commit: str
    sections: list[Section] = field(default_factory=list)

    @property
    def figures(self) -> list[Figure]:
        """All that was measured."""
        return [figure for section in self.sections for figure in section.figures]

    def figure(self, section: str, what: str) -> Figure | None:
        """Return one figure; None where it was not measured."""
        found = (each for part in self.sections if part.name == section for each in part.figures if each.what == what)
        return next(found, None)

    @property
    def complaints(self) -> Iterator[str]:
        """What was not measured, has failed or breaks its budget, a line for each."""
        yield from (f"NOT MEASURED: {part.name}: {part.missing}" for part in self.sections if part.missing)
        yield from (f"FAILED: {part.name}: {part.failure}" for part in self.sections if part.failure)
        yield from (f"BUDGET BROKEN: {figure.what}" for figure in self.figures if not figure.kept)

    @property
    def good(self) -> bool:
        """Whether every measurement that could be made was made, and every budget is kept."""
        return not any(part.failure for part in self.sections) and all(figure.kept for figure in self.figures)


def write(record: Record, file: Path) -> None:
    """Write a record; sections of the file that were not measured this time stay as they are.

    Only beside measurements of the same code: else the file holds this run alone.
    """
    kept = []
    if file.exists() and (earlier := read(file)).commit == record.commit:
        anew = {section.name for section in record.sections}
        kept = [section for section in earlier.sections if section.name not in anew]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_text(asdict(record), [*kept, *record.sections]), encoding="utf-8")


def read(file: Path) -> Record:
    """Read a record."""
    content = json.loads(file.read_text(encoding="utf-8"))
    return Record(**content | {"sections": [_section(part) for part in content["sections"]]})


def _text(head: dict[str, Any], sections: list[Section]) -> str:
    """Return a record as JSON with a line for each figure, so that a difference between two records can be read."""
    parts = ",\n".join(map(_section_text, sections))
    fields = "".join(f'"{name}": {json.dumps(head[name])},\n' for name in head if name != "sections")
    return f'{{\n{fields}"sections": [\n{parts}\n]\n}}\n'


def _section_text(section: Section) -> str:
    fields = asdict(section) | {"seconds": round(section.seconds, 1)}
    told = ", ".join(f'"{name}": {json.dumps(value)}' for name, value in fields.items() if name != "figures")
    lines = ",\n".join(f"  {_figure_text(figure)}" for figure in section.figures)
    return f' {{{told}, "figures": [\n{lines}\n ]}}'


def _figure_text(figure: Figure) -> str:
    verdict = None if figure.budget is None else "kept" if figure.kept else "broken"
    values = [float(f"{value:.{DIGITS}g}") for value in figure.values]
    return json.dumps(asdict(figure) | {"values": values, "verdict": verdict})


def _section(content: dict[str, Any]) -> Section:
    figures = [
        Figure(**{name: value for name, value in each.items() if name != "verdict"}) for each in content["figures"]
    ]
    return Section(**content | {"figures": figures})
