"""Which nodes a selection chooses, keeps and drops, and what it says where it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.live_nodes import LiveNodes, NodeJobs
from pulumi_modelarts.plans.node_selection import Choice, SelectionPlan, plan
from pulumi_modelarts.plans.selectable import Holder
from pulumi_modelarts.specs._spec import Problem
from tests.plans.migrations import FLAVOR, POOLS, SOURCE, TARGET, pool
from tests.plans.selections import NOTEBOOK, TRAINING, choosing, machine, planned, seen

A, B, C, D = (machine(name) for name in "abcd")
TWO = Holder("is chosen by 'two'", leaves=True, selection="'two'")


def refused(made: SelectionPlan) -> str:
    """Return the only problem of a plan."""
    (problem,) = made.problems
    return f"{problem.path}: {problem.reason}"


class TestAFirstChoice:
    def test_takes_idle_nodes_first_and_then_by_name(self) -> None:
        """A node with a training job comes after the idle ones, which stand in the order of their names."""
        made = planned(3, seen(D, C, B, A, machine("e"), work={"a": (TRAINING,), "b": (TRAINING,)}))

        assert made == SelectionPlan(("c", "d", "e"))

    def test_takes_busy_nodes_where_idle_ones_do_not_suffice(self) -> None:
        """A training job ends, and a migration waits for it."""
        made = planned(3, seen(A, B, C, D, work={"a": (TRAINING,), "b": (TRAINING,)}))

        assert made == SelectionPlan(("a", "c", "d"))

    @pytest.mark.parametrize(
        ("first", "facts", "why"),
        [
            (machine("a", phase="Abnormal"), {}, "is Abnormal"),
            (machine("a", phase="Creating"), {}, "is Creating"),
            (machine("a", locked=True), {}, "is locked"),
            (machine("a", spare=True), {}, "is a spare, which stands by for nodes that break"),
            (machine("a", drained=True), {}, "is drained and takes no further work"),
            (machine("a", supernode="s"), {}, "is in one supernode with b, which counts elsewhere"),
            (A, {"work": {"a": (NOTEBOOK,)}}, "runs notebook lab (eve), which does not end by itself"),
            (A, {"jobs": NodeJobs(migrating={"a": "job-1"})}, "is under job job-1, which has not ended"),
            (
                A,
                {"jobs": NodeJobs(holding={"a": "reboot-node job 7"})},
                "is under job reboot-node job 7, which has not",
            ),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_takes_no_node_that_a_migration_could_not(self, first: object, facts: dict[str, Any], why: str) -> None:
        """The first by name is left out for what it is, and named where the others do not suffice."""
        assert isinstance(first, type(A))
        other = machine("b", flavor="another", supernode="s") if first.supernode else machine("z", flavor="another")
        live = seen(first, C, D, other, **facts)

        made, more = planned(2, live), planned(3, live)

        assert made == SelectionPlan(("c", "d"))
        assert f"a {why}" in refused(more)

    def test_leaves_the_pool_its_last_node(self) -> None:
        """A pool keeps at least one node, and says so."""
        assert planned(1, seen(A, B)) == SelectionPlan(("a",))
        assert refused(planned(2, seen(A, B))) == (
            f"count: is 2; {SOURCE!r} has 2 {FLAVOR} nodes, and 1 can be chosen: the pool has 2 nodes and keeps at "
            "least one. Grow the pool first; or declare count=1"
        )

    def test_counts_what_leaves_the_pool_otherwise(self) -> None:
        """What is chosen by others, or on its way, is gone when the pool is left with its last node."""
        live = seen(A, B, C, D, jobs=NodeJobs(migrating={"d": "job-1"}))

        made = planned(2, live, others={"c": TWO})

        assert refused(made) == (
            f"count: is 2; {SOURCE!r} has 4 {FLAVOR} nodes, and 1 can be chosen: c is chosen by 'two', d is under job "
            "job-1, which has not ended; the pool has 4 nodes and keeps at least one. Wait until that job has ended; "
            "or grow the pool first; or declare count=1"
        )

    def test_does_the_arithmetic_where_there_are_too_few(self) -> None:
        """How many are asked for, how many there are, why no more can be chosen, and what would help."""
        live = seen(A, machine("b", locked=True), C, machine("d", phase="Abnormal"), machine("z", flavor="another"))

        made = planned(4, live, "a")

        assert made.nodes == ("a",)
        assert refused(made) == (
            f"count: is 4, of which 1 is chosen already; {SOURCE!r} has 3 {FLAVOR} nodes besides, and 1 can be chosen: "
            "b is locked, d is Abnormal. Unlock what is locked; or wait for what is not Available, or have it "
            "repaired; or declare count=2"
        )

    def test_of_none_says_what_to_do(self) -> None:
        """Where not a single node can be chosen, no smaller count is advised."""
        assert refused(planned(1, seen(A))).endswith("take this resource out of the program")

    def test_of_a_flavor_that_the_pool_has_not_is_refused(self) -> None:
        """With those it has."""
        made = [planned(1, live) for live in (seen(machine("z", flavor="another")), seen())]

        assert [refused(each) for each in made] == [
            f"flavor: {SOURCE!r} has no node of {FLAVOR!r}, only of another; correct flavor, or pool",
            f"flavor: {SOURCE!r} has no node of {FLAVOR!r}, nor of any other; correct flavor, or pool",
        ]

    def test_of_a_pool_that_does_not_exist_is_refused(self) -> None:
        """With the pools there are."""
        made = plan(choosing(1), Choice(), LiveNodes({TARGET: POOLS[TARGET]}, {}, {}, jobs=NodeJobs()), {})

        assert refused(made).startswith(f"pool: {SOURCE!r} does not exist. The project has: {TARGET}")

    def test_is_refused_where_nobody_tells_what_runs(self) -> None:
        """Nothing is chosen by guess."""
        assert refused(planned(1, seen(A, B, untold="what runs there is not known"))) == (
            "pool: what runs there is not known"
        )

    def test_leaves_nodes_alone_that_differ_in_their_creating_step(self) -> None:
        """The service does not tell of which entry they are, and no migration takes them."""
        steps = [{"flavor": FLAVOR, "count": 2, "creatingStep": {"step": size, "type": "h"}} for size in (2, 4)]
        live = seen(A, B)
        pools = {**live.pools, SOURCE: pool(SOURCE, resources=steps)}

        made = planned(1, LiveNodes(pools, live.nodes, live.lists, work={}, jobs=NodeJobs()))

        assert "a is of one of several entries that differ in their creating step alone" in refused(made)


class TestSupernodes:
    LIVE = seen(
        machine("a1", supernode="s"), machine("a2", supernode="s"),
        machine("b1", supernode="t"), machine("b2", supernode="t", locked=True),
        machine("c1", supernode="u"), machine("c2", supernode="u"),
    )  # fmt: skip

    def test_are_chosen_whole_and_count_as_their_size(self) -> None:
        """One of which a part cannot be chosen is left out as a whole."""
        assert planned(4, self.LIVE) == SelectionPlan(("a1", "a2", "c1", "c2"))

    def test_are_not_chosen_in_part(self) -> None:
        """The nearest counts are named."""
        assert refused(planned(3, self.LIVE)) == (
            "count: is 3, and what can be chosen are supernodes of 2 nodes, which are chosen whole; declare 2, or 4"
        )

    def test_are_dropped_whole(self) -> None:
        """The last by name goes, with all that is in it."""
        assert planned(2, self.LIVE, "a1", "a2", "c1", "c2") == SelectionPlan(("a1", "a2"))
        assert refused(planned(1, self.LIVE, "a1", "a2", "c1", "c2")) == (
            "count: is 1 of 4 nodes that are chosen, and they are supernodes of 2 nodes, which stay chosen whole; "
            "declare 2"
        )


class TestAChoice:
    def test_stays_wherever_its_nodes_go(self) -> None:
        """After the move, and whatever the nodes have become meanwhile."""
        live = seen(C, D, moved=(machine("a", locked=True, drained=True), machine("b", phase="Abnormal", spare=True)))

        assert planned(2, live, "a", "b") == SelectionPlan(("a", "b"))

    def test_grows_by_nodes_of_the_pool(self) -> None:
        """Those that are chosen stay, in whatever pool."""
        assert planned(3, seen(C, D, machine("e"), moved=(A, B)), "a", "b") == SelectionPlan(("a", "b", "c"))

    def test_drops_the_last_by_name(self) -> None:
        """Wherever they are."""
        assert planned(1, seen(B, D, moved=(A, C)), "a", "b", "c") == SelectionPlan(("a",))

    def test_drops_what_has_vanished_before_anything_else(self) -> None:
        """Who declares one node fewer after one has vanished means that one."""
        assert planned(2, seen(D, moved=(B, C)), "a", "b", "c") == SelectionPlan(("b", "c"))
        assert planned(1, seen(D, moved=(B, C)), "a", "b", "c") == SelectionPlan(("b",))

    def test_keeps_a_node_that_has_vanished_and_warns(self) -> None:
        """Nothing is chosen in its stead by guess."""
        made = planned(2, seen(C, D, moved=(B,)), "a", "b")

        assert made == SelectionPlan(
            ("a", "b"),
            warnings=(
                (
                    "nodes: a was chosen and is in no pool of the project any more. It stays chosen: change keepers to "
                    "have it replaced, or declare fewer"
                ),
            ),
        )

    def test_takes_a_node_on_its_way_for_none_that_has_vanished(self) -> None:
        """While a job moves a node, no pool may list it."""
        live = seen(C, D, moved=(B,), jobs=NodeJobs(migrating={"a": "job-1"}))

        assert planned(2, live, "a", "b", renewed=True) == SelectionPlan(("a", "b"))

    def test_keeps_a_node_that_is_being_moved_whatever_it_looks_like(self) -> None:
        """On its way it may be in a phase in which none is chosen."""
        live = seen(machine("a", phase="Creating"), B, C, jobs=NodeJobs(migrating={"a": "job-1"}))

        assert planned(1, live, "a", renewed=True) == SelectionPlan(("a",))

    def test_warns_of_a_node_that_no_migration_takes_any_more(self) -> None:
        """As long as it is in the pool that it was chosen from."""
        made = planned(2, seen(machine("a", phase="Abnormal"), B, C), "a", "b")

        assert made == SelectionPlan(
            ("a", "b"),
            warnings=(
                (
                    f"nodes: a in {SOURCE!r} is Abnormal, so that no migration takes it. It stays chosen: change "
                    "keepers to have it replaced"
                ),
            ),
        )

    def test_is_no_choice_of_another_selection(self) -> None:
        """Of two selections that have one node on record, the second is told."""
        assert refused(planned(2, seen(A, B, C, D), "a", "b", others={"b": TWO})) == (
            "nodes: b is chosen by 'two' too; change keepers of one of the two selections, so that it chooses others "
            "in their stead"
        )


class TestChangedKeepers:
    def test_replace_what_has_vanished_and_nothing_else(self) -> None:
        """What has been moved, drained by its migration, or is at work stays."""
        live = seen(machine("b", drained=True), C, D, machine("e"), moved=(machine("d2", locked=True),))

        assert planned(3, live, "a", "b", "d2", renewed=True) == SelectionPlan(("b", "c", "d2"))

    def test_replace_what_no_migration_takes_any_more(self) -> None:
        """A node that broke before it was moved."""
        live = seen(machine("a", phase="Abnormal"), B, C, D, work={"b": (NOTEBOOK,)})

        assert planned(1, live, "a", renewed=True) == SelectionPlan(("c",))
        assert planned(1, live, "b", renewed=True) == SelectionPlan(("c",))

    def test_replace_what_another_selection_has_too(self) -> None:
        """So that both can go on."""
        assert planned(2, seen(A, B, C, D), "a", "b", renewed=True, others={"b": TWO}) == SelectionPlan(("a", "c"))

    def test_replace_nothing_where_nothing_is_lost(self) -> None:
        """The same nodes stay chosen."""
        assert planned(2, seen(A, B, C, moved=(D,)), "b", "d", renewed=True) == SelectionPlan(("b", "d"))


def test_a_plan_at_rest_reads_the_nodes_and_no_more() -> None:
    """Neither jobs nor work are asked for where everything that was chosen is found."""
    unread = LiveNodes(POOLS, {}, {})
    listed = LiveNodes(POOLS, seen(A).nodes, {SOURCE: (A, B)})
    elsewhere = LiveNodes(POOLS, {}, {SOURCE: (B,)})

    lacking = [planned(1, live, "a").lacks for live in (unread, listed, elsewhere)]

    assert lacking == [{Fact.NODES}, frozenset(), {Fact.ELSEWHERE}]


def test_a_problem_changes_nothing() -> None:
    """What was chosen before is what stays recorded."""
    made = planned(9, seen(A, B, C), "a")

    assert made.nodes == ("a",)
    assert [problem.path for problem in made.problems] == ["count"]
    assert isinstance(made.problems[0], Problem)
