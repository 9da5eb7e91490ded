import inspect
import re

import huaweicloudsdkmodelarts.v1.modelarts_client as vendor  # type: ignore[import-untyped] # ships no types
import pytest

from modelarts_emulator import PROJECT
from modelarts_emulator.service.evidence.declined import DECLINED, why
from modelarts_emulator.service.urls import resolve
from tests.emulator.wire import Wire, error

OPERATION = re.compile(r'def _(\w+)_http_info\(.*?"method": "(\w+)",\s+"resource_path": "([^"]+)"', re.DOTALL)
VENDOR = [
    (name, method, path.replace("{project_id}", PROJECT))
    for name, method, path in OPERATION.findall(inspect.getsource(vendor))
]


def test_every_operation_of_the_vendor_is_served_or_declined() -> None:
    """Whatever the official SDK can ask is either served or listed as declined with a reason."""
    paths = {name: (method, re.sub(r"\{\w+\}", "x", path)) for name, method, path in VENDOR}

    assert [name for name, (method, path) in paths.items() if not resolve(method, path) and not why(path)] == []


def test_nothing_is_declined_in_vain() -> None:
    """A reason stands only beside what the official SDK or the pages have and the emulator does not serve."""
    paths = [(method, re.sub(r"\{\w+\}", "x", path)) for _, method, path in VENDOR]
    documented = [("POST", f"/v2/{PROJECT}/pools/x/retry-scope")]

    unserved = {why(path) for method, path in [*paths, *documented] if not resolve(method, path)}
    assert [item.what for item in DECLINED if item not in unserved] == []


@pytest.mark.loopback
def test_declined_answers_as_the_gateway(wire: Wire) -> None:
    """What is declined gets the gateway's answer for a path it does not know, and in a header the reason."""
    before = wire.emulator.world()

    answer = wire.post("/pools/x/nodes/batch-reset", {"nodeNames": ["a"]})

    text = "The API does not exist or has not been published in the environment"
    assert error(answer) == (404, "APIGW.0101", text)
    assert answer.headers["x-emulator-declined"] == "resetting nodes: nodes have no operating system"
    assert wire.emulator.world() == before
