"""What the plan of a fleet says: moves and why, what is bought and removed, and what nodes on their way count for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.fleet import FleetPlan, plan
from pulumi_modelarts.plans.fleet_move import Move
from pulumi_modelarts.specs._spec import Problem
from tests.plans.fleets import AT_ONCE, cpus, declared, id_of, job, planned, pool_of, world
from tests.plans.worlds import CPU, GPU, Machine

TRAIN, INFER = id_of("train"), id_of("infer")
EIGHT_AND_TWO = world(train=pool_of("train", c=8), infer=pool_of("infer", c=2))


class TestMoves:
    def test_nodes_move_and_none_is_bought(self) -> None:
        """What one pool has too many of is what the other lacks: it moves, and the plan says why."""
        made = planned(declared(cpus(train=6, infer=4)), EIGHT_AND_TWO)

        assert made == FleetPlan(
            moves=(
                Move("train-c1", "train", "infer", "train has 2 more than declared; idle"),
                Move("train-c2", "train", "infer", "train has 2 more than declared; idle"),
            ),
            after={
                "train": {"train-c1": INFER, "train-c2": INFER},
                "infer": {"train-c1": INFER, "train-c2": INFER},
            },
            info=(f"{CPU}: 8+2 live, 6+4 declared: 2 move, none is bought, none is removed",),
        )

    def test_what_the_others_cannot_give_is_bought(self) -> None:
        """Only what is missing in all pools together is bought."""
        made = planned(declared(cpus(train=6, infer=6)), EIGHT_AND_TWO)

        assert (len(made.moves), made.growth, made.shrink) == (2, {"infer": {CPU: 2}}, {})
        assert made.info == (f"{CPU}: 8+2 live, 6+6 declared: 2 move, 2 are bought, none is removed",)

    def test_what_nobody_lacks_is_removed_by_name(self) -> None:
        """Only what is too many in all pools together is removed, and no node that moves."""
        made = planned(declared(cpus(train=6, infer=3), max_scale_in=1), EIGHT_AND_TWO)

        assert (made.entries, made.growth, made.shrink) == (
            {"train-c1": "train -> infer"},
            {},
            {"train": ("train-c2",)},
        )
        assert made.info == (f"{CPU}: 8+2 live, 6+3 declared: 1 moves, none is bought, 1 is removed",)

    def test_busy_nodes_go_last(self) -> None:
        """Idle nodes go first, and of a busy one the plan says what runs there."""
        busy = tuple(replace(each, jobs=("bert",)) for each in pool_of("train", c=7))
        fleet = declared(cpus(train=6, infer=4))

        made = planned(
            fleet, replace(EIGHT_AND_TWO, machines={**EIGHT_AND_TWO.machines, "train": (*busy, Machine("z"))})
        )

        why = "train has 2 more than declared"
        assert made.moves == (
            Move("z", "train", "infer", f"{why}; idle"),
            Move("train-c1", "train", "infer", f"{why}; runs training job bert"),
        )

    def test_named_node_pools_take_no_part(self) -> None:
        """Nodes of a named node pool stay, though they are of the flavor that another pool lacks."""
        gold = tuple(replace(each, node_pool="gold") for each in pool_of("gold", c=3))
        here = world(train=(*pool_of("train", c=1), *gold), infer=pool_of("infer", c=2))

        made = planned(declared(cpus(train=1, infer=3)), here)

        assert (made.moves, made.growth) == ((), {"infer": {CPU: 1}})

    def test_networks_do_not_mix(self) -> None:
        """Nodes move between pools of one network; what another one lacks is bought there, and each has its line."""
        here = replace(EIGHT_AND_TWO, networks={"infer": "other"})

        made = planned(declared(cpus(train=6, infer=4), max_scale_in=2), here)

        assert (made.moves, made.growth, made.shrink) == ((), {"infer": {CPU: 2}}, {"train": ("train-c1", "train-c2")})
        assert made.info == (
            f"{CPU} in net: 8 live, 6 declared: none moves, none is bought, 2 are removed",
            f"{CPU} in other: 2 live, 4 declared: none moves, 2 are bought, none is removed",
        )

    def test_the_deficit_that_keeps_the_order_is_served(self) -> None:
        """A pool that gives all it has is fed first, though another one comes first by name: that one's is bought."""
        here = world(a=pool_of("a", c=3), b=pool_of("b", c=1), c=pool_of("c", g=2))

        made = planned(declared({"a": {CPU: 2, GPU: 1}, "b": {CPU: 2, GPU: 1}, "c": {CPU: 1, GPU: 0}}), here)

        assert [(move.node, move.entry) for move in made.moves] == [
            ("a-c1", "a -> c"),
            ("c-g1", "c -> a"),
            ("c-g2", "c -> b"),
        ]
        assert made.growth == {"b": {CPU: 1}}

    def test_a_drained_node_goes_first(self) -> None:
        """A drain is ended by a move alone, so that a run which was killed after it goes on with the same node."""
        drained = replace(pool_of("train", c=8)[4], drained=True)
        others = pool_of("train", c=8)
        here = world(train=(*others[:4], drained, *others[5:]), infer=pool_of("infer", c=2))

        made = planned(declared(cpus(train=7, infer=3)), here)

        assert made.moves == (Move("train-c5", "train", "infer", "train has 1 more than declared; drained"),)

    def test_what_was_announced_stays(self) -> None:
        """A node that has become busy since the preview still goes, and no other one in its stead."""
        nodes = pool_of("train", c=8)
        here = world(train=(replace(nodes[0], jobs=("bert",)), *nodes[1:]), infer=pool_of("infer", c=2))
        fleet = declared(cpus(train=7, infer=3))

        made = planned(replace(fleet, announced={"train-c1": "train -> infer"}), here)

        assert (planned(fleet, here).entries, made.entries) == (
            {"train-c2": "train -> infer"},
            {"train-c1": "train -> infer"},
        )


