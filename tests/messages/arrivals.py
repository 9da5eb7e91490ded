"""What is said of nodes that migrations bring into a pool that the program makes, and of what is not there yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from modelarts_emulator import NETWORK, NODE, TRAIN_POOL
from pulumi_modelarts.plans import arrivals
from tests.messages.situation import PREVIEW, WARNING, refused, scene
from tests.plans.worlds import GPU, Machine, declared, planned, small
from tests.resources.migrations import nine, placing
from tests.resources.pools import CPU
from tests.resources.selections import choosing
from tests.resources.unborn import MADE, MAKER, unborn_pool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_modelarts.specs._spec import Problem
    from tests.messages.situation import Situation

ARRIVALS, UNBORN = "Nodes that arrive later", "Pools that the program is about to make"
A, B = (Machine(f"os-node-created-{letter * 5}") for letter in "ab")


def expecting(count: int, *nodes: Machine, **inputs: Any) -> dict[str, Any]:
    """Declare so many nodes, these among them."""
    return {"flavors": {CPU: float(count)}, "arrivals": [each.name for each in nodes], **inputs}


def made(count: int, *nodes: Machine) -> dict[str, Any]:
    """Declare them of a pool that the program makes."""
    return {"name": "team-b", "network": NETWORK, "scope": ["Train"], **expecting(count, *nodes)}


def nine_nodes(situation: Situation) -> None:
    """Begin with nine nodes in the training pool."""
    situation.seed(nine())


def told(*problems: Problem) -> list[str]:
    """Return problems as a check says them."""
    return [f"{problem.path}: {problem.reason}" for problem in problems]


@scene(ARRIVALS, "a node to arrive does not exist", PREVIEW)
def unknown(_: Situation) -> list[str]:
    """No run has known it."""
    return told(*arrivals.unknown(declared(**expecting(2, A)), small(1).live(), ()))


@scene(ARRIVALS, "a node is between two pools, and several flavors are declared", PREVIEW)
def between(_: Situation) -> list[str]:
    """Any of them may be its flavor."""
    spec = declared(**expecting(2, A, flavors={CPU: 2.0, GPU: 0.0}))
    return told(*planned(spec, replace(small(1), elsewhere=(replace(A, flavor=""),))).problems)


@scene(ARRIVALS, "nodes have been awaited for long, or do not exist any more", WARNING)
def late(_: Situation) -> Iterator[str]:
    """One, then two, and one that was deleted."""
    for nodes in ((A,), (A, B)):
        spec, world = declared(**expecting(3, *nodes)), replace(small(1), elsewhere=nodes)
        yield from arrivals.warnings(spec, world.live(), planned(spec, world).shown)
    yield from arrivals.warnings(declared(**expecting(2, A)), small(1).live(), {})


refused(ARRIVALS, "all nodes of a new pool arrive", made(1, A), nine_nodes)
refused(ARRIVALS, "more nodes arrive than a new pool is to have", made(1, A, B), nine_nodes)


@scene(ARRIVALS, "a migration brings nodes that the pool does not expect", PREVIEW)
def unexpected(situation: Situation) -> Iterator[str]:
    """The pool is checked first, then the migration; the other way round the pool is told."""
    situation.refusals(made(2), "b")
    yield from situation.refusals(placing(NODE, targetPool=MADE), "move")
    yield from situation.refusals(made(2), "b")
    situation.refusals({**made(2), "arrivals": [NODE]}, "b")
    yield from situation.refusals(placing(NODE, targetPool=MADE, targetNodePool="gold"), "move")


@scene(UNBORN, "nodes are chosen of it", PREVIEW)
def chosen(situation: Situation) -> list[str]:
    """Nobody knows their names."""
    situation.session.unborn.post_pool(MAKER, unborn_pool(network=NETWORK))
    return situation.refusals(choosing(1, pool=MADE), "two")


@scene(UNBORN, "a migration names it by its id, so that Pulumi does not make it first")
def named_by_id(situation: Situation) -> list[str]:
    """The run finds that out."""
    situation.session.unborn.post_pool(MAKER, unborn_pool(network=NETWORK))
    return situation.fails(placing(NODE, targetPool=MADE))


@scene(UNBORN, "nodes leave it, and it does not know of that", PREVIEW)
def leaving(situation: Situation) -> Iterator[str]:
    """The migration comes from the pool that the program makes."""
    situation.refusals(made(2), "b")
    yield from situation.refusals(placing(NODE, sourcePool=MADE, targetPool=TRAIN_POOL), "move")
