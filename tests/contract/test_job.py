import pytest

from tests.contract.service import Service, refusal


@pytest.mark.behaviour("jobs", "One job is shown by its id")
def test_list_and_show(service: Service) -> None:
    """A job is shown as it is listed."""
    listed = service.some("jobs", "/jobs")[0]

    assert service.document(f"/jobs/{listed['jobId']}") == listed


@pytest.mark.behaviour("jobs", "The newest comes first, and a migration is listed under its source")
def test_order(service: Service) -> None:
    """The newest job comes first."""
    times = [item["startTimestamp"] for item in service.some("jobs", "/jobs")]

    assert times == sorted(times, reverse=True)


@pytest.mark.behaviour("jobs", "The type of a migration is `migrate-nodes`")
def test_by_type(service: Service) -> None:
    """A type leaves the jobs of it."""
    everything = service.some("jobs", "/jobs", limit="500")

    found = service.items("/jobs", type="migrate-nodes", limit="500")

    assert found == [item for item in everything if item["type"] == "migrate-nodes"]


def test_of_a_missing_pool(service: Service) -> None:
    """A pool that is not there has no jobs, which is no error."""
    assert service.document("/jobs", name=service.nothing("pool")) == {"count": 0, "items": []}


def test_pages(service: Service) -> None:
    """`limit` bounds the jobs, `offset` goes beyond them, and the count is that of all."""
    everything = service.document("/jobs")

    page = service.document("/jobs", limit="1")
    beyond = service.document("/jobs", offset=str(everything["count"]))

    assert page == {"count": everything["count"], "items": everything["items"][:1]}
    assert beyond == {"count": everything["count"], "items": []}


@pytest.mark.behaviour("errors", "A request that cannot be is 400 `ModelArts.50004000`")
def test_unknown_type(service: Service) -> None:
    """A type that is none is refused."""
    assert refusal(service.get("/jobs", type="no-such-type")) == (400, "ModelArts.50004000")


@pytest.mark.behaviour("jobs", "A missing one is 404 `ModelArts.50015001`")
def test_missing(service: Service) -> None:
    """A missing job is 404."""
    assert refusal(service.get("/jobs/missing-5f2b8c")) == (404, "ModelArts.50015001")
