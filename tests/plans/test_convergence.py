"""The same program run twice changes nothing the second time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import assume, given

from pulumi_modelarts.plans.counts import cells, declared_counts
from tests.plans.strategies import situations, thorough, unhindered
from tests.plans.worlds import (
    World,
    after_run,
    key_of,
    migrated,
    planned,
)

if TYPE_CHECKING:
    from pulumi_modelarts.plans.resource_pool import PoolPlan
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

Situation = tuple[World, "ResourcePoolSpec", dict[str, int] | None]


class TestConvergence:
    @given(situations(late=False))
    @thorough
    def test_a_second_run_changes_nothing(self, situation: Situation) -> None:
        """When a run has come true and left nothing alone, the same program has nothing more to do."""
        world, spec, before = situation
        first = planned(spec, world, before)
        assume(not first.problems and not first.warnings)

        second = planned(spec, after_run(world, first), declared_counts(spec.to_inputs()))

        assert (second.changes, dict(second.body), second.problems) == ({}, {}, ())

    @given(situations(late=False))
    @thorough
    def test_repeated_runs_come_to_rest(self, situation: Situation) -> None:
        """A surplus larger than one run may remove shrinks run by run until the counts are as declared."""
        world, spec, _ = situation
        world, before = unhindered(world), declared_counts(spec.to_inputs())
        assume(spec.max_scale_in and not spec.ignore_count_drift)

        for _ in range(30):
            plan = planned(spec, world, before)
            assume(not plan.problems)
            world = after_run(world, plan)

        now = cells(spec, world.live())
        assert sum(cell.surplus for cell in now) == 0 or len(world.machines) == 1
        assert not any(cell.growth for cell in now)

    @given(situations(late=False, migrations=True))
    @thorough
    def test_a_preview_tells_what_happens_after_the_migrations(self, situation: Situation) -> None:
        """A plan made before the migrations in `after` shows the counts that one made afterwards does."""
        world, spec, before = situation
        world = replace(world, names_pools=True)
        preview = planned(spec, world, before)
        assume(not preview.problems)

        update = planned(spec, migrated(world, spec), before, _named(preview))

        assert update.changes == preview.changes
        assert update.problems == ()

    @given(situations())
    @thorough
    def test_an_order_that_came_true_in_part_is_finished(self, situation: Situation) -> None:
        """Nodes missing from a finished order are asked for again; nodes of an unfinished one are not."""
        world, spec, before = situation
        spec = spec.model_copy(update={"ignore_count_drift": False})

        grown = {cell.entry: cell for cell in planned(spec, world, before).cells if cell.az is None}

        for entry in world.entries:
            if key_of(entry) in grown and world.names_pools:
                cell = grown[key_of(entry)]
                held = world.held()[cell.entry]
                waits = world.order_pending and held < entry["count"]
                assert cell.live == (entry["count"] if waits else min(held, entry["count"]))


def _named(preview: PoolPlan) -> frozenset[str]:
    return frozenset(preview.removals)
