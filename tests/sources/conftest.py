"""Situations that the tests of data sources begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import Emulator
from tests.sources.program import Program
from tests.sources.subjects import SUBJECTS, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """The documented world, its time standing still; no armed fault may be left over."""
    with Emulator() as emulator:
        yield emulator
        assert emulator.faults.unfired() == []


@pytest.fixture
def program(emulator: Emulator, request: pytest.FixtureRequest) -> Program:
    """A program that is run, not previewed."""
    return Program(emulator, request.node.nodeid)


@pytest.fixture(params=SUBJECTS, ids=str)
def subject(request: pytest.FixtureRequest) -> Subject:
    """Each data source in turn."""
    chosen: Subject = request.param
    return chosen
