"""The emulator's page: its files, and what it reads."""

from typing import Any

import httpx

from modelarts_emulator import TRAIN_POOL
from modelarts_emulator.state.clock import EPOCH
from tests.emulator.wire import CPU, Wire


def fetch(wire: Wire, path: str) -> httpx.Response:
    """GET below the page's address."""
    return wire.client.get(f"{wire.base}/_emulator/{path}")


def state(wire: Wire, query: str = "") -> dict[str, Any]:
    """What the page reads."""
    document: dict[str, Any] = fetch(wire, f"state{query}").raise_for_status().json()
    return document


def pool(wire: Wire, name: str = TRAIN_POOL) -> dict[str, Any]:
    """One pool of the state."""
    return next(item for item in state(wire)["pools"] if item["id"] == name)


def tile(name: str, ip: str, flavor: str = CPU, zone: str = "cn-north-7c", **more: object) -> dict[str, Any]:
    """A node that is plainly there, save for what is said."""
    common = {"phase": "Available", "flavor": flavor, "node_pool": f"{flavor}-default", "az": zone, "created": EPOCH}
    return {"name": name, "ip": ip, **common, **more}
