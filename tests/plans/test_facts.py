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

    def test_growing_a_flavor_of_the_pool_needs_nothing_else(self) -> None:
        """A flavor that the pool has is offered; nobody is asked."""
        spec = declared(flavors={CPU: 4}, nodePools={"gold": {"flavor": CPU, "count": 1}})

        assert _lacks(spec, small(3)) == frozenset()

    def test_a_plan_that_lacks_something_has_no_problems_yet(self) -> None:
        """Nobody is refused for what has not been looked at."""
        unread = plan(declared(flavors={CPU: 1, GPU: 1}, maxScaleIn=1), small(3).live(()), None)

        assert unread.lacks == {Fact.NODES, Fact.WORK, Fact.OFFERED}
        assert unread.problems == ()

    def test_shrinking_needs_nodes_and_jobs(self) -> None:
        """Whoever names nodes has to know them and what runs on them."""
        assert _lacks(declared(flavors={CPU: 2}, maxScaleIn=1), small(3)) == {Fact.NODES, Fact.WORK}

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


def _lacks(
    spec: ResourcePoolSpec,
    world: World,
    before: dict[str, int] | None = None,
    facts: set[Fact] | None = None,
) -> frozenset[Fact]:
    return plan(spec, world.live(facts or ()), before).lacks
