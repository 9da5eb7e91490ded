import inspect
import re

import huaweicloudsdkmodelarts.v1.modelarts_client as vendor  # type: ignore[import-untyped] # ships no types
import pytest

from modelarts_emulator import PROJECT
from modelarts_emulator.service.evidence.declined import DECLINED, Declined, why
from modelarts_emulator.service.urls import resolve
from tests.emulator.wire import Wire, error

OPERATION = re.compile(r'def _(\w+)_http_info\(.*?"method": "(\w+)",\s+"resource_path": "([^"]+)"', re.DOTALL)
VENDOR = [
    (name, method, path.replace("{project_id}", PROJECT))
    for name, method, path in OPERATION.findall(inspect.getsource(vendor))
]


@pytest.mark.parametrize(("method", "path"), [pytest.param(*rest, id=name) for name, *rest in VENDOR])
def test_every_operation_of_the_vendor_is_served_or_declined(method: str, path: str) -> None:
    """Whatever the official SDK can ask is either served or listed as declined with a reason."""
    concrete = re.sub(r"\{\w+\}", "x", path)

    assert resolve(method, concrete) or why(concrete)


@pytest.mark.parametrize("item", DECLINED, ids=lambda item: item.what)
def test_nothing_is_declined_in_vain(item: Declined) -> None:
    """A reason stands only beside what the official SDK or the pages have and the emulator does not serve."""
    paths = [(method, re.sub(r"\{\w+\}", "x", path)) for _, method, path in VENDOR]
    documented = [("POST", f"/v2/{PROJECT}/pools/x/retry-scope")]

    assert any(why(path) == item and not resolve(method, path) for method, path in [*paths, *documented])


def test_declined_answers_as_the_gateway(wire: Wire) -> None:
    """What is declined gets the gateway's answer for a path it does not know."""
    before = wire.emulator.world()

    answer = wire.post("/pools/x/nodes/batch-reset", {"nodeNames": ["a"]})

    text = "The API does not exist or has not been published in the environment"
    assert error(answer) == (404, "APIGW.0101", text)
    assert wire.emulator.world() == before
