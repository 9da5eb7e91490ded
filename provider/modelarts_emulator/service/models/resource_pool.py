"""Resource pools: the declared part as a document, the moving parts as moments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from modelarts_emulator.service.exceptions import pool_not_found
from modelarts_emulator.service.models.driver import Driver
from modelarts_emulator.service.models.scope import Scope
from modelarts_emulator.service.preconditions import unmet
from modelarts_emulator.state import ids

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from modelarts_emulator.service.models.entry import Entry
    from modelarts_emulator.service.models.tenant import Tenant

DISPLAY_NAME = "os.modelarts/name"
WORKSPACE = "os.modelarts/workspace.id"
ORDER_NAME = "os.modelarts/order.name"
DESCRIPTION = "os.modelarts/description"
TAGS = "os.modelarts/tms.tags"
BILLING_MODE = "os.modelarts/billing.mode"
PREPAID = "1"
NODE_PREFIX = "os.modelarts/node.prefix"
DEFAULT_PREFIX = "os-node-created"
CREATION_FAILED = "CreationFailed"
FROZEN = 8 | 16
"""Bits of `spec.controlMode` that freeze a pool (documented: PatchPool)."""

_EXISTS = "(gone_at IS NULL OR gone_at > :now)"


@dataclass
class Pool:
    """One resource pool.

    Attributes:
        name: `metadata.name`, the pool's id.
        metadata: Labels and annotations, and whatever else the world gave.
        spec: `spec` as last patched, unknown fields included.
        phase: Phase once it is made; scaling and upgrades do not change it (documented: PatchPool's example).
        zone: Availability zone of nodes that no entry places elsewhere.
        message: `status.message`.
        drivers: By accelerator kind.
        scopes: Job types, those being disabled included.
        next_ordinal: Number of the next node made here; names are derived from it.
        next_order: Number of its next order, likewise.
        clusters: Clusters it consists of; empty for the usual pool, which is one cluster of the same name.
        capacity: Nodes up to which others can be migrated into it; None: any number.
        ready_at: When it is made; 0 for a pool of the initial world, None while its order is stuck.
        deleting_at: When its deletion was asked for; None while nobody has.
        gone_at: When it, or the record of its failed creation, is gone; None: it stays.
    """

    name: str
    metadata: dict[str, Any]
    spec: dict[str, Any]
    phase: str
    zone: str
    message: str = ""
    drivers: dict[str, Driver] = field(default_factory=dict)
    scopes: list[Scope] = field(default_factory=list)
    next_ordinal: int = 0
    next_order: int = 0
    clusters: list[str] = field(default_factory=list)
    capacity: int | None = None
    ready_at: float | None = 0.0
    deleting_at: float | None = None
    gone_at: float | None = None

    @property
    def entries(self) -> list[Entry]:
        """`spec.resources`."""
        entries: list[Entry] = self.spec["resources"]
        return entries

    @property
    def labels(self) -> dict[str, str]:
        """`metadata.labels`."""
        labels: dict[str, str] = self.metadata.setdefault("labels", {})
        return labels

    @property
    def annotations(self) -> dict[str, str]:
        """`metadata.annotations`."""
        annotations: dict[str, str] = self.metadata.setdefault("annotations", {})
        return annotations

    @property
    def cluster_names(self) -> list[str]:
        """Names of its clusters, of which the first one gets new nodes (assumed)."""
        return self.clusters or [self.name]

    @property
    def is_prepaid(self) -> bool:
        """True for a pool that is paid by the month or year."""
        return self.annotations.get(BILLING_MODE) == PREPAID

    @property
    def is_waiting(self) -> bool:
        """True while something in the pool waits for what runs there to end."""
        return any(driver.is_waiting for driver in self.drivers.values())

    def phase_at(self, now: float) -> str:
        """Phase at this moment (documented: ListPools; that Deleting precedes any other is assumed)."""
        if self.deleting_at is not None and now >= self.deleting_at:
            return "Deleting"
        return self.phase if self.ready_at is not None and now >= self.ready_at else "Creating"

    def is_record_at(self, now: float) -> bool:
        """True for what tells of a failed creation, and is no pool any more (assumed)."""
        return self.phase_at(now) == CREATION_FAILED

    def require_running(self, now: float, doing: str) -> None:
        """Refuse what a pool that is not Running, or is frozen, does not take.

        Raises:
            ApiError: 400; code and wording assumed.
        """
        phase = self.phase_at(now)
        if phase != "Running":
            raise unmet("pool_running", f"The pool {self.name} is {phase}, cannot {doing} unless it is Running")
        if int(self.spec.get("controlMode") or 0) & FROZEN:
            raise unmet("pool_unfrozen", f"The pool {self.name} is frozen, cannot {doing}")


def make(tenant: Tenant, pool: Pool) -> None:
    """Add a pool to the world, in the place of one of this name that is gone."""
    tenant.connection.execute(
        "UPDATE pools SET name = name || ' ' || number WHERE project = ? AND name = ? AND gone_at <= ?",
        (tenant.project, pool.name, tenant.now),
    )
    tenant.connection.execute(
        "INSERT INTO pools (project, name, document, waiting, gone_at) VALUES (?, ?, ?, ?, ?)",
        (tenant.project, pool.name, _document(pool), pool.is_waiting, pool.gone_at),
    )


def save(tenant: Tenant, pool: Pool) -> None:
    """Keep a changed pool."""
    tenant.connection.execute(
        "UPDATE pools SET document = ?, waiting = ?, gone_at = ? WHERE project = ? AND name = ?",
        (_document(pool), pool.is_waiting, pool.gone_at, tenant.project, pool.name),
    )


def find(tenant: Tenant, name: str) -> Pool:
    """The pool of this name.

    Raises:
        ApiError: 404 when there is none.
    """
    found = look_for(tenant, name)
    if found is None:
        raise pool_not_found(name)
    return found


def look_for(tenant: Tenant, name: str) -> Pool | None:
    """The pool of this name; None when there is none."""
    row = tenant.connection.execute(
        f"SELECT document FROM pools WHERE project = :project AND name = :name AND {_EXISTS}",  # noqa: S608 - constants
        {"project": tenant.project, "name": name, "now": tenant.now},
    ).fetchone()
    return None if row is None else _parse(row)


def every(tenant: Tenant) -> Iterator[Pool]:
    """All pools of the project by name."""
    rows = tenant.connection.execute(
        f"SELECT document FROM pools WHERE project = :project AND {_EXISTS} ORDER BY name",  # noqa: S608 - constants
        {"project": tenant.project, "now": tenant.now},
    ).fetchall()
    return map(_parse, rows)


def existing(tenant: Tenant) -> Iterator[Pool]:
    """All pools of the project by name, without the records of failed creations."""
    return (pool for pool in every(tenant) if not pool.is_record_at(tenant.now))


def waiting(tenant: Tenant) -> list[Pool]:
    """Pools in which something waits for what runs there."""
    rows = tenant.connection.execute(
        "SELECT document FROM pools WHERE project = ? AND waiting ORDER BY name", (tenant.project,)
    ).fetchall()
    return [_parse(row) for row in rows]


def node_names(tenant: Tenant, pool: Pool, taken: set[str]) -> Iterator[str]:
    """Names for the next nodes made in this pool, none of those taken; each one counts as used once it is drawn."""
    suffix = ids.suffixes(tenant.seed, "node", pool.name)
    prefix = pool.labels.get(NODE_PREFIX) or DEFAULT_PREFIX
    while True:
        name = f"{prefix}-{suffix(pool.next_ordinal)}"
        pool.next_ordinal += 1
        if name not in taken:
            taken.add(name)
            yield name


def _document(pool: Pool) -> str:
    return to_json(pool).decode()


def _parse(row: sqlite3.Row) -> Pool:
    document = from_json(row["document"])
    document["drivers"] = {kind: Driver(**driver) for kind, driver in document["drivers"].items()}
    document["scopes"] = [Scope(**scope) for scope in document["scopes"]]
    return Pool(**document)
