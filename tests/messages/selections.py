"""What a selection of nodes says: while it chooses, and of what it has chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Fault
from pulumi_modelarts.plans import node_selection, summary
from tests.messages.situation import NOTE, PREVIEW, WARNING, refused, scene
from tests.plans.migrations import NAMES, SOURCE, pool
from tests.plans.selections import NOTEBOOK, machine, planned, seen
from tests.resources.migrations import EIGHT, STAYING, nine, placing
from tests.resources.pools import CPU, JOB
from tests.resources.selections import choosing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.messages.situation import Situation

ARGUMENTS, CHOOSING, KEPT, CHOICE = (
    "Arguments of a NodeSelection",
    "A selection that cannot choose",
    "Warnings of a selection",
    "What a selection has chosen",
)
LOST = TRAIN_POOL.replace("auto", "lost")
FIRST = EIGHT[0]


def among(*facts: dict[str, Any], **changed: Any) -> Callable[[Situation], object]:
    """Begin with nine nodes in the training pool, the first of which are something special."""
    nodes: dict[str, Any] = {name: {} for name in [*EIGHT, STAYING]} | dict(zip(EIGHT, facts, strict=False))
    return lambda situation: situation.seed(nine(**{"nodes": nodes, **changed}))


refused(ARGUMENTS, "not one node is declared", choosing(0))
refused(ARGUMENTS, "it is not said how many", {"pool": TRAIN_POOL, "flavor": CPU})
refused(ARGUMENTS, "keepers are no texts or numbers", choosing(1, keepers={"round": [1.0]}))
refused(ARGUMENTS, "keepers are no map", choosing(1, keepers="2"))
refused(ARGUMENTS, "the pool's display name is given", choosing(1, pool="auto-pool-os"))
refused(ARGUMENTS, "the count is secret", choosing(1, secrets=["count"]))

refused(CHOOSING, "the pool does not exist", choosing(1, pool=LOST))
refused(CHOOSING, "the pool would be left without a node", choosing(2))
refused(
    CHOOSING,
    "too few nodes can move",
    choosing(6),
    among(
        *({"locked": True}, {"phase": "Abnormal"}, {"spare": True}),
        services={"service-1": {"pool": TRAIN_POOL, "nodes": [EIGHT[3]], "name": "chat", "user": "ann"}},
    ),
)
refused(CHOOSING, "the pool has no node of the flavor", choosing(1, flavor="modelarts.vm.cpu.64u"))
refused(
    CHOOSING,
    "what can be chosen are supernodes",
    choosing(4),
    among(resources=[{"flavor": CPU, "count": 9, "creatingStep": {"step": 3, "type": "hyperinstance"}}]),
)


@scene(CHOOSING, "the pool has no nodes at all", PREVIEW)
def empty(_: Situation) -> Iterator[str]:
    """All of them are gone."""
    yield from (f"{problem.path}: {problem.reason}" for problem in planned(1, seen()).problems)


@scene(CHOOSING, "nodes are drained, or a job is about them", PREVIEW)
def drained_or_held(situation: Situation) -> list[str]:
    """One of each, and another that is on its way."""
    among(jobs={JOB: {"pool": TRAIN_POOL, "nodes": EIGHT[1:3]}})(situation)
    situation.hand.drain(TRAIN_POOL, EIGHT[7])
    situation.hand.send_off(TRAIN_POOL, INFER_POOL, EIGHT[6])
    return situation.refusals(choosing(8), "two")


@scene(CHOOSING, "drivers are broken, and several things run on one node", PREVIEW)
def broken_driver(_: Situation) -> Iterator[str]:
    """Neither is taken by a migration."""
    works = (NOTEBOOK, replace(NOTEBOOK, name="lab-2"))
    live = seen(machine("a", driver="Abnormal"), machine("b"), machine("c"), work={"b": works})
    yield from (f"{problem.path}: {problem.reason}" for problem in planned(2, live).problems)


@scene(CHOOSING, "nobody tells which entry of its pool a node is of", PREVIEW)
def of_several_entries(_: Situation) -> Iterator[str]:
    """Entries that differ in their creating step alone."""
    steps = [{"flavor": CPU, "count": 2, "creatingStep": {"step": size, "type": "h"}} for size in (2, 4)]
    live = seen(machine(NAMES[0]), machine(NAMES[1]), pools={SOURCE: pool(SOURCE, resources=steps)})
    yield from (f"{problem.path}: {problem.reason}" for problem in planned(1, live).problems)


@scene(CHOOSING, "nobody tells what runs on the nodes", PREVIEW)
def untold(situation: Situation) -> list[str]:
    """This user can list neither workloads nor training jobs."""
    for operation in ("listWorkloads", "listTrainingJobs"):
        situation.emulator.faults.arm(Fault(operation, status=403, code="ModelArts.0108", message="no", times=None))
    return situation.refusals(choosing(1), "two")


@scene(CHOOSING, "others have nodes of the pool", PREVIEW)
def others(situation: Situation) -> list[str]:
    """A migration names one, another selection has chosen two."""
    situation.seed(nine(nodes={name: {} for name in EIGHT[:4]}, resources=[{"flavor": CPU, "count": 4}]))
    situation.refusals(placing(FIRST), "move")
    situation.refusals(choosing(1), "one")
    return situation.refusals(choosing(2), "two")


@scene(CHOOSING, "another selection has the same node on record", PREVIEW)
def shared(situation: Situation) -> list[str]:
    """Which happens where only a part of the program was run."""
    among()(situation)
    situation.refusals(choosing(2), "one")
    return situation.refusals(choosing(2), "two", {**choosing(2), "nodes": EIGHT[:2]})


@scene(CHOOSING, "fewer are declared than whole supernodes allow", PREVIEW)
def in_part(situation: Situation) -> list[str]:
    """Two supernodes of three nodes have been chosen."""
    among(resources=[{"flavor": CPU, "count": 9, "creatingStep": {"step": 3, "type": "hyperinstance"}}])(situation)
    return situation.refusals(choosing(4), "two", {**choosing(6), "nodes": EIGHT[:6]})


@scene(KEPT, "a node that was chosen is gone", WARNING)
def vanished(situation: Situation) -> Iterator[str]:
    """One, then two."""
    among()(situation)
    record = {**choosing(3), "nodes": EIGHT[:3]}
    situation.hand.delete(TRAIN_POOL, EIGHT[0])
    yield from situation.warnings(choosing(3), record)
    situation.hand.delete(TRAIN_POOL, EIGHT[1])
    situation.emulator.clock.advance(60)
    yield from situation.warnings(choosing(3), record)


@scene(KEPT, "a node that was chosen cannot move any more", WARNING)
def stuck(situation: Situation) -> tuple[str, ...]:
    """It broke before a migration came to it."""
    among({"phase": "Abnormal"})(situation)
    return situation.warnings(choosing(1), {**choosing(1), "nodes": [FIRST]})


@scene(KEPT, "a migration of a chosen node finds it gone", WARNING)
def vanished_for_a_migration(situation: Situation) -> tuple[str, ...]:
    """The warning of the migration itself: the selection is checked before it."""
    among()(situation)
    situation.hand.migrate(TRAIN_POOL, INFER_POOL, FIRST)
    situation.refusals(choosing(1), "two", {**choosing(1), "nodes": [FIRST]})
    situation.hand.delete(INFER_POOL, FIRST)
    situation.emulator.clock.advance(60)
    return situation.warnings(placing(FIRST), placing(FIRST))


@scene(KEPT, "a migration is to move a chosen node for the first time, and it is gone", PREVIEW)
def gone_before_the_move(situation: Situation) -> list[str]:
    """What the migration is refused with."""
    among()(situation)
    situation.hand.delete(TRAIN_POOL, FIRST)
    situation.refusals(choosing(1), "two", {**choosing(1), "nodes": [FIRST]})
    return situation.refusals(placing(FIRST), "move")


@scene(CHOICE, "nodes are chosen, and nodes are dropped", NOTE)
def planned_lines(situation: Situation) -> Iterator[str]:
    """One line each."""
    among()(situation)
    yield situation.planned(choosing(1))
    yield situation.planned(choosing(7))
    yield summary.of_selection(node_selection.steps([NODE], []))
    yield summary.of_selection(node_selection.steps(EIGHT[:2], EIGHT[2:3]))


@scene(CHOICE, "a selection is taken out of the program", NOTE)
def released(_: Situation) -> Iterator[str]:
    """One node, and two."""
    yield node_selection.released([NODE])
    yield node_selection.released(EIGHT[:2])
