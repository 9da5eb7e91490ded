"""The pools of the documented world as programs declare them, and the calls the engine makes for them."""

from collections.abc import Callable
from typing import Any

from modelarts_emulator import TRAIN_POOL
from tests.engine.host import Call, Host

Hosts = Callable[..., Host]
"""What the fixture `start` is."""

FLAVOR = "modelarts.vm.cpu.4ud"
URN = "urn:pulumi:test::modelarts::pulumi-python:dynamic/modelarts:ResourcePool::train"
CALL = Call(urn=URN)


def train(count: float | str, **further: Any) -> dict[str, Any]:
    """Declare the training pool of the API pages."""
    return {"poolName": TRAIN_POOL, "flavors": {FLAVOR: count}, **further}
