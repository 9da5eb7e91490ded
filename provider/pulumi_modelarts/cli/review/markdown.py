"""A report as a comment on a pull request: one screen, the rest folded, and the same text for the same report."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.cli.review.gaps import gaps
from pulumi_modelarts.cli.review.summary import costs, state_of, sums
from pulumi_modelarts.cli.review.text import before
from pulumi_modelarts.cli.review.totals import totals
from pulumi_modelarts.cli.review.words import Mark, lines, title_of
from pulumi_modelarts.cli.screen import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi_modelarts.cli.review.report import Report, Resource, Severity, Stack
    from pulumi_modelarts.cli.review.totals import Cost

MARKER: Final = "<!-- modelarts-review: {} -->"
"""First line of a comment, with the titles of its stacks: by it a re-run finds the comment to edit."""

MOST: Final = 60_000
"""Characters of a comment; GitHub takes 65,536."""
_FIRST: Final = 12
"""Lines that are not folded."""
_SIGNS: Final[Mapping[Mark, str]] = {
    Mark.REMOVED: "🔴",
    Mark.ADDED: "🟢",
    Mark.MOVED: "🔵",
    Mark.CHANGED: "🟡",
    Mark.UNCLEAR: "❓",
    Mark.NOTE: "⚪",
}
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()<>#|~!&])")
_DASHES: Final = re.compile(r"-(?=-)")
_CUT: Final = "\n\nThe rest is too long for a comment: see `modelarts review --format text`.\n"


def markdown(report: Report, cost: Cost | None) -> str:
    """Returns a report as a comment.

    Args:
        report: What is told.
        cost: What it costs; None where nobody has given prices.
    """
    text = "\n".join(_lines(report, cost)) + "\n"
    if len(text) <= MOST:
        return text
    kept = text[: MOST - len(_CUT)].rpartition("\n")[0]
    return kept + "\n</details>" * (kept.count("<details>") - kept.count("</details>")) + _CUT


def _lines(report: Report, cost: Cost | None) -> Iterator[str]:
    yield MARKER.format(", ".join(_DASHES.sub("-\u200b", _one_line(stack.title)) for stack in report.stacks))
    yield f"### ModelArts: {_escaped(sums(report.resources))}"
    yield ""
    for stack in report.stacks:
        if said := state_of(stack):
            yield f"**{_escaped(stack.title)}** {said}."
            yield ""
        for name, text in stack.errors[:_FIRST]:
            yield f"> ❌ {f'`{_code(name)}`: ' if name else ''}{_escaped(_one_line(text))}"
        if stack.errors:
            yield ""
    yield from _table(report)
    if cost is not None:
        yield f"**Cost:** {_escaped(costs(cost))}."
        yield ""
    yield from _first(report)
    for stack in report.stacks:
        yield from _details(stack)


def _table(report: Report) -> Iterator[str]:
    yield "| stack | move | buy | remove | make | delete | other | unclear |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for stack in report.stacks:
        found = totals(stack.resources)
        numbers = (
            *(found.moved, found.all_bought, found.removed, len(found.made), len(found.deleted), found.altered),
            len(found.unclear),
        )
        yield f"| {_escaped(stack.title)} | {' | '.join(str(number or '') for number in numbers)} |"
    yield ""


def _first(report: Report) -> Iterator[str]:
    """Yields the lines that matter most: what is removed, what is not known, what comes, and then the rest."""
    order = (Mark.REMOVED, Mark.UNCLEAR, Mark.ADDED, Mark.MOVED, Mark.CHANGED)
    found = [(line, each) for each in report.resources for line in lines(each, 3) if line.mark in order]
    found.sort(key=lambda pair: order.index(pair[0].mark))
    for line, resource in found[:_FIRST]:
        yield f"- {_SIGNS[line.mark]} `{_code(resource.name)}` {_escaped(line.text)}"
    if len(found) > _FIRST:
        yield f"- and {len(found) - _FIRST} more, below"
    if found:
        yield ""


def _details(stack: Stack) -> Iterator[str]:
    shown = [each for each in stack.resources if not each.quiet]
    # A line that begins with a tag is HTML, in which Markdown has no meaning either.
    yield f"<details><summary>{_unmentioned(escape(_one_line(stack.title)))}: all of it</summary>"
    yield ""
    if shown:
        yield "| resource | pool or network | before | what is done |"
        yield "|---|---|---|---|"
        yield from (_row(each) for each in shown)
        yield ""
    for name, severity, text in _said(stack):
        yield f"- {severity.value}: {f'`{_code(name)}`: ' if name else ''}{_escaped(_one_line(text))}"
    for other in stack.foreign:
        name = _code(other.urn.rpartition("::")[2])
        yield f"- other package: {_escaped(other.action)} `{name}` ({_escaped(other.type)})"
    for gap in gaps(stack):
        yield f"- not in this file: {_escaped(gap)}"
    yield ""
    yield "</details>"
    yield ""


def _row(resource: Resource) -> str:
    done = "<br>".join(f"{_SIGNS[line.mark]} {_escaped(line.text)}" for line in lines(resource, 0))
    return f"| `{_code(resource.name)}` | {_escaped(title_of(resource))} | {_escaped(before(resource))} | {done} |"


def _said(stack: Stack) -> Iterator[tuple[str, Severity, str]]:
    for message in stack.messages:
        yield "", message.severity, message.text
    for resource in stack.resources:
        for message in resource.messages:
            yield resource.name, message.severity, message.text


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()))


def _escaped(text: str) -> str:
    """Returns a text without meaning for Markdown, mentions included."""
    return _unmentioned(_SPECIAL.sub(r"\\\1", _one_line(text)))


def _unmentioned(text: str) -> str:
    return text.replace("@", "@\u200b")


def _code(text: str) -> str:
    return _one_line(text).replace("`", "'").replace("|", "\\|")
