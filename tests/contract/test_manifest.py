"""What holds for every case, so that each can be believed and none does harm where it is run."""

from collections import Counter

from modelarts_emulator.manifest import reading, score
from modelarts_emulator.manifest.case import Case, Step
from modelarts_emulator.service.urls import OPERATIONS

CASES = reading.cases()
FREE = {"createNetwork", "deleteNetwork", "batchCreatePoolTags", "batchDeletePoolTags", "patchPool"}
"""What cases that may change an account succeed in asking for: it costs nothing, and each takes away what it made."""

CREATE = "POST /v2/{project}/pools"
GIVEN_BACK = [
    ("DELETE /v2/{project}/pools/{made}", True, 404),
    ("DELETE /v1/{project}/networks/{net}", True, 404),
]
"""How a case that costs something ends, however it went: it asks again until they are gone."""

NOT_SHOWN = {"the service of another region answers 403 `modelarts.0210`"}
"""Statements without a case, in lower case."""


def common(case: Case) -> list[Step]:
    """Steps of a case that are done wherever it is run."""
    return [*(step for name in case.given for step in reading.given()[name]), *case.steps, *case.afterwards]


def taken(case: Case) -> set[str]:
    """Changes that a case asks for and expects to be granted."""
    asked = [(step, score.operation_asked(step.ask)) for step in common(case)]
    return {
        operation.name
        for step, operation in asked
        if operation is not None and not operation.reads and (step.answer.status is None or step.answer.status < 300)
    }


def test_names() -> None:
    """No two cases say the same about the same, and every file is read."""
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []
    assert {path.stem for path in reading.FOLDER.glob("*.yaml")} == {*reading.SUBJECTS, "given"}


def test_every_operation_is_shown() -> None:
    """Every operation is asked for by a case, and is what some case is about."""
    assert set(OPERATIONS) - set().union(*map(score.asked_by, CASES)) == set()
    assert set(OPERATIONS) - {score.operation_of(case) for case in CASES} == set()
    assert {score.operation_of(case) for case in CASES} - set(OPERATIONS) <= {score.NO_OPERATION}


def test_few_are_not_shown() -> None:
    """What is only stated, as no request can show it, says why; and these are all."""
    assert {case.says.lower() for case in CASES if case.unshown} == NOT_SHOWN


def test_reading_cases_change_nothing() -> None:
    """A case that may be run anywhere reads, or asks for what must be refused; it needs no time and no control."""
    for case in (case for case in CASES if case.reach == "anywhere"):
        assert taken(case) == set(), case.name
        assert [step for step in common(case) if step.wait or step.control or step.until] == [], case.name
        assert (case.afterwards, case.open) == ((), False), case.name


def test_changing_cases_are_free() -> None:
    """A case that may change an account changes what is free, and takes away what it made."""
    for case in (case for case in CASES if case.reach == "changes"):
        assert taken(case) <= FREE, case.name
        assert [step for step in common(case) if step.wait or step.control] == [], case.name
        assert [step.send for step in common(case) if step.ask.startswith("PATCH")] in ([], [{}]), case.name
        makes = {"createNetwork", "batchCreatePoolTags"} & taken(case)
        assert not makes or {"deleteNetwork", "batchDeletePoolTags"} & taken(case), case.name


def test_costly_cases_buy_one_node_and_give_it_back() -> None:
    """A case that costs something makes one pool of one node of the named flavor, and deletes it and its network."""
    costly = [case for case in CASES if case.reach == "costs"]
    for case in costly:
        assert case.given == ("a pool of ours",), case.name
        assert taken(case) <= {"createNetwork", "createPool", "deletePool"}, case.name
        assert [step for step in common(case) if step.wait or step.control] == [], case.name
        bought = [step for step in common(case) if step.ask == CREATE and step.answer.status is None]
        entries = [entry for step in bought for entry in step.send["spec"]["resources"]]
        assert [(entry["flavor"], entry["count"]) for entry in entries] == [("{flavor}", 1)], case.name
        assert [(step.ask, step.until, step.answer.status) for step in case.afterwards] == GIVEN_BACK, case.name
    assert len(costly) > 3


def test_given_steps_are_used() -> None:
    """Every set of common steps belongs to a case."""
    assert set(reading.given()) == {name for case in CASES for name in (*case.given, *case.arranged)}
