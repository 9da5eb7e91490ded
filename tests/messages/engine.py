"""What a user asks for through Pulumi: a plain preview, secrets, ceilings, and to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator import GPU_POOL, NODE, TRAIN_POOL, Fault, Outcome
from pulumi_modelarts.plans.projection import beyond_declared
from tests.messages.declarations import pool
from tests.messages.situation import ERROR, NOTE, PREVIEW, WARNING, refused, scene
from tests.plans.worlds import Machine, added, declared, planned, small
from tests.resources.migrations import EIGHT, nine, placing
from tests.resources.pools import CPU, train

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.messages.situation import Situation

PLAN, SECRET, CEILINGS, STOPPED = "What a run is about to do", "Secret inputs", "Ceilings of a stack", "After Ctrl-C"
COUNT = f'flavors["{CPU}"]'


@scene(PLAN, "a pool grows and another changes its driver", NOTE)
def plan_of_pool(situation: Situation) -> Iterator[str]:
    """One line for each resource."""
    yield situation.planned(train(4, scope=["Train"]))
    situation.hand.scale(TRAIN_POOL, CPU, 9)
    yield situation.planned(train(3, maxScaleIn=6.0))


@scene(PLAN, "nodes move", NOTE)
def plan_of_migration(situation: Situation) -> Iterator[str]:
    """By source and target."""
    situation.seed(nine())
    yield situation.planned(placing(EIGHT[0]))
    yield situation.planned(placing(*EIGHT))


refused(SECRET, "the id of a pool is secret", pool(poolName=TRAIN_POOL, secrets=["poolName"]))
refused(SECRET, "all counts are secret", train(2, secrets=["flavors"]))
refused(SECRET, "a secret value is wrong", pool(description="a & b", secrets=["description"]))


@scene(SECRET, "somebody has added nodes to a secret count", WARNING)
def added_to_secret(_: Situation) -> Iterator[str]:
    """No number is told."""
    spec = declared(flavors={CPU: 2}, secrets=[COUNT])
    yield from planned(spec, added(small(2), Machine("by-hand")), {f"flavors.{CPU}": 2}).warnings


@scene(PLAN, "a refresh finds more nodes than the program declares", NOTE)
def refreshed(_: Situation) -> Iterator[str]:
    """Which is no difference that it records; of a secret count no number is told."""
    grown = added(small(2), Machine("by-hand")).live()
    for spec in (declared(flavors={CPU: 2}), declared(flavors={CPU: 2}, secrets=[COUNT])):
        yield from beyond_declared(spec.to_inputs(), grown)


@scene(SECRET, "the service answers otherwise than it was sent", ERROR)
def secret_answer(situation: Situation) -> list[str]:
    """Nor here."""
    found = next(each for each in situation.hand.listed()["items"] if each["metadata"]["name"] == TRAIN_POOL)
    situation.emulator.faults.arm(Fault("patchPool", body=found))
    return situation.fails(train(4, secrets=[COUNT]))


@scene(SECRET, "a run with a secret count is too long", ERROR)
def secret_wait(situation: Situation) -> list[str]:
    """Nor here."""
    return situation.fails(train(5, secrets=[COUNT]), limit=2.0)


@scene(SECRET, "a part of an order for a secret count fails", ERROR)
def secret_part(situation: Situation) -> list[str]:
    """Nor here."""
    situation.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1)))
    return situation.fails(train(6, secrets=[COUNT]))


@scene(SECRET, "a secret driver cannot be upgraded", ERROR)
def secret_driver(situation: Situation) -> list[str]:
    """Nor here."""
    situation.emulator.faults.arm(Fault("patchPool", outcome=Outcome(driver="Abnormal")))
    driver = {"gpuVersion": "515.65.01", "updateStrategy": "force"}
    return situation.fails({"poolName": GPU_POOL, "driver": driver, "secrets": ["driver.gpuVersion"]})


@scene(CEILINGS, "a resource may do more than its stack", PREVIEW)
def ceiling(situation: Situation) -> list[str]:
    """Both limits."""
    situation.set(maxGrowth="1", maxScaleIn="1")
    return situation.refusals(train(2, maxGrowth=5.0, maxScaleIn=3.0))


@scene(CEILINGS, "a resource that says nothing grows by more than its stack may", PREVIEW)
def default_ceiling(situation: Situation) -> list[str]:
    """The setting is its limit."""
    situation.set(maxGrowth="1")
    return situation.refusals(train(4))


@scene(STOPPED, "nothing has been sent")
def stopped_before(situation: Situation) -> list[str]:
    """The run has only looked."""
    situation.once(lambda: situation.asked("showPool"), situation.cancellation.request)
    situation.hand.order(TRAIN_POOL, CPU, 3)
    return situation.fails(train(4))


@scene(STOPPED, "nodes are being made")
def stopped_growing(situation: Situation) -> list[str]:
    """The order goes on."""
    situation.once(lambda: situation.asked("patchPool"), situation.cancellation.request)
    return situation.fails(train(4))


@scene(STOPPED, "a node is being moved")
def stopped_moving(situation: Situation) -> list[str]:
    """The job goes on."""
    situation.once(lambda: situation.asked("showJob"), situation.cancellation.request)
    return situation.fails(placing(NODE))


@scene(STOPPED, "nodes have been drained, and are not deleted yet")
def stopped_removing(situation: Situation) -> list[str]:
    """They take no further work."""
    situation.once(lambda: situation.asked("batchDrainPoolNodes"), situation.cancellation.request)
    return situation.fails(train(1, maxScaleIn=1.0))
