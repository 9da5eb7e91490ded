"""Laws for every provider: check, diff and runs. A row in `subjects.py` makes a provider subject to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import Emulator, Fault
from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.handlers import _rpc
from tests.resources.scenario import NEVER_READ, PROVIDER_KEY, Stack, configured, connect
from tests.resources.service import Hand
from tests.resources.subjects import AT_SERVICE, FURTHER_PROGRAMS, IN_STATE_ALONE, LONG_AFTER, SUBJECTS, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi import dynamic

ELSEWHERE = {"workspaceId": "elsewhere"}
"""Configuration with which no list shows what the documented world holds."""


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Return the path of every value in nested inputs, the inner ones too."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


def put(value: Any, path: tuple[Any, ...], new: object) -> Any:
    """Return nested inputs with another value at a path."""
    if not path:
        return new
    copied = value.copy()
    copied[path[0]] = put(value[path[0]], path[1:], new)
    return copied


def at(value: Any, path: tuple[Any, ...]) -> Any:
    """Return what stands at a path, or the unknown value on the way to it."""
    for step in path:
        if _rpc.is_unknown(value):
            return value
        value = value[step]
    return value


def at_rest(subject: Subject) -> dict[str, Any]:
    """Return the input that says what a run does, where it does nothing; a choice stands as it is."""
    return {subject.computed: {}} if subject.acts else {}


def paths(checked: dynamic.CheckResult) -> list[str]:
    """Return the property paths of everything that a check refused."""
    return sorted(failure.reason.partition(": ")[0] for failure in checked.failures)


class TestDiff:
    @pytest.mark.parametrize(
        ("before", "after"),
        [({}, {}), ({PROVIDER_KEY: NEVER_READ}, {}), ({PROVIDER_KEY: "of 3.13"}, {PROVIDER_KEY: "of 3.14"})],
        ids=["without", "with", "differing"],
    )
    def test_of_equal_inputs_is_empty(
        self, subject: Subject, done: Stack, before: dict[str, str], after: dict[str, str]
    ) -> None:
        """Nothing changes when nothing was changed, whatever the pickled provider looks like."""
        done.up(subject.program)
        assert done.state is not None
        olds, news = ({**values, PROVIDER_KEY: ""} for values in (done.state.outs, done.state.inputs))

        answer = done.provider.diff(done.state.id, {**olds, **before}, {**news, **after})

        assert (answer.changes, answer.replaces) == (False, [])

    def test_of_other_inputs_is_left_to_the_engine(self, subject: Subject, done: Stack) -> None:
        """A difference is answered with "unknown": only then does the engine name the properties."""
        assert done.state is not None

        answer = done.provider.diff(done.state.id, done.state.outs, {**done.state.inputs, subject.computed: {"a": "b"}})

        assert (answer.changes, answer.replaces) == (None, [])


class TestCheck:
    @pytest.mark.parametrize(
        ("subject", "path"),
        [(subject, path) for subject in SUBJECTS for path in places(subject.program)]
        + [(subject, path) for subject, program in FURTHER_PROGRAMS for path in places(program)],
        ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else str(value),
    )
    def test_lets_a_value_through_that_is_not_known_yet(
        self, subject: Subject, path: tuple[Any, ...], unrun: Stack
    ) -> None:
        """An unknown input stays unknown in its place, so does what the run will do, and nothing else changes."""
        programs = [subject.program, *(program for of, program in FURTHER_PROGRAMS if of is subject)]
        program = next(program for program in programs if path in places(program))
        known = unrun.provider.check({}, dict(program)).inputs

        checked = unrun.provider.check({}, put(program, path, _rpc.unknown()))

        assert checked.failures == []
        assert _rpc.is_unknown(at(checked.inputs, path))
        assert _rpc.is_unknown(checked.inputs[subject.computed])
        may_be_unknown = {path[0], subject.computed, *subject.filled}
        others = (key for key in known if key not in may_be_unknown)
        assert {key: checked.inputs.get(key) for key in others} == {
            key: value for key, value in known.items() if key not in may_be_unknown
        }

    def test_reports_everything_that_is_wrong_at_once(self, subject: Subject, unrun: Stack, emulator: Emulator) -> None:
        """Every wrong field is named in one go, and nothing is sent."""
        checked = unrun.provider.check({}, dict(subject.bad))

        assert paths(checked) == sorted(subject.complaints)
        assert emulator.journal.writes() == []

    def test_reports_what_is_wrong_beside_what_is_not_known_yet(self, subject: Subject, unrun: Stack) -> None:
        """An unknown input hides no mistake in another."""
        unknown = min(subject.program.keys() - subject.bad.keys())

        checked = unrun.provider.check({}, {**subject.bad, unknown: _rpc.unknown()})

        assert paths(checked) == sorted({*subject.complaints} - {unknown})

    def test_gives_back_what_it_has_checked(self, subject: Subject, done: Stack) -> None:
        """Checked inputs are their own canonical form: checked again they stay as they are, and nothing is to do."""
        assert done.state is not None

        again = done.provider.check(done.state.inputs, done.state.inputs)

        assert {**again.inputs, PROVIDER_KEY: NEVER_READ} == {**done.state.inputs, **at_rest(subject)}

    def test_never_writes(self, subject: Subject, unrun: Stack, emulator: Emulator) -> None:
        """A preview changes nothing on the service."""
        before = emulator.world()

        unrun.preview(subject.program)

        assert emulator.journal.writes() == []
        assert emulator.world() == before


class TestARun:
    def test_is_read_back_as_it_was_created(self, done: Stack) -> None:
        """Reading a resource right after its creation finds the inputs and outputs of the creation."""
        assert done.state is not None
        inputs = {key: value for key, value in done.state.inputs.items() if key != PROVIDER_KEY}

        found = done.provider.read(done.state.id, {**done.state.outs, PROVIDER_KEY: NEVER_READ})

        assert (found.id, found.outs, found.inputs) == (done.state.id, done.state.outs, inputs)

    def test_that_is_repeated_writes_nothing(self, subject: Subject, done: Stack, emulator: Emulator) -> None:
        """A second run and a refresh are silent."""
        seen = done.up(subject.program), done.refresh(), done.up(subject.program)

        assert seen == ({}, {}, {})
        assert emulator.journal.writes() == []

    def test_starts_from_live_where_the_state_is_ahead(self, subject: Subject, done: Stack, emulator: Emulator) -> None:
        """When the service has lost what the state says, the next run does it again."""
        hand = Hand(emulator)
        before = emulator.world()["pools"], hand.networks()
        emulator.reset()
        emulator.clock.advance(LONG_AFTER)

        done.up(subject.program)

        assert (emulator.world()["pools"], hand.networks()) == before

    def test_starts_from_live_where_the_state_is_behind(
        self, subject: Subject, done: Stack, emulator: Emulator
    ) -> None:
        """What the service has already is not done again, though the state knows nothing of it, nor who has made it."""
        assert done.state is not None
        outs = done.state.outs | ({"ownership": "adopted"} if "ownership" in done.state.outs else {})

        updated = done.provider.update(done.state.id, {PROVIDER_KEY: NEVER_READ}, done.state.inputs)

        assert emulator.journal.writes() == []
        assert updated.outs == outs
        assert subject.outputs <= outs.keys()

    def test_minds_no_key_it_does_not_know(self, subject: Subject, done: Stack, emulator: Emulator) -> None:
        """States written by other versions may hold more: every handler leaves that aside."""
        done.up(subject.program)
        assert done.state is not None
        state, more = done.state, {"__internal": "1", "ofALaterVersion": {"deep": [1.0]}}
        olds, news = {**state.outs, **more}, {**state.inputs, **more}

        compared = done.provider.diff(state.id, olds, news)
        found = done.provider.read(state.id, olds)
        updated = done.provider.update(state.id, olds, news)
        done.provider.delete(state.id, olds)

        assert (compared.changes, found.outs) == (False, state.outs)
        assert updated.outs == {**state.outs, **at_rest(subject)}
        assert emulator.journal.writes() == []


class TestSomethingGone:
    @pytest.fixture(params=AT_SERVICE, ids=str)
    def subject(self, request: pytest.FixtureRequest) -> Subject:
        """Each provider of something that there is at the service."""
        chosen: Subject = request.param
        return chosen

    def test_has_no_id_any_more(self, subject: Subject, done: Stack, emulator: Emulator) -> None:
        """What its own address does not know leaves the state."""
        assert done.state is not None
        _vanish(subject, emulator)

        found = done.provider.read(done.state.id, {**done.state.outs, PROVIDER_KEY: NEVER_READ})

        assert (found.id, found.outs, found.inputs) == ("", {}, {})

    def test_can_be_deleted(self, subject: Subject, done: Stack, emulator: Emulator) -> None:
        """Deleting what is gone succeeds."""
        assert done.state is not None
        _vanish(subject, emulator)

        done.provider.delete(done.state.id, {**done.state.outs, PROVIDER_KEY: NEVER_READ})

        assert emulator.journal.writes() == []

    @pytest.fixture
    def unlisted(self, subject: Subject, emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
        """A program that has run, and whose object is in no list."""
        config = connect(emulator, request.node.nodeid, **ELSEWHERE)
        stack = Stack(configured(subject.provider(), **config))
        stack.up(subject.program)
        emulator.clock.advance(60)
        assert subject.at_service is not None
        subject.at_service.hide(emulator)
        return stack

    def test_is_not_what_a_list_lacks(self, unlisted: Stack, emulator: Emulator, subject: Subject) -> None:
        """Absence from a list is confirmed by the object's own address, which finds it."""
        emulator.journal.clear()

        refreshed = unlisted.refresh()

        assert refreshed == {}
        assert subject.at_service is not None
        assert subject.at_service.showing in [exchange.operation for exchange in emulator.journal.exchanges()]

    @pytest.mark.parametrize(
        "trouble",
        [
            {"status": 403, "code": "ModelArts.0108", "message": "not authorized"},
            {"status": 404, "code": "APIGW.0101", "message": "the API does not exist"},
            {"status": 404, "code": "", "message": "<html>nothing here</html>"},
            {"status": 401, "code": "APIGW.0301", "message": "incorrect IAM authentication information"},
        ],
        ids=["forbidden", "gateway-404", "foreign-404", "unauthenticated"],
    )
    @pytest.mark.parametrize("where", ["listing", "showing"])
    def test_is_not_what_cannot_be_seen(
        self, subject: Subject, unlisted: Stack, emulator: Emulator, where: str, trouble: Mapping[str, Any]
    ) -> None:
        """A refusal, or a 404 of anybody but the object's own address, is an error and keeps the state."""
        before = unlisted.state
        if where == "listing":
            emulator.faults.clear()
        emulator.faults.arm(Fault(getattr(subject.at_service, where), **trouble))

        with pytest.raises(ModelArtsError):
            unlisted.refresh()

        assert unlisted.state is before


class TestWhatIsInTheStateAlone:
    @pytest.fixture(params=IN_STATE_ALONE, ids=str)
    def subject(self, request: pytest.FixtureRequest) -> Subject:
        """Each provider of something that there is nowhere else."""
        chosen: Subject = request.param
        return chosen

    def test_is_recorded_read_and_forgotten_without_a_request(self, done: Stack, emulator: Emulator) -> None:
        """The service is looked at by the check alone, and no longer needed then."""
        assert done.state is not None
        state = done.state

        done.run(state.inputs)
        refreshed = done.refresh()
        done.destroy()

        assert refreshed == {}
        assert emulator.journal.exchanges() == []


def _vanish(subject: Subject, emulator: Emulator) -> None:
    assert subject.at_service is not None
    subject.at_service.vanish(emulator)
