"""Documents of training jobs: what was sent, and how the job is at this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.models.training_job import TERMINAL
from modelarts_emulator.state import ids

if TYPE_CHECKING:
    from modelarts_emulator.service.models.tenant import Tenant
    from modelarts_emulator.service.models.training_job import TrainingJob

SECONDARY_PHASES = {"Pending": "Queuing", "Abnormal": "CreateFailed"}
NOT_BEGUN = ("Creating", "Pending")
EXIT_CODES = {"Completed": 0, "Failed": 1, "Terminated": 137, "Abnormal": 1}
"""Exit code of every task by the phase in which the job ended (assumed)."""

END_REASONS = {"Completed": "job completed", "Failed": "job failed", "Terminated": "job terminated"}
"""Why a run ended, where nothing else is known; the first is the page's (documented), the others are assumed."""

PAGES = {
    "jupyter-lab/enable": "jupyter_lab",
    "tensorboard/enable": "tensorboard",
    "mindstudio-insight/enable": "mindstudio_insight",
}
"""Web page of a running job by the annotation that asks for it (documented: CreateTrainingJob)."""


def render(tenant: Tenant, job: TrainingJob) -> dict[str, Any]:
    """Document of a job at this moment."""
    document = {**job.document, "status": _status(job, tenant.now)}
    endpoints = _endpoints(tenant, job)
    return {**document, "endpoints": endpoints} if endpoints else document


def task_ips(job: TrainingJob) -> list[dict[str, Any]]:
    """Where the tasks of a job run; nothing before it has nodes, or outside dedicated pools (client: official SDK)."""
    return [
        {"task": task, "ip": host, "host_ip": host, "schedule_count": 1}
        for task, host in zip(_tasks(job), job.hosts, strict=False)
    ]


def _tasks(job: TrainingJob) -> list[str]:
    return [f"worker-{index}" for index in range(job.node_count)]


def _status(job: TrainingJob, now: float) -> dict[str, Any]:
    given: dict[str, Any] = job.document.get("status", {})
    phase = job.phase_at(now)
    start = None if job.starts_at is None or phase in NOT_BEGUN else job.starts_at
    end = now if job.ends_at is None else min(now, job.ends_at)
    status: dict[str, Any] = {
        "phase": phase,
        "secondary_phase": SECONDARY_PHASES.get(phase, phase),
        "duration": 0 if start is None else int((end - start) * 1000),
        "start_time": 0 if start is None else int(start * 1000),
        "node_count_metrics": None if start is None else _node_counts(job, start, end, over=phase in TERMINAL),
        "tasks": _tasks(job),
    }
    if start is not None:
        status["running_records"] = [_record(job, start, phase)]
    if phase in TERMINAL:
        status["task_statuses"] = [
            {"task": task, "exit_code": EXIT_CODES[phase], "message": job.reason} for task in status["tasks"]
        ]
    records = given.get("running_records", []) + status.get("running_records", [])
    return {**given, **status, **({"running_records": records} if records else {})}


def _node_counts(job: TrainingJob, start: float, end: float, *, over: bool) -> list[list[int]]:
    counts = [[int(start * 1000), job.node_count]]
    return [*counts, [int(end * 1000), 0]] if over else counts


def _record(job: TrainingJob, start: float, phase: str) -> dict[str, Any]:
    """The run since the job has its nodes, in seconds."""
    record: dict[str, Any] = {"start_at": int(start), "start_type": "init_or_rescheduled"}
    if phase in TERMINAL and job.ends_at is not None:
        record |= {"end_at": int(job.ends_at), "end_reason": job.reason or END_REASONS.get(phase, "job failed")}
    return record


def _endpoints(tenant: Tenant, job: TrainingJob) -> dict[str, Any]:
    """Ways into a job; addresses are there while it runs (assumed), and lead nowhere."""
    endpoints: dict[str, Any] = dict(job.document.get("endpoints", {}))
    if job.phase_at(tenant.now) != "Running":
        return endpoints
    host = f"{job.id}.modelarts.example"
    if "ssh" in endpoints:
        urls = [{"task": task, "url": f"ssh://ma-user@{task}.{host}:22"} for task in _tasks(job)]
        endpoints["ssh"] = {**endpoints["ssh"], "task_urls": urls}
    annotations = job.document["metadata"].get("annotations", {})
    for annotation, name in PAGES.items():
        if annotations.get(annotation) == "true":
            token = ids.token(tenant.seed, "endpoint", job.id, name)
            endpoints[name] = {"url": f"https://{host}/{name.replace('_', '-')}", "token": token}
    return endpoints
