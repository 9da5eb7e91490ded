"""Jobs: the asynchronous handle of migrating, rebooting and replacing nodes.

What a job does to a node is a move: a row with the moment at which the node arrives, or is given up. Until that moment
the node is under way. A node that is rebooted arrives where it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import from_json, to_json

from modelarts_emulator.service.exceptions import job_not_found
from modelarts_emulator.service.preconditions import unmet
from modelarts_emulator.state import ids

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from modelarts_emulator.service.models.node import Node
    from modelarts_emulator.service.models.tenant import Tenant

MIGRATE = "migrate-nodes"
"""Type of a migration (assumed: the word is on no page)."""

REBOOT = "reboot-node"
"""Type of a reboot (documented: ListJobs)."""

REPLACE = "replace-node"
"""Type of the replacement of a node (documented: ListJobs)."""

_DONE = {MIGRATE: "migrated", REBOOT: "rebooted", REPLACE: "replaced"}

_UNDER_WAY = "project = :project AND (ends_at IS NULL OR ends_at > :now)"


@dataclass
class Job:
    """One job.

    Attributes:
        number: Row number, by which moves refer to it.
        id: Job id.
        type: What it does: MIGRATE, REBOOT or REPLACE.
        source: Id of the pool that the request was about.
        target: Id of the pool that the nodes go to; the same for a reboot or replacement.
        created_at: When the request came.
        ends_at: When it ends; None for a stuck job.
        outcome: Phase in which it ends: Success or Failed.
        message: Why it failed; empty otherwise.
        inputs: Body of the request, as it was sent.
        spelling: How the fields of the request were spelled: camelCase, lowercase or mixed.
        hidden: True for a job that no answer shows.
    """

    number: int
    id: str
    type: str
    source: str
    target: str
    created_at: float
    ends_at: float | None
    outcome: str
    message: str
    inputs: dict[str, Any]
    spelling: str
    hidden: bool

    def phase_at(self, now: float) -> str:
        """Phase at this moment (documented: ListJobs)."""
        return "Running" if self.ends_at is None or now < self.ends_at else self.outcome


class Move(NamedTuple):
    """What a job does to one node.

    Attributes:
        node: Name of the node.
        ends_at: When it arrives or is given up; None when it never is.
        arrives: True when it arrives then.
    """

    node: str
    ends_at: float | None
    arrives: bool

    def arrived_by(self, now: float) -> bool:
        """True when the node has arrived at that moment; a move that is given up never does."""
        return self.arrives and self.ends_at is not None and self.ends_at <= now


def next_identity(tenant: Tenant) -> tuple[int, str]:
    """Number and id for the next job."""
    number = tenant.connection.execute("SELECT coalesce(max(number), 0) + 1 FROM jobs").fetchone()[0]
    return number, ids.token(tenant.seed, "job", tenant.project, number)


def make(tenant: Tenant, job: Job, moves: Iterable[Move]) -> None:
    """Keep a new job and what it does."""
    names = ("type", "source", "target", "outcome", "message", "inputs", "spelling", "hidden")
    document = {name: getattr(job, name) for name in names}
    tenant.connection.execute(
        "INSERT INTO jobs (number, project, id, created_at, ends_at, document) VALUES (?, ?, ?, ?, ?, ?)",
        (job.number, tenant.project, job.id, job.created_at, job.ends_at, to_json(document).decode()),
    )
    tenant.connection.executemany(
        "INSERT INTO moves (job, project, node, source, target, ends_at, arrives) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(job.number, tenant.project, move.node, job.source, job.target, move.ends_at, move.arrives) for move in moves],
    )


def find(tenant: Tenant, job_id: str) -> Job:
    """The job of this id, hidden or not.

    Raises:
        ApiError: 404 when there is none.
    """
    row = tenant.connection.execute(
        "SELECT * FROM jobs WHERE project = ? AND id = ?", (tenant.project, job_id)
    ).fetchone()
    if row is None:
        raise job_not_found(job_id)
    return _parse(row)


def every(tenant: Tenant) -> list[Job]:
    """All jobs of the project, newest first, hidden ones included."""
    rows = tenant.connection.execute("SELECT * FROM jobs WHERE project = ? ORDER BY number DESC", (tenant.project,))
    return [_parse(row) for row in rows]


def newest(tenant: Tenant, limit: int) -> list[Job]:
    """At most so many jobs of the project: those under way first, each part newest first, hidden ones included."""
    rows = tenant.connection.execute(
        "SELECT * FROM jobs WHERE project = ? ORDER BY ends_at IS NULL OR ends_at > ? DESC, number DESC LIMIT ?",
        (tenant.project, tenant.now, limit),
    )
    return [_parse(row) for row in rows]


def moves(tenant: Tenant, job: Job) -> list[Move]:
    """What a job does, in the order of its request."""
    rows = tenant.connection.execute("SELECT * FROM moves WHERE job = ? ORDER BY rowid", (job.number,))
    return [Move(row["node"], row["ends_at"], bool(row["arrives"])) for row in rows]


def attempts(tenant: Tenant, name: str) -> int:
    """How often a node has been asked to move so far."""
    query = "SELECT count(*) FROM moves WHERE project = ? AND node = ?"
    return int(tenant.connection.execute(query, (tenant.project, name)).fetchone()[0])


def fail(tenant: Tenant, job: Job) -> None:
    """End a stuck job now; what has not arrived stays where it is."""
    if job.ends_at is None:
        for table, key in (("jobs", "number"), ("moves", "job")):
            tenant.connection.execute(
                f"UPDATE {table} SET ends_at = ? WHERE {key} = ? AND ends_at IS NULL",  # noqa: S608 - constants
                (tenant.now, job.number),
            )


def under_way(tenant: Tenant, kind: str | None = None) -> dict[str, str]:
    """Id of the job that moves or reboots it, by name of each node under way; of one type of jobs, or of all."""
    rows = tenant.connection.execute(
        f"SELECT node, id FROM (SELECT * FROM moves WHERE {_UNDER_WAY}) JOIN jobs ON jobs.number = job "  # noqa: S608 - constants
        "WHERE :kind IS NULL OR json_extract(document, '$.type') = :kind",
        {"project": tenant.project, "now": tenant.now, "kind": kind},
    )
    return {row["node"]: row["id"] for row in rows}


def leaving(tenant: Tenant, pool: str) -> set[str]:
    """Nodes of a pool that are on their way to another one."""
    return _between(tenant, "source = :pool AND target != :pool", pool)


def coming(tenant: Tenant, pool: str) -> set[str]:
    """Nodes of other pools that are on their way to this one."""
    return _between(tenant, "target = :pool AND source != :pool", pool)


def require_free(tenant: Tenant, nodes: Iterable[Node]) -> None:
    """Refuse to do anything to nodes that are under way.

    Raises:
        ApiError: 400 (assumed).
    """
    moving = under_way(tenant)
    for item in nodes:
        if item.name in moving:
            found = find(tenant, moving[item.name])
            raise unmet("node_at_rest", f'node "{item.name}" is being {_DONE[found.type]} by job {found.id}')


def _between(tenant: Tenant, condition: str, pool: str) -> set[str]:
    rows = tenant.connection.execute(
        f"SELECT node FROM moves WHERE {_UNDER_WAY} AND {condition}",  # noqa: S608 - constants
        {"project": tenant.project, "now": tenant.now, "pool": pool},
    )
    return {row[0] for row in rows}


def _parse(row: sqlite3.Row) -> Job:
    return Job(
        row["number"], row["id"], created_at=row["created_at"], ends_at=row["ends_at"], **from_json(row["document"])
    )
