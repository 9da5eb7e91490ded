"""Draining, alike for nodes that are removed and for nodes that are moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import TRAIN_POOL, Emulator, Fault
from pulumi_modelarts.api.errors import PermissionDeniedError
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.interference import Executioner, mortal
from tests.resources.migrations import EIGHT, placing, seed_nine
from tests.resources.pools import JOB, train
from tests.resources.scenario import Stack, configured

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from pulumi import dynamic

    from tests.resources.service import Hand

LEAVING = EIGHT[0]
"""The node that each of the programs takes out of the training pool."""

REMOVING = pytest.param(ResourcePoolProvider, train(8, maxScaleIn=1), id="removed")
MOVING = pytest.param(NodeMigrationProvider, placing(LEAVING), id="moved")


@pytest.fixture
def witness(emulator: Emulator) -> Executioner:
    """What sees every request to a pool of nine nodes."""
    seed_nine(emulator)
    return Executioner(emulator)


@pytest.fixture
def stack(provider: type[dynamic.ResourceProvider], emulator: Emulator, witness: Executioner) -> Stack:
    """A program that takes a node out of the pool, never run."""
    return Stack(configured(provider(), **mortal(emulator, witness, f"drain-{id(witness)}")))


def drains(emulator: Emulator) -> list[list[str]]:
    """Return the nodes of each request to drain."""
    return [exchange.body["nodeNames"] for exchange in emulator.journal.exchanges("batchDrainPoolNodes")]


@pytest.mark.parametrize(("provider", "program"), [REMOVING, MOVING])
@pytest.mark.usefixtures("provider")
def test_a_lost_answer_is_no_end(stack: Stack, emulator: Emulator, program: Mapping[str, Any]) -> None:
    """A drain whose answer was lost is sent once more, and the node leaves."""
    emulator.faults.arm(Fault("batchDrainPoolNodes", drop="reset", when="after"))

    stack.up(program)

    assert drains(emulator) == [[LEAVING], [LEAVING]]
    assert LEAVING not in emulator.world()["pools"][TRAIN_POOL]["nodes"]


@pytest.mark.parametrize(("provider", "program"), [REMOVING, MOVING])
@pytest.mark.usefixtures("provider")
def test_a_node_that_is_drained_is_not_drained_again(
    stack: Stack, hand: Hand, emulator: Emulator, program: Mapping[str, Any]
) -> None:
    """What an earlier run, or somebody else, has drained leaves as it is."""
    hand.drain(TRAIN_POOL, LEAVING)
    emulator.journal.clear()

    stack.up(program)

    assert drains(emulator) == []
    assert LEAVING not in hand.nodes(TRAIN_POOL)


@pytest.mark.parametrize(("provider", "program"), [REMOVING, MOVING])
@pytest.mark.usefixtures("provider")
def test_a_refusal_leaves_nothing_half_done(stack: Stack, emulator: Emulator, program: Mapping[str, Any]) -> None:
    """A drain that the service refuses is an error before anything was accepted."""
    emulator.faults.arm(Fault("batchDrainPoolNodes", status=403, code="ModelArts.0112", message="not allowed"))

    with pytest.raises(PermissionDeniedError, match="not allowed"):
        stack.up(program)

    assert stack.state is None


@pytest.mark.parametrize(("provider", "program"), [REMOVING])
@pytest.mark.usefixtures("provider")
def test_a_job_that_comes_with_the_drain_is_waited_for(
    stack: Stack, emulator: Emulator, witness: Executioner, program: Mapping[str, Any]
) -> None:
    """A node that gets a job after the last look is not deleted under it, but when the job has ended."""

    def begin_training() -> None:
        if drains(emulator) and not emulator.world()["training_jobs"].get(JOB):
            seed_nine(emulator, jobs={JOB: {"pool": TRAIN_POOL, "nodes": [LEAVING], "ends_in": 700}})

    witness.before_each = begin_training
    before = emulator.clock.now()

    stack.up(program)

    (deletion,) = emulator.journal.exchanges("batchDeletePoolNodes")
    assert deletion.at - before > 700
    assert witness.deleted == [LEAVING]
