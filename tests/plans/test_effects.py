"""What a map says is read back as what was planned, and what is not understood is never taken for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given

from pulumi_modelarts.plans import effects as reading
from pulumi_modelarts.plans.effect import (
    Altered,
    Awaited,
    Chosen,
    Claimed,
    Counted,
    Deleted,
    Hidden,
    Kind,
    Made,
    Moved,
    Released,
    Removed,
    Switched,
    TakenOver,
    Unread,
)
from pulumi_modelarts.plans.network import CREATED, MADE_ANEW, NETWORK, TAKEN_OVER
from pulumi_modelarts.plans.secrets import SECRET
from pulumi_modelarts.plans.subject import Place, Subject
from tests.plans.strategies import situations, thorough
from tests.plans.worlds import planned

if TYPE_CHECKING:
    from pulumi_modelarts.plans.effect import Effect
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec
    from tests.plans.worlds import World

    Situation = tuple[World, ResourcePoolSpec, dict[str, int] | None]

PROJECT = "86c13962597848eeb29c5861153a391f"
POOL = Subject(f"team-{PROJECT}")
NET = Subject(f"net-{PROJECT}", "network")
GOLD = {"nodePools": {"gold": {"flavor": "cpu"}}}


def of_pool(key: str, entry: str) -> tuple[Effect, ...]:
    """Returns what an entry of a pool does."""
    return reading.effects(Kind.POOL, {"poolName": POOL.id, **GOLD}, {key: entry})


@given(situations(migrations=True))
@thorough
def test_every_plan_of_a_pool_is_read_back(situation: Situation) -> None:
    """Nodes that go, counts that grow and shrink, and fields: all of them, and nothing else."""
    world, spec, before = situation
    plan = planned(spec, world, before)
    assume(not plan.problems)

    read = reading.effects(Kind.POOL, spec.to_inputs(), plan.shown)

    assert not [each for each in read if isinstance(each, Unread)]
    assert sum(each.bought for each in read if isinstance(each, Counted)) == sum(cell.growth for cell in plan.cells)
    assert sum(each.removed for each in read if isinstance(each, Counted)) == len(plan.removals)
    gone = {each.node: each.spare for each in read if isinstance(each, Removed)}
    assert gone == {name: name in plan.spares for name in plan.removals}
    assert [each.field for each in read if isinstance(each, Altered)] == sorted(each.key for each in plan.fields)


@pytest.mark.parametrize(
    ("key", "entry", "effect"),
    [
        ("flavors.modelarts.vm.cpu.4ud", "2 -> 5", Counted(POOL, "modelarts.vm.cpu.4ud", "", "", 2, 5)),
        ("nodePools.gold", "2 -> 1", Counted(POOL, "cpu", "gold", "", 2, 1)),
        ("nodePools.gold.azs.north-7c", "0 -> 1", Counted(POOL, "cpu", "gold", "north-7c", 0, 1)),
        ("nodePools.tin", "0 -> 1", Counted(POOL, "", "tin", "", 0, 1)),
        ("nodes.n1", "removed", Removed(POOL, "n1")),
        ("nodes.n1", "removed (spare)", Removed(POOL, "n1", spare=True)),
        ("arrivals.n1", "awaited", Awaited(POOL, "n1")),
        ("driver.gpuVersion", "440.33 -> 515", Altered(POOL, "driver.gpuVersion", "440.33", "515")),
        ("scope", "(none) -> Train", Altered(POOL, "scope", "(none)", "Train")),
        ("claim", "(none) -> acme/modelarts/prod", Claimed(POOL, "(none)", "acme/modelarts/prod")),
        ("on destroy", "released -> deleted with its 3 nodes", Switched(POOL, "released", "deleted with its 3 nodes")),
        ("pool", f"(none) -> created in {NET.id}", Made(POOL, NET.id)),
        ("pool", "creating (begun by an interrupted run) -> Running", Made(POOL, begun=True)),
        ("flavors.secret", SECRET, Hidden(POOL, "flavors.secret")),
        ("flavors.cpu", "two -> three", Unread(POOL, "flavors.cpu", "two -> three")),
        ("flavors.cpu", "removed", Unread(POOL, "flavors.cpu", "removed")),
        ("nodes.n1", "rebooted", Unread(POOL, "nodes.n1", "rebooted")),
        ("colour", "red -> green", Unread(POOL, "colour", "red -> green")),
    ],
)
def test_reads_each_entry_of_a_pool(key: str, entry: str, effect: Effect) -> None:
    """One that this version does not know is told as that."""
    assert of_pool(key, entry) == (effect,)


def test_reads_the_values_of_a_field() -> None:
    """A scope is a set; a description is the text that it was, however it had to be written."""
    (scope,), (text,) = of_pool("scope", "Infer -> Infer, Train"), of_pool("description", '(none) -> "a -> b"')

    assert isinstance(scope, Altered)
    assert isinstance(text, Altered)
    assert (scope.values, text.values) == ((frozenset({"Infer"}), frozenset({"Infer", "Train"})), (None, "a -> b"))


def test_reads_the_entries_of_a_network() -> None:
    """One that is made, made anew, or taken over, and what becomes of it in the end."""
    inputs = {"networkName": NET.id, "name": "net"}
    maps = ({NETWORK: CREATED}, {NETWORK: MADE_ANEW}, TAKEN_OVER, {"on destroy": "deleted -> released"}, {"x": "y"})

    assert [reading.effects(Kind.NETWORK, inputs, entries) for entries in maps] == [
        (Made(NET),),
        (Deleted(NET), Made(NET)),
        (TakenOver(NET),),
        (Switched(NET, "deleted", "released"),),
        (Unread(NET, "x", "y"),),
    ]


def test_reads_where_nodes_move() -> None:
    """Pools by their ids, with a node pool or a cluster; a fleet's own names lead to the ids of its pools."""
    inputs = {"sourcePool": "a", "targetPool": "b"}
    fleet = {"pools": {"train": {"poolName": "pool-1"}, "infer": {"name": "pool-2"}}}

    across = reading.effects(Kind.MIGRATION, inputs, {"n1": "a -> b/gold"})
    inside = reading.effects(Kind.MIGRATION, {"sourcePool": "b", "targetPool": "b"}, {"n1": "left -> right"})
    balanced = reading.effects(Kind.FLEET, fleet, {"n1": "train -> infer", "n2": "nowhere"})

    assert across == (Moved("n1", Place(Subject("a")), Place(Subject("b"), "gold")),)
    assert inside == (Moved("n1", Place(Subject("b"), "left"), Place(Subject("b"), "right")),)
    assert balanced == (
        Moved("n1", Place(Subject("pool-1")), Place(Subject("infer"))),
        Unread(Subject(""), "n2", "nowhere"),
    )


