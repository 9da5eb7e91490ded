"""What the service could not supply is refused before it is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_modelarts.specs._spec import Problem
from tests.plans.worlds import ARM, CPU, GPU, ZONES, World, declared, flavor, planned, small

PATH = f'flavors["{CPU}"]'
A, B, C = ZONES
THERE = "declare nodes there, with node_pools and azs"
LATER = "declare another flavor, or run `pulumi up` again later"
IN_A_AND_B = {CPU: flavor(CPU, {A: "normal", B: "soldout"})}


class TestZones:
    def test_must_offer_the_flavor(self) -> None:
        """A zone that does not have the flavor is refused at its count, with those that do."""
        pools = {"gold": {"flavor": CPU, "azs": {A: 1, C: 1}}}

        plan = planned(declared(nodePools=pools), small(3, offered=IN_A_AND_B))

        reason = f"{C} does not offer flavor {CPU!r}; it can be had in {A}: {THERE}"
        assert plan.problems == (Problem(f'node_pools["gold"].azs["{C}"]', reason),)

    def test_must_not_be_sold_out(self) -> None:
        """A zone that has none at present is refused at its count."""
        pools = {"gold": {"flavor": CPU, "azs": {A: 1, B: 1}}}

        plan = planned(declared(nodePools=pools), small(3, offered=IN_A_AND_B))

        reason = f"flavor {CPU!r} is sold out in {B}; it can be had in {A}: {THERE}"
        assert plan.problems == (Problem(f'node_pools["gold"].azs["{B}"]', reason),)

    @pytest.mark.parametrize(
        ("zones", "refused"), [([A, B], False), ([B], True), ([], False)], ids=["one-of-two", "the-only-one", "any"]
    )
    def test_of_an_entry_count_where_it_has_one(self, zones: list[str], *, refused: bool) -> None:
        """Growth without zones is refused where the entry has a single zone, and that is sold out."""
        entry: dict[str, Any] = {"flavor": CPU, "count": 3, "azs": [{"az": zone, "count": 1} for zone in zones]}

        plan = planned(declared(flavors={CPU: 4}), small(3, entries=(entry,), offered=IN_A_AND_B))

        assert [problem.path for problem in plan.problems] == [PATH] * refused

    def test_that_are_all_sold_out_refuse_growth(self) -> None:
        """Where no zone has any, it does not matter which one the service would take."""
        offered = {CPU: flavor(CPU, {"z1": "soldout", "z2": "SoldOut"})}

        plan = planned(declared(flavors={CPU: 4}), small(3, offered=offered))

        reason = f"flavor {CPU!r} is sold out in z1, z2; no zone has any: {LATER}"
        assert plan.problems == (Problem(PATH, reason),)


class TestFlavors:
    def test_of_another_architecture_are_refused(self) -> None:
        """All flavors of a pool have one CPU architecture."""
        offered = {CPU: flavor(CPU, arch="x86"), ARM: flavor(ARM, arch="arm64")}

        plan = planned(declared(flavors={ARM: 1}), small(3, offered=offered))

        reason = f"{ARM!r} has CPU architecture arm64, and the pool has x86; declare a flavor of that one"
        assert plan.problems == (Problem(f'flavors["{ARM}"]', reason),)

    @pytest.mark.parametrize(("has", "refused"), [(9, False), (10, True)])
    def test_are_ten_at_most(self, has: int, *, refused: bool) -> None:
        """A pool that has ten takes no further one."""
        names = [f"f{number}" for number in range(has)]
        world = World(tuple({"flavor": name, "count": 1} for name in names), offered={GPU: flavor(GPU)})

        plan = planned(declared(flavors={GPU: 1}), world)

        reason = (
            "is a new flavor of a pool that has 10, and a pool has at most 10; declare one of those that it has, or "
            "remove one in the console"
        )
        assert plan.problems == (Problem(f'flavors["{GPU}"]', reason),) * refused


class TestAddresses:
    def test_must_be_enough_for_all_that_is_bought(self) -> None:
        """A network with one address left takes one node; the message has the arithmetic of the whole run."""
        world = small(3, spec={"network": {"name": "net"}}, addresses=1)

        assert planned(declared(flavors={CPU: 4}), world).problems == ()
        assert planned(declared(flavors={CPU: 5}), world).problems == (
            Problem(
                PATH,
                "grows from 3 to 5; this run would make 2 nodes and network 'net' of the pool has 1 free address. "
                "Declare fewer, or free addresses first",
            ),
        )


class TestDrivers:
    def test_need_a_flavor_with_their_chip(self) -> None:
        """A driver for a chip that no flavor of the pool has is refused at its version."""
        plan = planned(declared(driver={"npuVersion": "C78"}), small(3))

        reason = f"no flavor of the pool has an NPU ({CPU}); take npu_version out"
        assert plan.problems == (Problem("driver.npu_version", reason),)

    def test_may_come_with_a_flavor(self) -> None:
        """A flavor that this run brings counts, and one of which the service does not tell is not judged."""
        bringing = declared(driver={"gpuVersion": "515"}, flavors={GPU: 1})

        assert planned(bringing, small(3)).problems == ()
        assert planned(declared(driver={"gpuVersion": "515"}), small(3, offered={GPU: flavor(GPU)})).problems == ()
