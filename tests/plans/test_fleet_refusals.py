"""Why a fleet is refused: with the arithmetic, where a user would edit it, and with what helps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_modelarts.specs._spec import Problem
from pulumi_modelarts.specs.node_pool import NodePoolSpec
from tests.plans.fleets import AT_ONCE, cpus, declared, id_of, planned, pool_of, world
from tests.plans.worlds import CPU, GPU, Machine

if TYPE_CHECKING:
    from pulumi_modelarts.plans.live_fleet import DeclaredFleet
    from tests.plans.fleets import FleetWorld

EIGHT_AND_TWO = world(train=pool_of("train", c=8), infer=pool_of("infer", c=2))
SIX_AND_FOUR = cpus(train=6, infer=4)


def refused(fleet: DeclaredFleet, here: FleetWorld, **facts: Any) -> list[Problem]:
    """Returns why a fleet is refused."""
    return [*planned(fleet, here, **facts).problems]


def with_train(*nodes: Machine) -> FleetWorld:
    """Returns a fleet with other nodes in the first pool."""
    return replace(EIGHT_AND_TWO, machines={**EIGHT_AND_TWO.machines, "train": nodes})


class TestTooFewCanMove:
    """The pools would buy what does not come, so that a part of the moves is no choice."""

    def test_locked_ones_are_named(self) -> None:
        """What keeps the nodes, what would free them, and other counts."""
        nodes = [replace(each, locked=each.name != "train-c7") for each in pool_of("train", c=8)]

        made = refused(declared(SIX_AND_FOUR), with_train(*nodes))

        assert made == [
            Problem(
                "pools",
                f"{CPU}: 2 nodes should leave train (8 live, 6 declared) but only 1 can: train-c1 is locked, train-c2 "
                "is locked, train-c3 is locked, train-c4 is locked, train-c5 is locked and 2 more; unlock what is "
                "locked, or declare 7 for train and 3 for infer",
            )
        ]

    def test_every_reason_is_told(self) -> None:
        """Broken nodes, spares, work that does not end, other jobs and nodes on order, each in its words."""
        nodes = (
            Machine("a", phase="Abnormal"),
            Machine("b", spare=True),
            Machine("c", services=("chat",)),
            Machine("d", job="job-7"),
        )
        here = replace(with_train(*nodes), ordered={"train": {CPU: 1}})

        made = refused(declared(cpus(train=4, infer=3)), here)

        assert made == [
            Problem(
                "pools",
                f"{CPU}: 1 node should leave train (5 live, 4 declared) but none can: a is Abnormal, b is a spare, "
                "which stands by for nodes that break, c runs inference service chat (ann), which does not end by "
                "itself, d is under job job-7, which has not ended, 1 node of train is on order and not there yet; "
                "wait for what is not Available, or have it repaired; stop what runs there, or set "
                'on_running_jobs="ignore"; wait until that job has ended, or declare 5 for train and 2 for infer',
            )
        ]

    def test_supernodes_go_whole(self) -> None:
        """A part of a supernode cannot go."""
        pairs = [replace(each, supernode=f"s{number // 2}") for number, each in enumerate(pool_of("train", c=8))]

        made = refused(declared(cpus(train=7, infer=3)), with_train(*pairs))

        assert made == [
            Problem(
                "pools",
                f"{CPU}: 1 node should leave train (8 live, 7 declared) but none can: supernodes of 2 move whole; "
                "declare counts that whole supernodes make up",
            )
        ]

    @pytest.mark.parametrize(("policy", "accepted"), [("wait", True), ("fail", False), ("ignore", True)])
    def test_work_keeps_nodes_as_the_program_says(self, policy: str, *, accepted: bool) -> None:
        """Jobs that end are waited for, or refused under "fail"."""
        busy = [replace(each, jobs=("bert",)) for each in pool_of("train", c=8)]

        made = refused(declared(SIX_AND_FOUR, on_running_jobs=policy), with_train(*busy))

        assert (not made) == accepted

    def test_nobody_can_tell_what_runs(self) -> None:
        """Not knowing is as good as running, unless the program ignores it."""
        unknown = "what runs there is not told; allow it"

        made = refused(declared(SIX_AND_FOUR), EIGHT_AND_TWO, untold=unknown)
        ignored = refused(declared(SIX_AND_FOUR, on_running_jobs="ignore"), EIGHT_AND_TWO, untold=unknown)

        assert made == [
            Problem("on_running_jobs", f'{unknown}, or set on_running_jobs="ignore" to go on without knowing')
        ]
        assert ignored == []


class TestNoOrder:
    """A pool keeps at least one node, at every moment."""

    def test_what_is_bought_comes_after_the_moves(self) -> None:
        """The only node of a pool would leave before what is bought for it arrives."""
        here = world(a=pool_of("a", c=1), b=pool_of("b", c=2))

        made = refused(declared({"a": {CPU: 0, GPU: 1}, "b": {CPU: 3}}), here)

        assert made == [
            Problem(
                'pools["a"]',
                f"its only node would leave before the node bought for it arrives; declare {CPU}: 1 for one run, or "
                "grow it first",
            )
        ]

    def test_single_nodes_would_change_places(self) -> None:
        """Neither can go first."""
        here = world(a=pool_of("a", c=1), b=pool_of("b", g=1))

        made = refused(declared({"a": {CPU: 0, GPU: 1}, "b": {CPU: 1, GPU: 0}}), here)

        assert made == [
            Problem(
                'pools["a"]',
                "a and b have one node each and would exchange them, and a pool keeps at least one, so that none can "
                "go first; declare one node more for one of them and the others as they are, for one run",
            )
        ]

    def test_a_pool_would_be_left_without_a_node(self) -> None:
        """Nothing is bought for a pool that gives all it has."""
        here = world(a=pool_of("a", c=2), b=pool_of("b", c=2))

        made = refused(declared(cpus(a=0, b=4)), here)

        assert made == [
            Problem('pools["a"]', f"all of its 2 nodes would leave, and a pool keeps at least one; declare {CPU}: 1")
        ]

    def test_what_is_on_order_is_not_there_yet(self) -> None:
        """A pool that gives all it has before its order has come waits for that."""
        here = replace(world(a=pool_of("a", c=1), b=pool_of("b", c=2)), ordered={"a": {GPU: 1}})

        made = refused(declared({"a": {CPU: 0, GPU: 1}, "b": {CPU: 3}}), here)

        assert made == [
            Problem(
                'pools["a"]',
                "its only node would leave before the 1 node on order is there; run `pulumi up` again then",
            )
        ]


class TestBudgets:
    """They are the whole fleet's, for one run."""

    def test_each_is_told(self) -> None:
        """What a run would move and buy, and what to set."""
        fleet = declared(cpus(train=6, infer=6), max_moves=1, growth_limit=(1, "max_growth"))

        assert refused(fleet, EIGHT_AND_TWO) == [
            Problem(
                "max_moves",
                "is 1, and this run would move 2 nodes; moving fewer would let the pools buy the rest. Set "
                "max_moves=2, or declare counts that are nearer to what is live",
            ),
            Problem(
                "max_growth",
                "this run would buy 2 nodes and max_growth allows 1. Raise max_growth to 2, or declare fewer",
            ),
        ]

    def test_what_named_node_pools_grow_by_counts(self) -> None:
        """They take no part in moves, and what is bought for them is bought all the same."""
        fleet = declared(SIX_AND_FOUR, growth_limit=(2, "max_growth"))
        gold = NodePoolSpec(flavor=CPU, count=3)
        train = fleet.pools["train"].model_copy(update={"node_pools": {"gold": gold}})

        made = refused(replace(fleet, pools={**fleet.pools, "train": train}), EIGHT_AND_TWO)

        assert made == [
            Problem(
                "max_growth",
                "this run would buy 3 nodes and max_growth allows 2. Raise max_growth to 3, or declare fewer",
            )
        ]

    def test_removals_are_of_the_whole_fleet(self) -> None:
        """What is asked to go in two pools together is more than one run may remove."""
        made = refused(declared(cpus(train=7, infer=1), max_scale_in=1), EIGHT_AND_TWO)

        assert [each.path for each in made] == [f'pools["{name}"].flavors["{CPU}"]' for name in ("infer", "train")]
        assert all("max_scale_in allows 1" in each.reason for each in made)

    def test_a_supernode_is_larger_than_what_may_be_away(self) -> None:
        """Its nodes are away together."""
        pairs = [replace(each, supernode=f"s{number // 2}") for number, each in enumerate(pool_of("train", c=8))]
        here = with_train(*pairs)

        assert refused(declared(SIX_AND_FOUR, strategy=AT_ONCE), here) == []
        assert refused(declared(SIX_AND_FOUR), here) == [
            Problem(
                "strategy.max_unavailable",
                "is 1, and the 2 nodes of the supernode of train-c1 move together; write max_unavailable=2 or more",
            )
        ]


class TestPools:
    def test_one_does_not_exist(self) -> None:
        """It is named where it is declared, with those that there are."""
        made = refused(declared(cpus(train=6, infer=2, eval=2)), EIGHT_AND_TWO)

        assert [each.path for each in made] == ['pools["eval"].pool_name']
        assert made[0].reason.startswith(f"{id_of('eval')!r} does not exist. The project has: ")

    def test_one_is_not_running(self) -> None:
        """What a pool stands against is told as a migration would be, at the pool."""
        fleet = declared(SIX_AND_FOUR)

        made = refused(fleet, replace(EIGHT_AND_TWO, phases={"infer": "Abnormal"}))

        assert [each.path for each in made] == ['pools["infer"]']
        assert "is Abnormal, not Running, and takes no change of its counts" in made[0].reason
