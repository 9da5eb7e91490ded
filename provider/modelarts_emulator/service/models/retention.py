"""How long the world remembers what is over: rows that nobody can ask for any more are dropped, once a virtual day.

ListOrders goes back a month, ListJobs 30 days (documented); that the rest is remembered as long is assumed. The newest
row of a table stays whatever it is, as its number is what the next one is counted from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.models.resource_pool import ORDER_NAME
from modelarts_emulator.service.models.workload import TERMINAL

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from modelarts_emulator.service.models.tenant import Tenant

DAY = 86_400.0
KEPT = 31 * DAY
"""Virtual seconds for which something is told of after its end."""

_POOLS = "(SELECT number FROM pools WHERE project = :project)"
_LAST_ORDER = f"""json_extract(pools.document, '$.metadata.labels."{ORDER_NAME}"')"""
_NAMED = f"""
SELECT 1 FROM pools WHERE project = :project AND {_LAST_ORDER} = orders.name AND (gone_at IS NULL OR gone_at > :horizon)
"""  # noqa: S608 - constants
_ORDERS = "SELECT 1 FROM orders WHERE orders.number IN (creation_order, deletion_order)"
_NODES = "SELECT 1 FROM nodes WHERE nodes.pool = pools.number"

_OVER = {
    "orders": f"ends_at <= :horizon AND NOT EXISTS ({_NAMED})",
    "jobs": "ends_at <= :horizon",
    "training_jobs": "gone_at <= :horizon",
    "workloads": f"status IN {TERMINAL} AND coalesce(ends_at, created_at) <= :horizon",
    "networks": "gone_at <= :horizon",
    "set_aside": "at <= :horizon",
}
"""What is over in tables that number their rows and say which project they belong to."""

_CONDITIONS = {
    **{
        table: f"project = :project AND {is_over} AND number < (SELECT max(number) FROM {table})"  # noqa: S608 - constants
        for table, is_over in _OVER.items()
    },
    "moves": "project = :project AND job NOT IN (SELECT number FROM jobs)",
    "nodes": f"pool IN {_POOLS} AND gone_at <= :horizon AND NOT EXISTS ({_ORDERS})",
    "stays": f"pool IN {_POOLS} AND left_at <= :horizon",
    "pools": f"project = :project AND gone_at <= :horizon AND NOT EXISTS ({_NODES})",
}
"""Which rows of a project nobody can ask for, by table, in an order in which none is missed by another."""

_SHARED = {"tokens": "expires_at <= :horizon", "buckets": "full_at <= :now"}
"""Which rows that belong to no project mean nothing any more."""


def is_due(last: float, now: float) -> bool:
    """Whether a day has passed; time may have been set back by a restored world."""
    return abs(now - last) >= DAY


def projects(connection: sqlite3.Connection) -> list[str]:
    """Projects of which anything is remembered."""
    query = " UNION ".join(f"SELECT project FROM {table}" for table in ("pools", *_OVER))  # noqa: S608 - constants
    return [row[0] for row in connection.execute(query)]


def prune(tenant: Tenant) -> None:
    """Drop what nobody can ask for any more in a project, which is settled: nothing that is due needs it."""
    _delete(tenant.connection, _CONDITIONS, {"project": tenant.project, "horizon": tenant.now - KEPT})


def prune_shared(connection: sqlite3.Connection, now: float) -> None:
    """Drop what belongs to no project: tokens that have long expired, and buckets that are full."""
    _delete(connection, _SHARED, {"horizon": now - KEPT, "now": now})


def _delete(connection: sqlite3.Connection, conditions: Mapping[str, str], values: Mapping[str, Any]) -> None:
    for table, condition in conditions.items():
        connection.execute(f"DELETE FROM {table} WHERE {condition}", values)  # noqa: S608 - constants
