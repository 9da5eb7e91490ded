from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.api.workspace import DEFAULT, PAGE
from tests.api.wires import Script, answer
from tests.clocks import FakeClock


def test_every_project_has_one(client: Client) -> None:
    """The documented project has the default workspace and no other."""
    assert client.workspaces.list() == [DEFAULT]


def test_all_pages_are_read(settings: Settings, clock: FakeClock) -> None:
    """Pages of a thousand, each from behind the last; a service that repeats itself does not keep us."""
    full = {"workspaces": [{"id": f"w{number}"} for number in range(PAGE)]}
    wire = Script(answer(body=full), answer(body=full))

    found = Client(settings, transport=wire, clock=clock).workspaces.list()

    assert found == [f"w{number}" for number in range(PAGE)]
    assert [request.url.query for request in wire.requests] == [b"limit=1000&offset=0", b"limit=1000&offset=1000"]
