from collections.abc import Iterator

import httpx
import pytest

from tests.contract.service import Service, refusal

BAD_REQUEST = (400, "ModelArts.50004000")
KEY = "contract-test-5f2b8c"
ALL = "/v1/pools/tags"


def delete(service: Service, path: str, **tag: str) -> httpx.Response:
    """Delete a tag, whatever its value or only with one."""
    return service.ask("DELETE", service.url(f"{path}/delete"), document={"tags": [tag]})


def values(service: Service, path: str) -> dict[str, list[str]]:
    """Values by key."""
    return {tag["key"]: tag["values"] for tag in service.document(path)["tags"]}


@pytest.fixture
def tagged(service: Service) -> Iterator[str]:
    """Path of the tags of a pool that has one of ours, which goes again."""
    path = f"/v1/pools/{service.pool()}/tags"
    assert service.post(f"{path}/create", {"tags": [{"key": KEY, "value": "one"}]}).status_code == 204
    yield path
    assert delete(service, path, key=KEY).status_code == 204
    assert KEY not in values(service, path)


@pytest.mark.changes
@pytest.mark.behaviour("tags", "A tag whose key is there takes the place of that; others stay")
@pytest.mark.behaviour("tags", "Adding and deleting are answered with 204")
@pytest.mark.behaviour("tags", "Shown are a key and its `values`")
@pytest.mark.behaviour("tags", "They are deleted with the method DELETE")
def test_course(service: Service, tagged: str) -> None:
    """A tag is shown with its value, and gets another one."""
    before = values(service, tagged)

    service.post(f"{tagged}/create", {"tags": [{"key": KEY, "value": "two"}]})

    assert before[KEY] == ["one"]
    assert values(service, tagged) == {**before, KEY: ["two"]}
    assert "two" in values(service, ALL)[KEY]


@pytest.mark.changes
@pytest.mark.behaviour("tags", "Pools show their tags in the annotation `os.modelarts/tms.tags`, a text")
@pytest.mark.behaviour("tags", "that is a JSON list of objects with key and value")
def test_annotation(service: Service, tagged: str) -> None:
    """The list of pools has the tag in a text of the pool."""
    pool = tagged.split("/")[3]

    found = next(item for item in service.items("/pools") if item["metadata"]["name"] == pool)

    text = found["metadata"]["annotations"]["os.modelarts/tms.tags"]
    assert {"key": KEY, "value": "one"} in httpx.Response(200, text=text).json()


@pytest.mark.changes
@pytest.mark.behaviour("tags", "A tag that names a value is deleted only with that value")
@pytest.mark.behaviour("tags", "with 400 `ModelArts.50004000`")
def test_another_value(service: Service, tagged: str) -> None:
    """A tag is not deleted with a value that it has not."""
    response = delete(service, tagged, key=KEY, value="two")

    assert refusal(response) == BAD_REQUEST
    assert values(service, tagged)[KEY] == ["one"]


@pytest.mark.behaviour("tags", "One that the pool lacks refuses the whole deletion")
@pytest.mark.behaviour("tags", "with 400 `ModelArts.50004000`")
def test_missing_tag(service: Service) -> None:
    """A tag that the pool lacks is not deleted."""
    path = f"/v1/pools/{service.pool()}/tags"

    assert refusal(delete(service, path, key=KEY)) == BAD_REQUEST


@pytest.mark.behaviour("tags", "A wrong tag, or one too many, is 400 `ModelArts.50004000`, and none is added")
def test_wrong_tag(service: Service) -> None:
    """A key that is the system's is refused, and the tags stay as they were."""
    path = f"/v1/pools/{service.pool()}/tags"
    before = values(service, path)

    response = service.post(f"{path}/create", {"tags": [{"key": f"_sys_{KEY}", "value": ""}]})

    assert (refusal(response), values(service, path)) == (BAD_REQUEST, before)


@pytest.mark.behaviour("tags", "Of all pools, every key is listed once with all its values")
def test_of_all_pools(service: Service) -> None:
    """Every tag of a pool is among those of all."""
    everything = values(service, ALL)

    shown = values(service, f"/v1/pools/{service.pool()}/tags")

    assert all(set(shown[key]) <= set(everything[key]) for key in shown)


@pytest.mark.behaviour("errors", "A missing pool is 404 `ModelArts.50015001`")
def test_of_a_missing_pool(service: Service) -> None:
    """The tags of a missing pool are missing as the pool is."""
    path = f"/v1/pools/{service.nothing('pool')}/tags"
    tags = {"tags": [{"key": KEY, "value": ""}]}

    found = [refusal(item) for item in (service.get(path), service.post(f"{path}/create", tags))]

    assert [*found, refusal(delete(service, path, key=KEY))] == [(404, "ModelArts.50015001")] * 3
