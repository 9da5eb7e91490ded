"""What a user meets whose program makes pools: what is shown, refused, failed, replaced by hand and deleted."""

from __future__ import annotations

from typing import Any

import pytest

from modelarts_emulator import NETWORK, PROJECT
from tests.stacks.pools import CPU

pytestmark = pytest.mark.long

BLUE = f"team-blue-{PROJECT}"
URN = "urn:pulumi:test::modelarts-test::pulumi-python:dynamic/modelarts:ResourcePool::blue"


def made(name: str = "blue", count: int = 2, **arguments: Any) -> str:
    """Return a program that makes one more pool, in the documented network."""
    own = {"name": f"team-{name}", "network": NETWORK, "flavors": {CPU: count}, "scope": ["Train"]}
    given = ", ".join(f"{key}={value!r}" for key, value in {**own, **arguments}.items())
    return f"{name} = modelarts.ResourcePool({name!r}, {given})\n"
