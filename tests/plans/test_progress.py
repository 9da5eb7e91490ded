"""How far a pool is from what was asked of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given

from pulumi_modelarts.plans import progress
from pulumi_modelarts.plans.counts import Cell
from pulumi_modelarts.plans.progress import DONE, REPAIR, Progress
from pulumi_modelarts.specs.resource_pool import DriverSpec, ResourcePoolSpec
from tests.plans.strategies import generous, situations, thorough
from tests.plans.worlds import CPU, ZONES, Machine, World, migrated, patched, planned, small

Situation = tuple[World, ResourcePoolSpec, dict[str, int] | None]
DEFAULT = f"{CPU}-default"
PATH = f'flavors["{CPU}"]'
FIVE = Cell(f"flavors.{CPU}", PATH, (CPU, DEFAULT), None, declared=5, live=3)


class TestCounts:
    @given(situations(late=False, migrations=True))
    @thorough
    def test_are_done_when_the_patch_has_come_true(self, situation: Situation) -> None:
        """What a patch asks for is waited for, and waiting ends; migrations that are late do not keep it."""
        world, spec, before = situation
        plan = planned(generous(spec), world, before)
        growing = [cell for cell in plan.cells if cell.growth]
        assume(growing and not [each for each in plan.problems if each.path.startswith("node_pools")])

        assert progress.of_counts(growing, world.pool()) != DONE
        assert progress.of_counts(growing, patched(world, plan.body).pool()) == DONE
        assert progress.missing(growing, patched(world, plan.body).pool()) == []

    @given(situations(late=False, migrations=True))
    @thorough
    def test_are_done_when_migrations_have_run_before(self, situation: Situation) -> None:
        """A run that comes after its migrations waits for what it bought."""
        world, spec, before = situation
        here = migrated(world, spec)
        plan = planned(generous(spec), here, before)
        growing = [cell for cell in plan.cells if cell.growth]

        assert progress.of_counts(growing, patched(here, plan.body).pool()) == DONE

    def test_say_how_many_nodes_are_there(self) -> None:
        """Nodes that are being made are not there yet; while any are, nothing is short."""
        making = World(
            ({"flavor": CPU, "count": 5},),
            (*small(3).machines, Machine("n4", phase="Creating"), Machine("n5", phase="Checking")),
        )
        stopped = World(({"flavor": CPU, "count": 5},), (*small(3).machines, Machine("n4", phase="Abnormal")))

        assert progress.of_counts([FIVE], making.pool()) == Progress(f"3/5 nodes of {CPU}")
        assert progress.of_counts([FIVE], stopped.pool()) == Progress(f"4/5 nodes of {CPU}", short=True)
        assert progress.missing([FIVE], stopped.pool()) == [f"{PATH}: 4 of 5 nodes are there, 1 missing"]

    def test_are_not_done_because_the_status_is_silent(self) -> None:
        """A pool that shows no nodes yet has none."""
        silent = World(({"flavor": CPU, "count": 5},))

        assert progress.of_counts([FIVE], silent.pool()) == Progress(f"0/5 nodes of {CPU}", short=True)

    def test_wait_for_a_flavor_whose_node_pools_are_not_told_apart(self) -> None:
        """Until the whole flavor is there, what it lacks may be lacking here."""
        pools = ({"flavor": CPU, "count": 5}, {"flavor": CPU, "count": 2, "nodePool": "gold"})
        gold = tuple(Machine(f"g{number}", CPU, "gold") for number in range(2))

        for count, expected in ((3, Progress(f"3/5 nodes of {CPU}", short=True)), (5, DONE)):
            world = World(pools, (*small(count).machines, *gold), names_pools=False)
            assert progress.of_counts([FIVE], world.pool()) == expected

    @pytest.mark.parametrize(("present", "made"), [(5, 2), (4, 2), (3, 1), (1, 0)])
    def test_are_no_more_than_asked_for_and_no_fewer_than_none(self, present: int, made: int) -> None:
        """What the flavor has too many or lacks beyond this node pool says nothing about this node pool."""
        pools = ({"flavor": CPU, "count": 2}, {"flavor": CPU, "count": 2, "nodePool": "gold"})
        cell = Cell("nodePools.gold", "nodePools.gold", (CPU, "gold"), None, declared=3)
        world = World(pools, small(present).machines, names_pools=False)

        assert progress.of_counts([cell], world.pool()).status == f"{made}/3 nodes of {CPU} in gold"

    def test_do_not_take_the_nodes_of_another_node_pool(self) -> None:
        """A node pool that is new to the pool is not there because another one of its flavor is."""
        cell = Cell("nodePools.gold", "nodePools.gold", (CPU, "gold"), None, declared=1)

        for names_pools in (True, False):
            world = small(1, names_pools=names_pools)
            assert progress.of_counts([cell], world.pool()).status == f"0/1 node of {CPU} in gold"

    def test_name_zones_and_node_pools(self) -> None:
        """The line says which node pool, in which zone."""
        cell = Cell(f"nodePools.gold.azs.{ZONES[1]}", "p", (CPU, "gold"), ZONES[1], declared=2)
        nodes = (Machine("g1", CPU, "gold", ZONES[0]), Machine("g2", CPU, "gold", ZONES[1]))
        world = World(({"flavor": CPU, "count": 3, "nodePool": "gold"},), nodes)

        assert progress.of_counts([cell], world.pool()).status == f"1/2 nodes of {CPU} in gold in {ZONES[1]}"


class TestPool:
    @pytest.mark.parametrize("phase", ["Running", "Upgrading", "", "SomethingNew"])
    def test_may_be_in_any_phase_that_comes_right(self, phase: str) -> None:
        """A phase that nobody knows does not end a wait."""
        assert progress.of_pool(small(3, status={"phase": phase}).pool()) == DONE

    def test_that_broke_ends_the_wait(self) -> None:
        """The failure has the phase and what the service says about it."""
        broken = small(3, status={"phase": "ScalingFailed", "message": "sold out"})

        assert progress.of_pool(broken.pool()) == Progress(failed=f"the pool is ScalingFailed: sold out. {REPAIR}")


class TestDriver:
    @pytest.mark.parametrize(
        ("gpu", "expected"),
        [
            ({"version": "515", "state": "Running"}, DONE),
            ({"version": "515", "state": ""}, DONE),
            ({"version": "440", "state": "Running"}, Progress("GPU driver 440 -> 515: Running")),
            ({"version": "515", "state": "Upgrading"}, Progress("GPU driver 515 -> 515: Upgrading")),
            ({"version": "440", "state": "SomethingNew"}, Progress("GPU driver 440 -> 515: SomethingNew")),
            (None, Progress("GPU driver (none) -> 515: (none)")),
            (
                {"version": "440", "state": "Abnormal"},
                Progress(failed=f"the GPU driver is Abnormal at version 440, 515 was asked for. {REPAIR}"),
            ),
        ],
    )
    def test_is_done_when_version_and_state_match(self, gpu: dict[str, str] | None, expected: Progress) -> None:
        """Both the version and its state are verified; only Abnormal gives up."""
        world = small(3, status={"driver": {"gpu": gpu}})

        assert progress.of_driver(DriverSpec(gpu_version="515"), world.pool()) == expected


class TestScope:
    @pytest.mark.parametrize(
        ("states", "expected"),
        [
            ({"Train": "Enabled"}, DONE),
            ({"Train": "Enabled", "Infer": "Disabled"}, DONE),
            ({"Train": "Enabled", "Infer": "EnableFailed"}, DONE),
            ({"Train": "Enabling", "Infer": "Disabling"}, Progress("enabling Train, disabling Infer")),
            ({}, Progress("enabling Train")),
            (
                {"Train": "EnableFailed"},
                Progress(failed="Train could not be enabled: no quota. Run `pulumi up` again, or take it out of scope"),
            ),
        ],
    )
    def test_is_done_when_exactly_the_declared_types_are_enabled(
        self, states: dict[str, str], expected: Progress
    ) -> None:
        """Wanted types are enabled and others are not; one that failed to be enabled is off, not on its way."""
        scope: list[dict[str, Any]] = [
            {"scopeType": name, "state": state, "message": "no quota"} for name, state in states.items()
        ]

        assert progress.of_scope(["Train"], small(3, status={"scope": scope}).pool()) == expected
