"""A creation that does not go well: whatever was lost, refused, failed or half delivered, one run finishes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import Emulator, Fault, Outcome
from modelarts_emulator.worlds.documented import NETWORK
from pulumi_modelarts.api.errors import NotFoundError, RefusedError
from tests.resources.making import BORN, MADE, TEAM, asked, failure, maker, reborn, refusals, team
from tests.resources.pools import CPU
from tests.resources.service import world

if TYPE_CHECKING:
    from tests.resources.lifetime import Resource
    from tests.resources.service import Hand

POSTED: dict[str, Any] = {"operation": "createPool"}
FOREIGN = (
    f"resource pool {TEAM!r} exists and was not made by this resource. Adopt it with pool_name={TEAM!r} in place of "
    "name and network, or give the pool to make another name"
)


@pytest.fixture
def resource(emulator: Emulator, request: pytest.FixtureRequest) -> Resource:
    """A resource that has never run."""
    return maker(emulator, request.node.nodeid)


@pytest.mark.parametrize(
    "trouble", [{"drop": "reset"}, {"drop": "close"}, {"status": 500}, {"status": 504}, {"cut_json": True}], ids=str
)
def test_an_answer_that_is_lost_is_looked_for(resource: Resource, emulator: Emulator, trouble: dict[str, Any]) -> None:
    """The service has made the pool, nobody got to know: it is found, and asked for once."""
    emulator.faults.arm(Fault(**POSTED, **trouble, when="after"))

    resource.up(team())

    assert [operation for operation, _ in asked(emulator)] == ["createPool"]
    assert resource.state is not None
    assert resource.state.outs == IsPartialDict({"phase": "Running", "nodeCounts": {CPU: 2}})


@pytest.mark.parametrize("trouble", [{"drop": "reset"}, {"status": 500}], ids=str)
def test_a_request_that_came_to_nothing_is_not_repeated_blindly(
    resource: Resource, emulator: Emulator, trouble: dict[str, Any]
) -> None:
    """The service has not made it: the run looks for a while and says so; the next one makes it, with one request."""
    emulator.faults.arm(Fault(**POSTED, **trouble))

    said = failure(resource, team())
    sent = asked(emulator)
    resource.up(team())

    assert re.search(r"its answer was lost \(.+\), and 60 s later the pool is not there. Run `pulumi up` again", said)
    assert ([operation for operation, _ in sent], asked(emulator)[1:]) == (["createPool"], [("createPool", 200)])
    assert resource.up(team()) == {}


def test_a_refusal_leaves_no_state(resource: Resource, emulator: Emulator) -> None:
    """What the service refuses is told, and nothing was begun."""
    emulator.faults.arm(Fault(**POSTED, status=400, code="ModelArts.50004000", message="Bad request. no"))

    said = failure(resource, team())

    assert "ModelArts.50004000" in said
    assert resource.state is None


def test_a_name_that_is_taken_all_the_same_is_looked_at(resource: Resource, emulator: Emulator) -> None:
    """A conflict where nothing can be seen is told with what it may be; the run after it makes the pool."""
    emulator.faults.arm(Fault(**POSTED, status=409, code="ModelArts.50015000", message="Pool already exists."))

    said = failure(resource, team())

    assert said == (
        f"Making resource pool {TEAM!r} was refused: there is a pool of this name that cannot be seen, such as one in "
        f"another workspace ({said.split('(', 1)[1].rsplit(')', 1)[0]}). Give the pool another name"
    )
    assert resource.state is None
    resource.up(team())


def test_a_conflict_with_itself_is_none(resource: Resource, emulator: Emulator, hand: Hand) -> None:
    """The pool that is in the way carries the mark of this resource: it is what was wanted."""
    emulator.faults.arm(Fault(**POSTED, status=409, code="ModelArts.50015000", message="Pool exists.", when="after"))

    resource.up(team())

    assert (asked(emulator), hand.counts(TEAM)) == ([("createPool", 409)], {CPU: 2})


def test_another_id_than_expected_is_told_with_both(resource: Resource, emulator: Emulator) -> None:
    """The service has made a pool that nobody would find again: the run fails, and the next preview names it."""
    pool = _document("team-b-4711")
    emulator.faults.arm(Fault(**POSTED, status=200, body=pool))

    said = failure(resource, team())

    assert said == (
        f"Making resource pool {TEAM!r}: the service has made it under the id 'team-b-4711', not {TEAM!r} as expected. "
        "Adopt it with pool_name='team-b-4711' in place of name and network, or delete it in the console"
    )


def test_a_failed_creation_is_made_again_under_the_same_id(resource: Resource, emulator: Emulator, hand: Hand) -> None:
    """The record of the failure is deleted first, as the preview says; the state has kept what was begun."""
    emulator.faults.arm(Fault(**POSTED, outcome=Outcome(nodes=0, reason="no stock")))

    said = failure(resource, team())
    kept = resource.state
    seen = resource.up(team())

    assert re.fullmatch(
        rf"making resource pool '{TEAM}': the service could not make the pool: .*no stock.*\. "
        r"Run `pulumi up` again to make it anew",
        said,
    )
    assert kept is not None
    assert kept.id == TEAM
    assert seen["changes"] == IsPartialDict({"pool": f"CreationFailed -> created in {NETWORK}"})
    assert [operation for operation, _ in asked(emulator)] == ["createPool", "deletePool", "createPool"]
    assert (hand.counts(TEAM), resource.up(team())) == ({CPU: 2}, {})


def test_what_was_delivered_in_part_is_ordered_by_the_next_run(
    resource: Resource, emulator: Emulator, hand: Hand
) -> None:
    """One node of two has come: the run says which are missing, and the next one shows them and orders them."""
    emulator.faults.arm(Fault(**POSTED, outcome=Outcome(nodes=1, reason="no stock")))

    said = failure(resource, team())
    seen = resource.up(team())

    assert f'flavors["{CPU}"]: 1 of 2 nodes is there, 1 missing. Run `pulumi up` again' in said
    assert seen == {"changes": {f"flavors.{CPU}": "1 -> 2"}}
    assert (asked(emulator), hand.counts(TEAM)) == ([("createPool", 200), ("patchPool", 200)], {CPU: 2})


def test_what_was_delivered_broken_is_no_success(resource: Resource, emulator: Emulator) -> None:
    """A node has come Abnormal: the run fails and names it."""
    emulator.faults.arm(Fault(**POSTED, outcome=Outcome(nodes=1, others="Abnormal")))

    said = failure(resource, team())

    assert "came Abnormal" in said
    assert resource.state is not None


def test_a_creation_that_takes_too_long_is_gone_on_with(resource: Resource, emulator: Emulator) -> None:
    """Its limit has passed; the next preview says that it is being made, and the run waits for it and asks no more."""
    emulator.seed({**world(), "timings": {"creating": 1000}})
    resource.timeout = 100

    said = failure(resource, team())
    seen = resource.preview(team())
    resource.timeout = 5000
    resource.up(team())

    assert re.search(rf"making resource pool '{TEAM}'", said)
    assert seen == {"changes": {"pool": "creating (begun by an interrupted run) -> Running"}}
    assert asked(emulator) == [("createPool", 200)]
    assert resource.up(team()) == {}


def test_what_an_interrupted_run_has_begun_shows_what_is_left_to_do(
    resource: Resource, emulator: Emulator, hand: Hand
) -> None:
    """The program wants one node more by now: it is bought, and the preview has said so."""
    emulator.seed({**world(), "timings": {"creating": 1000}})
    resource.timeout = 100
    failure(resource, team())

    reborn(resource, emulator, "another process")
    resource.timeout = 5000
    seen = resource.up(team(3))

    assert seen["changes"] == {
        "pool": "creating (begun by an interrupted run) -> Running",
        f"flavors.{CPU}": "2 -> 3",
    }
    assert (asked(emulator), hand.counts(TEAM)) == ([("createPool", 200), ("patchPool", 200)], {CPU: 3})


def test_a_pool_that_somebody_else_has_made_is_left_alone(resource: Resource, emulator: Emulator, hand: Hand) -> None:
    """Without the mark of this resource it is refused in the preview, with what to write."""
    hand.make_pool("team-b", NETWORK, CPU)
    before = emulator.world()["pools"][TEAM]
    emulator.journal.clear()

    said = refusals(resource, team())

    assert said == [f"name: {FOREIGN}"]
    assert (asked(emulator), emulator.world()["pools"][TEAM]) == ([], before)


def test_a_pool_that_somebody_else_makes_meanwhile_is_left_alone(
    resource: Resource, emulator: Emulator, hand: Hand
) -> None:
    """It has come between the preview and the run."""
    checked = resource.check(team())
    hand.make_pool("team-b", NETWORK, CPU)
    emulator.journal.clear()

    with pytest.raises(RefusedError, match=re.escape(FOREIGN)):
        resource.run(checked)

    assert (asked(emulator), resource.state) == ([], None)


def test_a_pool_of_another_resource_is_that_ones(resource: Resource, emulator: Emulator) -> None:
    """A mark tells resources apart."""
    resource.up(team())

    said = refusals(maker(emulator, "another", "c"), team())

    assert "exists and was not made by this resource" in said[0]


def test_a_run_that_would_do_more_than_it_said_is_refused(resource: Resource, emulator: Emulator, hand: Hand) -> None:
    """The pool was to be changed and has gone: nothing is bought that no preview has shown."""
    resource.up(team())
    checked = resource.check(team(description="blue"))
    hand.delete_pool(TEAM)
    emulator.journal.clear()

    with pytest.raises(NotFoundError):
        resource.run(checked)

    assert asked(emulator) == []


def test_the_record_of_a_failure_that_has_gone_meanwhile_makes_no_difference(
    resource: Resource, emulator: Emulator, hand: Hand
) -> None:
    """What the preview has said ends in the same."""
    emulator.faults.arm(Fault(**POSTED, outcome=Outcome(nodes=0)))
    failure(resource, team())
    checked = resource.check(team())
    hand.delete_pool(TEAM)
    emulator.journal.clear()

    resource.run(checked)

    assert (BORN, asked(emulator)) == (MADE["pool"], [("createPool", 200)])


def _document(name: str) -> dict[str, Any]:
    return {
        "kind": "Pool",
        "apiVersion": "v2",
        "metadata": {"name": name, "labels": {"os.modelarts/name": "team-b"}},
        "spec": {"type": "Dedicate", "resources": [{"flavor": CPU, "count": 2}], "network": {"name": NETWORK}},
        "status": {"resources": {}},
    }
