"""Situations that the tests of the providers begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import Emulator
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.reconcilers.session import Session
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.pools import train
from tests.resources.scenario import EmulatorClock, Stack, configured, connect
from tests.resources.service import Hand
from tests.resources.subjects import SUBJECTS, Subject
from tests.resources.team import QUICK

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def beginning() -> dict[str, Any]:
    """The world that tests begin with; one that rests on seconds begins with the documented one itself."""
    return QUICK


@pytest.fixture
def emulator(beginning: dict[str, Any]) -> Iterator[Emulator]:
    """That world, with time that passes only while somebody waits; no armed fault may be left over."""
    emulator = Emulator(world=beginning)
    yield emulator
    assert emulator.faults.unfired() == []


@pytest.fixture
def session(emulator: Emulator) -> Session:
    """A session with the emulator, in which nothing has been read or written."""
    clock = EmulatorClock(emulator)
    settings = Settings.resolve({"modelarts:endpoint": "emulator"}.get, {})
    return Session(Client(settings, transport=emulator.transport(), clock=clock), clock)


@pytest.fixture
def stack(emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
    """A program with one pool, never run."""
    return Stack(configured(ResourcePoolProvider(), **connect(emulator, request.node.nodeid)))


@pytest.fixture
def adopted(stack: Stack, emulator: Emulator) -> Stack:
    """A program that has adopted the training pool and grown it to 3 nodes."""
    stack.up(train(3))
    emulator.journal.clear()
    return stack


@pytest.fixture
def hand(emulator: Emulator) -> Hand:
    """Somebody at the console."""
    return Hand(emulator)


@pytest.fixture(params=SUBJECTS, ids=str)
def subject(request: pytest.FixtureRequest) -> Subject:
    """Each provider in turn."""
    chosen: Subject = request.param
    return chosen


@pytest.fixture
def unrun(subject: Subject, emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
    """A program with one resource, never run."""
    return Stack(configured(subject.provider(), **connect(emulator, request.node.nodeid)))


@pytest.fixture
def done(subject: Subject, unrun: Stack, emulator: Emulator) -> Stack:
    """A program that has run, and changed something if it changes anything at all."""
    unrun.up(subject.program)
    assert bool(emulator.journal.writes()) is subject.acts
    emulator.journal.clear()
    emulator.clock.advance(60)
    return unrun