class TestRest:
    def test_a_balanced_fleet_reads_the_listing_alone(self) -> None:
        """Where every pool has what is declared, nothing is lacked, planned or said."""
        made = plan(declared(cpus(train=8, infer=2)), EIGHT_AND_TWO.live(()))

        assert made == FleetPlan()

    def test_facts_are_asked_for_in_turn(self) -> None:
        """Jobs are read before nodes, so that a node whose job ends meanwhile is seen where it has arrived."""
        fleet, facts = declared(cpus(train=6, infer=4)), list[Fact]()

        while lacks := plan(fleet, EIGHT_AND_TWO.live(facts)).lacks:
            facts += lacks

        assert facts == [Fact.MIGRATING, Fact.NODES, Fact.WORK, Fact.ADDRESSES]

    def test_other_pools_are_asked_only_where_nodes_would_be_bought(self) -> None:
        """Jobs may bring nodes from there; where the fleet has enough itself, their jobs are not listed."""
        moves, buys = (plan(declared(cpus(train=6, infer=count)), EIGHT_AND_TWO.live(())) for count in (4, 6))

        assert (moves.lacks_of, buys.lacks_of) == ((INFER, TRAIN), (INFER, id_of("outside"), TRAIN))

    def test_a_swap_by_hand_is_left_alone(self) -> None:
        """A fleet is about counts: which nodes make them up does not matter, and nothing of an earlier plan is kept."""
        train, infer = pool_of("train", c=6), pool_of("infer", c=4)
        swapped = world(train=(*train[1:], infer[0]), infer=(*infer[1:], train[0]))

        assert planned(declared(cpus(train=6, infer=4)), swapped) == FleetPlan()

    def test_what_was_added_by_hand_is_left_alone(self) -> None:
        """More nodes than declared, which the program has not asked to go, stay with a warning."""
        before = {name: {f"flavors.{CPU}": count} for name, count in (("train", 7), ("infer", 2))}

        made = planned(declared(cpus(train=7, infer=2), before=before), EIGHT_AND_TWO)

        assert (made.moves, made.shrink, made.problems, made.info) == ((), {}, (), ())
        (warning,) = made.warnings
        assert warning == (
            f'pools["train"].flavors["{CPU}"]: 7 nodes declared and 8 live; 1 added outside this stack is left alone. '
            "To have the surplus removed by name, set max_scale_in=1; to keep it, declare 8"
        )


