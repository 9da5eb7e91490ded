"""Requests about training jobs, and what became of them."""

from typing import Any

import httpx

from modelarts_emulator import PROJECT, TRAIN_POOL
from tests.emulator.wire import Wire, cpu, world

POOL = f"pool-{PROJECT}"
"""The pool of a world of a test's own."""

A, B, C = (f"os-node-created-{letter * 5}" for letter in "abc")
"""Its nodes."""

SCRIPT = {
    "code_dir": "obs://test/code/",
    "boot_file": "obs://test/code/train.py",
    "engine": {"engine_id": "pytorch-cp36-1.4.0-v2"},
}
"""An algorithm that needs nothing else."""

STARTING = 10
STOPPING = 15
HOUR = 3600

NOT_FOUND = (400, "ModelArts.2775", "Training job (ID: no-such-job) not found.")
"""How a job that does not exist is refused."""


def body(name: str = "resnet", pool: str = TRAIN_POOL, nodes: int = 1, **spec: object) -> dict[str, Any]:
    """Body of a request for a job on nodes of a pool, with further fields of its spec."""
    resource = {"pool_id": pool, "node_count": nodes}
    return {"metadata": {"name": name}, "algorithm": SCRIPT, "spec": {"resource": resource, **spec}}


def create(wire: Wire, document: object) -> httpx.Response:
    """Ask for a job."""
    return wire.post("/training-jobs", document)


def created(wire: Wire, name: str = "resnet", pool: str = TRAIN_POOL, nodes: int = 1, **spec: object) -> str:
    """Id of a job that was granted."""
    answer = create(wire, body(name, pool, nodes, **spec))
    assert answer.status_code == 201
    return str(answer.json()["metadata"]["id"])


def started(wire: Wire, name: str = "resnet", pool: str = TRAIN_POOL, nodes: int = 1, **spec: object) -> str:
    """Id of a job that has got its nodes."""
    job_id = created(wire, name, pool, nodes, **spec)
    wire.emulator.clock.advance(STARTING)
    assert phase(wire, job_id) == "Running"
    return job_id


def show(wire: Wire, job_id: str) -> dict[str, Any]:
    """Document of a job."""
    document: dict[str, Any] = wire.get(f"/training-jobs/{job_id}").raise_for_status().json()
    return document


def phase(wire: Wire, job_id: str) -> str:
    """Phase of a job."""
    return str(show(wire, job_id)["status"]["phase"])


def phases(wire: Wire, *jobs: str) -> list[str]:
    """Phases of jobs."""
    return [phase(wire, job) for job in jobs]


def stop(wire: Wire, job_id: str, action: str = "terminate") -> httpx.Response:
    """Stop a job."""
    return wire.post(f"/training-jobs/{job_id}/actions", {"action_type": action})


def delete(wire: Wire, job_id: str) -> httpx.Response:
    """Delete a job."""
    return wire.client.delete(wire.url(f"/training-jobs/{job_id}"))


def nodes_of(wire: Wire, job_id: str) -> list[str]:
    """Names of the nodes that a job has, in the order of its tasks."""
    pools = wire.emulator.world()["pools"]
    names = {node["private_ip"]: name for pool in pools.values() for name, node in pool["nodes"].items()}
    return [names[item["host_ip"]] for item in wire.get(f"/training-jobs/{job_id}/tasks").json()]


def one_pool(wire: Wire, *nodes: str, jobs: dict[str, Any] | None = None, **more: object) -> None:
    """Seed a world of one pool with these nodes and training jobs."""
    content = world(pool={"resources": [cpu(len(nodes))], "nodes": list(nodes)})
    content["projects"][PROJECT]["training_jobs"] = jobs or {}
    wire.emulator.seed({**content, **more})
