"""What a refresh records, and what the next plan makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pulumi_modelarts.plans.counts import cells, declared_counts
from pulumi_modelarts.plans.projection import beyond_declared, projected
from tests.plans.strategies import generous, situations, thorough, unhindered
from tests.plans.worlds import (
    CPU,
    GPU,
    POOL,
    ZONES,
    Machine,
    World,
    added,
    after_run,
    declared,
    planned,
    removed,
    small,
)

if TYPE_CHECKING:
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

Situation = tuple[World, "ResourcePoolSpec", dict[str, int] | None]
MANY = 9


class TestRefresh:
    @given(situations(late=False))
    @thorough
    def test_right_after_a_run_is_silent(self, situation: Situation) -> None:
        """A pool that a run has made as declared is recorded exactly as it was declared."""
        world, spec, _ = situation
        world, spec = unhindered(world), generous(spec)
        plan = planned(spec, world)
        assume(not plan.problems)
        inputs = {**spec.to_inputs(), "changes": {}}

        assert projected(inputs, after_run(world, plan).live()) == inputs

    @given(situations())
    @thorough
    def test_twice_records_the_same(self, situation: Situation) -> None:
        """What a refresh recorded is refreshed without complaint and without a difference."""
        world, spec, _ = situation
        once = projected(spec.to_inputs(), world.live())

        assert projected(once, world.live()) == once

    @given(situations(late=False), st.data())
    @thorough
    def test_does_not_turn_growth_by_hand_into_a_request(self, situation: Situation, data: st.DataObject) -> None:
        """Between a refresh and the next run, nodes that somebody added are not what the program asks to remove."""
        world, spec, _ = situation
        spec = spec.model_copy(update={"max_scale_in": 0, "max_growth": None})
        grown = data.draw(st.lists(st.sampled_from(world.machines), max_size=3))
        more = [Machine(f"by-hand-{n}", each.flavor, each.key[1], each.az) for n, each in enumerate(grown)]
        world = added(unhindered(world), *more)

        recorded = projected(spec.to_inputs(), world.live())

        for refreshed in (recorded, projected(recorded, world.live())):
            plan = planned(spec, world, declared_counts(refreshed))
            assert not [shrink for shrink in plan.shrinking if shrink.asked]
            assert plan.problems == ()

    @given(situations(late=False), st.data())
    @thorough
    def test_shows_what_somebody_removed(self, situation: Situation, data: st.DataObject) -> None:
        """Where nodes went by hand, the declared key has the live count, and the next run buys them again."""
        world, spec, _ = situation
        spec = generous(spec)
        plan = planned(spec, unhindered(world))
        assume(not plan.problems)
        done = after_run(unhindered(world), plan)
        lost = data.draw(st.lists(st.sampled_from(done.machines), max_size=len(done.machines) - 1, unique=True))
        shrunk = removed(done, [machine.name for machine in lost])

        recorded = projected(spec.to_inputs(), shrunk.live())

        counted = {cell.key: cell.live for cell in cells(spec, shrunk.live())}
        shown = declared_counts(recorded)
        assert {key: count for key, count in shown.items() if key in counted} == {
            key: count for key, count in counted.items() if key in shown
        }
        repaired = planned(spec, shrunk, declared_counts(recorded))
        assert sum(cell.growth for cell in repaired.cells) == sum(
            1 for machine in lost if any(cell.holds(machine.node()) for cell in repaired.cells)
        )

    def test_reads_a_key_that_is_missing_as_zero(self) -> None:
        """A declared flavor, node pool or zone that the pool has no more has no nodes; the rest is left out."""
        gold = {"flavor": CPU, "azs": {ZONES[0]: 2, ZONES[1]: 1}, "count": 3}
        inputs = {"poolName": POOL, "flavors": {CPU: 2, GPU: 2}, "nodePools": {"gold": gold}, "changes": {}}
        world = added(small(2), Machine("g1", CPU, "gold", ZONES[1]), Machine("x1", CPU, "other"))

        assert projected(inputs, world.live()) == {
            "poolName": POOL,
            "flavors": {CPU: 2, GPU: 0},
            "nodePools": {"gold": {"flavor": CPU, "azs": {ZONES[0]: 0, ZONES[1]: 1}, "count": 1}},
            "changes": {},
        }

    def test_leaves_zones_that_are_not_declared_out_of_the_count(self) -> None:
        """Nodes that somebody added in another zone do not set count and azs against each other."""
        gold = {"flavor": CPU, "azs": {ZONES[0]: 1}, "count": 1}
        world = added(World(()), Machine("g1", CPU, "gold", ZONES[0]), Machine("g2", CPU, "gold", ZONES[2]))

        recorded = projected({"poolName": POOL, "nodePools": {"gold": gold}}, world.live())

        assert recorded["nodePools"] == {"gold": gold}

    def test_leaves_counts_alone_whose_drift_is_ignored(self) -> None:
        """With ignore_count_drift the recorded counts stay those of the program."""
        inputs = {"poolName": POOL, "flavors": {CPU: 3}, "ignoreCountDrift": True, "description": "x", "changes": {}}

        assert projected(inputs, small(5).live()) == {**inputs, "description": ""}


class TestFields:
    @pytest.mark.parametrize("world", [World(()), small(3, spec={"scope": [], "jobFlavors": []})])
    def test_that_the_pool_has_not_are_recorded_as_missing(self, world: World) -> None:
        """A refresh records what no program could declare, and refreshes it again."""
        inputs: dict[str, Any] = {
            "poolName": POOL,
            "scope": ["Infer"],
            "jobFlavors": ["a"],
            "description": "x",
            "driver": {"gpuVersion": "515", "updateStrategy": "force"},
        }

        once = projected(inputs, world.live())

        assert once == {
            "poolName": POOL,
            "scope": world.pool().spec.scope,
            "jobFlavors": [],
            "description": "",
            "driver": {"gpuVersion": "", "updateStrategy": "force"},
        }
        assert projected(once, world.live()) == once

    def test_that_somebody_changed_are_recorded(self) -> None:
        """Declared fields have their live values, sorted as in inputs; undeclared ones are left out."""
        world = small(
            3,
            spec={"scope": ["Train", "Infer"], "jobFlavors": ["b", "a"]},
            status={"driver": {"npu": {"version": "C78", "state": "Running"}}},
            annotations={"os.modelarts/description": "by hand"},
        )

        recorded = projected({"poolName": POOL, "scope": ["Train"], "driver": {"npuVersion": "C77"}}, world.live())

        assert recorded == {
            "poolName": POOL,
            "scope": ["Infer", "Train"],
            "driver": {"npuVersion": "C78"},
        }


class TestASurplus:
    def test_is_told_and_not_recorded(self) -> None:
        """More nodes than declared leave the declared count recorded; fewer of them are."""
        inputs = {"poolName": POOL, "flavors": {CPU: 3}, "changes": {"scope": "a -> b"}}
        worlds = [small(count).live() for count in (5, 3, 2)]

        assert [projected(inputs, live)["flavors"] for live in worlds] == [{CPU: 3}, {CPU: 3}, {CPU: 2}]
        assert [beyond_declared(inputs, live) for live in worlds] == [
            [f'flavors["{CPU}"]: 3 declared and 5 live'],
            [],
            [],
        ]
        assert projected(inputs, worlds[0]) == inputs

    def test_is_not_told_where_drift_is_ignored(self) -> None:
        """Whoever ignores what others do to the counts hears nothing of it."""
        assert beyond_declared({"poolName": POOL, "flavors": {CPU: 3}, "ignoreCountDrift": True}, small(5).live()) == []

    def test_stays_apart_from_what_the_program_asks(self) -> None:
        """A program that lowers its own count after a refresh asks for that part, and for no more."""
        refreshed = projected(declared(flavors={CPU: 3}).to_inputs(), small(5).live())

        plan = planned(declared(flavors={CPU: 2}, maxScaleIn=1), small(5), declared_counts(refreshed))

        assert [(shrink.asked, shrink.removing) for shrink in plan.shrinking] == [(1, 1)]
        assert plan.problems == ()
