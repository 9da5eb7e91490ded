"""What a program leaves alone is neither planned nor sent, and nothing else changes for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pulumi_modelarts.plans.counts import cells, unclear
from pulumi_modelarts.plans.projection import projected
from pulumi_modelarts.specs.paths import written
from tests.plans.migrations import SOURCE, TARGET
from tests.plans.migrations import spec as migration
from tests.plans.strategies import generous, situations, thorough
from tests.plans.worlds import CPU, GPU, ZONES, Machine, World, added, after_run, declared, planned, small

if TYPE_CHECKING:
    from pulumi_modelarts.plans.counts import Cell
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

Situation = tuple[World, "ResourcePoolSpec", dict[str, int] | None]


def path_of(cell: Cell) -> str:
    """Return the input that declares the count of a cell."""
    kind, name = ("flavors", cell.entry[0]) if cell.key.startswith("flavors.") else ("nodePools", cell.entry[1])
    rest = ("azs", cell.az) if cell.az else ("count",) if kind == "nodePools" else ()
    return written((kind, name, *rest))


def live(spec: ResourcePoolSpec, world: World) -> dict[str, int]:
    """Return the live count of every declared cell."""
    return {cell.key: cell.live for cell in cells(spec, world.live())}


def chosen(situation: Situation, data: st.DataObject) -> tuple[list[Cell], list[Cell]]:
    """Return what a program declares, and some of it that it leaves alone."""
    world, spec, _ = situation
    found = cells(spec, world.live())
    assume(found)
    return found, data.draw(st.lists(st.sampled_from(found), unique=True, min_size=1))


class TestCounts:
    @given(situations(late=False), st.data())
    @thorough
    def test_stay_what_they_are_and_the_others_do_not(self, situation: Situation, data: st.DataObject) -> None:
        """Whatever is live and declared, a run changes no count that is left alone, and shows none."""
        world, spec, before = situation
        found, alone = chosen(situation, data)
        spec = generous(spec).model_copy(update={"ignored": tuple(map(path_of, alone))})

        plan = planned(spec.managed, world, before)

        assert not plan.changes.keys() & {cell.key for cell in alone}
        assert {cell.key for cell in plan.cells} == {cell.key for cell in found} - {cell.key for cell in alone}
        assume(not plan.problems)
        after = after_run(world, plan)
        assume(not list(unclear(situation[1], after.live())))
        there = live(situation[1], after)
        assert {cell.key: there.get(cell.key) for cell in alone} == {cell.key: cell.live for cell in alone}

    def test_of_one_node_pool_are_left_alone_alone(self) -> None:
        """One node pool that is left alone stops the repair of no other count."""
        spec = declared(
            flavors={CPU: 4}, nodePools={"gold": {"flavor": CPU, "count": 9}}, ignored=["nodePools.gold.count"]
        )

        plan = planned(spec.managed, small(3), {f"flavors.{CPU}": 4, "nodePools.gold": 9})

        assert plan.changes == {f"flavors.{CPU}": "3 -> 4"}

    @pytest.mark.parametrize("path", ["nodePools", "nodePools.gold", "nodePools.*", "nodePools.*.azs", "*"])
    def test_of_zones_are_left_alone_with_what_they_are_in(self, path: str) -> None:
        """A path that leads to more than one count leaves all of them alone."""
        spec = declared(nodePools={"gold": {"flavor": CPU, "azs": {ZONES[0]: 2, ZONES[1]: 3}}}, ignored=[path])

        plan = planned(spec.managed, small(1), None)

        assert (plan.changes, dict(plan.body), plan.problems) == ({}, {}, ())

    def test_of_a_node_pool_whose_flavor_is_left_alone_are_those_of_the_flavor_it_has(self) -> None:
        """The node pool keeps its flavor, and its count is looked after all the same."""
        world = added(small(1), Machine("a", GPU, "gold"))
        spec = declared(nodePools={"gold": {"flavor": CPU, "count": 2}}, ignored=["nodePools.gold.flavor"])

        plan = planned(spec.managed, world, None)

        assert (plan.changes, plan.problems) == ({"nodePools.gold": "1 -> 2"}, ())
        assert {entry["flavor"]: entry["count"] for entry in plan.body["spec"]["resources"]} == {CPU: 1, GPU: 2}


class TestFields:
    @pytest.mark.parametrize(
        ("path", "changes"),
        [
            ("driver", {"description": "(none) -> mine"}),
            ("driver.gpuVersion", {"driver.npuVersion": "(none) -> C78", "description": "(none) -> mine"}),
            (
                "description",
                {"driver.gpuVersion": "(none) -> 515", "driver.npuVersion": "(none) -> C78"},
            ),
            ("*", {}),
        ],
    )
    def test_are_neither_planned_nor_sent(self, path: str, changes: dict[str, str]) -> None:
        """A field that is left alone is in no entry and in no patch; those beside it are."""
        spec = declared(driver={"gpuVersion": "515", "npuVersion": "C78"}, description="mine", ignored=[path])

        plan = planned(spec.managed, small(1), None)

        assert plan.changes == changes
        sent = plan.body.get("spec", {}).get("driver", {}).keys() - {"updateStrategy"}
        assert {f"driver.{name}" for name in sent} == changes.keys() - {"description"}
        assert ("metadata" in plan.body) is ("description" in changes)


class TestARefresh:
    @given(situations(late=False), st.data())
    @thorough
    def test_keeps_what_is_recorded(self, situation: Situation, data: st.DataObject) -> None:
        """A count that is left alone stays as it is recorded, whatever is live."""
        world, spec, _ = situation
        _, alone = chosen(situation, data)
        spec = spec.model_copy(update={"ignored": tuple(sorted(map(path_of, alone)))})

        refreshed = projected(spec.to_inputs(), world.live())

        recorded = {cell.key: cell.declared for cell in cells(declared(**_counts(refreshed)), world.live())}
        zones = {cell.key for cell in alone if cell.az and cell.az not in (spec.node_pools or {})[cell.entry[1]].azs}
        for cell in alone:
            assert cell.key in zones or recorded[cell.key] == cell.declared


class TestMigrations:
    @pytest.mark.parametrize(
        ("path", "nodes"), [("nodes", ()), ("targetPool", ()), ("*", ()), ("flavor", ("a",)), ("strategy", ("a",))]
    )
    def test_place_nothing_without_nodes_or_their_pool(self, path: str, nodes: tuple[str, ...]) -> None:
        """Where the nodes, or where they live, are left alone, none is placed; policies go on to hold."""
        spec = migration("a", ignored=[path])

        managed = spec.managed

        assert (managed.nodes, managed.source_pool, managed.target_pool) == (nodes, SOURCE, TARGET)


def _counts(inputs: dict[str, object]) -> dict[str, object]:
    return {name: inputs[name] for name in ("flavors", "nodePools") if name in inputs}
