from typing import Any
from urllib.parse import quote

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import NODE, PROJECT, TRAIN_POOL
from tests.emulator.migrations import OTHER
from tests.emulator.wire import Wire, cpu, error_code, fill, world

NODES = f"/pools/{TRAIN_POOL}/nodes"
POOL = f"pool-{PROJECT}"


class TestList:
    @pytest.mark.loopback
    def test_nodes_of_the_training_pool(self, wire: Wire) -> None:
        """A pool of a page's worth of nodes is listed with nothing to continue."""
        document = wire.get(NODES).json()

        names = [item["metadata"]["name"] for item in document["items"]]
        assert document == {"kind": "NodeList", "apiVersion": "v2", "metadata": {}, "items": document["items"]}
        assert names == [NODE, OTHER]
        assert document["items"] == [wire.get(f"{NODES}/{name}").json() for name in names]

    @pytest.mark.loopback
    def test_shows_every_node_as_it_is_by_itself(self, wire: Wire) -> None:
        """A list has the documents that the nodes have one by one, whatever they have in common and whatever not."""
        alike: dict[str, Any] = {
            "plain": {},
            "like it": {},
            'a "quoted" \\ näme': {},
            "placed": {"private_ip": "10.9.8.7"},
        }
        others = {"elsewhere": {"az": "cn-north-7b"}, "locked": {"locked": True}, "broken": {"phase": "Abnormal"}}
        drained: dict[str, Any] = {"drained": {}}
        nodes = {**alike, **others, **drained}
        wire.emulator.seed(world(pool={"resources": [cpu(len(nodes))], "nodes": nodes}))
        wire.post(f"/pools/{POOL}/nodes/batch-drain", {"nodeNames": ["drained"]})
        for more in (2, 6):
            wire.emulator.clock.advance(300)
            wire.scale(cpu(len(nodes) + more), pool=POOL)
        wire.emulator.clock.advance(60)

        listed = wire.get(f"/pools/{POOL}/nodes").json()["items"]

        names = [item["metadata"]["name"] for item in listed]
        assert set(names) > set(nodes)
        assert {item["status"]["phase"] for item in listed} == {"Available", "Abnormal", "Creating", "Checking"}
        assert listed == [wire.get(f"/pools/{POOL}/nodes/{quote(name)}").json() for name in names]

    def test_pages(self, wire: Wire) -> None:
        """Pages follow each other by `continue`, tell how much is left, and hold every node once."""
        fill(wire, 7)

        names, left, query = [], [], {"limit": "3"}
        while True:
            page = wire.get(f"/pools/{POOL}/nodes", **query).json()
            names += [item["metadata"]["name"] for item in page["items"]]
            left.append(page["metadata"].get("remainingItemCount", 0))
            if "continue" not in page["metadata"]:
                break
            query["continue"] = page["metadata"]["continue"]

        assert left == [4, 1, 0]
        assert names == list(wire.emulator.world()["pools"][POOL]["nodes"])

    def test_nodes_that_come_and_go_between_pages(self, wire: Wire) -> None:
        """What is left is counted at the first page; the pages themselves show what there is when each is asked for."""
        fill(wire, 7)
        first = wire.get(f"/pools/{POOL}/nodes", limit="3").json()
        gone = list(wire.nodes(POOL))[3]
        wire.post(f"/pools/{POOL}/nodes/batch-delete", {"deleteNodeNames": [gone]})
        wire.emulator.clock.advance(60)

        second = wire.get(f"/pools/{POOL}/nodes", limit="2", **{"continue": first["metadata"]["continue"]}).json()

        left = list(wire.nodes(POOL))[3:]
        assert [item["metadata"]["name"] for item in second["items"]] == left[:2]
        assert (first["metadata"]["remainingItemCount"], second["metadata"]["remainingItemCount"]) == (4, 2)

    def test_last_page_that_is_full(self, wire: Wire) -> None:
        """A list that ends with its page has nothing to continue."""
        fill(wire, 3)

        assert wire.get(f"/pools/{POOL}/nodes", limit="3").json()["metadata"] == {}

    @pytest.mark.parametrize("limit", ["", "0"])
    def test_default_page(self, wire: Wire, limit: str) -> None:
        """Without a limit, or with 0, a page has 500 nodes."""
        fill(wire, 501)

        page = wire.get(f"/pools/{POOL}/nodes", limit=limit).json()

        assert len(page["items"]) == 500
        assert page["metadata"] == IsPartialDict(remainingItemCount=1)

    @pytest.mark.parametrize(
        "query", [{"limit": "501"}, {"limit": "-1"}, {"limit": "ten"}, {"continue": "no token"}, {"continue": "5"}]
    )
    def test_bad_pages(self, wire: Wire, query: dict[str, str]) -> None:
        """A limit beyond 500, or a token that was never given, is refused."""
        assert error_code(wire.get(NODES, **query)) == (400, "ModelArts.50004000")

    def test_missing_pool(self, wire: Wire) -> None:
        """Nodes of a pool that does not exist are the documented 404."""
        assert error_code(wire.get("/pools/no-such-pool/nodes")) == (404, "ModelArts.50015001")
