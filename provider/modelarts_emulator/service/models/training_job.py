"""Training jobs: rows of moments, from which phases follow, and the nodes that they keep busy."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from modelarts_emulator.service.training_errors import job_not_found, not_terminable
from modelarts_emulator.state import ids

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from modelarts_emulator.service.models.tenant import Tenant

PHASES = ("Creating", "Pending", "Running", "Failed", "Completed", "Terminating", "Terminated", "Abnormal")
TERMINAL = ("Completed", "Failed", "Terminated", "Abnormal")
TERMINABLE = ("Creating", "Pending", "Running")
"""Phases in which a job can be stopped (documented: StopTrainingJob)."""

EXISTS = "project = :project AND (gone_at IS NULL OR gone_at > :now)"
_ON_NODES = "phase = 'Running' AND starts_at <= :now AND (ends_at IS NULL OR ends_at > :now)"


@dataclass
class TrainingJob:
    """One training job.

    Attributes:
        number: Row number: jobs made later have higher ones.
        id: Job id.
        pool: Pool id it runs in; empty for a job outside dedicated pools.
        document: Everything else the API shows.
        created_at: Creation, in seconds since 1970.
        queued_at: When it is made and begins to wait for nodes.
        waits_since: While it waits: the moment up to which it is known to find no nodes; None otherwise.
        starts_at: When it gets its nodes; None before that.
        hosts: Private addresses of its nodes.
        phase: Phase from `starts_at` on, until it is stopped or ends.
        stops_at: When it begins to stop; None when nobody stops it.
        ends_at: When it ends; None when it runs until somebody ends it.
        final_phase: Phase from then on.
        reason: Why it ended, where it has not by itself.
        gone_at: When it was deleted; None before that. Its row stays behind, so that no other job gets its number.
    """

    number: int
    id: str
    pool: str
    document: dict[str, Any]
    created_at: float
    queued_at: float
    waits_since: float | None = None
    starts_at: float | None = None
    hosts: list[str] = field(default_factory=list)
    phase: str = "Running"
    stops_at: float | None = None
    ends_at: float | None = None
    final_phase: str = "Completed"
    reason: str = ""
    gone_at: float | None = None

    @property
    def node_count(self) -> int:
        """How many nodes it needs."""
        return int(self.document["spec"]["resource"]["node_count"])

    @property
    def priority(self) -> int:
        """The higher, the sooner it gets nodes; 1 unless it says otherwise (documented: CreateTrainingJob)."""
        return int(self.document["spec"].get("schedule_policy", {}).get("priority", 1))

    def phase_at(self, now: float) -> str:
        """Phase at this moment."""
        if self.ends_at is not None and now >= self.ends_at:
            return self.final_phase
        if self.stops_at is not None and now >= self.stops_at:
            return "Terminating"
        if now < self.queued_at:
            return "Creating"
        return "Pending" if self.starts_at is None or now < self.starts_at else self.phase

    def is_on_nodes(self, now: float) -> bool:
        """Whether it keeps its nodes busy at this moment: while it runs, and until it has stopped."""
        begun = self.phase == "Running" and self.starts_at is not None and self.starts_at <= now
        return begun and (self.ends_at is None or now < self.ends_at)


_COLUMNS = [item.name for item in fields(TrainingJob)]
_SAVE = (
    f"INSERT OR REPLACE INTO training_jobs (project, {', '.join(_COLUMNS)}) "  # noqa: S608 - constants
    f"VALUES (:project, {', '.join(f':{name}' for name in _COLUMNS)})"
)


def next_identity(tenant: Tenant) -> tuple[int, str]:
    """Number and id for the next job; ids are of the form of the pages."""
    number = tenant.connection.execute("SELECT coalesce(max(number), 0) + 1 FROM training_jobs").fetchone()[0]
    text = ids.token(tenant.seed, "training job", tenant.project, number)
    return number, "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def save(tenant: Tenant, job: TrainingJob) -> None:
    """Keep a new or changed job."""
    texts = {"hosts": to_json(job.hosts).decode(), "document": to_json(job.document).decode()}
    tenant.connection.execute(_SAVE, {**vars(job), **texts, "project": tenant.project})


def find(tenant: Tenant, job_id: str) -> TrainingJob:
    """The job of this id.

    Raises:
        ApiError: 400 ModelArts.2775 when there is none.
    """
    found = _select(tenant, f"{EXISTS} AND id = :id", id=job_id)
    if not found:
        raise job_not_found(job_id)
    return found[0]


def every(tenant: Tenant) -> list[TrainingJob]:
    """All jobs of the project, newest first."""
    return _select(tenant, EXISTS)


def waiting(tenant: Tenant) -> list[TrainingJob]:
    """Jobs that wait for nodes, in the order in which they get them: by priority, then by age (assumed)."""
    found = _select(tenant, "project = :project AND waits_since <= :now")
    return sorted(found, key=lambda job: (-job.priority, job.number))


def on_nodes(tenant: Tenant) -> list[TrainingJob]:
    """Jobs that keep nodes busy now."""
    return _select(tenant, f"project = :project AND {_ON_NODES}")


def finish(tenant: Tenant, job: TrainingJob, phase: str, reason: str = "") -> None:
    """End a job now; one that has ended already keeps its end."""
    if job.phase_at(tenant.now) not in TERMINAL:
        job.ends_at, job.final_phase, job.reason, job.waits_since = tenant.now, phase, reason, None
        save(tenant, job)


def stop(tenant: Tenant, job: TrainingJob) -> None:
    """Begin to stop a job; until it has stopped it keeps its nodes (assumed).

    Raises:
        ApiError: 409 ModelArts.2796 when it is stopping or has ended.
    """
    if job.phase_at(tenant.now) not in TERMINABLE:
        raise not_terminable()
    job.stops_at, job.ends_at = tenant.now, tenant.now + tenant.timings.terminating
    job.final_phase, job.reason, job.waits_since = "Terminated", "job terminated", None
    save(tenant, job)


def delete(tenant: Tenant, job: TrainingJob) -> None:
    """Let a job be gone at once, and its nodes free (assumed)."""
    finish(tenant, job, "Terminated")
    job.gone_at = tenant.now
    save(tenant, job)


def running_by_host(tenant: Tenant) -> dict[str, str]:
    """Id of the training job by private address of each node that one keeps busy."""
    rows = tenant.connection.execute(
        f"SELECT id, hosts FROM training_jobs WHERE project = :project AND {_ON_NODES}",  # noqa: S608 - constants
        {"project": tenant.project, "now": tenant.now},
    )
    return {host: row["id"] for row in rows for host in from_json(row["hosts"])}


def evict(tenant: Tenant, hosts: Iterable[str]) -> None:
    """Terminate the running jobs of these nodes (assumed)."""
    _end_on(tenant, hosts, "Terminated", "evicted from a drained node")


def lose_hosts(tenant: Tenant, hosts: Iterable[str], reason: str = "node deleted") -> None:
    """Fail the running jobs of nodes that are being deleted or rebooted (assumed)."""
    _end_on(tenant, hosts, "Failed", reason)


def lose_pool(tenant: Tenant, pool: str) -> None:
    """Fail the jobs of a pool that is being deleted, those that wait for its nodes too (assumed)."""
    for job in every(tenant):
        if job.pool == pool:
            finish(tenant, job, "Failed", "pool deleted")


def _end_on(tenant: Tenant, hosts: Iterable[str], phase: str, reason: str) -> None:
    lost = set(hosts)
    for job in on_nodes(tenant):
        if job.phase_at(tenant.now) == "Running" and lost.intersection(job.hosts):
            finish(tenant, job, phase, reason)


def _select(tenant: Tenant, condition: str, **parameters: object) -> list[TrainingJob]:
    rows = tenant.connection.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM training_jobs WHERE {condition} ORDER BY created_at DESC, number DESC",  # noqa: S608 - constants
        {"project": tenant.project, "now": tenant.now, **parameters},
    )
    return [_parse(row) for row in rows]


def _parse(row: sqlite3.Row) -> TrainingJob:
    return TrainingJob(**{**dict(row), "hosts": from_json(row["hosts"]), "document": from_json(row["document"])})
