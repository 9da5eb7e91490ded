import pytest
from dirty_equals import IsPartialDict

from tests.emulator.wire import Wire, error_code


@pytest.mark.loopback
def test_flavors_and_where_they_are_offered(wire: Wire) -> None:
    """Every flavor shows its size, its accelerator and the zones that offer it."""
    items = {item["metadata"]["name"]: item for item in wire.get("/v1/resourceflavors").json()["items"]}

    gpu = items["modelarts.vm.gpu.t4u8"]
    assert list(items) == sorted(items)
    assert gpu["spec"] == IsPartialDict(type="Dedicate", cpuArch="x86", cpu="8", memory="32Gi")
    assert gpu["spec"]["gpu"] == {"type": "nvidia-t4", "size": "1", "memory": "16Gi"}
    assert gpu["status"]["phase"]["cn-north-7c"] == "normal"


def test_pages(wire: Wire) -> None:
    """Pages of flavors follow each other by `continue` and hold every flavor once."""
    names, query = [], {"limit": "4"}
    while True:
        page = wire.get("/v1/resourceflavors", **query).json()
        names += [item["metadata"]["name"] for item in page["items"]]
        if not page["metadata"]:
            break
        query["continue"] = page["metadata"]["continue"]

    assert names == [item["metadata"]["name"] for item in wire.get("/v1/resourceflavors").json()["items"]]


def test_unknown_token(wire: Wire) -> None:
    """A token that was never given is refused."""
    assert error_code(wire.get("/v1/resourceflavors", **{"continue": "x"})) == (400, "ModelArts.50004000")
