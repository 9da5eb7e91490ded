"""Worlds that snapshots are taken of, and the requests and faults that make them."""

from modelarts_emulator import (
    GPU_POOL,
    INFER_POOL,
    NODE,
    PROJECT,
    TRAIN_POOL,
    Emulator,
    Fault,
    Outcome,
    Request,
    Throttle,
)
from tests.emulator.migrations import OTHER, body
from tests.emulator.wire import cpu

POOLS = f"/v2/{PROJECT}/pools"
DRIVER = {"gpuVersion": "515.65.01", "updateStrategy": "idle"}


def scaled(count: int) -> Request:
    """A request for so many nodes in the training pool."""
    return Request.of_json("PATCH", f"{POOLS}/{TRAIN_POOL}", {"spec": {"resources": [cpu(count)]}})


TOKEN = {"auth": {"identity": {"password": {"user": {"name": "a", "password": "secret-1", "domain": {"name": "d"}}}}}}
REQUESTS = {
    "grow": scaled(4),
    "shrink": scaled(1),
    "move": Request.of_json("POST", f"{POOLS}/{TRAIN_POOL}/nodes/batch-migrate", body(OTHER)),
    "delete": Request.of_json(
        "POST", f"{POOLS}/{INFER_POOL}/nodes/batch-delete", {"deleteNodeNames": ["os-node-created-b7f3q"]}
    ),
    "lock": Request.of_json(
        "POST", f"{POOLS}/{TRAIN_POOL}/nodes/batch-lock", {"nodeNames": [NODE], "actions": ["delete"]}
    ),
    "drain": Request.of_json("POST", f"{POOLS}/{GPU_POOL}/nodes/batch-drain", {"nodeNames": ["os-node-created-72w8d"]}),
    "upgrade": Request.of_json("PATCH", f"{POOLS}/{GPU_POOL}", {"spec": {"driver": DRIVER}}),
    "scope": Request.of_json("PATCH", f"{POOLS}/{INFER_POOL}", {"spec": {"scope": ["Infer", "Notebook"]}}),
    "token": Request.of_json("POST", "/v3/auth/tokens", TOKEN),
    "pools": Request("GET", POOLS),
    "nodes": Request("GET", f"{POOLS}/{TRAIN_POOL}/nodes"),
    "orders": Request("GET", f"/v1/{PROJECT}/orders"),
    "jobs": Request("GET", f"/v2/{PROJECT}/jobs"),
    "nothing": Request("GET", "/v2"),
}
FAULTS = (
    Fault("patchPool", outcome=Outcome(nodes=1, spec="real")),
    Fault("batchMigratePoolNodes", outcome=Outcome(nodes=0, job="stuck")),
    Fault("listPools", status=429, retry_after=1, after=1),
    Fault("listJobs", throttle=Throttle(rate=0.01, burst=2, per_scope=True)),
)


def busy() -> Emulator:
    """A world in which everything is under way."""
    emulator = Emulator()
    for fault in FAULTS:
        emulator.faults.arm(fault)
    for name in ("grow", "move", "upgrade", "scope", "token", "delete", "pools", "lock"):
        emulator.handle(REQUESTS[name])
    emulator.clock.advance(12.5)
    return emulator
