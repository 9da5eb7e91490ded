from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.settings import Settings
from tests.api.wires import Script, answer
from tests.clocks import FakeClock


def test_names_of_all_flavors(client: Client) -> None:
    """The flavors of the region, each once."""
    names = [flavor.name for flavor in client.resource_flavors.every()]

    assert {"modelarts.vm.cpu.4ud", "modelarts.vm.gpu.t4u8"} <= set(names)
    assert len(names) == len(set(names))


def test_all_pages_are_read(settings: Settings, clock: FakeClock) -> None:
    """Pages of five hundred, each asked for by the mark of the one before."""
    first = {"items": [{"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}], "metadata": {"continue": "m1"}}
    second = {"items": [{"metadata": {"name": "b"}}, {"metadata": {"name": "c"}}], "metadata": {}}
    wire = Script(answer(body=first), answer(body=second))

    names = [flavor.name for flavor in Client(settings, transport=wire, clock=clock).resource_flavors.every()]

    assert names == ["a", "b", "c"]
    assert [request.url.query for request in wire.requests] == [b"limit=500", b"continue=m1&limit=500"]


def test_architectures_of_all_flavors_that_tell_it(client: Client) -> None:
    """What each flavor is built for, by its id."""
    architectures = {flavor.name: flavor.spec.cpu_arch for flavor in client.resource_flavors.every()}

    assert architectures["modelarts.vm.cpu.4ud"] == "x86"
    assert architectures["modelarts.bm.npu.arm.8snt9b"] == "arm64"


def test_what_a_flavor_is_and_where_it_can_be_had(settings: Settings, clock: FakeClock) -> None:
    """Its chips, the zones that offer it, and those in which it is sold out."""
    npu = {"type": "ascend-snt9b", "size": 8}
    items = [
        {"metadata": {"name": "a"}, "spec": {"npu": npu}, "status": {"phase": {"z1": "normal", "z2": "soldout"}}},
        {
            "metadata": {"name": "b"},
            "spec": {"gpu": {"type": "t4", "size": 1}},
            "status": {"phase": {"z1": "dreaming"}},
        },
        {"metadata": {"name": "c"}},
    ]
    wire = Script(answer(body={"items": items}))

    npus, gpus, plain = Client(settings, transport=wire, clock=clock).resource_flavors.every()

    assert [(flavor.has_gpu, flavor.has_npu) for flavor in (npus, gpus, plain)] == [
        (False, True),
        (True, False),
        (False, False),
    ]
    assert [(set(flavor.zones), set(flavor.sold_out)) for flavor in (npus, gpus, plain)] == [
        ({"z1", "z2"}, {"z2"}),
        ({"z1"}, set()),
        (set(), set()),
    ]
    assert npus.spec.npu is not None
    assert (npus.spec.npu.type, npus.spec.npu.size) == ("ascend-snt9b", 8)
