from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.settings import Settings
from tests.api.wires import Script, answer
from tests.clocks import FakeClock


def test_names_of_all_flavors(client: Client) -> None:
    """The flavors of the region, each once."""
    names = client.resource_flavors.list()

    assert {"modelarts.vm.cpu.4ud", "modelarts.vm.gpu.t4u8"} <= set(names)
    assert len(names) == len(set(names))


def test_all_pages_are_read(settings: Settings, clock: FakeClock) -> None:
    """Pages of five hundred, each asked for by the mark of the one before."""
    first = {"items": [{"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}], "metadata": {"continue": "m1"}}
    second = {"items": [{"metadata": {"name": "b"}}, {"metadata": {"name": "c"}}], "metadata": {}}
    wire = Script(answer(body=first), answer(body=second))

    names = Client(settings, transport=wire, clock=clock).resource_flavors.list()

    assert names == ["a", "b", "c"]
    assert [request.url.query for request in wire.requests] == [b"limit=500", b"continue=m1&limit=500"]


def test_architectures_of_all_flavors_that_tell_it(client: Client) -> None:
    """What each flavor is built for, by its id."""
    architectures = client.resource_flavors.architectures()

    assert architectures["modelarts.vm.cpu.4ud"] == "x86"
    assert architectures["modelarts.bm.npu.arm.8snt9b"] == "arm64"
