"""A pool keeps a node."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import assume, given

from pulumi_modelarts.specs._spec import Problem
from tests.plans.strategies import generous, situations, thorough, unhindered
from tests.plans.worlds import (
    CPU,
    GPU,
    OTHER_POOL,
    World,
    after_run,
    declared,
    migrated,
    planned,
    small,
)

if TYPE_CHECKING:
    from pulumi_modelarts.plans.resource_pool import PoolPlan
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

Situation = tuple[World, "ResourcePoolSpec", dict[str, int] | None]


class TestLastNode:
    @given(situations(migrations=True))
    @thorough
    def test_a_pool_never_ends_without_a_node(self, situation: Situation) -> None:
        """A run leaves a node, also where the preview counted on an order that then brought none of its nodes."""
        world, spec, before = situation
        world, spec = unhindered(world), generous(spec)
        preview = planned(spec, world, before)
        assume(not preview.problems and preview.removals)
        quiet = replace(migrated(world, spec), order_pending=False)  # a run plans when nothing is under way

        plan = planned(spec, quiet, before, _named(preview))

        assert after_run(quiet, plan).machines

    def test_what_the_program_asks_is_refused(self) -> None:
        """Declaring none of the only flavor fails at its path."""
        plan = planned(declared(flavors={CPU: 0}, maxScaleIn=3), small(3))

        reason = "would leave the pool without a node; keep at least one, or delete the pool in the console"
        assert plan.problems == (Problem(f'flavors["{CPU}"]', reason),)

    def test_another_flavor_may_take_the_place(self) -> None:
        """Growth comes before shrinking, so one flavor may replace another."""
        plan = planned(declared(flavors={CPU: 0, GPU: 1}, maxScaleIn=3), small(3))

        assert plan.problems == ()
        assert plan.removals == ("n1", "n2", "n3")

    def test_nodes_that_leave_do_not_count(self) -> None:
        """A pool whose other nodes migrate away keeps the one that would be removed."""
        spec = declared(flavors={CPU: 0}, maxScaleIn=3, after={"n1": OTHER_POOL, "n2": OTHER_POOL})

        assert [problem.path for problem in planned(spec, small(3)).problems] == [f'flavors["{CPU}"]']

    def test_a_surplus_made_by_hand_leaves_one(self) -> None:
        """What somebody added by hand never blocks: all but the last node go."""
        plan = planned(declared(flavors={CPU: 0}, maxScaleIn=9), small(3), {f"flavors.{CPU}": 0})

        assert plan.problems == ()
        assert plan.removals == ("n1", "n2")
        left = f'flavors["{CPU}"]: 0 nodes declared and 3 live; 1 added outside this stack is left alone. '
        assert plan.warnings == (f"{left}A pool keeps at least one node: declare 3, or delete the pool in the console",)


def _named(preview: PoolPlan) -> frozenset[str]:
    return frozenset(preview.removals)
