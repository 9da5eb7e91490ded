"""What a program is told of training jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi_modelarts.api.training_job import TrainingJob
    from pulumi_modelarts.api.training_job_document import TrainingJobDocument
    from pulumi_modelarts.queries.resource_pool import Answer, Arguments
    from pulumi_modelarts.reconcilers.session import Session

_FILTERS = {"phases": "phase", "poolName": "pool_id"}
"""What the service is asked to filter by. What `like` means for a name is on no page, so names are looked at here."""


def training_jobs(session: Session, given: Arguments) -> Answer:
    """Returns the jobs that a search finds, in one workspace or in all that this user can see, the oldest first.

    Raises:
        ModelArtsError: They could not be searched.
    """
    filters = {key: _values(given[name]) for name, key in _FILTERS.items() if given.get(name) is not None}
    workspace, name = given.get("workspaceId"), given.get("name") or ""
    workspaces = session.workspaces if workspace is None else (workspace,)
    found = [job for job in session.client.training_jobs.search(filters, workspaces) if name in job.name]
    return {"jobs": [_summary(job) for job in sorted(found, key=lambda job: (job.metadata.create_time, job.id))]}


def training_job(session: Session, given: Arguments) -> Answer:
    """Returns one job; where its document does not say where its tasks run, that is asked for.

    Raises:
        NotFoundError: There is no such job.
        ModelArtsError: It could not be read.
    """
    job, raw = session.client.training_jobs.document(given["jobId"])
    spec = job.spec.model_dump(by_alias=True)
    return {
        "kind": job.kind,
        "metadata": job.metadata.model_dump(by_alias=True),
        "status": job.status.model_dump(by_alias=True) | {"taskIps": _addresses(session, job)},
        "resource": spec["resource"],
        "schedulePolicy": spec["schedulePolicy"],
        "endpoints": job.endpoints.model_dump(by_alias=True),
        "raw": raw,
    }


def _addresses(session: Session, job: TrainingJobDocument) -> list[dict[str, Any]]:
    """Returns where tasks run; an operation of its own tells where the document does not."""
    told = job.status.task_ips or session.client.training_jobs.task_addresses(job.metadata.id)
    return [address.model_dump(by_alias=True) for address in told]


def _summary(job: TrainingJob) -> Answer:
    resource = job.spec.resource
    return {
        "id": job.id,
        "name": job.name,
        "phase": job.phase,
        "ended": job.terminal,
        "poolName": job.pool_id,
        "flavor": resource.flavor_id,
        "nodeCount": resource.node_count,
        "workspaceId": job.metadata.workspace_id,
        "owner": job.owner,
        "createdAt": job.metadata.create_time,
        "duration": job.status.duration,
    }


def _values(given: str | list[str]) -> list[str]:
    return [given] if isinstance(given, str) else list(given)
