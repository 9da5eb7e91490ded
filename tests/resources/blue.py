"""A pool that a program makes, at a service that is quick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator import NETWORK, PROJECT
from tests.resources.pools import CPU
from tests.resources.service import world

if TYPE_CHECKING:
    from modelarts_emulator import Emulator

BLUE = f"blue-{PROJECT}"
QUICK = {**world(), "timings": {"queue": 0, "creating": 1, "checking": 1, "spread": 0, "scope": 0, "deleting": 20}}


def blue(count: int = 2, **inputs: Any) -> dict[str, Any]:
    """Declare a pool to make."""
    return {"name": "blue", "network": NETWORK, "scope": ["Train"], "flavors": {CPU: float(count)}, **inputs}


def adopted_blue(count: int = 2, **inputs: Any) -> dict[str, Any]:
    """Declare the same pool as one that is adopted."""
    return {"poolName": BLUE, "scope": ["Train"], "flavors": {CPU: float(count)}, **inputs}


def writes(emulator: Emulator) -> list[str | None]:
    """Return what was written to the service."""
    return [write.operation for write in emulator.journal.writes()]


def pools(emulator: Emulator) -> set[str]:
    """Return the pools that there are."""
    return set(emulator.world()["pools"])
