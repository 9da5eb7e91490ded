"""The page of calls is what was played, every call has a reason, and nothing costs more than is promised."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.calls.page import Table, played, rendered
from tests.calls.reasons import OF_TOPIC, PRECONDITIONS, REASONS, why

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.calls.ground import Played

PAGE = Path(__file__).parents[2] / "docs" / "calls.md"

MOST_OF_A_MOVE = 12
"""Calls of a migration of one node, each look counted once."""
MOST_OF_A_CHECK = 4
"""Calls of a check, beside one for each precondition."""


@pytest.fixture(scope="module")
def table() -> Table:
    """What every operation asks for."""
    return played()


def operations(table: Table, first: str) -> Iterator[Played]:
    """Return what was played under titles that begin so."""
    return (each for steps in table.values() for each in steps if each.title.startswith(first))


def test_the_page_is_what_was_played(table: Table) -> None:
    """A call more or less shows on the page; `make calls` writes it."""
    assert PAGE.read_text(encoding="utf-8") == rendered(table)


def test_no_reason_is_left_over(table: Table) -> None:
    """Each reason is that of a call that is made, and none stands in for another."""
    made = {
        (topic, str(kind).replace("`", "")) for topic, steps in table.items() for step in steps for kind in step.calls
    }
    given = {OF_TOPIC.get(each) or REASONS[each[1]] for each in made}

    assert OF_TOPIC.keys() - made == set()
    assert {*REASONS.values()} - given - {REASONS["listTrainingJobs"]} == set()


def test_a_migration_of_one_node_is_few_calls(table: Table) -> None:
    """Twelve at most with one look at its job, also where its check was long ago; and its checks ask for no more."""
    moves = [each for each in table["A migration of one node"] if each.title.startswith(("create", "update"))]

    assert len(moves) == 3
    assert {each.title: each.calls.total() for each in moves if each.calls.total() > MOST_OF_A_MOVE} == {}


def test_a_check_is_few_calls_and_one_for_each_precondition(table: Table) -> None:
    """What it asks for beside that is pools and nodes; each precondition is asked for once."""
    checks = list(operations(table, "check"))
    wrong = {
        each.title: each.calls
        for each in checks
        for needs in [[count for kind, count in each.calls.items() if kind.operation in PRECONDITIONS]]
        if each.calls.total() - sum(needs) > MOST_OF_A_CHECK or any(count > 1 for count in needs)
    }

    assert len(checks) > 10
    assert wrong == {}


def test_what_is_at_rest_writes_nothing_and_asks_for_each_thing_once(table: Table) -> None:
    """At most a list of pools or networks, and one of nodes for what names nodes."""
    rest = list(operations(table, "check and diff, at rest"))

    assert len(rest) == 6
    assert [each.calls for each in rest if max(each.calls.values()) > 1 or each.calls.total() > 2] == []


def test_a_call_without_a_reason_is_told(table: Table) -> None:
    """Nobody is told of a call by a reason that was given for another."""
    kind = next(iter(table["A fleet"][0].calls))._replace(about="of nobody")

    with pytest.raises(KeyError):
        why("A fleet", kind)
