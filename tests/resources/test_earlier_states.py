"""A state that an earlier version has written: one that carried the map over, and noted in it what it found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, TRAIN_POOL
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.migrations import EIGHT, placing, seed_nine
from tests.resources.pools import CPU, GPU
from tests.resources.scenario import NEVER_READ, PROVIDER_KEY, Stack, State, configured, connect
from tests.stacks.earlier import STATE, arrange

if TYPE_CHECKING:
    from modelarts_emulator import Emulator
    from tests.resources.service import Hand

AFTER = dict.fromkeys(EIGHT[:2], INFER_POOL)
PROGRAMS: dict[str, dict[str, Any]] = {
    "train": {"poolName": TRAIN_POOL, "flavors": {CPU: 8.0}, "description": "blue", "after": AFTER},
    "gpu": {"poolName": GPU_POOL, "flavors": {GPU: 2.0}},
    "move": placing(*EIGHT[:2]),
}
REPAIRED: dict[str, dict[str, Any]] = {
    "train": {},
    "gpu": {"flavors": {GPU: 2}, "changes": {f"flavors.{GPU}": None}},
    "move": {"nodes": EIGHT[:2], "moves": {EIGHT[1]: None}},
}
"""What the first run shows: the outputs, which other resources read, lack what was only noted."""


@pytest.fixture
def recorded(request: pytest.FixtureRequest, emulator: Emulator, hand: Hand) -> Stack:
    """A resource of that state, in the world in which it was written."""
    name: str = request.param
    seed_nine(emulator)
    arrange(hand)
    emulator.journal.clear()
    provider = NodeMigrationProvider() if name == "move" else ResourcePoolProvider()
    resources = json.loads(STATE.read_text(encoding="utf-8"))["checkpoint"]["latest"]["resources"]
    (found,) = (each for each in resources if each["urn"].endswith(f"::{name}"))
    inputs = {**found["inputs"], PROVIDER_KEY: NEVER_READ}
    return Stack(
        configured(provider, **connect(emulator, request.node.nodeid)), State(found["id"], inputs, found["outputs"])
    )


@pytest.mark.parametrize(("recorded", "name"), [(name, name) for name in PROGRAMS], indirect=["recorded"])
def test_is_run_without_a_write_and_silent_from_then_on(recorded: Stack, name: str, emulator: Emulator) -> None:
    """The first run repairs what was noted, and shows nothing where nothing was; then all is silent."""
    first = recorded.up(PROGRAMS[name])
    rest = recorded.up(PROGRAMS[name]), recorded.refresh(), recorded.up(PROGRAMS[name])

    assert first == REPAIRED[name]
    assert rest == ({}, {}, {})
    assert emulator.journal.writes() == []


@pytest.mark.parametrize(("recorded", "name"), [(name, name) for name in PROGRAMS], indirect=["recorded"])
def test_is_repaired_by_a_refresh(recorded: Stack, name: str, emulator: Emulator) -> None:
    """After a refresh every run is silent, and what was noted is recorded as it was declared."""
    recorded.refresh()
    rest = recorded.up(PROGRAMS[name]), recorded.refresh()

    assert rest == ({}, {})
    assert recorded.state is not None
    declared = {key: value for key, value in PROGRAMS[name].items() if key in {"flavors", "nodes"}}
    assert {key: recorded.state.outs[key] for key in declared} == declared
    assert emulator.journal.writes() == []
