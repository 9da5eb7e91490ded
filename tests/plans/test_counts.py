"""Live counts: what the service says, by entry and by zone, and what it does not say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from pulumi_modelarts.plans.counts import Cell, cells, declared_counts
from pulumi_modelarts.plans.live_pool import entries
from pulumi_modelarts.specs._spec import Problem
from tests.plans.strategies import situations, thorough, worlds
from tests.plans.worlds import (
    CPU,
    GPU,
    OTHER_POOL,
    POOL,
    ZONES,
    Machine,
    World,
    added,
    declared,
    key_of,
    planned,
    small,
)

if TYPE_CHECKING:
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

Situation = tuple[World, "ResourcePoolSpec", dict[str, int] | None]
DEFAULT = f"{CPU}-default"


class TestZones:
    @given(worlds())
    @thorough
    def test_sum_to_their_entry(self, world: World) -> None:
        """Where the service tells the zones of an entry, they hold exactly its live nodes."""
        settled = world.live().settled

        for entry in entries(world.pool()):
            zones = entry.zones(settled=settled)
            assert zones is None or sum(zones.values()) == entry.count(settled=settled)

    @given(situations())
    @thorough
    def test_of_a_node_pool_sum_to_its_count(self, situation: Situation) -> None:
        """The cells of a node pool with zones hold its live nodes, those in undeclared zones too."""
        world, spec, _ = situation
        spec = spec.model_copy(update={"after": {}})
        settled = world.live().settled
        found = {entry.key: entry for entry in entries(world.pool())}

        zoned: dict[tuple[str, str], int] = {}
        for cell in cells(spec, world.live()):
            if cell.az is not None:
                zoned[cell.entry] = zoned.get(cell.entry, 0) + cell.live

        for key, live in zoned.items():
            told = found[key].zones(settled=settled) if key in found else {}
            assert told is None or live == (found[key].count(settled=settled) if key in found else 0)

    def test_come_from_the_spec_while_an_order_is_unfinished(self) -> None:
        """Nodes that are ordered and not there yet count in the zone they are ordered for."""
        entry = {"flavor": CPU, "count": 4, "azs": [{"az": ZONES[0], "count": 3}, {"az": ZONES[1], "count": 1}]}
        world = replace(small(3), entries=(entry,), order_pending=True)

        plan = planned(declared(nodePools={DEFAULT: {"flavor": CPU, "azs": {ZONES[0]: 3, ZONES[1]: 1}}}), world)

        assert (plan.changes, plan.problems) == ({}, ())

    def test_that_the_service_does_not_tell_are_a_problem(self) -> None:
        """Nothing is bought for zones whose nodes the service only counts together."""
        world = small(3, status={"resources": {"available": [{"flavor": CPU, "count": 3}]}})
        spec = declared(nodePools={DEFAULT: {"flavor": CPU, "azs": {ZONES[0]: 2, ZONES[1]: 1}}})

        plan = planned(spec, world)

        assert (plan.changes, dict(plan.body)) == ({}, {})
        assert plan.problems == (
            Problem(
                f'node_pools["{DEFAULT}"]',
                "cannot be counted by zone: the service does not say in which availability zones its nodes are; "
                "declare its count without azs",
            ),
        )

    def test_of_arriving_nodes_are_not_known(self) -> None:
        """A migration into a node pool with zones is refused, because nobody knows which zone it fills."""
        world = small(3, elsewhere=(Machine("far"),))
        spec = declared(nodePools={DEFAULT: {"flavor": CPU, "azs": {ZONES[0]: 4}}}, after={"far": POOL})

        plan = planned(spec, world)

        reason = "cannot be counted by zone: a migration moves nodes of it whose availability zone is not known"
        assert plan.problems == (Problem(f'node_pools["{DEFAULT}"]', f"{reason}; declare its count without azs"),)


class TestLiveCounts:
    def test_follow_the_nodes_once_nothing_is_pending(self) -> None:
        """An order that came true in part is finished; one that is under way is not ordered again."""
        world = replace(small(3), entries=({"flavor": CPU, "count": 5},))
        spec = declared(flavors={CPU: 5})

        assert planned(spec, world).changes == {f"flavors.{CPU}": "3 -> 5"}
        assert planned(spec, replace(world, order_pending=True)).changes == {}
        assert planned(spec, added(world, Machine("n9", phase="Creating"))).changes == {}

    def test_are_never_more_than_the_spec_says(self) -> None:
        """A node that is still there although the pool was told to have fewer is on its way out, not a surplus."""
        world = replace(small(4), entries=({"flavor": CPU, "count": 3},))

        plan = planned(declared(flavors={CPU: 3}, maxScaleIn=9), world)

        assert [cell.live for cell in plan.cells] == [3]
        assert (plan.changes, plan.problems, plan.warnings) == ({}, (), ())

    def test_follow_the_spec_where_the_status_does_not_tell_node_pools_apart(self) -> None:
        """Groups without node pools cannot be shared among several node pools of one flavor."""
        pools = ({"flavor": CPU, "count": 3}, {"flavor": CPU, "count": 2, "nodePool": "gold"})
        world = replace(small(3), entries=pools, names_pools=False)

        plan = planned(declared(flavors={CPU: 3}, nodePools={"gold": {"flavor": CPU, "count": 2}}), world)

        assert (plan.changes, plan.problems) == ({}, ())

    def test_follow_groups_that_name_some_node_pools(self) -> None:
        """A group without a node pool belongs to the default one when another group names its own."""
        groups = [{"flavor": CPU, "count": 3}, {"flavor": CPU, "count": 1, "nodePool": "gold"}]
        pools = ({"flavor": CPU, "count": 3}, {"flavor": CPU, "count": 2, "nodePool": "gold"})
        world = World(pools, status={"resources": {"available": groups}})

        plan = planned(declared(flavors={CPU: 3}, nodePools={"gold": {"flavor": CPU, "count": 2}}), world)

        assert plan.changes == {"nodePools.gold": "1 -> 2"}

    def test_follow_the_spec_of_a_pool_that_shows_no_nodes_at_all(self) -> None:
        """A status without any group tells nothing."""
        assert planned(declared(flavors={CPU: 2}), World(({"flavor": CPU, "count": 2},))).changes == {}


class TestMigrations:
    def test_are_counted_before_they_run(self) -> None:
        """A node that comes is not bought, one that goes is, and what is sent leaves the migrations their part."""
        world = small(3, elsewhere=(Machine("far"), Machine("gpu", GPU)))
        spec = declared(flavors={CPU: 4, GPU: 1}, after={"far": POOL, "gpu": POOL, "n1": OTHER_POOL})

        plan = planned(spec, world)

        assert plan.changes == {f"flavors.{CPU}": "3 -> 4"}
        assert plan.body == {"spec": {"resources": [{"flavor": CPU, "count": 4}]}}
        assert plan.problems == ()

    def test_that_are_late_are_not_waited_for(self) -> None:
        """What is due after the patch is what the patch sends, not what the migrations will have brought."""
        world = small(2, elsewhere=(Machine("far"),))

        plan = planned(declared(flavors={CPU: 4}, after={"far": POOL}), world)

        key, path = f"flavors.{CPU}", f'flavors["{CPU}"]'
        assert plan.cells == (Cell(key, path, (CPU, DEFAULT), None, declared=4, live=3, moving=1),)
        assert plan.cells[0].due == 3
        assert plan.body["spec"]["resources"] == [{"flavor": CPU, "count": 3}]

    def test_that_bring_the_first_node_of_a_flavor_leave_the_rest_to_buy(self) -> None:
        """An entry that is new to the pool is sent with what is bought, not with what arrives by itself."""
        world = small(2, elsewhere=(Machine("gpu", GPU),))

        plan = planned(declared(flavors={GPU: 3}, after={"gpu": POOL}), world)

        assert plan.changes == {f"flavors.{GPU}": "1 -> 3"}
        assert plan.body["spec"]["resources"] == [{"flavor": CPU, "count": 2}, {"flavor": GPU, "count": 2}]

    def test_that_take_a_node_leave_its_zone_short(self) -> None:
        """A node that goes is bought again in the zone it leaves, and in no other."""
        world = added(small(2), Machine("n3", az=ZONES[1]))
        zoned = {DEFAULT: {"flavor": CPU, "azs": {ZONES[0]: 2, ZONES[1]: 1}}}

        plan = planned(declared(nodePools=zoned, after={"n3": OTHER_POOL}), world)

        assert plan.changes == {f"nodePools.{DEFAULT}.azs.{ZONES[1]}": "0 -> 1"}
        assert plan.problems == ()

    def test_to_any_node_pool_leave_a_node_of_the_pool_where_it_counts(self) -> None:
        """A node that is placed in the pool, in no particular node pool, counts once: in the node pool it is in."""
        world = added(small(2), Machine("g1", CPU, "gold"))
        spec = declared(flavors={CPU: 2}, nodePools={"gold": {"flavor": CPU, "count": 1}}, after={"g1": POOL})

        plan = planned(spec, world)

        assert [(cell.key, cell.live, cell.moving) for cell in plan.cells] == [
            (f"flavors.{CPU}", 2, 0),
            ("nodePools.gold", 1, 0),
        ]
        assert (plan.changes, plan.problems) == ({}, ())

    def test_to_another_node_pool_of_the_pool_count_a_node_there(self) -> None:
        """A node that changes its node pool is one less where it is, and one more where it goes."""
        world = added(small(2), Machine("g1", CPU, "gold"))
        spec = declared(
            flavors={CPU: 3}, nodePools={"gold": {"flavor": CPU, "count": 0}}, after={"g1": f"{POOL}/{DEFAULT}"}
        )

        plan = planned(spec, world)

        assert [(cell.key, cell.live, cell.moving) for cell in plan.cells] == [
            (f"flavors.{CPU}", 3, 1),
            ("nodePools.gold", 0, -1),
        ]
        assert (plan.changes, plan.problems) == ({}, ())

    def test_that_have_run_change_nothing(self) -> None:
        """Nodes that are where `after` places them count as they are."""
        spec = declared(flavors={CPU: 3}, after={"n1": POOL, "gone": OTHER_POOL})

        assert planned(spec, small(3)).changes == {}


class TestUnclear:
    @pytest.mark.parametrize("count", [0, 3, 9])
    def test_entries_that_one_key_cannot_tell_apart_are_refused(self, count: int) -> None:
        """Several creatingSteps of one flavor are not guessed, whatever is declared."""
        steps = [{"flavor": CPU, "count": 8, "creatingStep": {"type": "rack", "step": step}} for step in (4, 8)]
        world = World(tuple(steps))

        plan = planned(declared(flavors={CPU: count}, maxScaleIn=99), world)

        assert plan.problems[0] == Problem(
            f'flavors["{CPU}"]',
            f"cannot be one count: the pool has 2 entries of flavor {CPU!r} in node pool {DEFAULT!r}, which differ in "
            "their creatingStep alone. Leave this key out, and manage them in the console",
        )

    def test_a_node_pool_of_another_flavor_is_refused(self) -> None:
        """A node pool keeps its flavor."""
        world = World(({"flavor": CPU, "count": 1, "nodePool": "gold"},), (Machine("n1", CPU, "gold"),))

        plan = planned(declared(nodePools={"gold": {"flavor": GPU, "count": 1}}), world)

        assert (
            Problem(
                'node_pools["gold"]',
                f"holds flavor {CPU}, not {GPU!r}; declare the flavor it holds, or another node pool",
            )
            in plan.problems
        )

    def test_undeclared_ones_go_back_as_they_came(self) -> None:
        """Entries that only their creatingStep tells apart do not stand in the way of others."""
        steps = [{"flavor": CPU, "count": 8, "creatingStep": {"type": "rack", "step": step}} for step in (4, 8)]
        world = World((*steps, {"flavor": GPU, "count": 1}), (Machine("g1", GPU),))

        plan = planned(declared(flavors={GPU: 2}), world)

        assert plan.problems == ()
        assert plan.body["spec"]["resources"] == [*steps, {"flavor": GPU, "count": 2}]


class TestDeclaredCounts:
    @given(situations())
    @thorough
    def test_have_a_count_for_every_declared_cell(self, situation: Situation) -> None:
        """What inputs declared is found under the keys of the cells they make."""
        _, spec, _ = situation

        counts = declared_counts(spec.to_inputs())

        empty = World(())
        assert {cell.key: cell.declared for cell in cells(spec, empty.live())}.items() <= counts.items()

    def test_read_numbers_as_the_engine_delivers_them(self) -> None:
        """Floats are counts, and absent inputs declare none."""
        inputs: dict[str, Any] = {
            "flavors": {"a": 3.0},
            "nodePools": {"gold": {"flavor": "a", "azs": {"z1": 1.0, "z2": 2.0}}, "none": {"flavor": "a"}},
        }

        assert declared_counts({}) == {}
        assert declared_counts(inputs) == {
            "flavors.a": 3,
            "nodePools.a-default": 3,
            "nodePools.gold": 3,
            "nodePools.gold.azs.z1": 1,
            "nodePools.gold.azs.z2": 2,
        }


def test_entries_keep_their_keys() -> None:
    """An entry without a node pool is the default one of its flavor."""
    world = World(({"flavor": CPU, "count": 1}, {"flavor": CPU, "count": 1, "nodePool": "gold"}))

    assert [entry.key for entry in entries(world.pool())] == list(map(key_of, world.entries))
