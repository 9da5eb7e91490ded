"""What a run is held to: the objects of the service, whatever a program calls them."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_modelarts.plans.effect import Kind
from pulumi_modelarts.plans.footprint import Footprint, footprint, of_deletion

POOL, OTHER = "auto-pool-1", "infer-pool-1"
F = "modelarts.vm.cpu.4ud"


def of_pool(entries: dict[str, str], **inputs: Any) -> dict[str, str]:
    """Return what a run does to the pool."""
    return dict(footprint(Kind.POOL, {"poolName": POOL, **inputs}, entries).objects.get(f"pool {POOL}", {}))


class TestAFootprint:
    def test_is_of_the_pool_as_the_service_knows_it(self) -> None:
        """One of the flavor's default node pool is the same under both of its names."""
        as_flavor = of_pool({f"flavors.{F}": "2 -> 4"}, flavors={F: 4})
        as_node_pool = of_pool(
            {f"nodePools.{F}-default": "2 -> 4"}, nodePools={f"{F}-default": {"flavor": F, "count": 4.0}}
        )

        assert as_flavor == as_node_pool == {f"nodes of {F}": "2 -> 4"}

    def test_names_node_pool_and_zone(self) -> None:
        """And with what nodes are made, as a digest in which whole numbers are whole."""
        made = {"flavor": F, "azs": {"z1": 2}, "rootVolume": {"size": 500}}
        entries = {"nodePools.gold.azs.z1": "1 -> 2"}

        told = of_pool(entries, nodePools={"gold": made})
        same = of_pool(entries, nodePools={"gold": {**made, "rootVolume": {"size": 500.0}}})
        other = of_pool(entries, nodePools={"gold": {**made, "rootVolume": {"size": 501}}})

        like = f"made like, of {F} in gold (z1)"
        assert told == same != other
        assert told.keys() == other.keys() == {f"nodes of {F} in gold (z1)", like}
        assert told[like].startswith("rootVolume ")

    @pytest.mark.parametrize(
        "entries",
        [
            {},
            {"arrivals.n1": "awaited"},
            {"pool": "creating (begun by an interrupted run) -> Running"},
            {f"flavors.{F}": "4 -> 2"},
        ],
    )
    def test_has_nothing_of_what_sends_nothing_by_itself(self, entries: dict[str, str]) -> None:
        """Of a count that falls, the nodes that go say it all."""
        assert of_pool(entries) == {}

    def test_says_how_far_a_run_goes(self) -> None:
        """Where that is further than by default."""
        entries = {"nodes.n1": "removed (spare)", "driver.npuVersion": "C77 -> C78"}

        mild = of_pool(entries, driver={"npuVersion": "C78"}, onRunningJobs="wait")
        wild = of_pool(entries, driver={"npuVersion": "C78", "updateStrategy": "force"}, onRunningJobs="ignore")

        further = {"work on nodes that go": "ignored", "work while drivers change": "ignored"}
        assert (mild, wild) == ({"node n1": "removed (spare)", "driver.npuVersion": "C77 -> C78"}, {**mild, **further})

    def test_of_a_fleet_is_that_of_a_migration(self) -> None:
        """Whatever it calls its pools."""
        pools = {"a": {"poolName": POOL}, "b": {"poolName": OTHER}}

        fleet = footprint(Kind.FLEET, {"pools": pools}, {"n1": "a -> b"})
        move = {"nodes": ["n1"], "sourcePool": POOL, "targetPool": OTHER}

        assert fleet == footprint(Kind.MIGRATION, move, {"n1": f"{POOL} -> {OTHER}"})
        assert fleet.objects == {"node n1": {"place": f"{POOL} -> {OTHER}"}}

    def test_of_a_network(self) -> None:
        """One that is taken over sends nothing; one that is made has its addresses."""
        named = {"networkName": "net-1", "cidr": "10.0.0.0/16"}
        taken = {"network": "exists -> managed", "on destroy": "released"}

        assert not footprint(Kind.NETWORK, named, taken)
        assert footprint(Kind.NETWORK, named, {"network": "(none) -> created"}).objects == {
            "network net-1": {"made": "with addresses 10.0.0.0/16"}
        }

    def test_of_a_fate_has_no_counts(self) -> None:
        """How many nodes a destroy would delete is for the destroy to have approved; nothing is sent now."""
        found = footprint(Kind.POOL, {"poolName": POOL}, {"on destroy": "released -> deleted with its 3 nodes"})

        assert found.objects == {f"pool {POOL}": {"on destroy": "released -> deleted"}}
        assert (bool(found), found.is_sent) == (True, False)

    def test_tells_no_secret(self) -> None:
        """Neither a count nor a script, not even as a digest."""
        gold = {"flavor": F, "count": 2, "postInstall": "token=1234"}
        secrets = ['nodePools["gold"].postInstall', f'flavors["{F}"]']
        entries = {f"flavors.{F}": "changes (secret)", "nodePools.gold": "0 -> 2"}

        found = footprint(Kind.POOL, {"poolName": POOL, "nodePools": {"gold": gold}, "secrets": secrets}, entries)

        assert found.has_secret_counts
        assert found.secrets == [f"pool {POOL}: flavors.{F}", f"pool {POOL}: made like, of {F} in gold"]


class TestBeyond:
    @pytest.mark.parametrize(
        ("approved", "done", "is_more"),
        [
            ({f"flavors.{F}": "2 -> 4"}, {f"flavors.{F}": "3 -> 4"}, False),
            ({f"flavors.{F}": "2 -> 4"}, {}, False),
            ({f"flavors.{F}": "2 -> 4"}, {f"flavors.{F}": "1 -> 4"}, True),
            ({f"flavors.{F}": "2 -> 4"}, {f"flavors.{F}": "4 -> 6"}, True),
            ({f"flavors.{F}": "2 -> 4"}, {f"flavors.{F}": "2 -> 3"}, False),
            ({"nodes.n1": "removed"}, {"nodes.n1": "removed (spare)"}, False),
            ({"nodes.n1": "removed (spare)"}, {"nodes.n1": "removed"}, True),
            ({"nodes.n1": "removed"}, {"nodes.n2": "removed"}, True),
            ({"scope": "Train -> Infer"}, {"scope": "Notebook -> Infer"}, True),
        ],
    )
    def test_is_more_than_was_approved(self, approved: dict[str, str], done: dict[str, str], *, is_more: bool) -> None:
        """Less of the same is not, nor another pool's."""
        one, other = (footprint(Kind.POOL, {"poolName": POOL}, entries) for entries in (approved, done))
        elsewhere = footprint(Kind.POOL, {"poolName": OTHER}, done)

        assert bool(other.beyond(one)) is is_more
        assert elsewhere.beyond(one) == elsewhere
        assert not one.beyond(one | elsewhere)

    def test_of_a_deletion_is_about_its_nodes(self) -> None:
        """Fewer of them are less."""
        three, two = of_deletion(Kind.POOL, POOL, 3), of_deletion(Kind.POOL, POOL, 2)

        assert (three.removed, two.removed, Footprint().removed) == (3, 2, 0)
        assert not two.beyond(three)
        assert three.beyond(two).lines() == [f"pool {POOL}: nodes deleted with it 3 -> 0"]
