"""A law for every provider: what the program keeps secret is nowhere to be read but under the input's own name."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import Emulator, Fault
from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.api.trace_file import TraceFile
from pulumi_modelarts.specs.paths import steps_of
from pulumi_modelarts.specs.spelling import property_path
from tests.resources.scenario import CheckFailedError, Stack, configured, connect, connect_traced
from tests.resources.secretive import CASES, IDENTITIES, OF_THE_PROVIDER, Case, Watched
from tests.resources.subjects import LISTING, SUBJECTS, Subject

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@pytest.fixture
def trace(tmp_path: Path) -> TraceFile:
    """Where all requests are written down."""
    return TraceFile(tmp_path / "trace.jsonl", pytest.fail)


@pytest.fixture
def stack(case: Case, emulator: Emulator, trace: TraceFile, request: pytest.FixtureRequest) -> Stack:
    """A program that has not been run; what its provider answers is kept."""
    config = connect_traced(emulator, request.node.nodeid, trace)
    return Stack(Watched(configured(case.subject.provider(), **config)))  # type: ignore[arg-type]  # it is one


def said(stack: Stack) -> list[object]:
    """Return everything that the provider has answered."""
    assert isinstance(stack.provider, Watched)
    return stack.provider.said


def written(trace: TraceFile) -> list[object]:
    """Return the lines of a trace, without what clocks and the machine say."""
    lines = [json.loads(line) for line in trace.path.read_text(encoding="utf-8").splitlines()]
    return [{name: line.get(name) for name in ("object", "sent", "code", "reason", "order", "job")} for line in lines]


def attempt(stack: Stack, inputs: Mapping[str, object]) -> None:
    """Run a program that may well be refused."""
    with suppress(CheckFailedError, ModelArtsError):
        stack.up(inputs)


@pytest.mark.parametrize("case", CASES, ids=str)
class TestASecretInput:
    def test_is_told_by_nothing_that_a_run_answers(
        self, case: Case, stack: Stack, emulator: Emulator, trace: TraceFile
    ) -> None:
        """Through adoption, change, refresh and trouble, no input, output, problem, error or trace tells a value."""
        attempt(stack, case.secret)
        emulator.clock.advance(600)
        attempt(stack, case.changed)
        if stack.state is not None:
            stack.refresh()
        words = " ".join(case.tells[:1])
        emulator.faults.arm(Fault(LISTING, status=400, code="ModelArts.1", message=f"bad: {words}"))
        emulator.clock.advance(600)
        attempt(stack, case.secret)

        assert len(said(stack)) > 2
        assert written(trace) != []
        assert case.leaks([*said(stack), *written(trace)]) == []
        emulator.faults.clear()

    def test_was_a_secret_when_it_is_none_any_more(self, case: Case, stack: Stack, emulator: Emulator) -> None:
        """The run that makes it plain shows the new value alone."""
        attempt(stack, case.secret)
        emulator.clock.advance(600)
        said(stack).clear()

        attempt(stack, case.plain)

        assert case.leaks(said(stack), case.tells[:1]) == []


@pytest.mark.parametrize(("subject", "path"), IDENTITIES, ids=str)
def test_an_identity_cannot_be_secret(
    subject: Subject, path: str, emulator: Emulator, request: pytest.FixtureRequest
) -> None:
    """What says which object is meant is plain in every state: it is refused, unread, with the way out."""
    stack = Stack(configured(subject.provider(), **connect(emulator, request.node.nodeid)))

    with pytest.raises(CheckFailedError) as refused:
        stack.check({**subject.program, "secrets": [path]})

    assert f"{property_path(steps_of(path))}: cannot be kept secret" in str(refused.value)
    assert "pulumi.Output.unsecret" in str(refused.value)
    assert emulator.journal.exchanges() == []


def test_no_input_escapes() -> None:
    """Every input of every resource has its case, or cannot be secret."""
    for subject in SUBJECTS:
        cases = {case.path.partition(".")[0].partition("[")[0] for case in CASES if case.subject is subject}
        refused = {path for of, path in IDENTITIES if of is subject}

        assert subject.inputs - OF_THE_PROVIDER <= cases | refused