class TestOnTheWay:
    def test_counts_where_it_goes(self) -> None:
        """A node that a job moves is still listed where it was: it counts as arrived, and none is bought for it."""
        here = replace(EIGHT_AND_TWO, flying={"train-c5": "infer"})

        made = planned(declared(cpus(train=6, infer=4)), here)

        assert (made.entries, made.growth) == ({"train-c1": "train -> infer"}, {})
        assert made.after["infer"] == {"train-c1": INFER, "train-c5": INFER}
        assert made.info == (
            f"{CPU}: 7+3 live, 6+4 declared: 1 moves, none is bought, none is removed",
            "1 is on the way already, and counts as arrived",
        )

    def test_is_all_there_is_to_wait_for(self) -> None:
        """Where it makes the counts true, nothing is planned; the pools are told, so that they buy none either."""
        here = replace(EIGHT_AND_TWO, flying={"train-c5": "infer", "train-c6": "infer"})

        made = planned(declared(cpus(train=6, infer=4)), here)

        both = {"train-c5": INFER, "train-c6": INFER}
        assert made == FleetPlan(after={"train": both, "infer": both})

    def test_to_a_pool_outside_is_gone(self) -> None:
        """A node that is taken elsewhere counts no more, and what then lacks is bought."""
        here = replace(EIGHT_AND_TWO, flying={"train-c5": "outside"})

        made = planned(declared(cpus(train=6, infer=4)), here)

        assert (made.entries, made.growth) == ({"train-c1": "train -> infer"}, {"infer": {CPU: 1}})

    def test_from_a_pool_outside_is_there(self) -> None:
        """A node that somebody brings counts, and none is bought for it."""
        here = replace(EIGHT_AND_TWO, outside=(Machine("x"),), flying={"x": "infer"})

        made = planned(declared(cpus(train=8, infer=3)), here)

        assert made == FleetPlan(after={"infer": {"x": INFER}})

    def test_by_a_migration_of_the_program_counts_too(self) -> None:
        """Nodes that migrations place before the fleet are where they will be, and the fleet moves none of them."""
        fleet = declared(cpus(train=6, infer=4), after={"train-c1": INFER, "train-c8": TRAIN})

        made = planned(fleet, EIGHT_AND_TWO)

        assert made.entries == {"train-c2": "train -> infer"}

    def test_nobody_knows_where_to(self) -> None:
        """A job that does not say where it moves nodes makes counting impossible, and is named."""
        live = EIGHT_AND_TWO.live()
        blind = replace(live, jobs={**(live.jobs or {}), TRAIN: (job("train-c1", TRAIN),)})

        made = plan(declared(cpus(train=6, infer=4)), blind)

        assert made.problems == (
            Problem(
                "pools",
                "job job-train-c1 moves nodes of 'train' and does not say where to, so that nobody can count them; run "
                "`pulumi up` again when it has ended",
            ),
        )

    def test_a_job_that_has_ended_meanwhile_is_over(self) -> None:
        """Jobs are read before nodes: a node of one that is listed in its target has arrived, and is counted once."""
        train, infer = pool_of("train", c=8), pool_of("infer", c=2)
        live = world(train=train[1:], infer=(*infer, train[0])).live()
        late = replace(live, jobs={**(live.jobs or {}), TRAIN: (job("train-c1", TRAIN, INFER),)})

        made = plan(declared(cpus(train=6, infer=4)), late)

        assert made.entries == {"train-c2": "train -> infer"}
        assert made.after["infer"] == {"train-c2": INFER}

    @pytest.mark.parametrize("place", ["train", "infer"])
    def test_what_is_on_order_counts_as_there(self, place: str) -> None:
        """Nodes that are ordered and not there yet count where they come, and are never the ones that move."""
        here = replace(EIGHT_AND_TWO, ordered={place: {CPU: 2}})

        made = planned(declared(cpus(train=6, infer=6), strategy=AT_ONCE), here)

        assert ({*made.entries.values()}, len(made.moves)) == ({"train -> infer"}, 4 if place == "train" else 2)
        assert (made.growth, made.problems) == ({}, ())
