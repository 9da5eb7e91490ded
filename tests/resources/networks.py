"""Programs with one network, and the processes that run them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator import PROJECT
from pulumi_modelarts.resources.network import NetworkProvider
from tests.resources.scenario import Stack, configured, connect

if TYPE_CHECKING:
    from modelarts_emulator import Emulator

ID = f"team-net-{PROJECT}"
CIDR = "192.168.0.0/20"
URN = "urn:pulumi:test::x::x::net"
CREATED = {"network": "(none) -> created"}
TAKEN_OVER = {"network": "exists -> managed", "on destroy": "released"}


def making(**inputs: Any) -> dict[str, Any]:
    """Declare that the team's network is made."""
    return {"name": "team-net", "cidr": CIDR, **inputs}


ADOPTING = {"networkName": ID}


def network(config: dict[str, str], urn: str = URN) -> Stack:
    """Return a program with one network, never run."""
    return Stack(configured(NetworkProvider(), **config), urn=urn)


def renewed(stack: Stack, emulator: Emulator, name: str, **further: str) -> Stack:
    """Let the next command of a program run in a process of its own."""
    configured(stack.provider, **connect(emulator, name, **further))
    return stack


def written(emulator: Emulator) -> list[str | None]:
    """Return what was written, and forget it."""
    writes = [write.operation for write in emulator.journal.writes()]
    emulator.journal.clear()
    return writes
