"""Nodes that migrations bring after a pool's run: counted once, wherever they are, and never bought in their stead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_modelarts.plans import arrivals
from pulumi_modelarts.specs._spec import Problem
from tests.plans.strategies import thorough
from tests.plans.worlds import CPU, GPU, POOL, Machine, World, added, after_run, declared, planned, removed, small

if TYPE_CHECKING:
    from pulumi_modelarts.plans.resource_pool import PoolPlan
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

FAR = tuple(Machine(f"os-node-created-{letter * 5}") for letter in "abcd")
KEY = f"flavors.{CPU}"


def expecting(count: int, *nodes: Machine, **inputs: Any) -> ResourcePoolSpec:
    """Declare so many CPU nodes, these among them."""
    return declared(flavors={CPU: count}, arrivals=[each.name for each in nodes], **inputs)


def arrive(world: World, machine: Machine) -> World:
    """Return the pool when a node has come from another one; nothing happens where it cannot."""
    if machine not in world.elsewhere:
        return world
    return replace(added(world, machine), elsewhere=tuple(each for each in world.elsewhere if each != machine))


def leave(world: World, machine: Machine) -> World:
    """Return the pool when somebody has moved a node to another one."""
    if machine not in world.machines:
        return world
    return replace(removed(world, [machine.name]), elsewhere=(*world.elsewhere, machine))


def vanish(world: World, machine: Machine) -> World:
    """Return the world when somebody has deleted a node."""
    elsewhere = tuple(each for each in world.elsewhere if each != machine)
    return replace(removed(world, [machine.name]), elsewhere=elsewhere)


def own(world: World) -> int:
    """Return how many nodes the pool was made with, or has bought since."""
    return sum(machine not in FAR for machine in world.machines)


events = st.lists(st.tuples(st.sampled_from([arrive, leave, vanish]), st.sampled_from(FAR)), max_size=12)


class TestCounts:
    @given(st.integers(1, 4), st.integers(1, 6), events)
    @thorough
    def test_hold_each_node_once_in_whatever_order_nodes_come_and_go(
        self, here: int, count: int, happening: list[Any]
    ) -> None:
        """A run buys what the pool lacks when everybody has come who still can, and a second run buys nothing."""
        spec, world = expecting(count, *FAR), replace(small(here), elsewhere=FAR)

        for event, machine in happening:
            world = event(world, machine)
            coming = sum(each in FAR for each in (*world.machines, *world.elsewhere))
            plan = planned(spec, world)
            bought = sum(cell.growth for cell in plan.cells)
            assert bought == max(0, count - own(world) - coming)
            world = after_run(world, plan)
            assert not planned(spec, world).patched

    @given(events)
    @thorough
    def test_are_never_lowered_for_who_is_to_come(self, happening: list[Any]) -> None:
        """No node goes that the pool has before one that is awaited has come, but for a surplus that may go."""
        spec, world = expecting(3, *FAR[:2], maxScaleIn=9), replace(small(1), elsewhere=FAR[:2])

        for event, machine in happening:
            plan = planned(spec, event(world, machine))
            assert plan.removals == ()
            world = after_run(event(world, machine), plan)

    def test_keep_a_node_in_the_pool_until_another_one_has_come(self) -> None:
        """The last node of a pool does not go for one that is awaited."""
        spec, world = expecting(1, FAR[0], maxScaleIn=1), replace(small(1), elsewhere=FAR[:1])

        plan = planned(spec, world, {KEY: 2})

        assert [problem.reason.partition(";")[0] for problem in plan.problems] == [
            "would leave the pool without a node"
        ]

    def test_of_other_flavors_stay_as_they_are(self) -> None:
        """A node of a flavor that the program does not count takes nobody's place."""
        world = replace(small(1), elsewhere=(replace(FAR[0], flavor=GPU),))

        plan = planned(expecting(2, FAR[0]), world)

        assert plan.shown == {KEY: "1 -> 2", f"arrivals.{FAR[0].name}": "awaited"}


