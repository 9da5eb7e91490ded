"""Training jobs: they keep nodes busy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from modelarts_emulator.exceptions import training_job_not_found
from modelarts_emulator.models import node

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from modelarts_emulator.models.tenant import Tenant

PHASES = ("Creating", "Pending", "Running", "Failed", "Completed", "Terminating", "Terminated", "Abnormal")
TERMINAL = ("Completed", "Failed", "Terminated", "Abnormal")


@dataclass
class TrainingJob:
    """One training job.

    Attributes:
        id: Job id.
        pool: Pool id it runs in; empty for a job outside dedicated pools.
        hosts: Private addresses of its nodes.
        phase: Phase until `ends_at`.
        created_at: Creation, in seconds since 1970.
        ends_at: When it ends; None when it runs until somebody ends it.
        final_phase: Phase from then on.
        document: Everything else the API shows.
    """

    id: str
    pool: str
    hosts: list[str]
    phase: str
    created_at: float
    ends_at: float | None
    final_phase: str
    document: dict[str, Any]

    def phase_at(self, now: float) -> str:
        """Phase at this moment."""
        return self.phase if self.ends_at is None or now < self.ends_at else self.final_phase


def save(tenant: Tenant, job: TrainingJob) -> None:
    """Keep a new or changed job."""
    tenant.connection.execute(
        "INSERT OR REPLACE INTO training_jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(tenant.project, job.id, job.pool, to_json(job.hosts).decode(), job.phase, job.created_at, job.ends_at),
            *(job.final_phase, to_json(job.document).decode()),
        ),
    )


def find(tenant: Tenant, job_id: str) -> TrainingJob:
    """The job of this id.

    Raises:
        ApiError: 400 ModelArts.2775 when there is none.
    """
    row = tenant.connection.execute(
        "SELECT * FROM training_jobs WHERE project = ? AND id = ?", (tenant.project, job_id)
    ).fetchone()
    if row is None:
        raise training_job_not_found(job_id)
    return _parse(row)


def every(tenant: Tenant) -> list[TrainingJob]:
    """All jobs of the project, newest first."""
    rows = tenant.connection.execute(
        "SELECT * FROM training_jobs WHERE project = ? ORDER BY created_at DESC, id", (tenant.project,)
    )
    return [_parse(row) for row in rows]


def finish(tenant: Tenant, job: TrainingJob, phase: str) -> None:
    """End a job now; one that has ended already keeps its end."""
    if job.phase_at(tenant.now) not in TERMINAL:
        job.ends_at, job.final_phase = tenant.now, phase
        save(tenant, job)


def running_by_host(tenant: Tenant) -> dict[str, str]:
    """Running training job by private address of each of its nodes."""
    return {host: job.id for job in every(tenant) if job.phase_at(tenant.now) == "Running" for host in job.hosts}


def busy_hosts(tenant: Tenant) -> set[str]:
    """Private addresses of nodes with a running training job."""
    return set(running_by_host(tenant))


def evict(tenant: Tenant, hosts: Iterable[str]) -> None:
    """Terminate the running jobs of these nodes (assumed)."""
    evicted = set(hosts)
    for job in every(tenant):
        if job.phase_at(tenant.now) == "Running" and evicted.intersection(job.hosts):
            finish(tenant, job, "Terminated")


def lose_hosts(tenant: Tenant, hosts: Iterable[str]) -> None:
    """Fail the running jobs of nodes that are being deleted (assumed)."""
    lost = set(hosts)
    for job in every(tenant):
        if job.phase_at(tenant.now) == "Running" and lost.intersection(job.hosts):
            finish(tenant, job, "Failed")


def free_at(tenant: Tenant, pool: str, since: float) -> float | None:
    """First moment from `since` on at which no training job runs on the pool's nodes; None when no end is in sight."""
    addresses = {item.private_ip for item in node.in_pool(tenant, pool)}
    jobs = [job for job in every(tenant) if job.phase == "Running" and addresses.intersection(job.hosts)]
    moment = since
    while True:
        running = [job for job in jobs if job.phase_at(moment) == "Running"]
        if not running:
            return moment
        ends = [job.ends_at for job in running]
        if None in ends:
            return None
        moment = max(end for end in ends if end is not None)


def _parse(row: sqlite3.Row) -> TrainingJob:
    return TrainingJob(
        id=row["id"],
        pool=row["pool"],
        hosts=from_json(row["hosts"]),
        phase=row["phase"],
        created_at=row["created_at"],
        ends_at=row["ends_at"],
        final_phase=row["final_phase"],
        document=from_json(row["document"]),
    )
