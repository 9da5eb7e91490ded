import pytest

from tests.contract.service import Service, refusal

BAD_REQUEST = (400, "ModelArts.50004000")
ORDERS = "/v1/orders"
ALL = "500"
"""The largest page."""


def test_show(service: Service) -> None:
    """An order of the list is shown with what it does, as many items as it counts."""
    order = service.some("orders", ORDERS)[0]["orderName"]

    shown = service.document(f"/v1/orders/{order}")

    assert shown["count"] == len(shown["items"])


@pytest.mark.behaviour("orders", "`involvedName` is a pool's id or its display name")
def test_by_pool(service: Service) -> None:
    """The orders of a pool are found by its id and by its display name."""
    everything = service.some("orders", ORDERS, limit=ALL)
    pool, display_name = everything[0]["resourceName"], everything[0]["resourceDisplayName"]

    found = [
        service.items(ORDERS, involvedName=name, limit=ALL) for name in (pool, display_name, service.nothing("pool"))
    ]

    wanted = [item for item in everything if item["resourceName"] == pool]
    assert found == [wanted, wanted, []]


@pytest.mark.behaviour("orders", "It ends `successed`, `partialSuccessed` or `failed`")
def test_times(service: Service) -> None:
    """An order is made, begins and ends in this order, and has an end when it is over."""
    for item in service.some("orders", ORDERS):
        over = item["phase"] in {"successed", "partialSuccessed", "failed"}

        times = [item["creationTimestamp"], item["beginTimestamp"], item["endTimestamp"]]
        assert (times == sorted(times)) is over
        assert bool(item["endTimestamp"]) is over


@pytest.mark.behaviour("orders", "The label `os.modelarts/order.name` names the last order")
def test_of_a_pool(service: Service) -> None:
    """A pool that names its last order names one that is listed."""
    labels = [item["metadata"]["labels"] for item in service.some("pools", "/pools")]
    wanted = {item["os.modelarts/order.name"] for item in labels if item.get("os.modelarts/order.name")}

    listed = {item["orderName"] for item in service.some("orders", ORDERS, limit=ALL)}

    assert wanted
    assert wanted <= listed


def test_pages(service: Service) -> None:
    """`offset` skips orders, `limit` bounds them, and the count is that of all."""
    everything = service.document(ORDERS)
    if everything["count"] < 2:
        service.lacks("two orders")

    page = service.document(ORDERS, limit="1", offset="1")

    assert page == {"count": everything["count"], "items": everything["items"][1:2]}


def test_by_phase(service: Service) -> None:
    """A phase leaves the orders that are in it."""
    everything = service.some("orders", ORDERS, limit=ALL)
    phase = everything[0]["phase"]

    found = service.items(ORDERS, phase=phase, limit=ALL)

    assert found == [item for item in everything if item["phase"] == phase]


@pytest.mark.behaviour("errors", "A request that cannot be is 400 `ModelArts.50004000`")
@pytest.mark.parametrize("query", [{"phase": "no-such-phase"}, {"limit": "501"}], ids=str)
def test_impossible_list(service: Service, query: dict[str, str]) -> None:
    """A phase that is none, and a page of more than 500, are refused."""
    assert refusal(service.get(ORDERS, **query)) == BAD_REQUEST


@pytest.mark.behaviour("errors", "A missing node or order is 404 `ModelArts.50015001`")
def test_missing(service: Service) -> None:
    """A missing order is 404."""
    assert refusal(service.get("/v1/orders/missing-5f2b8c")) == (404, "ModelArts.50015001")
