"""The table at the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.figures import Figure

_HEAD = ("", "min", "median", "max", "budget", "")
_NUMBERS = range(1, 5)


def table(figures: Iterable[Figure]) -> str:
    """Return figures as lines of plain text, one for each."""
    rows = [_HEAD, *map(_row, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return "\n".join(_line(row, widths) for row in rows)


def _row(figure: Figure) -> tuple[str, ...]:
    numbers = (min(figure.values), figure.median, max(figure.values))
    verdict = "" if figure.budget is None else "kept" if figure.kept else "BROKEN"
    return (f"{figure.what} [{figure.unit}]", *map(number_text, numbers), budget_text(figure), verdict)


def budget_text(figure: Figure) -> str:
    """Return which value of a figure has to keep to what; empty for one without a budget."""
    judged = "" if figure.judged == "every" else f"{figure.judged} "
    return "" if figure.budget is None else f"{judged}<= {number_text(figure.budget)}"


def number_text(number: float) -> str:
    """Return a number with three digits that count, whole numbers without a point."""
    if number == int(number):
        return f"{int(number):,}"
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"  # noqa: PLR2004 - three digits


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [
        cell.rjust(width) if column in _NUMBERS else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()
