import pytest

from tests.contract.service import Service, names, refusal

NOT_FOUND = (404, "ModelArts.50015001")


def test_list_and_show(service: Service) -> None:
    """The list has the node pools as they are shown one by one."""
    path = f"/pools/{service.pool(nodes=1)}/nodepools"
    listed = service.some("node pools", path)

    shown = [service.document(f"{path}/{name}") for name in names(listed)]

    assert [(item["metadata"], item["spec"]) for item in shown] == [(item["metadata"], item["spec"]) for item in listed]


@pytest.mark.behaviour("node pools", "They are the entries of the pool's spec, by node pool")
def test_parts_of_the_pool(service: Service) -> None:
    """The nodes of the node pools, taken together, are the pool's."""
    pool = f"/pools/{service.pool(nodes=1)}"

    node_pools = names(service.some("node pools", f"{pool}/nodepools"))

    found = [name for part in node_pools for name in names(service.items(f"{pool}/nodepools/{part}/nodes"))]
    assert sorted(found) == sorted(names(service.items(f"{pool}/nodes")))


@pytest.mark.behaviour("node pools", "A missing one is 404 `ModelArts.50015001`")
@pytest.mark.parametrize("path", ["", "/nodes"])
def test_missing(service: Service, path: str) -> None:
    """A missing node pool is 404, and so are its nodes."""
    assert refusal(service.get(f"/pools/{service.pool()}/nodepools/missing-5f2b8c{path}")) == NOT_FOUND


@pytest.mark.behaviour("errors", "A missing pool is 404 `ModelArts.50015001`")
def test_of_a_missing_pool(service: Service) -> None:
    """The node pools of a missing pool are missing as the pool is."""
    assert refusal(service.get(f"/pools/{service.nothing('pool')}/nodepools")) == NOT_FOUND
