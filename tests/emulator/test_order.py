import pytest

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Fault, Outcome
from modelarts_emulator.state.clock import EPOCH
from tests.emulator.wire import CPU, Wire, cpu, error_code

START = int(EPOCH * 1000)


def grown(wire: Wire) -> str:
    """Scale the training pool from 2 to 3 nodes and return the order's name."""
    answer = wire.scale(cpu(3)).raise_for_status().json()
    return str(answer["metadata"]["labels"]["os.modelarts/order.name"])


@pytest.mark.loopback
def test_list_shows_what_was_asked_and_reached(wire: Wire) -> None:
    """A finished order shows the counts before, wanted and reached, and its moments in milliseconds."""
    name = grown(wire)
    wire.emulator.clock.advance(100)

    order = wire.order()

    assert name.startswith("order.auto-pool-os-")
    assert START + 75_000 <= order["endTimestamp"] <= START + 90_000
    assert order == {
        "orderName": name,
        "orderId": "",
        "resourceName": TRAIN_POOL,
        "resourceDisplayName": "auto-pool-os",
        "workspaceId": "0",
        "operation": "modify",
        "phase": "successed",
        "failReason": "",
        "creationTimestamp": START,
        "beginTimestamp": START + 5_000,
        "endTimestamp": order["endTimestamp"],
        "initCount": [{"flavor": CPU, "count": 2, "maxCount": 2}],
        "specCount": [{"flavor": CPU, "count": 3, "maxCount": 3}],
        "resultCount": [{"flavor": CPU, "count": 3, "maxCount": 3}],
    }


def test_order_under_way_has_no_end(wire: Wire) -> None:
    """Moments that are still to come read 0, and there is no result yet."""
    grown(wire)

    order = wire.order()

    assert (order["phase"], order["beginTimestamp"], order["endTimestamp"]) == ("pending", 0, 0)
    assert order["resultCount"] == []


@pytest.mark.loopback
def test_show_tells_about_each_node(wire: Wire) -> None:
    """One order lists its nodes, each processing at first and then succeeded or failed, with the reason."""
    wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1)))
    name = wire.scale(cpu(4)).json()["metadata"]["labels"]["os.modelarts/order.name"]

    during = wire.get(f"/v1/orders/{name}").json()
    wire.emulator.clock.advance(100)
    after = wire.get(f"/v1/orders/{name}").json()

    assert [(item["action"], item["status"]) for item in during["items"]] == [("createNode", "processing")] * 2
    assert [(item["status"], item["message"]) for item in after["items"]] == [
        ("succeed", ""),
        ("failed", "1 of 2 nodes failed: insufficient resources"),
    ]
    assert after["items"][0]["resourceName"] in wire.nodes()
    assert after["items"][0]["beginTimestamp"] == str(START + 5_000)


def test_show_tells_about_deleted_nodes(wire: Wire) -> None:
    """An order that shrinks a pool lists the nodes it deletes, also when they are gone."""
    name = wire.scale(cpu(1)).json()["metadata"]["labels"]["os.modelarts/order.name"]
    wire.emulator.clock.advance(60)

    items = wire.get(f"/v1/orders/{name}").json()["items"]

    assert [(item["resourceName"], item["action"], item["status"]) for item in items] == [
        ("os-node-created-k9x2v", "deleteNode", "succeed")
    ]
    assert list(wire.nodes()) == [NODE]


@pytest.mark.parametrize(
    ("query", "pools"),
    [
        ({}, [INFER_POOL, TRAIN_POOL]),
        ({"involvedName": TRAIN_POOL}, [TRAIN_POOL]),
        ({"involvedName": "infer-pool-os"}, [INFER_POOL]),
        ({"phase": "pending"}, [INFER_POOL]),
        ({"phase": "running"}, [TRAIN_POOL]),
        ({"phase": "processing"}, [TRAIN_POOL]),
        ({"phase": "failed"}, []),
        ({"limit": "1"}, [INFER_POOL]),
        ({"limit": "1", "offset": "1"}, [TRAIN_POOL]),
        ({"since": str(START + 1)}, [INFER_POOL]),
        ({"until": str(START)}, [TRAIN_POOL]),
    ],
)
def test_filters(wire: Wire, query: dict[str, str], pools: list[str]) -> None:
    """Orders are listed newest first, by pool, phase, time and page."""
    grown(wire)
    wire.emulator.clock.advance(10)
    wire.scale(cpu(3), pool=INFER_POOL)

    items = wire.get("/v1/orders", **query).json()["items"]

    assert [item["resourceName"] for item in items] == pools


@pytest.mark.parametrize("query", [{"phase": "done"}, {"limit": "501"}, {"since": "yesterday"}])
def test_bad_filters(wire: Wire, query: dict[str, str]) -> None:
    """A filter that means nothing is refused."""
    assert error_code(wire.get("/v1/orders", **query)) == (400, "ModelArts.50004000")


def test_missing_order(wire: Wire) -> None:
    """An order that does not exist is a 404."""
    assert error_code(wire.get("/v1/orders/order.none-aaaaa")) == (404, "ModelArts.50015001")


def test_orders_of_a_pool_that_is_gone(wire: Wire) -> None:
    """They are found by its id and by its display name, as they were while it was there."""
    wire.client.delete(wire.url(f"/pools/{TRAIN_POOL}"))
    before = [wire.get("/v1/orders", involvedName=name).json()["items"] for name in (TRAIN_POOL, "auto-pool-os")]
    wire.emulator.clock.advance(60)

    after = [wire.get("/v1/orders", involvedName=name).json()["items"] for name in (TRAIN_POOL, "auto-pool-os")]

    assert [[(item["orderName"], item["resourceDisplayName"]) for item in items] for items in after] == [
        [(item["orderName"], "auto-pool-os") for item in items] for items in before
    ]
    assert [len(items) for items in after] == [1, 1]
