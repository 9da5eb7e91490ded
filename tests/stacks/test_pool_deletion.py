"""What becomes of a made pool in the real CLI: replaced by itself, refused, handed over, destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import NETWORK, NODE, TRAIN_POOL
from tests.resources.service import Hand
from tests.stacks.pools import CPU, pool, writes
from tests.stacks.test_made_pools import BLUE, made

if TYPE_CHECKING:
    from tests.stacks.harness import Project

pytestmark = pytest.mark.long

URN = "urn:pulumi:test::modelarts::pulumi-python:dynamic/modelarts:ResourcePool::blue"
ADOPTED = pool("blue", BLUE, flavors={CPU: 2}, scope=["Train"])


def sent(project: Project) -> list[str | None]:
    """Return what has been written since the last time."""
    found = [operation for operation, _ in writes(project)]
    project.emulator().journal.clear()
    return found


def test_a_pool_that_is_replaced_by_itself_stays(project: Project) -> None:
    """`--replace` and a tainted resource find the pool and delete nothing; taken out of the program, it goes."""
    project.program(made())
    project.up()
    nodes, began = Hand(project.emulator()).nodes(BLUE), sent(project)

    replaced = project.up("--replace", URN)
    project.run("state", "taint", URN, "--yes")
    tainted = project.up()
    kept = (sent(project), Hand(project.emulator()).nodes(BLUE), project.resource("blue")["outputs"]["ownership"])
    project.program("")
    project.up()

    stays = f"resource pool '{BLUE}' stays as it is: 'blue' of this program declares it"
    assert all(stays in each.stdout and "+-1 replaced" in each.stdout for each in (replaced, tainted))
    assert (began, kept) == (["createPool"], ([], nodes, "made"))
    assert (sent(project), BLUE in project.emulator().world()["pools"]) == (["deletePool"], False)


def test_a_pool_with_a_node_of_another_stays_until_that_is_back(project: Project) -> None:
    """A look before the destroy tells it, each destroy refuses it, with a program and without; then all of it goes."""
    hand = Hand(project.emulator())
    project.program(made())
    project.up()
    hand.migrate(TRAIN_POOL, BLUE, NODE)
    sent(project)

    previewed = project.run("destroy", "--preview-only", "--refresh")
    refused = [project.destroy(*options, fails=True) for options in ((), ("--run-program",))]
    stayed = (sent(project), project.emulator().world()["pools"][BLUE]["phase"], len(hand.nodes(BLUE)))
    hand.migrate(BLUE, TRAIN_POOL, NODE)
    sent(project)
    project.destroy("--run-program")

    assert f"'{BLUE}' would not be deleted by a destroy as it is now: {NODE} was not made with it" in previewed.stdout
    assert all(f"Deleting resource pool '{BLUE}' was refused, and nothing was sent" in each.text for each in refused)
    assert stayed == ([], "Running", 3)
    assert (sent(project), BLUE in project.emulator().world()["pools"]) == (["deletePool"], False)
    assert NODE in hand.nodes(TRAIN_POOL)


def test_a_pool_that_changes_hands(project: Project) -> None:
    """Both ways are shown and send nothing; what is adopted at last is released, and what is made is deleted."""
    project.program(made())
    project.up()
    sent(project)
    retained = [project.resource("blue").get("retainOnDelete", False)]

    project.program(ADOPTED)
    over = project.up()
    retained.append(project.resource("blue").get("retainOnDelete", False))
    project.program(made())
    back = project.preview()
    project.up()
    rest = project.up("--refresh", "--expect-no-changes")
    between = sent(project)
    project.destroy()

    assert "plan: on destroy deleted with its 2 nodes -> released" in over.stdout
    assert '"released -> deleted with its 2 nodes"' in back.stdout
    assert (between, "2 unchanged" in rest.stdout, retained) == ([], True, [False, True])
    assert (sent(project), NETWORK in Hand(project.emulator()).networks()) == (["deletePool"], True)
