"""Orders: the asynchronous handle of scaling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from modelarts_emulator.service.exceptions import order_not_found
from modelarts_emulator.service.models.resource_pool import DISPLAY_NAME
from modelarts_emulator.state import ids

if TYPE_CHECKING:
    import sqlite3

    from modelarts_emulator.service.models.entry import Entry
    from modelarts_emulator.service.models.resource_pool import Pool
    from modelarts_emulator.service.models.tenant import Tenant


@dataclass
class Order:
    """One order.

    Attributes:
        number: Row number, by which nodes refer to it.
        name: Order name, as in the pool's label.
        pool: Pool id.
        created_at: When the request came.
        begins_at: When it is processed.
        ends_at: When it ends; None for a stuck order.
        outcome: Phase in which it ends: successed, partialSuccessed or failed.
        reason: Why it did not succeed wholly; empty otherwise.
        before: Entries of the pool before.
        wanted: Entries asked for.
        reached: Entries as the nodes really are at its end.
    """

    number: int
    name: str
    pool: str
    created_at: float
    begins_at: float
    ends_at: float | None
    outcome: str
    reason: str
    before: list[Entry]
    wanted: list[Entry]
    reached: list[Entry]

    @property
    def display_name(self) -> str:
        """Display name of the pool, as the order's name has it: the pool may be gone."""
        return self.name.removeprefix("order.").rpartition("-")[0]

    @property
    def operation(self) -> str:
        """What was asked for: apply makes a pool, modify scales it, delete deletes it (documented: ListOrders)."""
        if not self.before:
            return "apply"
        return "modify" if self.wanted else "delete"

    def phase_at(self, now: float) -> str:
        """Phase at this moment; `successed` is the service's own spelling (documented: ListOrders)."""
        if now < self.begins_at:
            return "pending"
        return self.outcome if self.is_over(now) else "processing"

    def is_over(self, now: float) -> bool:
        """True from its end on."""
        return self.ends_at is not None and self.ends_at <= now


def next_identity(tenant: Tenant, pool: Pool) -> tuple[int, str]:
    """Number and name for the pool's next order; names are like `order.auto-pool-os-w4l2n`, and each is given once."""
    number = tenant.connection.execute("SELECT coalesce(max(number), 0) + 1 FROM orders").fetchone()[0]
    display_name = pool.labels.get(DISPLAY_NAME, pool.name)
    while True:
        name = f"order.{display_name}-{ids.suffix(tenant.seed, 'order', pool.name, pool.next_order)}"
        pool.next_order += 1
        if look_for(tenant, name) is None:
            return number, name


def make(tenant: Tenant, order: Order) -> None:
    """Keep a new order."""
    tenant.connection.execute(
        "INSERT INTO orders (number, project, name, pool, created_at, begins_at, ends_at, document)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(order.number, tenant.project, order.name, order.pool),
            *(order.created_at, order.begins_at, order.ends_at, _document(order)),
        ),
    )


def save(tenant: Tenant, order: Order) -> None:
    """Keep a changed order."""
    tenant.connection.execute(
        "UPDATE orders SET begins_at = ?, ends_at = ?, document = ? WHERE number = ?",
        (order.begins_at, order.ends_at, _document(order), order.number),
    )


def find(tenant: Tenant, name: str) -> Order:
    """The order of this name.

    Raises:
        ApiError: 404 when there is none.
    """
    found = look_for(tenant, name)
    if found is None:
        raise order_not_found(name)
    return found


def look_for(tenant: Tenant, name: str) -> Order | None:
    """The order of this name; None when there is none."""
    row = tenant.connection.execute(
        "SELECT * FROM orders WHERE project = ? AND name = ?", (tenant.project, name)
    ).fetchone()
    return None if row is None else _parse(row)


def every(tenant: Tenant) -> list[Order]:
    """All orders of the project, newest first."""
    rows = tenant.connection.execute("SELECT * FROM orders WHERE project = ? ORDER BY number DESC", (tenant.project,))
    return [_parse(row) for row in rows]


def newest(tenant: Tenant, limit: int) -> list[Order]:
    """At most so many orders of the project: those under way first, each part newest first."""
    rows = tenant.connection.execute(
        "SELECT * FROM orders WHERE project = ? ORDER BY ends_at IS NULL OR ends_at > ? DESC, number DESC LIMIT ?",
        (tenant.project, tenant.now, limit),
    )
    return [_parse(row) for row in rows]


def under_way(tenant: Tenant, pool: str) -> list[Order]:
    """Orders of a pool that have not ended, oldest first."""
    rows = tenant.connection.execute(
        "SELECT * FROM orders WHERE project = ? AND pool = ? AND (ends_at IS NULL OR ends_at > ?) ORDER BY number",
        (tenant.project, pool, tenant.now),
    )
    return [_parse(row) for row in rows]


def items(tenant: Tenant, order: Order) -> list[dict[str, Any]]:
    """What the order did to each node: name, action, moment it is over (None: none in sight), and whether it fails.

    A node that has moved to another pool gets ready anew there; the order was over before that. One that was to be
    deleted, and is not gone when the order is over, stays.
    """
    rows = tenant.connection.execute(
        "SELECT name, CASE WHEN creation_order = :order THEN 'createNode' ELSE 'deleteNode' END AS action,"
        " CASE WHEN creation_order = :order THEN coalesce(min(ready_at, :ends_at), ready_at, :ends_at)"
        " ELSE coalesce(gone_at, :ends_at) END AS over_at,"
        " iif(creation_order = :order, failed, gone_at IS NULL) AS fails FROM nodes"
        " WHERE creation_order = :order OR deletion_order = :order ORDER BY number",
        {"order": order.number, "ends_at": order.ends_at},
    )
    return [dict(row) for row in rows]


def fail(tenant: Tenant, order: Order) -> None:
    """End a stuck order now; nodes that never came vanish. One that ends by itself keeps its end."""
    if order.ends_at is None:
        tenant.connection.execute("UPDATE orders SET ends_at = ? WHERE number = ?", (tenant.now, order.number))
        tenant.connection.execute(
            "UPDATE nodes SET gone_at = ? WHERE creation_order = ? AND ready_at IS NULL AND gone_at IS NULL",
            (tenant.now, order.number),
        )


def _document(order: Order) -> str:
    document = {name: getattr(order, name) for name in ("outcome", "reason", "before", "wanted", "reached")}
    return to_json(document).decode()


def _parse(row: sqlite3.Row) -> Order:
    moments = (row["created_at"], row["begins_at"], row["ends_at"])
    return Order(row["number"], row["name"], row["pool"], *moments, **from_json(row["document"]))
