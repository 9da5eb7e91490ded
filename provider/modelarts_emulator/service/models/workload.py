"""Inference services and notebooks: what occupies nodes beside training jobs, and does not end by itself.

The service has no operation here that makes one: they are in a world from its beginning, or are started by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pydantic_core import from_json, to_json

from modelarts_emulator.service.models import node
from modelarts_emulator.state import ids

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from modelarts_emulator.service.models.tenant import Tenant

TYPES = {"infer": "inference service", "x-infer": "inference service", "notebook": "notebook"}
"""What each type is called; `x-infer` is an inference service of the newer kind (client: official SDK)."""

STATUSES = (
    *("Queue", "Pending", "Abnormal", "Terminating", "Creating", "Running", "Completed", "Terminated", "Failed"),
)
"""What a workload can be (client: official SDK)."""

ON_NODES = ("Creating", "Running", "Abnormal", "Terminating")
"""Statuses in which it occupies its nodes (assumed)."""

TERMINAL = ("Completed", "Terminated", "Failed")
"""Statuses in which it ends."""


class About(NamedTuple):
    """What does not change about a workload.

    Attributes:
        type: One of `TYPES`.
        name: What its user calls it.
        user: Who started it.
        flavor: Flavor that it names, of the service it belongs to; empty: none.
        is_hidden: True when no answer tells on which nodes it is.
    """

    type: str
    name: str = ""
    user: str = ""
    flavor: str = ""
    is_hidden: bool = False


@dataclass
class Workload:
    """One inference service or notebook.

    Attributes:
        id: Its id.
        pool: Pool id.
        about: What does not change.
        status: What it is now; nothing changes it but an intervention, or the loss of its nodes.
        created_at: When it was made.
        hosts: Private addresses of its nodes, whether anybody is told or not.
        starts_at: When it last came to its nodes; None before that.
        ends_at: When it last left them; None while it is on them.
    """

    id: str
    pool: str
    about: About
    status: str
    created_at: float
    hosts: list[str] = field(default_factory=list)
    starts_at: float | None = None
    ends_at: float | None = None

    def is_on_nodes(self, now: float) -> bool:
        """Whether it occupies its nodes at this moment."""
        begun = self.starts_at is not None and self.starts_at <= now
        return begun and (self.ends_at is None or now < self.ends_at)


def start(tenant: Tenant, pool: str, names: Iterable[str], about: About, status: str = "Running") -> Workload:
    """Begin a workload on nodes of a pool, which may be busy with others already.

    Raises:
        ApiError: 400 for a node that the pool does not have.
    """
    hosts = [item.private_ip for item in node.find_all(tenant, pool, names)]
    number = tenant.connection.execute("SELECT coalesce(max(number), 0) + 1 FROM workloads").fetchone()[0]
    text = ids.token(tenant.seed, "workload", tenant.project, number)
    workload_id = "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
    made = Workload(workload_id, pool, about, "Creating", tenant.now, hosts)
    add(tenant, made, status)
    return made


def add(tenant: Tenant, made: Workload, status: str) -> None:
    """Keep a new workload, in this status from now on."""
    tenant.connection.execute(
        "INSERT INTO workloads (project, id, pool, hosts, status, created_at, document) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(tenant.project, made.id, made.pool, to_json(made.hosts).decode(), made.status, made.created_at),
            to_json(made.about._asdict()).decode(),
        ),
    )
    set_status(tenant, made, status)


def set_status(tenant: Tenant, changed: Workload, status: str) -> None:
    """Let a workload be something else from now on; with that it comes to its nodes, stays there or leaves them."""
    was, will_be = changed.is_on_nodes(tenant.now), status in ON_NODES
    if will_be and not was:
        changed.starts_at, changed.ends_at = tenant.now, None
    elif was and not will_be:
        changed.ends_at = tenant.now
    changed.status = status
    tenant.connection.execute(
        "UPDATE workloads SET status = ?, starts_at = ?, ends_at = ? WHERE project = ? AND id = ?",
        (status, changed.starts_at, changed.ends_at, tenant.project, changed.id),
    )


def look_for(tenant: Tenant, workload_id: str) -> Workload | None:
    """The workload of this id; None when there is none."""
    return next((item for item in every(tenant) if item.id == workload_id), None)


def every(tenant: Tenant) -> list[Workload]:
    """All inference services and notebooks of the project, those that have ended included, oldest first."""
    rows = tenant.connection.execute("SELECT * FROM workloads WHERE project = ? ORDER BY number", (tenant.project,))
    return [_parse(row) for row in rows]


def on_nodes(tenant: Tenant) -> list[Workload]:
    """Those that occupy nodes now."""
    return [item for item in every(tenant) if item.is_on_nodes(tenant.now)]


def _parse(row: sqlite3.Row) -> Workload:
    columns = ("id", "pool", "status", "created_at", "starts_at", "ends_at")
    about = About(**from_json(row["document"]))
    return Workload(**{name: row[name] for name in columns}, about=about, hosts=from_json(row["hosts"]))
