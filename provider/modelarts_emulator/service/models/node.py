"""Nodes: rows of moments, from which phases follow."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import to_json

from modelarts_emulator.service.exceptions import ApiError, node_not_found
from modelarts_emulator.service.models import history
from modelarts_emulator.service.models.entry import EntryKey
from modelarts_emulator.service.preconditions import unmet
from modelarts_emulator.state.lifecycle import NODE_PHASE, NODE_PRESENT, NODE_VISIBLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from modelarts_emulator.service.models.tenant import Tenant

LARGEST_PAGE = 500
POOL = "(SELECT number FROM pools WHERE project = :project AND name = :pool)"
IN_NODE_POOL = " AND node_pool = :node_pool"
PROJECT_POOLS = "(SELECT number FROM pools WHERE project = :project)"


class Node(NamedTuple):
    """A node as it is at one moment.

    `cluster` is empty for the first cluster of its pool; `installing` is the driver version it still runs while it gets
    another one after a move, else None. `batch` tells its supernode from others; it is empty for a node of none.
    `details` is what it shows of the entry that it was made for, as JSON.
    """

    number: int
    pool: str
    name: str
    key: EntryKey
    az: str
    private_ip: str
    created_at: float
    phase: str
    locked: bool
    drained: bool
    cluster: str
    installing: str | None
    spare: bool
    batch: str
    details: str


class PhaseCount(NamedTuple):
    """So many nodes of one entry in one zone and phase."""

    pool: str
    key: EntryKey
    az: str
    phase: str
    nodes: int


class Place(NamedTuple):
    """Where a node goes.

    Attributes:
        pool: Pool id.
        key: Entry of the pool it will belong to.
        cluster: Cluster of the pool; empty for its first one.
        ready_at: When it is ready there.
        driver_before: Driver version it runs until then, if it gets another one; None otherwise.
    """

    pool: str
    key: EntryKey
    cluster: str
    ready_at: float
    driver_before: str | None


def names(tenant: Tenant) -> set[str]:
    """Every name ever used in the project: a name is not given twice."""
    query = f"SELECT name FROM nodes WHERE pool IN {PROJECT_POOLS}"  # noqa: S608 - constants
    rows = tenant.connection.execute(query, {"project": tenant.project})
    return {row[0] for row in rows}


def in_pool(tenant: Tenant, pool: str, node_pool: str = "", *, after: int = 0, limit: int = -1) -> list[Node]:
    """Visible nodes of a pool, or of one of its node pools, in the order they came.

    Args:
        tenant: The project.
        pool: Pool id.
        node_pool: Node pool; empty for all.
        after: Row number behind which they begin.
        limit: At most so many; -1: all.
    """
    condition = f"pool = {POOL} AND number > :after" + IN_NODE_POOL * bool(node_pool)
    page = {"after": after, "limit": limit}
    return _select(tenant, condition, "LIMIT :limit", pool=pool, node_pool=node_pool, **page)


def count(tenant: Tenant, pool: str, node_pool: str = "") -> int:
    """How many visible nodes a pool, or one of its node pools, has."""
    condition = f"pool = {POOL} AND {NODE_VISIBLE}" + IN_NODE_POOL * bool(node_pool)
    query = f"SELECT count(*) FROM nodes WHERE {condition}"  # noqa: S608 - constants
    parameters = {"project": tenant.project, "pool": pool, "node_pool": node_pool, "now": tenant.now}
    return int(tenant.connection.execute(query, parameters).fetchone()[0])


def find(tenant: Tenant, pool: str, name: str) -> Node:
    """One node of a pool.

    Raises:
        ApiError: 404 when the pool has no such node.
    """
    found = look_for(tenant, pool, name)
    if found is None:
        raise node_not_found(name)
    return found


def look_for(tenant: Tenant, pool: str, name: str) -> Node | None:
    """One node of a pool; None when the pool has no such node."""
    found = _select(tenant, f"pool = {POOL} AND name = :name", "", pool=pool, name=name)
    return found[0] if found else None


def anywhere(tenant: Tenant, name: str) -> Node | None:
    """A node by its name alone; None when the project has no such node now."""
    found = _select(tenant, f"pool IN {PROJECT_POOLS} AND name = :name", "", name=name)
    return found[0] if found else None


def find_all(tenant: Tenant, pool: str, names: Iterable[str]) -> list[Node]:
    """Several nodes of a pool; an unknown name refuses the whole request (assumed).

    Raises:
        ApiError: 400 for the first one that the pool does not have.
    """
    try:
        return [find(tenant, pool, name) for name in names]
    except ApiError as error:
        raise unmet("known_node", error.message) from error


def every(tenant: Tenant) -> list[Node]:
    """All visible nodes of the project in the order they came."""
    return _select(tenant, f"pool IN {PROJECT_POOLS}", "")


def phase_counts(tenant: Tenant, pool: str | None = None) -> list[PhaseCount]:
    """Nodes per pool, entry, zone and phase; of one pool, or of all."""
    where = f"pool IN {PROJECT_POOLS}" if pool is None else f"pool = {POOL}"
    query = (
        f"SELECT pool, flavor, node_pool, step, az, {NODE_PHASE} AS phase, count(*) AS count FROM nodes "  # noqa: S608 - constants
        f"WHERE {where} AND {NODE_VISIBLE} GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY min(number)"
    )
    parameters = {"project": tenant.project, "pool": pool, "now": tenant.now}
    names = _pool_names(tenant) if pool is None else {}
    rows = tenant.connection.execute(query, parameters)
    return [PhaseCount(pool or names[row[0]], EntryKey(*row[1:4]), row[4], row[5], row[6]) for row in rows]


def present(tenant: Tenant, pool: str) -> list[Node]:
    """Nodes of a pool that are there to stay, newest first."""
    return _select(tenant, f"pool = {POOL} AND {NODE_PRESENT}", "", pool=pool)[::-1]


def count_present(tenant: Tenant, pool: str | None = None) -> int:
    """How many nodes of a pool, or of all, are there to stay, as far as deletion goes."""
    where = f"pool IN {PROJECT_POOLS}" if pool is None else f"pool = {POOL}"
    query = f"SELECT count(*) FROM nodes WHERE {where} AND {NODE_PRESENT}"  # noqa: S608 - constants
    parameters = {"project": tenant.project, "pool": pool, "now": tenant.now}
    return int(tenant.connection.execute(query, parameters).fetchone()[0])


def transfer(tenant: Tenant, node: Node, place: Place) -> None:
    """Put a node into its new place, where it is the newest one, takes jobs again and first gets ready."""
    history.close_stay(tenant, node.number)
    tenant.connection.execute(
        f"UPDATE nodes SET number = (SELECT max(number) + 1 FROM nodes), pool = {POOL}, node_pool = :node_pool, "  # noqa: S608 - constants
        "step = :step, cluster = :cluster, checking_at = :now, ready_at = :ready_at, driver_before = :driver_before, "
        "drained = 0 WHERE number = :number",
        {
            **place._asdict(),
            **place.key._asdict(),
            "project": tenant.project,
            "now": tenant.now,
            "number": node.number,
        },
    )


def mark_deleting(tenant: Tenant, nodes: Iterable[Node], order: int | None, gone_at: float | None) -> None:
    """Begin to delete nodes, which are gone at a moment; None: never."""
    tenant.connection.executemany(
        "UPDATE nodes SET deleting_at = ?, gone_at = ?, deletion_order = ? WHERE number = ?",
        [(tenant.now, gone_at, order, node.number) for node in nodes],
    )


def keep(tenant: Tenant, order: int) -> None:
    """Leave the nodes that an order was to delete, and has not."""
    tenant.connection.execute(
        "UPDATE nodes SET deleting_at = NULL WHERE deletion_order = ? AND gone_at IS NULL", (order,)
    )


def show(tenant: Tenant, pool: str, key: EntryKey, details: dict[str, Any]) -> None:
    """Let the nodes of an entry show something else of it; None: no more."""
    tenant.connection.execute(
        f"UPDATE nodes SET details = json_patch(iif(details = '', '{{}}', details), :details) WHERE pool = {POOL} "  # noqa: S608 - constants
        "AND flavor = :flavor AND node_pool = :node_pool AND step = :step",
        {"project": tenant.project, "pool": pool, "details": to_json(details).decode(), **key._asdict()},
    )


def mark_drained(tenant: Tenant, nodes: Iterable[Node]) -> None:
    """Keep further jobs away from nodes."""
    tenant.connection.executemany("UPDATE nodes SET drained = 1 WHERE number = ?", [(node.number,) for node in nodes])


def set_locked(tenant: Tenant, nodes: Iterable[Node], *, locked: bool) -> None:
    """Set or clear the deletion lock."""
    tenant.connection.executemany(
        "UPDATE nodes SET locked = ? WHERE number = ?", [(locked, node.number) for node in nodes]
    )


def _pool_names(tenant: Tenant) -> dict[int, str]:
    rows = tenant.connection.execute("SELECT number, name FROM pools WHERE project = ?", (tenant.project,))
    return dict(tuple(row) for row in rows)


def _select(tenant: Tenant, condition: str, tail: str, **parameters: object) -> list[Node]:
    query = (
        f"SELECT number, pool, name, flavor, node_pool, step, az, private_ip, created_at, {NODE_PHASE} AS phase, "  # noqa: S608 - constants
        "locked, drained, cluster, CASE WHEN ready_at > :now THEN driver_before END AS installing, spare, batch, "
        f"details FROM nodes WHERE {condition} AND {NODE_VISIBLE} ORDER BY number {tail}"
    )
    pools = _pool_names(tenant)
    cursor = tenant.connection.cursor()
    cursor.row_factory = None  # plain tuples, as a page has many rows
    rows = cursor.execute(query, {"project": tenant.project, "now": tenant.now, **parameters})
    return [_parse(pools, row) for row in rows]


def _parse(pools: dict[int, str], row: tuple[Any, ...]) -> Node:
    number, pool, name, flavor, node_pool, step, az, ip, created_at, phase, locked, drained, *later = row
    cluster, installing, spare, batch, details = later
    key, pool, locked, drained = _key(flavor, node_pool, step), pools[pool], bool(locked), bool(drained)
    flags = (locked, drained, cluster, installing, bool(spare), batch, details)
    return Node(number, pool, name, key, az, ip, created_at, phase, *flags)


@lru_cache(1024)
def _key(flavor: str, node_pool: str, step: str) -> EntryKey:
    """The same key for all nodes of an entry, as a page has many of them."""
    return EntryKey(flavor, node_pool, step)
