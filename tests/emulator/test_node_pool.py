import pytest

from modelarts_emulator import PROJECT
from tests.emulator.wire import CPU, CPU_8, Wire, cpu, error, world

POOL = f"one-{PROJECT}"
DEFAULT = f"{CPU}-default"


def two_node_pools(wire: Wire) -> None:
    """A pool with a default node pool, and one with a name."""
    entries = [cpu(2), {"flavor": CPU_8, "count": 1, "nodePool": "special"}]
    nodes = {"os-node-created-aaaaa": {"node_pool": "special"}}
    wire.emulator.seed(world(one={"resources": entries, "nodes": nodes}))


@pytest.mark.loopback
def test_list(wire: Wire) -> None:
    """The node pools of a pool are its entries, by the names that they have or get."""
    two_node_pools(wire)

    document = wire.get(f"/pools/{POOL}/nodepools").json()

    zone = "cn-north-7a"
    there = {"flavor": CPU, "count": 2, "maxCount": 2, "nodePool": DEFAULT, "azs": [{"az": zone, "count": 2}]}
    assert (document["kind"], document["apiVersion"]) == ("NodePoolList", "v2")
    assert document["items"][0] == {
        "kind": "NodePool",
        "apiVersion": "v2",
        "metadata": {"name": DEFAULT},
        "spec": {"resources": {**cpu(2), "nodePool": DEFAULT}},
        "status": {"resources": {"available": there}},
    }
    assert [item["metadata"]["name"] for item in document["items"]] == [DEFAULT, "special"]


def test_show(wire: Wire) -> None:
    """One node pool is shown as in the list."""
    two_node_pools(wire)

    shown = wire.get(f"/pools/{POOL}/nodepools/special").json()

    assert shown == wire.get(f"/pools/{POOL}/nodepools").json()["items"][1]


@pytest.mark.loopback
def test_nodes(wire: Wire) -> None:
    """The nodes of a node pool are listed alone, in pages."""
    two_node_pools(wire)

    first = wire.get(f"/pools/{POOL}/nodepools/{DEFAULT}/nodes", limit="1").json()
    mark = first["metadata"]["continue"]
    second = wire.get(f"/pools/{POOL}/nodepools/{DEFAULT}/nodes", **{"continue": mark}).json()
    special = wire.get(f"/pools/{POOL}/nodepools/special/nodes").json()

    assert (first["metadata"]["remainingItemCount"], second["metadata"]) == (1, {})
    listed = [item["metadata"]["name"] for item in first["items"] + second["items"] + special["items"]]
    assert sorted(listed) == sorted(wire.nodes(POOL))
    assert [item["metadata"]["name"] for item in special["items"]] == ["os-node-created-aaaaa"]


def test_follows_the_pool(wire: Wire) -> None:
    """A node pool grows with the pool's entry, while its nodes come."""
    two_node_pools(wire)
    wire.scale(cpu(3), {"flavor": CPU_8, "count": 1, "nodePool": "special"}, pool=POOL)

    grown = wire.get(f"/pools/{POOL}/nodepools/{DEFAULT}").json()

    groups = {group: count["count"] for group, count in grown["status"]["resources"].items()}
    assert (grown["spec"]["resources"]["count"], groups) == (3, {"available": 2, "creating": 1})


def test_nodes_that_come_in_steps(wire: Wire) -> None:
    """A node pool whose nodes come one by one and in steps is one, and counts them all."""
    step = {"type": "hyperinstance", "step": 2}
    wire.emulator.seed(world(one={"resources": [cpu(1), cpu(2, creatingStep=step)]}))

    items = wire.get(f"/pools/{POOL}/nodepools").json()["items"]

    there = {"flavor": CPU, "count": 3, "maxCount": 3, "nodePool": DEFAULT, "azs": [{"az": "cn-north-7a", "count": 3}]}
    assert [item["status"]["resources"] for item in items] == [{"available": there}]


def test_missing(wire: Wire) -> None:
    """A node pool that is not there, and one of a pool that is not there, are missed by name."""
    two_node_pools(wire)

    for path, name in (
        (f"/pools/{POOL}/nodepools/none", 'nodepool "none"'),
        (f"/pools/{POOL}/nodepools/none/nodes", 'nodepool "none"'),
        ("/pools/none/nodepools", 'pool "none"'),
    ):
        assert error(wire.get(path)) == (404, "ModelArts.50015001", f"{name} not found")
