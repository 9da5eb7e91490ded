import pytest

from tests.contract.service import Service, refusal

WORKSPACES = "/v1/workspaces"


def test_list_and_show(service: Service) -> None:
    """The list has the workspaces as they are shown one by one, and counts them."""
    listed = service.document(WORKSPACES)

    shown = [service.document(f"{WORKSPACES}/{item['id']}") for item in listed["workspaces"]]

    assert listed == {"total_count": listed["total_count"], "count": len(shown), "workspaces": shown}


@pytest.mark.behaviour("workspaces", "The default one, `0`, is in every project")
def test_default(service: Service) -> None:
    """There is a workspace `0`."""
    assert "0" in {item["id"] for item in service.document(WORKSPACES)["workspaces"]}


@pytest.mark.behaviour("workspaces", "One that is not there is 400 `ModelArts.0102`")
def test_missing(service: Service) -> None:
    """A missing workspace is 400."""
    assert refusal(service.get(f"{WORKSPACES}/missing-5f2b8c")) == (400, "ModelArts.0102")


@pytest.mark.behaviour("workspaces", "A quota of -1 is no limit, and its use is null")
def test_quotas_of_a_workspace(service: Service) -> None:
    """Of a quota without limit it is not told what is used; of another one, no more is than there is."""
    quotas = service.document(f"{WORKSPACES}/0/quotas")["quotas"]

    assert all(item["used_quota"] is None for item in quotas if item["quota"] == -1)
    assert all(item["used_quota"] <= item["quota"] for item in quotas if item["quota"] != -1)


@pytest.mark.behaviour("workspaces", "One that is not there is 400 `ModelArts.0102`")
def test_quotas_of_a_missing_workspace(service: Service) -> None:
    """The quotas of a missing workspace are 400."""
    assert refusal(service.get(f"{WORKSPACES}/missing-5f2b8c/quotas")) == (400, "ModelArts.0102")


def test_quotas(service: Service) -> None:
    """What may be chosen says how many networks there may be, and there are no more."""
    choice = service.document("/v1/os-user-config")

    assert len(service.items("/v1/networks")) <= choice["networkQuota"]
    assert choice["networkCidrs"]


def test_used_quota(service: Service) -> None:
    """Of what has a quota, no more is used than there is."""
    quotas = service.document("/v1/quotas")["quotas"]["resources"]

    assert all(0 <= int(item["used"]) <= int(item["quota"]) for item in quotas)
