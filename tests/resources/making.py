"""Programs that make a pool in the network of the documented world, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import PROJECT
from modelarts_emulator.worlds.documented import NETWORK
from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.lifetime import Resource
from tests.resources.pools import CPU
from tests.resources.scenario import CheckFailedError, configured, connect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator import Emulator

TEAM = f"team-b-{PROJECT}"
BORN = f"(none) -> created in {NETWORK}"
MADE = {"pool": BORN, f"flavors.{CPU}": "0 -> 2", "scope": "(none) -> Train"}
"""What a first preview says of two nodes that serve training jobs."""


def team(count: int = 2, **inputs: Any) -> dict[str, Any]:
    """Declare a pool to make; numbers arrive as floats, as from the engine."""
    return {"name": "team-b", "network": NETWORK, "flavors": {CPU: float(count)}, "scope": ["Train"], **inputs}


def maker(emulator: Emulator, process: str, name: str = "b", **config: str) -> Resource:
    """Return a resource that makes pools, in a process of its own."""
    provider = configured(ResourcePoolProvider(), **connect(emulator, process, **config))
    return Resource(provider, name=name, computed="changes")


def reborn(resource: Resource, emulator: Emulator, process: str) -> None:
    """Have the next call made in another process, which remembers nothing."""
    configured(resource.provider, **connect(emulator, process))


def refusals(resource: Resource, program: Mapping[str, Any]) -> list[str]:
    """Preview a program that is refused, and return what is wrong with it."""
    with pytest.raises(CheckFailedError) as failed:
        resource.preview(program)
    return str(failed.value).splitlines()


def failure(resource: Resource, program: Mapping[str, Any]) -> str:
    """Run a program that fails, and return what it says."""
    with pytest.raises(ModelArtsError) as failed:
        resource.up(program)
    return str(failed.value)


def asked(emulator: Emulator) -> list[tuple[str | None, int | None]]:
    """Return what was written, with what was answered."""
    return [(write.operation, write.status) for write in emulator.journal.writes()]
