"""Nodes as the page shows them: how many there are of everything, and some of them one by one.

A hundred thousand nodes are counted, but nobody looks at as many tiles, so a large pool shows those that differ from
the rest, and fills up with its first ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from modelarts_emulator.service.models import job, occupation
from modelarts_emulator.service.models.node import PROJECT_POOLS
from modelarts_emulator.state.lifecycle import NODE_PHASE, NODE_VISIBLE

if TYPE_CHECKING:
    from modelarts_emulator.service.models.occupation import Occupant
    from modelarts_emulator.service.models.tenant import Tenant

PER_POOL = 400
"""Tiles of one pool."""

ALL = 4000
"""Tiles of all pools together; pools behind these only have counts."""

_COUNTS = f"""
SELECT pools.name AS pool, flavor, phase, count FROM pools JOIN (
    SELECT pool, flavor, {NODE_PHASE} AS phase, count(*) AS count FROM nodes
    WHERE pool IN {PROJECT_POOLS} AND {NODE_VISIBLE} GROUP BY 1, 2, 3
) ON pools.number = pool
"""  # noqa: S608 - constants

_TILES = f"""
SELECT number, name, {NODE_PHASE} AS phase, flavor, node_pool, az, private_ip, created_at, cluster,
    locked, drained, spare, batch, CASE WHEN ready_at > :now THEN driver_before END AS installing
FROM nodes WHERE pool = (SELECT number FROM pools WHERE project = :project AND name = :pool) AND {NODE_VISIBLE}
"""  # noqa: S608 - constants

_DIFFERS = f"""
AND (locked OR drained OR spare OR {NODE_PHASE} != 'Available'
    OR name IN (SELECT value FROM json_each(:moving)) OR private_ip IN (SELECT value FROM json_each(:busy)))
"""  # noqa: S608 - constants


@dataclass(frozen=True)
class Occupied:
    """What keeps nodes from being plainly there.

    Attributes:
        moving: Id of the job that moves it, by name of the node.
        busy: What runs on it, by address of the node.
    """

    moving: dict[str, str]
    busy: dict[str, Occupant]


def occupied(tenant: Tenant) -> Occupied:
    """What is under way on the nodes of a project."""
    return Occupied(job.under_way(tenant, job.MIGRATE), occupation.by_host(tenant))


def counts(tenant: Tenant) -> dict[str, dict[str, dict[str, int]]]:
    """Nodes by pool, flavor and phase."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for row in tenant.connection.execute(_COUNTS, {"project": tenant.project, "now": tenant.now}):
        found.setdefault(row["pool"], {}).setdefault(row["flavor"], {})[row["phase"]] = row["count"]
    return found


def tiles(tenant: Tenant, pool: str, total: int, most: int, taken: Occupied) -> list[dict[str, Any]]:
    """At most so many of a pool's nodes, in the order they came; where that is not all, the ones that differ first."""
    if not most:
        return []
    parameters = {
        "project": tenant.project,
        "pool": pool,
        "now": tenant.now,
        "most": most,
        "moving": to_json(list(taken.moving)).decode(),
        "busy": to_json(list(taken.busy)).decode(),
    }
    rows = {}
    for condition in ("",) if total <= most else (_DIFFERS, ""):
        for row in tenant.connection.execute(f"{_TILES} {condition} ORDER BY number LIMIT :most", parameters):
            rows[row["number"]] = row
    chosen = sorted(list(rows)[:most])
    return [_tile(rows[number], taken) for number in chosen]


def _tile(row: Any, taken: Occupied) -> dict[str, Any]:
    """A node without what does not apply to it: most are plainly there, and there may be thousands."""
    occupant = taken.busy.get(row["private_ip"])
    flags = {
        "locked": bool(row["locked"]),
        "drained": bool(row["drained"]),
        "spare": bool(row["spare"]),
        "supernode": row["batch"],
        "busy": occupant.id if occupant else None,
        "busy_with": occupant.kind if occupant else None,
        "moving": taken.moving.get(row["name"]),
        "installing": row["installing"],
        "cluster": row["cluster"],
    }
    return {
        "name": row["name"],
        "phase": row["phase"],
        "flavor": row["flavor"],
        "node_pool": row["node_pool"],
        "az": row["az"],
        "ip": row["private_ip"],
        "created": row["created_at"],
        **{name: value for name, value in flags.items() if value},
    }
