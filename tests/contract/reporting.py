"""What a run says about the real service: with which rows of the table of behaviours it agrees, and which are wrong."""

from collections.abc import Iterable

import pytest

from modelarts_emulator.service.evidence.behaviours import BEHAVIOURS, Behaviour

ROW = "behaviour"
INVENTION = "in no contract"


def add_options(parser: pytest.Parser) -> None:
    """Add the options that lead to the real service."""
    group = parser.getgroup("contract", "tests/contract against the real ModelArts, set up by HW_*")
    group.addoption(
        "--real", action="store_true", help="ask the real ModelArts too: only reads and what it refuses; costs nothing"
    )
    group.addoption(
        "--real-changes",
        action="store_true",
        help="the same, and make and delete a network there, and a tag of a pool, which is free; never pools or nodes",
    )


def rows_of(item: pytest.Item) -> list[Behaviour]:
    """Rows of the table of behaviours that a test rests on.

    Raises:
        LookupError: The table has no such row.
    """
    wanted = [mark.args for mark in item.iter_markers(ROW)]
    known = {(row.subject, row.text): row for row in BEHAVIOURS}
    for row in wanted:
        if row not in known:
            raise LookupError(f"@pytest.mark.{ROW}{row}: service/evidence/behaviours has no such row")
    return [known[row] for row in wanted]


def line(row: Behaviour) -> str:
    """A row in one line."""
    return f"{row.subject}: {row.text} ({row.provenance}{f': {row.source}' if row.source else ''})"


def write(terminal: pytest.TerminalReporter) -> None:
    """Say where the real service agreed and disagreed, and which of its fields are in no contract."""
    passed = _properties(terminal, ROW, ["passed"])
    wrong = _properties(terminal, ROW, ["failed"])
    beyond = _properties(terminal, INVENTION, terminal.stats)
    if not (passed or wrong or beyond):
        return
    terminal.section("THE REAL SERVICE", sep="=", bold=True)
    for title, lines in (("agrees with", passed - wrong), ("contradicts", wrong), ("has, in no contract,", beyond)):
        for text in sorted(lines):
            terminal.line(f"it {title} {text}")


def _properties(terminal: pytest.TerminalReporter, name: str, outcomes: Iterable[str]) -> set[str]:
    reports = [report for outcome in outcomes for report in terminal.stats.get(outcome, [])]
    return {value for report in reports for key, value in getattr(report, "user_properties", ()) if key == name}
