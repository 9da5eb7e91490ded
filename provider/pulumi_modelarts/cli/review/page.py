"""A report as one page that needs nothing else: no script, no font, nothing from another place."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.cli.review.gaps import gaps
from pulumi_modelarts.cli.review.picture import picture
from pulumi_modelarts.cli.review.report import Severity
from pulumi_modelarts.cli.review.summary import costs, state_of, sums
from pulumi_modelarts.cli.review.text import before
from pulumi_modelarts.cli.review.words import Mark, lines, title_of
from pulumi_modelarts.cli.screen import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi_modelarts.cli.review.report import Report, Resource, Stack
    from pulumi_modelarts.cli.review.totals import Cost

_CLASSES: Final[Mapping[Mark, str]] = {
    Mark.REMOVED: "removed",
    Mark.ADDED: "bought",
    Mark.MOVED: "moved",
    Mark.CHANGED: "changed",
    Mark.UNCLEAR: "unclear",
    Mark.NOTE: "quiet",
}
_SIGNS: Final[Mapping[Mark, str]] = {
    Mark.REMOVED: "✕",
    Mark.ADDED: "+",
    Mark.MOVED: "→",
    Mark.CHANGED: "~",
    Mark.UNCLEAR: "?",
    Mark.NOTE: "·",
}
_LEGEND: Final = (
    ("stays", "", "stays"),
    ("leaves", "→", "moves"),
    ("comes", "", "arrives"),
    ("bought", "+", "is bought"),
    ("removed", "✕", "is removed"),
    ("spare", "s", "spare"),
    ("broken", "!", "broken"),
)
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def page(report: Report, cost: Cost | None) -> str:
    """Returns a report as a page.

    Args:
        report: What is told.
        cost: What it costs; None where nobody has given prices.
    """
    titles = ", ".join(stack.title for stack in report.stacks)
    style = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    text = "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>ModelArts review: {escape(titles)}</title><style>{style}</style></head><body>",
            f"<header><h1>ModelArts review</h1><p>{escape(titles)}</p></header><main>",
            *_body(report, cost),
            "</main></body></html>",
        ]
    )
    return "".join(f"{printable(line)}\n" for line in text.split("\n"))


def _body(report: Report, cost: Cost | None) -> Iterator[str]:
    yield f'<p class="sum">{escape(sums(report.resources))}.</p>'
    if cost is not None:
        yield f"<p><strong>Cost:</strong> {escape(costs(cost))}.</p>"
    for stack in report.stacks:
        if said := state_of(stack):
            yield f'<p class="alert"><strong>{escape(stack.title)}</strong> {escape(said)}.</p>'
        yield from (_problem(name, text) for name, text in stack.errors)
    if drawn := picture(report):
        yield f'<figure>{drawn}<figcaption aria-label="Signs of nodes"><ul class="legend">{_legend()}</ul></figcaption>'
        yield "</figure>"
    for number, stack in enumerate(report.stacks):
        yield from _stack(stack, number)


def _problem(name: str, text: str) -> str:
    about = f"<strong>{escape(name)}:</strong> " if name else ""
    return f'<div class="alert">error: {about}<pre>{escape(text)}</pre></div>'


def _legend() -> str:
    return "".join(
        f'<li><svg width="18" height="18" aria-hidden="true"><g class="tile {kind}">'
        f'<rect x="1" y="1" width="16" height="16" rx="3"/><text x="9" y="13">{sign}</text></g></svg> {text}</li>'
        for kind, sign, text in _LEGEND
    )


def _stack(stack: Stack, number: int) -> Iterator[str]:
    yield f'<section aria-labelledby="s{number}"><h2 id="s{number}">Stack {escape(stack.title)}</h2>'
    yield f'<p class="quiet">From {escape(stack.source)}: {escape(sums(stack.resources))}.</p>'
    shown = [each for each in stack.resources if not each.quiet]
    if shown:
        heads = "".join(
            f'<th scope="col">{head}</th>' for head in ("Resource", "Pool or network", "Before", "What is done")
        )
        yield f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(map(_row, shown))}</tbody></table>"
    notes = [*_notes(stack)]
    if notes:
        yield f"<ul>{''.join(f'<li>{note}</li>' for note in notes)}</ul>"
    yield "</section>"


def _row(resource: Resource) -> str:
    done = "".join(
        f'<li class="{_CLASSES[line.mark]}"><span aria-hidden="true">{_SIGNS[line.mark]}</span> '
        f"{escape(line.text)}</li>"
        for line in lines(resource, 0)
    )
    return (
        f'<tr><th scope="row">{escape(resource.name)}</th><td>{escape(title_of(resource))}</td>'
        f'<td>{escape(before(resource))}</td><td><ul class="done">{done}</ul></td></tr>'
    )


def _notes(stack: Stack) -> Iterator[str]:
    for resource in stack.resources:
        for message in resource.messages:
            if message.severity is not Severity.ERROR:
                yield f"{message.severity.value}: <strong>{escape(resource.name)}</strong> {escape(message.text)}"
    for message in stack.messages:
        if message.severity is not Severity.ERROR:
            yield f"{message.severity.value}: {escape(message.text)}"
    for other in stack.foreign:
        yield f"other package: {escape(other.action)} {escape(other.urn.rpartition('::')[2])} ({escape(other.type)})"
    for gap in gaps(stack):
        yield f"not in this file: {escape(gap)}"
