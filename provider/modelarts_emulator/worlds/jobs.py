"""Training jobs of a world given as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.exceptions import ApiError, ImpossibleWorldError
from modelarts_emulator.models import node, training_job
from modelarts_emulator.models.training_job import TrainingJob

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator.models.node import Node
    from modelarts_emulator.models.tenant import Tenant


def load_jobs(tenant: Tenant, given: Mapping[str, Mapping[str, Any]]) -> None:
    """Put training jobs on their nodes.

    Raises:
        ImpossibleWorldError: A job on nodes that its pool does not have, or in a phase that is none.
    """
    for job_id, facts in given.items():
        where = f"training_jobs[{job_id}]"
        nodes = _nodes(tenant, where, facts)
        ends_in = facts.get("ends_in")
        job = TrainingJob(
            id=job_id,
            pool=facts.get("pool", ""),
            hosts=[item.private_ip for item in nodes],
            phase=facts.get("phase", "Running"),
            created_at=tenant.now,
            ends_at=None if ends_in is None else tenant.now + ends_in,
            final_phase=facts.get("final_phase", "Completed"),
            document=document(tenant, job_id, facts, nodes),
        )
        training_job.save(tenant, job)


def _nodes(tenant: Tenant, where: str, facts: Mapping[str, Any]) -> list[Node]:
    try:
        return [node.find(tenant, facts.get("pool", ""), name) for name in facts.get("nodes", [])]
    except ApiError as error:
        raise ImpossibleWorldError(
            f"{where}.nodes: pool {facts.get('pool', '')!r} has no such {error.message}"
        ) from error


def document(tenant: Tenant, job_id: str, facts: Mapping[str, Any], nodes: list[Node]) -> dict[str, Any]:
    """Document of a job: what was given, completed by its identity, pool and the addresses of its tasks."""
    given = dict(facts.get("document", {}))
    created = int(tenant.now * 1000)
    metadata = {"id": job_id, "name": f"job-{job_id[:8]}", "workspace_id": "0", **given.get("metadata", {})}
    metadata["create_time"] = created
    tasks = [f"worker-{index}" for index in range(len(nodes))]
    status = {
        **given.get("status", {}),
        "start_time": created,
        "tasks": tasks,
        "task_ips": [
            {"task": task, "ip": item.private_ip, "host_ip": item.private_ip, "schedule_count": 1}
            for task, item in zip(tasks, nodes, strict=True)
        ],
    }
    spec = dict(given.get("spec", {}))
    spec["resource"] = {**spec.get("resource", {}), "node_count": len(nodes), "pool_id": facts.get("pool", "")}
    return {"kind": "job", **given, "metadata": metadata, "status": status, "spec": spec}
