"""Pools whose counts an autoscaler or a person changes too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import assume, given

from pulumi_modelarts.plans.counts import cells, declared_counts
from tests.plans.strategies import situations, thorough
from tests.plans.worlds import (
    CPU,
    ZONES,
    Machine,
    World,
    added,
    declared,
    planned,
    small,
)

if TYPE_CHECKING:
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

Situation = tuple[World, "ResourcePoolSpec", dict[str, int] | None]


class TestIgnoredDrift:
    @given(situations())
    @thorough
    def test_sends_only_counts_that_the_program_changed(self, situation: Situation) -> None:
        """With ignore_count_drift, a cell that is declared as before is neither sent, nor removed, nor shown."""
        world, spec, before = situation
        spec = spec.model_copy(update={"ignore_count_drift": True})
        assume(before is not None)

        plan = planned(spec, world, before)

        changed = {cell.key for cell in cells(spec, world.live()) if (before or {}).get(cell.key) != cell.declared}
        assert {key for key in plan.changes if not key.startswith("nodes.")} <= changed

    @given(situations())
    @thorough
    def test_sends_nothing_when_the_program_changed_nothing(self, situation: Situation) -> None:
        """With ignore_count_drift, a pool may have any counts; the same program leaves them and says nothing."""
        world, spec, _ = situation
        spec = spec.model_copy(update={"ignore_count_drift": True})

        plan = planned(spec, world, declared_counts(spec.to_inputs()))

        assert (plan.changes, dict(plan.body), plan.removals, plan.warnings) == ({}, {}, (), ())

    def test_leaves_the_live_count_when_a_driver_changes(self) -> None:
        """A driver change of a pool that an autoscaler grew sends the driver and no counts."""
        spec = declared(flavors={CPU: 3}, driver={"gpuVersion": "515"}, ignoreCountDrift=True)

        plan = planned(spec, small(5), {f"flavors.{CPU}": 3})

        assert plan.body == {"spec": {"driver": {"gpuVersion": "515", "updateStrategy": "idle"}}}
        assert plan.changes == {"driver.gpuVersion": "(none) -> 515"}

    def test_keeps_other_zones_when_one_changes(self) -> None:
        """Zones that are declared as before keep their live nodes when another zone grows."""
        nodes = (Machine("n1", CPU, "gold", ZONES[0]), Machine("n2", CPU, "gold", ZONES[1]))
        world = World(({"flavor": CPU, "count": 2, "nodePool": "gold"},), nodes)
        gold = {"flavor": CPU, "azs": {ZONES[0]: 2, ZONES[1]: 5}}
        before = {f"nodePools.gold.azs.{ZONES[0]}": 1, f"nodePools.gold.azs.{ZONES[1]}": 5}

        plan = planned(declared(nodePools={"gold": gold}, ignoreCountDrift=True), world, before)

        zones = [{"az": ZONES[0], "count": 2}, {"az": ZONES[1], "count": 1}]
        assert plan.body == {"spec": {"resources": [{"flavor": CPU, "count": 3, "nodePool": "gold", "azs": zones}]}}

    def test_ignores_nodes_somebody_added_in_another_zone(self) -> None:
        """A zone that the node pool does not declare counts as declared with no node, before and now."""
        world = added(small(1), Machine("n2", CPU, az=ZONES[1]))
        pool = {f"{CPU}-default": {"flavor": CPU, "azs": {ZONES[0]: 1}}}
        before = declared_counts({"nodePools": pool})

        plan = planned(declared(nodePools=pool, ignoreCountDrift=True), world, before)

        assert (plan.changes, plan.problems, plan.warnings) == ({}, (), ())
