"""Charts as SVG, of two records side by side: bars of figures, and lines of cost against size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from bench.table import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SIDES = ("before", "after")
WIDTH = 760
_LEFT, _RIGHT, _TOP = 210, 90, 64
"""Room beside bars, at least, and above all that is drawn."""
_LETTER = 6.8
"""Width of a small letter, about."""
_BAR, _ROW = 13, 54
_HEIGHT, _BOTTOM, _MARGIN, _NAMES = 260, 52, 72, 190
_LABEL = 44
"""Width of the longest value."""
_LETTERING = 15
"""From one line of small letters to the next."""
_STYLE = """<style>
rect.page { fill: #ffffff } text { fill: #1c2733 } .title { font-weight: 600 }
text.small { font-size: 12px; fill: #44535f } text.limit { font-size: 12px; fill: #b3420a }
.axis { stroke: #d4dbe2; stroke-width: 1 } .budget { stroke: #b3420a; stroke-width: 2 }
.before { fill: #a9b4bf } path.before { fill: none; stroke: #8794a1; stroke-width: 2; stroke-dasharray: 5 4 }
.after { fill: #2b6cb0 } path.after { fill: none; stroke: #2b6cb0; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  rect.page { fill: #14181d } text { fill: #e6edf3 } text.small { fill: #a9b6c2 } text.limit { fill: #ff9d5c }
  .axis { stroke: #333d47 } .budget { stroke: #ff9d5c }
  .before { fill: #687684 } path.before { stroke: #8291a0 }
  .after { fill: #58a6ff } path.after { stroke: #58a6ff }
}
</style>"""


@dataclass(frozen=True)
class Row:
    """One figure of a bar chart.

    Attributes:
        label: What it is.
        values: The value of each side, by its name; one that was not measured is absent.
        budget: What must not be exceeded; None for nothing.
    """

    label: str
    values: Mapping[str, float]
    budget: float | None = None


@dataclass(frozen=True)
class Line:
    """A cost against a size, of one side.

    Attributes:
        label: What it is.
        side: Whose it is.
        points: Size and cost, in ascending order of size.
    """

    label: str
    side: str
    points: Sequence[tuple[float, float]]


def bars(title: str, unit: str, rows: Sequence[Row]) -> str:
    """Return a chart of bars, each figure with both sides one below the other and its budget as a line across."""
    most = max((value for row in rows for value in (*row.values.values(), row.budget or 0)), default=1) or 1
    left = max(_LEFT, round(24 + _LETTER * max((len(row.label) for row in rows), default=0)))
    scale = (WIDTH - left - _RIGHT) / most
    height = _TOP + _ROW * len(rows) + 16
    said = "; ".join(f"{row.label}: {_said(row)}" for row in rows)
    drawn = [part for number, row in enumerate(rows) for part in _bars(row, left, _TOP + _ROW * number, scale)]
    heading = _heading(title, unit, budget=any(row.budget is not None for row in rows))
    return _page(title, f"{said} ({_unit(unit)})", height, [*heading, *drawn])


def lines(title: str, unit: str, sizes: str, drawn: Sequence[Line]) -> str:
    """Return a chart of costs against size; both axes are logarithmic, so that what grows in proportion is straight."""
    points = [point for line in drawn for point in line.points]
    across = _Axis([size for size, _ in points], _MARGIN, WIDTH - _NAMES)
    up = _Axis([cost for _, cost in points], _TOP + _HEIGHT, _TOP + 8)
    labels = _spread({(line.label, line.side): up.place(line.points[-1][1]) for line in drawn})
    parts = [
        *_heading(title, unit, budget=False),
        *(_level(up.place(cost), number_text(cost)) for cost in up.ticks),
        *(_foot(across.place(size), number_text(size)) for size in sorted({size for size, _ in points})),
        _text(_MARGIN, _TOP + _HEIGHT + 40, sizes, "small"),
        *(part for line in drawn for part in _line(line, across, up, labels[line.label, line.side])),
    ]
    said = "; ".join(f"{line.label}, {line.side}: {_points(line)}" for line in drawn)
    return _page(title, f"{said} ({_unit(unit)})", _TOP + _HEIGHT + _BOTTOM, parts)


class _Axis:
    """A logarithmic axis from one place to another that holds some values."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self._first = math.floor(math.log10(min(values)))
        self._last = max(self._first + 1, math.ceil(math.log10(max(values)) - 1e-9))
        self._start, self._end = start, end

    @property
    def ticks(self) -> list[float]:
        return [10.0**exponent for exponent in range(self._first, self._last + 1)]

    def place(self, value: float) -> float:
        share = (math.log10(value) - self._first) / (self._last - self._first)
        return round(self._start + share * (self._end - self._start), 1)


def _page(title: str, said: str, height: int, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'font-family="system-ui, sans-serif" font-size="14" role="img" aria-labelledby="t d">'
    )
    about = f'<title id="t">{escape(title)}</title><desc id="d">{escape(said)}</desc>'
    page = f'<rect class="page" width="{WIDTH}" height="{height}" rx="8"/>'
    return "\n".join([head, about, _STYLE, page, *parts, "</svg>", ""])


def _heading(title: str, unit: str, *, budget: bool) -> Iterator[str]:
    yield _text(16, 26, title, "title")
    yield _text(16, 46, f"{_unit(unit)}; less is better", "small")
    x = WIDTH - (230 if budget else 150)
    for side in SIDES:
        yield f'<rect class="{side}" x="{x}" y="37" width="12" height="10"/>{_text(x + 18, 46, side, "small")}'
        x += 76
    if budget:
        yield f'<path class="budget" d="M{x + 5} 35v14"/>{_text(x + 14, 46, "budget", "small")}'


def _bars(row: Row, left: float, top: float, scale: float) -> Iterator[str]:
    limit = None if row.budget is None else round(left + row.budget * scale, 1)
    yield _text(left - 12, top + _BAR + 5, row.label, "small", "end")
    for number, side in enumerate(SIDES):
        y = top + number * (_BAR + 1)
        if (value := row.values.get(side)) is None:
            yield _text(left + 6, y + 11, "not measured", "small")
            continue
        length = round(max(1.0, value * scale), 1)
        yield f'<rect class="{side}" x="{left}" y="{y}" width="{length}" height="{_BAR}"/>'
        yield _text(_beside(left + length, limit), y + 11, number_text(value), "small")
    if row.budget is not None and limit is not None:
        yield f'<path class="budget" d="M{limit} {top - 4}v{2 * _BAR + 9}"/>'
        yield _text(limit, top + 2 * _BAR + 16, f"≤ {number_text(row.budget)}", "limit", "middle")


def _beside(end: float, limit: float | None) -> float:
    """Return where the value of a bar stands: behind its end, and behind the line of the budget if that is near."""
    return max(end, limit) + 8 if limit is not None and 0 <= limit - end < _LABEL else end + 8


def _line(line: Line, across: _Axis, up: _Axis, label: float) -> Iterator[str]:
    spots = [(across.place(size), up.place(cost)) for size, cost in line.points]
    yield f'<path class="{line.side}" d="M{" L".join(f"{x} {y}" for x, y in spots)}"/>'
    for (x, y), (size, cost) in zip(spots, line.points, strict=True):
        about = escape(f"{line.label}, {line.side}: {number_text(size)}: {number_text(cost)}")
        yield f'<circle class="{line.side}" cx="{x}" cy="{y}" r="4"><title>{about}</title></circle>'
    yield _text(spots[-1][0] + 12, label + 4, f"{line.label}, {line.side}", "small")


def _spread(wanted: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """Return where labels stand that want to be beside the ends of their lines: none upon another."""
    spread: dict[tuple[str, str], float] = {}
    free = -math.inf
    for name, place in sorted(wanted.items(), key=lambda item: item[1]):
        spread[name] = max(place, free)
        free = spread[name] + _LETTERING
    return spread


def _level(y: float, said: str) -> str:
    return f'<path class="axis" d="M{_MARGIN} {y}H{WIDTH - _NAMES}"/>{_text(_MARGIN - 8, y + 4, said, "small", "end")}'


def _foot(x: float, said: str) -> str:
    bottom = _TOP + _HEIGHT
    return f'<path class="axis" d="M{x} {_TOP + 8}V{bottom}"/>{_text(x, bottom + 20, said, "small", "middle")}'


def _text(x: float, y: float, said: str, kind: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(said)}</text>'


def _said(row: Row) -> str:
    told = [f"{side} {number_text(value)}" for side, value in row.values.items()]
    return ", ".join([*told, *([f"budget {number_text(row.budget)}"] if row.budget is not None else [])])


def _points(line: Line) -> str:
    return ", ".join(f"{number_text(cost)} at {number_text(size)}" for size, cost in line.points)


def _unit(unit: str) -> str:
    return {"x": "times as much", "s": "seconds", "ms": "milliseconds"}.get(unit, unit)
