"""A report on a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.wording import number_of
from pulumi_modelarts.cli.review.gaps import gaps
from pulumi_modelarts.cli.review.report import Severity
from pulumi_modelarts.cli.review.summary import costs, state_of, sums
from pulumi_modelarts.cli.review.words import Mark, lines, title_of
from pulumi_modelarts.cli.screen import BOLD, CYAN, GREEN, PLAIN, RED, YELLOW, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi_modelarts.cli.review.report import Report, Resource, Stack
    from pulumi_modelarts.cli.review.totals import Cost

COLOURS: Final[Mapping[Mark | Severity, str]] = {
    Mark.REMOVED: RED,
    Mark.ADDED: GREEN,
    Mark.MOVED: CYAN,
    Mark.CHANGED: YELLOW,
    Mark.UNCLEAR: YELLOW,
    Severity.ERROR: RED,
    Severity.WARNING: YELLOW,
}
_HEAD: Final = ("RESOURCE", "POOL OR NETWORK", "BEFORE", "WHAT IS DONE")


class Text:
    """Makes the lines of a report.

    Args:
        colours: Whether they have some.
    """

    def __init__(self, *, colours: bool) -> None:
        self._colours = colours

    def report(self, report: Report, cost: Cost | None) -> Iterator[str]:
        """Yields a report.

        Args:
            report: What is told.
            cost: What it costs; None where nobody has given prices.
        """
        for stack in report.stacks:
            yield from self._stack(stack)
            yield ""
        if len(report.stacks) > 1:
            yield self._in(BOLD, f"Together: {printable(sums(report.resources))}.")
        if cost is not None:
            yield self._in(BOLD, f"Cost: {printable(costs(cost))}.")

    def _stack(self, stack: Stack) -> Iterator[str]:
        yield self._in(BOLD, printable(f"Stack {stack.title}, from {stack.source}"))
        if said := state_of(stack):
            yield self._in(YELLOW if stack.complete and not stack.failed else RED, f"  {said}")
        for message in stack.messages:
            yield from self._message("", message.severity, message.text)
        yield from self._table([each for each in stack.resources if not each.quiet])
        for resource in stack.resources:
            for message in resource.messages:
                yield from self._message(resource.name, message.severity, message.text)
        if stack.foreign:
            counts = ", ".join(f"{each.action} {each.urn.rpartition('::')[2]}" for each in stack.foreign[:5])
            more = len(stack.foreign) - 5
            yield printable(f"  Other packages: {counts}{f' and {more} more' if more > 0 else ''}")
        for gap in gaps(stack):
            yield printable(f"  Not in this file: {gap}.")
        yield self._in(BOLD, f"  {printable(sums(stack.resources))}.")

    def _table(self, resources: list[Resource]) -> Iterator[str]:
        rows = [(each.name, title_of(each), before(each)) for each in resources]
        if not rows:
            return
        widths = [max(map(len, column)) for column in zip(_HEAD[:3], *rows, strict=True)]
        yield self._in(BOLD, f"  {_row(_HEAD[:3], widths)}  {_HEAD[3]}")
        for cells, resource in zip(rows, resources, strict=True):
            left = _row(cells, widths)
            for line in lines(resource):
                text = self._in(COLOURS.get(line.mark, ""), f"{line.mark.value} {printable(line.text)}")
                yield f"  {printable(left)}  {text}"
                left = " " * len(left)

    def _message(self, name: str, severity: Severity, text: str) -> Iterator[str]:
        first, *further = text.splitlines() or [""]
        about = f"{name}: " if name else ""
        yield f"  {self._in(COLOURS.get(severity, ''), severity.value)}: {printable(f'{about}{first}')}"
        yield from (f"    {printable(line)}" for line in further)

    def _in(self, colour: str, text: str) -> str:
        return f"{colour}{text}{PLAIN}" if self._colours and colour else text


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))


def before(resource: Resource) -> str:
    """Returns what a pool has before, as far as the input says; broken and spare nodes where there are some."""
    counts, states = resource.standing.counts, resource.standing.states or {}
    if counts is None:
        return ""
    special = [
        f"{number} {state}"
        for state in ("spare", "broken")
        if (number := sum(each.get(state, 0) for each in states.values()))
    ]
    total = number_of(sum(counts.values()), "node")
    return f"{total} ({', '.join(special)})" if special else total
