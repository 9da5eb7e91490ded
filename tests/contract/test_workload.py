import pytest

from tests.contract.service import Service, refusal


def workloads(service: Service) -> str:
    """Path of the workloads of a pool."""
    return f"/pools/{service.pool(nodes=1)}/workloads"


def test_list(service: Service) -> None:
    """The workloads of a pool are in its project alone, each once."""
    found = service.items(workloads(service))

    assert len({item["uid"] for item in found}) == len(found)


@pytest.mark.behaviour("workloads", "The list names no total; pages of 500 follow each other by `offset`")
def test_pages(service: Service) -> None:
    """Behind its last item a list is empty."""
    path = workloads(service)
    whole = service.items(path)

    assert service.items(path, offset=str(len(whole))) == []


@pytest.mark.behaviour("workloads", "Host addresses are one text, separated by commas")
def test_hosts(service: Service) -> None:
    """The addresses that a workload names are those of its nodes."""
    found = service.items(workloads(service))

    named = [{node["hostIp"] for node in item["nodes"] or []} for item in found]
    assert [set(filter(None, (item["hostIps"] or "").split(","))) for item in found] == named


@pytest.mark.behaviour("workloads", "A missing pool is 404 `ModelArts.50015001`")
def test_of_a_missing_pool(service: Service) -> None:
    """The workloads of a missing pool are missing as the pool is."""
    assert refusal(service.get(f"/pools/{service.nothing('pool')}/workloads")) == (404, "ModelArts.50015001")
