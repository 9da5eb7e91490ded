"""Requests for migrations, and what became of them."""

from typing import Any

import httpx

from modelarts_emulator import INFER_POOL, PROJECT, TRAIN_POOL
from tests.emulator.wire import CPU, Wire, world

OTHER = "os-node-created-k9x2v"
"""The training pool's other node."""

ONE, TWO = f"one-{PROJECT}", f"two-{PROJECT}"
"""Pools of a world of a test's own."""


def body(*names: str, source: str = TRAIN_POOL, target: str = INFER_POOL, **changes: object) -> dict[str, Any]:
    """Body of a request between two pools, with fields replaced; None leaves one out."""
    document = {
        "migrateNodeNames": list(names),
        "fromClusterName": source,
        "toClusterName": target,
        "toPoolName": target,
        "resourceSpec": {"flavor": CPU},
        **changes,
    }
    return {name: value for name, value in document.items() if value is not None}


def migrate(wire: Wire, document: object, pool: str = TRAIN_POOL) -> httpx.Response:
    """Send a request about nodes of a pool."""
    return wire.post(f"/pools/{pool}/nodes/batch-migrate", document)


def moved(wire: Wire, *names: str, source: str = TRAIN_POOL, target: str = INFER_POOL, **changes: object) -> str:
    """Start a migration that is granted, and return its job's id."""
    answer = migrate(wire, body(*names, source=source, target=target, **changes), source).raise_for_status()
    return str(answer.json()["job_id"])


def job(wire: Wire, job_id: str) -> dict[str, Any]:
    """Document of a job."""
    document: dict[str, Any] = wire.get(f"/jobs/{job_id}").raise_for_status().json()
    return document


def counts(wire: Wire, *pools: str) -> list[int]:
    """Nodes that each pool's spec counts."""
    return [sum(entry["count"] for entry in wire.pool(name)["spec"]["resources"]) for name in pools]


def names(wire: Wire, pool: str = ONE) -> list[str]:
    """Names of a pool's nodes."""
    return list(wire.nodes(pool))


def two_pools(wire: Wire, source: dict[str, Any], target: dict[str, Any], **more: object) -> None:
    """Seed a world of two pools."""
    wire.emulator.seed({**world(one=source, two=target), **more})
