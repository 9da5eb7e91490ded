"""What has to be read for a plan, and no more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.resource_pool import plan
from tests.plans.worlds import (
    CPU,
    GPU,
    OTHER_POOL,
    POOL,
    Machine,
    World,
    declared,
    small,
)

if TYPE_CHECKING:
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec


class TestFacts:
    def test_an_unchanged_pool_needs_nothing_but_itself(self) -> None:
        """A pool that is as declared is planned from its own document alone."""
        assert _lacks(declared(flavors={CPU: 3}), small(3)) == frozenset()

    def test_growth_needs_to_know_what_can_be_supplied(self) -> None:
        """A preview of growth asks for flavors, and for addresses where the pool has a network; a run asks nobody."""
        spec = declared(flavors={CPU: 4}, nodePools={"gold": {"flavor": CPU, "count": 1}})
        networked = small(3, spec={"network": {"name": "net"}})

        assert _lacks(spec, small(3)) == {Fact.OFFERED}
        assert _lacks(spec, networked) == {Fact.OFFERED, Fact.ADDRESSES}
        assert plan(spec, networked.live(()), None, frozenset()).lacks == frozenset()

    def test_broken_nodes_are_looked_at_by_a_preview(self) -> None:
        """Where the pool counts Abnormal nodes, a preview reads which they are; a run has something else to do."""
        world = replace(small(1), machines=(Machine("n1", phase="Abnormal"),))
        spec = declared(flavors={CPU: 1})

        assert _lacks(spec, world) == {Fact.NODES}
        assert plan(spec, world.live(()), None, frozenset()).lacks == frozenset()

    def test_a_driver_needs_the_chips_of_a_pool_that_shows_none(self) -> None:
        """A pool that shows the driver has the chip; another one may have none."""
        spec = declared(driver={"gpuVersion": "515"})
        shown = small(3, status={"driver": {"gpu": {"version": "440"}}})

        assert _lacks(spec, small(3)) == {Fact.OFFERED}
        assert _lacks(spec, shown) == {Fact.MAY_SHOW_POOL}

    def test_a_plan_that_lacks_something_has_no_problems_yet(self) -> None:
        """Nobody is refused for what has not been looked at."""
        unread = plan(declared(flavors={CPU: 1, GPU: 1}, maxScaleIn=1), small(3).live(()), None)

        assert unread.lacks == {Fact.NODES, Fact.MIGRATING, Fact.WORK, Fact.OFFERED}
        assert unread.problems == ()

    def test_shrinking_needs_nodes_and_jobs(self) -> None:
        """Whoever names nodes has to know them and what runs on them."""
        assert _lacks(declared(flavors={CPU: 2}, maxScaleIn=1), small(3)) == {Fact.NODES, Fact.MIGRATING, Fact.WORK}

    def test_a_surplus_that_stays_needs_nothing(self) -> None:
        """A surplus that no run may remove costs no look at the nodes."""
        assert _lacks(declared(flavors={CPU: 2}), small(3), {f"flavors.{CPU}": 2}) == frozenset()

    def test_a_new_flavor_needs_the_offer(self) -> None:
        """A flavor that the pool does not have is looked up."""
        assert _lacks(declared(flavors={GPU: 1}), small(3)) == {Fact.OFFERED}

    def test_missing_nodes_need_the_order(self) -> None:
        """Whether missing nodes are still to come is known by the order."""
        world = replace(small(3), entries=({"flavor": CPU, "count": 4},))

        assert _lacks(declared(flavors={CPU: 4}), world) == {Fact.ORDER}

    def test_migrations_need_nodes_and_then_the_flavors_of_arrivals(self) -> None:
        """Where a migration places nodes is only looked up for a pool whose counts are declared."""
        after = {"far": POOL, "n1": OTHER_POOL}

        assert _lacks(declared(flavors={CPU: 3}, after=after), small(3)) == {Fact.NODES}
        assert _lacks(declared(flavors={CPU: 3}, after=after), small(3), facts={Fact.NODES}) == {Fact.ARRIVALS}
        assert _lacks(declared(scope=["Train"], after=after), small(3)) == frozenset()

    def test_what_a_run_reads_later_is_tried_last(self) -> None:
        """By a preview of what changes something, once it knows all else: the pool, and an order where it grows."""
        grown, described = declared(flavors={CPU: 4}), declared(description="mine")
        ordered = replace(small(3), order="order-1")

        assert _lacks(grown, small(3), facts={Fact.OFFERED}) == {Fact.MAY_SHOW_POOL}
        assert _lacks(grown, ordered, facts={Fact.OFFERED}) == {Fact.MAY_SHOW_POOL, Fact.MAY_SHOW_ORDER}
        assert _lacks(described, ordered) == {Fact.MAY_SHOW_POOL}
        assert _lacks(described, ordered, facts={Fact.MAY_SHOW_POOL}) == frozenset()
        assert plan(described, ordered.live(()), None, frozenset()).lacks == frozenset()


def _lacks(
    spec: ResourcePoolSpec,
    world: World,
    before: dict[str, int] | None = None,
    facts: set[Fact] | None = None,
) -> frozenset[Fact]:
    return plan(spec, world.live(facts or ()), before).lacks
