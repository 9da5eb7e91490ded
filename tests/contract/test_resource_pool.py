from datetime import datetime

import pytest

from modelarts_emulator.messages import JSON
from tests.contract.service import Service, names, refusal

BAD_REQUEST = (400, "ModelArts.50004000")
NO_POOL = (404, "ModelArts.50015001")


def test_list_and_show(service: Service) -> None:
    """The list has the pools as they are shown one by one."""
    listed = service.some("pools", "/pools")[:5]

    shown = [service.document(f"/pools/{name}") for name in names(listed)]

    assert [(item["metadata"], item["spec"]) for item in shown] == [(item["metadata"], item["spec"]) for item in listed]
    assert [item["status"].keys() for item in shown] == [item["status"].keys() for item in listed]


def test_created(service: Service) -> None:
    """The time of a pool's creation is a moment of the past in RFC 3339."""
    pools = service.some("pools", "/pools")

    moments = [datetime.fromisoformat(item["metadata"]["creationTimestamp"]) for item in pools]

    assert all(moment.tzinfo is not None for moment in moments)


@pytest.mark.behaviour("creation", "A pool's id is its display name and the project's id")
def test_id(service: Service) -> None:
    """A pool's id begins with its display name and ends with the project."""
    for item in service.some("pools", "/pools"):
        display_name = item["metadata"]["labels"]["os.modelarts/name"]

        assert item["metadata"]["name"] == f"{display_name}-{service.project}"


@pytest.mark.behaviour("errors", "A missing pool is 404 `ModelArts.50015001`")
def test_missing(service: Service) -> None:
    """What a missing pool is asked, and asked to do, is answered alike."""
    path = f"/pools/{service.nothing('pool')}"

    answers = [service.get(path), service.patch(service.nothing("pool"), {}), service.delete(path)]

    assert [refusal(answer) for answer in answers] == [NO_POOL] * 3


@pytest.mark.behaviour("pools", "`status` lists `created`, `creating` or `failed` pools")
@pytest.mark.behaviour("pools", "Without `status`, failed records are left out")
def test_by_status(service: Service) -> None:
    """Every pool is either created or being created, and no failed one is listed unasked."""
    everything = names(service.items("/pools"))

    parts = {status: names(service.items("/pools", status=status)) for status in ("created", "creating", "failed")}

    assert sorted(everything) == sorted(parts["created"] + parts["creating"])
    assert not set(everything) & set(parts["failed"])


@pytest.mark.behaviour("errors", "A request that cannot be is 400 `ModelArts.50004000`")
def test_unknown_status(service: Service) -> None:
    """A status that is none is refused."""
    assert refusal(service.get("/pools", status="no-such-status")) == BAD_REQUEST


@pytest.mark.behaviour("pools", "`labelSelector` takes the forms of Kubernetes: `a=b`, `a!=b`, `a in (b,c)`, `!a` …")
def test_by_label(service: Service) -> None:
    """A label selector leaves the pools that have all of the labels."""
    pool = service.some("pools", "/pools")[0]["metadata"]
    label = f"os.modelarts/name={pool['labels']['os.modelarts/name']}"

    one = names(service.items("/pools", labelSelector=label))
    none = names(service.items("/pools", labelSelector=f"{label},os.modelarts/name=missing-5f2b8c"))

    assert (one, none) == ([pool["name"]], [])


@pytest.mark.behaviour("pools", "Without `workspaceId`, pools of all workspaces are listed")
def test_of_all_workspaces(service: Service) -> None:
    """The pools of the workspaces, taken together, are those that are listed without naming one."""
    everything = names(service.items("/pools"))

    workspaces = [item["id"] for item in service.document("/v1/workspaces")["workspaces"]]

    found = [name for key in workspaces for name in names(service.items("/pools", workspaceId=key))]
    assert sorted(found) == sorted(everything)


@pytest.mark.behaviour("scaling", "`status.resources` counts nodes by what they are doing")
def test_counts(service: Service) -> None:
    """The counts of a pool's status, taken together, are its nodes."""
    pool = service.pool(nodes=1)

    groups = service.document(f"/pools/{pool}")["status"]["resources"]

    counted = sum(item["count"] for items in groups.values() for item in items)
    assert counted == len(service.items(f"/pools/{pool}/nodes"))


@pytest.mark.behaviour("scope", "A pool has at least one of Train, Infer, Notebook")
def test_scope(service: Service) -> None:
    """Every pool takes jobs of some type."""
    assert all(item["spec"]["scope"] for item in service.some("pools", "/pools"))


class TestPatch:
    @pytest.mark.behaviour("patch", "The content type must be `application/merge-patch+json`")
    @pytest.mark.behaviour("patch", "Another one is refused with `ModelArts.50004100`")
    @pytest.mark.behaviour("patch", "and HTTP status 415")
    def test_content_type(self, service: Service) -> None:
        """A patch that is plain JSON is refused, and the pool stays as it was."""
        pool = service.pool()
        before = service.document(f"/pools/{pool}")

        response = service.patch(pool, {}, JSON)

        assert refusal(response) == (415, "ModelArts.50004100")
        assert service.document(f"/pools/{pool}") == before

    @pytest.mark.behaviour("patch", "`apiVersion` and `kind` are refused")
    @pytest.mark.parametrize("field", [{"kind": "Pool"}, {"apiVersion": "v2"}], ids=lambda field: next(iter(field)))
    def test_identity(self, service: Service, field: dict[str, str]) -> None:
        """A patch must not say again what it is a patch of, and the pool stays as it was."""
        pool = service.pool()
        before = service.document(f"/pools/{pool}")

        response = service.patch(pool, field)

        assert refusal(response) == BAD_REQUEST
        assert service.document(f"/pools/{pool}") == before

    @pytest.mark.changes
    @pytest.mark.behaviour("patch", "RFC 7396: lists are replaced whole, null deletes, unknown fields stay")
    def test_nothing(self, service: Service) -> None:
        """An empty patch is taken, and changes nothing."""
        pool = service.pool()
        before = service.document(f"/pools/{pool}")

        response = service.patch(pool, {})

        assert (response.status_code, response.json()) == (200, before)
        assert service.document(f"/pools/{pool}") == before