class TestShown:
    def test_are_the_nodes_that_are_still_to_come(self) -> None:
        """Who is there is not awaited; who is awaited is a note, and nothing is sent for it."""
        world = arrive(replace(small(1), elsewhere=FAR[:2]), FAR[0])

        plan = planned(expecting(3, *FAR[:2]), world)

        assert (plan.shown, plan.changes, dict(plan.body)) == ({f"arrivals.{FAR[1].name}": "awaited"}, {}, {})

    def test_growth_is_what_the_run_itself_buys(self) -> None:
        """The counts of an entry leave out who comes afterwards."""
        plan = planned(expecting(4, FAR[0]), replace(small(1), elsewhere=FAR[:1]))

        assert plan.shown == {KEY: "1 -> 3", f"arrivals.{FAR[0].name}": "awaited"}

    def test_nothing_at_rest(self) -> None:
        """When all have come the map is empty, and nothing is read but the nodes of the pool."""
        world = arrive(replace(small(1), elsewhere=FAR[:1]), FAR[0])

        plan = planned(expecting(2, FAR[0]), world)

        assert (plan.shown, plan.problems, plan.warnings) == ({}, (), ())

    def test_a_node_that_was_deleted_is_bought_anew(self) -> None:
        """Nobody waits for a node that is in no pool; the preview shows what is bought in its stead, and says why."""
        spec, world = expecting(2, FAR[0]), small(1)

        plan = planned(spec, world)

        assert plan.shown == {KEY: "1 -> 2"}
        assert list(arrivals.warnings(spec, world.live(), {})) == [
            f"arrivals[0]: {FAR[0].name!r} is in no pool of the project any more and is not waited for; take it out"
        ]

    def test_a_node_that_has_been_awaited_before_is_told(self) -> None:
        """What an earlier run awaited already may never come, and the pool has a node fewer for as long."""
        spec, world = expecting(2, FAR[0]), replace(small(1), elsewhere=FAR[:1])

        fresh = list(arrivals.warnings(spec, world.live(), {}))
        late = list(arrivals.warnings(spec, world.live(), planned(spec, world).shown))

        told = f"arrivals: {FAR[0].name} has been awaited since an earlier run. If no migration of this program "
        assert (fresh, late) == ([], [f"{told}brings it here, take it out, and a node is bought in its stead"])


class TestUnknown:
    def test_is_a_node_that_no_run_has_known(self) -> None:
        """A wrong name would have a node bought in its stead; it is refused where it stands."""
        spec, live = expecting(3, *FAR[:2]), replace(small(1), elsewhere=FAR[:1]).live()

        assert arrivals.unknown(spec, live, [FAR[1].name]) == []
        assert arrivals.unknown(spec, live, []) == [
            Problem(
                "arrivals[1]",
                f"{FAR[1].name!r} is in no pool of the project, so that no migration can bring it; correct its name, "
                "or take it out",
            )
        ]


class TestBetweenTwoPools:
    @pytest.mark.parametrize("count", [2, 1])
    def test_a_node_has_the_flavor_that_is_declared(self, count: int) -> None:
        """Nobody lists it, and a job moves it: where one flavor is declared, it is one of those nodes."""
        world = replace(small(count - 1), elsewhere=(replace(FAR[0], flavor=""),))

        plan = planned(expecting(count, FAR[0]), world)

        assert (plan.shown, plan.problems) == ({f"arrivals.{FAR[0].name}": "awaited"}, ())

    def test_a_node_may_be_any_that_is_lacking(self) -> None:
        """Where several flavors are declared nothing is bought until it has come; at rest nobody is kept waiting."""
        world = replace(small(1), elsewhere=(replace(FAR[0], flavor=""),))
        lacking = declared(flavors={CPU: 2, GPU: 0}, arrivals=[FAR[0].name])

        plan, resting = (
            planned(lacking, world),
            planned(lacking.model_copy(update={"flavors": {CPU: 1, GPU: 0}}), world),
        )

        assert resting.problems == ()
        assert plan.problems == (
            Problem(
                "arrivals[0]",
                f"{FAR[0].name!r} is between two pools and nobody tells its flavor, so that a node might be bought in "
                "its stead; run `pulumi up` again when it has arrived",
            ),
        )


class TestACreation:
    def orders(self, spec: ResourcePoolSpec, *far: Machine) -> PoolPlan:
        """Return the plan for a pool without a node."""
        return planned(spec, World((), (), far))

    def test_orders_as_many_fewer_as_arrive(self) -> None:
        """A pool of four, two of which arrive, is made with two."""
        plan = self.orders(expecting(4, *FAR[:2]), *FAR[:2])

        assert (plan.changes, plan.problems) == ({KEY: "0 -> 2"}, ())
        assert plan.body == {"spec": {"resources": [{"flavor": CPU, "count": 2}]}}

    def test_has_a_node_of_its_own(self) -> None:
        """A pool all of whose nodes arrive would be made with none."""
        plan = self.orders(expecting(2, *FAR[:2]), *FAR[:2])

        assert plan.problems == (
            Problem(
                "arrivals",
                "brings all nodes of the pool, and a pool is made with at least one of its own: declare one more in "
                "flavors, or name one fewer here",
            ),
        )

    def test_counts_all_that_arrive(self) -> None:
        """More nodes arrive than are declared: they would be a surplus from the first day."""
        plan = self.orders(expecting(1, *FAR[:2]), *FAR[:2])

        assert plan.problems == (
            Problem(
                f'flavors["{CPU}"]',
                f"declares 1 node, and 2 arrive: {FAR[0].name}, {FAR[1].name}. Declare 2 or more, or name fewer in "
                "arrivals",
            ),
        )


def test_a_node_in_after_and_in_arrivals_is_one_node() -> None:
    """It counts once, and as one that has come before the run."""
    world = replace(small(1), elsewhere=FAR[:1])

    plan = planned(expecting(2, FAR[0], after={FAR[0].name: POOL}), world)

    assert plan.changes == {}
