from typing import Any

import httpx
import pytest

from tests.contract.service import Service, refusal

NOBODY = "00000000-0000-4000-8000-000000000000"


def search(service: Service, **body: Any) -> dict[str, Any]:
    """Answer to a search."""
    response = service.post("/training-job-searches", body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def some(service: Service, least: int = 1) -> list[dict[str, Any]]:
    """Training jobs, newest first; the test is skipped where there are fewer than it needs."""
    found: list[dict[str, Any]] = search(service, limit=50)["items"]
    if len(found) < least:
        service.lacks(f"{least} training jobs or more")
    return found


def test_list_and_show(service: Service) -> None:
    """A job is shown with the identity, kind and pool with which it is found."""
    found = some(service)[0]

    shown = service.document(f"/training-jobs/{found['metadata']['id']}")

    def facts(job: dict[str, Any]) -> list[Any]:
        return [
            job["kind"],
            job["metadata"]["id"],
            job["metadata"]["name"],
            job["spec"].get("resource", {}).get("pool_id"),
        ]

    assert facts(shown) == facts(found)


@pytest.mark.behaviour("training jobs", "`offset` of a search is the index of a page")
def test_pages(service: Service) -> None:
    """A page has as many jobs as asked for, and the next one has index 1."""
    wanted = [job["metadata"]["id"] for job in some(service, least=2)]

    pages = [search(service, limit=1, offset=index)["items"] for index in (0, 1)]

    assert [job["metadata"]["id"] for page in pages for job in page] == wanted[:2]


@pytest.mark.behaviour("training jobs", "Without `limit` a page has ten jobs")
def test_page_unasked(service: Service) -> None:
    """A search that asks for no size of page gets pages of ten."""
    assert search(service)["limit"] == 10


def test_by_pool_and_id(service: Service) -> None:
    """Filters by pool and by id leave what they name."""
    job = some(service)[0]
    job_id = job["metadata"]["id"]
    filters = [{"key": "id", "operator": "in", "value": [job_id]}]

    found = search(service, filters=filters)
    none = search(service, filters=[{"key": "pool_id", "operator": "in", "value": [service.nothing("pool")]}])

    assert [item["metadata"]["id"] for item in found["items"]] == [job_id]
    assert (none["count"], none["items"]) == (0, [])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"limit": 51}, "ModelArts.2788"),
        ({"filters": [{"key": "colour", "operator": "in", "value": ["red"]}]}, "ModelArts.2807"),
        ({"sort_by": "colour"}, "ModelArts.2790"),
        ({"filters": [{"key": "id", "operator": "resembles", "value": ["x"]}]}, "ModelArts.2808"),
    ],
    ids=["limit", "filter", "sort", "operator"],
)
def test_impossible_search(service: Service, body: dict[str, Any], code: str) -> None:
    """A search that cannot be is refused with the code for what is wrong with it."""
    assert refusal(service.post("/training-job-searches", body)) == (400, code)


@pytest.mark.behaviour("errors", "A missing training job is 400 `ModelArts.2775`")
def test_missing(service: Service) -> None:
    """A missing training job is 400, unlike everything else that is missing."""
    assert refusal(service.get(f"/training-jobs/{NOBODY}")) == (400, "ModelArts.2775")


@pytest.mark.behaviour("errors", "A missing training job is 400 `ModelArts.2775`")
@pytest.mark.parametrize(
    ("method", "path", "document"),
    [
        ("POST", "/actions", {"action_type": "terminate"}),
        ("PUT", "", {"description": "a"}),
        ("DELETE", "", None),
        ("GET", "/tasks", None),
    ],
    ids=["stop", "change", "delete", "tasks"],
)
def test_doing_something_to_a_missing_one(
    service: Service, method: str, path: str, document: dict[str, Any] | None
) -> None:
    """A missing training job is neither stopped, changed, deleted nor asked for its tasks."""
    response = service.ask(method, service.url(f"/training-jobs/{NOBODY}{path}"), document=document)

    assert refusal(response) == (400, "ModelArts.2775")


def test_making_nothing(service: Service) -> None:
    """A training job of which nothing is said is not made."""
    response = service.post("/training-jobs", {})

    assert response.status_code == httpx.codes.BAD_REQUEST


def test_tasks(service: Service) -> None:
    """The tasks of a job are those that the job shows."""
    job = some(service)[0]

    response = service.get(f"/training-jobs/{job['metadata']['id']}/tasks")

    assert {item["task"] for item in response.raise_for_status().json()} <= set(job["status"]["tasks"])