def test_reads_what_a_selection_chooses() -> None:
    """Its list of nodes, before and after."""
    steps = reading.chosen(["n1", "n2"], ["n2", "n3"])

    assert reading.effects(Kind.SELECTION, {"pool": POOL.id}, steps) == (
        Chosen(POOL, "n1", dropped=True),
        Chosen(POOL, "n3"),
    )


def test_tells_what_a_deletion_deletes_from_what_it_releases() -> None:
    """A pool or network that the program made is deleted; one that it adopted stays, and so do nodes."""
    made = {"name": "team", "poolName": POOL.id}

    assert reading.deletion(Kind.POOL, made, {}) == (Deleted(POOL),)
    assert reading.deletion(Kind.POOL, {"poolName": POOL.id}, {}) == (Released(POOL),)
    assert reading.deletion(Kind.NETWORK, {"networkName": NET.id, "ownership": "made"}, {}) == (Deleted(NET),)
    assert reading.deletion(Kind.NETWORK, {"networkName": NET.id, "ownership": "adopted"}, {}) == (Released(NET),)
    assert reading.deletion(Kind.MIGRATION, {"targetPool": POOL.id}, {}) == ()


def test_an_id_tells_the_project() -> None:
    """As far as it ends in one."""
    assert [(each.project, each.title) for each in (POOL, Subject("pool"))] == [(PROJECT, "team"), ("", "pool")]
