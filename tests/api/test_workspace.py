import pytest

from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import ApiError, UnreadableError
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.api.workspace import DEFAULT, PAGE, UNLIMITED
from tests.api.wires import Script, answer
from tests.clocks import FakeClock


def test_every_project_has_one(client: Client) -> None:
    """The documented project has the default workspace and no other."""
    assert client.workspaces.list() == [DEFAULT]


def test_all_pages_are_read(settings: Settings, clock: FakeClock) -> None:
    """Pages of a thousand, each from behind the last."""
    ids = [f"w{number}" for number in range(PAGE + 1)]
    pages = ([{"id": name} for name in ids[:PAGE]], [{"id": name} for name in ids[PAGE:]])
    wire = Script(*(answer(body={"total_count": len(ids), "count": len(page), "workspaces": page}) for page in pages))

    found = Client(settings, transport=wire, clock=clock).workspaces.list()

    assert found == ids
    assert [request.url.query for request in wire.requests] == [b"limit=1000&offset=0", b"limit=1000&offset=1000"]


@pytest.mark.parametrize(
    ("status", "code"), [(403, "ModelArts.0108"), (404, "APIGW.0101"), (404, "ModelArts.2836"), (404, "")]
)
def test_a_service_that_does_not_tell(settings: Settings, clock: FakeClock, status: int, code: str) -> None:
    """Not allowed and not served are the same to whoever looks for workspaces: it knows of none."""
    wire = Script(answer(status, {"error_code": code, "error_msg": "no"}))

    assert Client(settings, transport=wire, clock=clock).workspaces.list() is None


def test_any_other_refusal_is_one(settings: Settings, clock: FakeClock) -> None:
    """A refusal that says something else is not taken for an answer."""
    wire = Script(answer(400, {"error_code": "ModelArts.0102", "error_msg": "workspace does not exist"}))

    with pytest.raises(ApiError, match="list workspaces: workspace does not exist"):
        Client(settings, transport=wire, clock=clock).workspaces.list()


def test_what_a_workspace_is(client: Client) -> None:
    """More than its id, and of the moment when it was made."""
    (workspace,) = client.workspaces.every()

    assert (workspace.id, workspace.name, workspace.status) == (DEFAULT, "default", "NORMAL")
    assert workspace.create_time > 0


def test_quotas(settings: Settings, clock: FakeClock) -> None:
    """As the service writes them: -1 without limit, and null where nobody tells what is used."""
    quotas = [{"resource": "gpu", "quota": 8, "used_quota": 3}, {"resource": "cpu", "quota": -1, "used_quota": None}]
    wire = Script(answer(body={"quotas": quotas}))

    found = Client(settings, transport=wire, clock=clock).workspaces.quotas("w")

    assert [(each.resource, each.quota, each.used_quota) for each in found] == [("gpu", 8, 3), ("cpu", UNLIMITED, None)]
    assert wire.requests[0].url.path == f"/v1/{settings.project_id}/workspaces/w/quotas"


def test_quotas_that_are_none(settings: Settings, clock: FakeClock) -> None:
    """An answer without them is not taken for "no quotas"."""
    wire = Script(answer(body={}))

    with pytest.raises(UnreadableError, match="at quotas: nothing, where a value must be"):
        Client(settings, transport=wire, clock=clock).workspaces.quotas("w")
