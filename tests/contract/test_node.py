from datetime import datetime
from typing import Any

import pytest

from tests.contract.service import Service, names, refusal, third

BAD_REQUEST = (400, "ModelArts.50004000")
NOT_FOUND = (404, "ModelArts.50015001")

BATCHES: dict[str, dict[str, Any]] = {
    "batch-drain": {"nodeNames": ["missing-5f2b8c"]},
    "batch-reboot": {"nodeNames": ["missing-5f2b8c"]},
    "batch-lock": {"nodeNames": ["missing-5f2b8c"], "actions": ["delete"]},
    "batch-unlock": {"nodeNames": ["missing-5f2b8c"], "actions": ["delete"]},
    "batch-delete": {"deleteNodeNames": ["missing-5f2b8c"]},
}


def test_list_and_show(service: Service) -> None:
    """The list has the nodes as they are shown one by one."""
    pool = service.pool(nodes=2)
    listed = service.items(f"/pools/{pool}/nodes")[:3]

    shown = [service.document(f"/pools/{pool}/nodes/{name}") for name in names(listed)]

    assert [(item["metadata"], item["spec"]) for item in shown] == [(item["metadata"], item["spec"]) for item in listed]
    assert [item["status"].keys() for item in shown] == [item["status"].keys() for item in listed]


def test_belongs_to_its_pool(service: Service) -> None:
    """Every node has a flavor of its pool, and was made at a moment in RFC 3339."""
    pool = service.pool(nodes=2)
    flavors = {entry["flavor"] for entry in service.document(f"/pools/{pool}")["spec"]["resources"]}

    nodes = service.items(f"/pools/{pool}/nodes")

    assert {item["spec"]["flavor"] for item in nodes} <= flavors
    assert all(datetime.fromisoformat(item["metadata"]["creationTimestamp"]).tzinfo for item in nodes)


@pytest.mark.behaviour("nodes", "Pages of at most 500 follow each other by `continue`")
def test_pages(service: Service) -> None:
    """Pages follow each other, hold as many nodes as asked for, and have every node once, in the order of the list."""
    pool = service.pool(nodes=3)
    everything = names(service.items(f"/pools/{pool}/nodes"))
    limit = third(everything)

    pages = service.pages(f"/pools/{pool}/nodes", limit=limit)

    assert [name for page in pages for name in names(page)] == everything
    assert {str(len(page)) for page in pages[:-1]} == {limit}


@pytest.mark.behaviour("nodes", "Pages of at most 500 follow each other by `continue`")
@pytest.mark.behaviour("errors", "A request that cannot be is 400 `ModelArts.50004000`")
def test_page_too_large(service: Service) -> None:
    """A page of more than 500 nodes is refused."""
    assert refusal(service.get(f"/pools/{service.pool()}/nodes", limit="501")) == BAD_REQUEST


@pytest.mark.behaviour("nodes", "`remainingItemCount` is counted once, at the first page")
def test_remaining(service: Service) -> None:
    """Every page says how many nodes come behind it."""
    path = f"/pools/{service.pool(nodes=3)}/nodes"
    everything = service.items(path)

    first = service.document(path, limit="1")["metadata"]
    second = service.document(path, limit="1", **{"continue": first["continue"]})["metadata"]

    counts = (first["remainingItemCount"], second["remainingItemCount"])
    assert counts == (len(everything) - 1, len(everything) - 2)


@pytest.mark.behaviour("errors", "A missing node or order is 404 `ModelArts.50015001`")
def test_missing(service: Service) -> None:
    """A missing node is 404 in a pool that is there."""
    assert refusal(service.get(f"/pools/{service.pool()}/nodes/missing-5f2b8c")) == NOT_FOUND


@pytest.mark.behaviour("errors", "A missing pool is 404 `ModelArts.50015001`")
@pytest.mark.parametrize("path", ["/nodes", "/nodes/missing-5f2b8c"])
def test_of_a_missing_pool(service: Service, path: str) -> None:
    """The nodes of a missing pool are missing as the pool is."""
    assert refusal(service.get(f"/pools/{service.nothing('pool')}{path}")) == NOT_FOUND


@pytest.mark.behaviour("errors", "A missing pool is 404 `ModelArts.50015001`")
@pytest.mark.parametrize("batch", BATCHES)
def test_batch_in_a_missing_pool(service: Service, batch: str) -> None:
    """Nodes of a missing pool cannot be drained, rebooted, locked, unlocked or deleted."""
    assert refusal(service.post(f"/pools/{service.nothing('pool')}/nodes/{batch}", BATCHES[batch])) == NOT_FOUND


@pytest.mark.behaviour("nodes", "One unknown name refuses the whole batch with 400")
@pytest.mark.parametrize("batch", [name for name in BATCHES if name != "batch-delete"])
def test_batch_of_an_unknown_node(service: Service, batch: str) -> None:
    """A batch that names an unknown node is refused, and the nodes stay as they were."""
    pool = service.pool(nodes=1)
    before = service.items(f"/pools/{pool}/nodes")

    response = service.post(f"/pools/{pool}/nodes/{batch}", BATCHES[batch])

    assert refusal(response) == BAD_REQUEST
    assert service.items(f"/pools/{pool}/nodes") == before
