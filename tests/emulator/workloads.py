"""Asking for the workloads of a pool, and starting one."""

from typing import Any

from modelarts_emulator import NODE, TRAIN_POOL
from tests.emulator.wire import Wire


def listed(wire: Wire, pool: str = TRAIN_POOL, **query: str) -> list[dict[str, Any]]:
    """Workloads of a pool."""
    answer = wire.get(f"/pools/{pool}/workloads", **query).raise_for_status().json()
    items: list[dict[str, Any]] = answer.pop("items")
    assert answer == {"apiVersion": "v1", "kind": "WorkloadList"}
    return items


def ids(wire: Wire, pool: str = TRAIN_POOL, **query: str) -> list[str]:
    """Ids of what is in a pool, in the order of the list."""
    return [item["jobUUID"] for item in listed(wire, pool, **query)]


def running(wire: Wire, node: str = NODE, **more: Any) -> str:
    """Id of an inference service that was started on a node."""
    return wire.emulator.start_workload(TRAIN_POOL, [node], **more)
