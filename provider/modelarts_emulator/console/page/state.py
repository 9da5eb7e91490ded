"""Everything the page shows, as one document of one moment. Reading it changes neither the world nor its clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.console.page import activities, exchanges, rules, tiles
from modelarts_emulator.service.models import pending, resource_pool
from modelarts_emulator.service.models.entry import counts_by_flavor
from modelarts_emulator.service.models.resource_pool import DISPLAY_NAME
from modelarts_emulator.version import version
from modelarts_emulator.worlds.documented import PROJECT

if TYPE_CHECKING:
    from modelarts_emulator.messages import Request
    from modelarts_emulator.service.models.resource_pool import Pool
    from modelarts_emulator.service.models.tenant import Tenant
    from modelarts_emulator.world import World


def state(emulator: World, request: Request, _name: str) -> dict[str, Any]:
    """What there is at this moment.

    The query takes `project`, by default the documented one, else the first, and `since`, the number of the last
    exchange known, by default 0.

    Raises:
        ApiError: 400 when `since` is not a number.
    """
    query = request.query
    since = exchanges.since_of(query)
    with emulator.moment() as tenant_of:
        projects = emulator.projects()
        project = query.get("project") or (PROJECT if PROJECT in projects or not projects else projects[0])
        tenant = tenant_of(project)
        pools = _pools(tenant)
        names = {node["ip"]: node["name"] for pool in pools for node in pool["nodes"]}
        return {
            "version": version(),
            "clock": _clock(emulator, tenant),
            "projects": projects,
            "project": project,
            "pools": pools,
            "orders": activities.orders(tenant),
            "jobs": activities.jobs(tenant),
            "training_jobs": activities.training_jobs(tenant, names),
            "workloads": activities.workloads(tenant, names),
            "faults": [rules.line(armed, tenant.now) for armed in emulator.faults.armed()],
            "journal": exchanges.lines(tenant, emulator.journal, since),
        }


def _clock(emulator: World, tenant: Tenant) -> dict[str, Any]:
    """The clock; `next` is the moment of the next change that comes by itself, None when nothing is under way."""
    rate = emulator.clock.state.rate
    return {"mode": emulator.clock.mode, "rate": rate, "now": tenant.now, "next": pending.next_event(tenant)}


def _pools(tenant: Tenant) -> list[dict[str, Any]]:
    counts, taken = tiles.counts(tenant), tiles.occupied(tenant)
    left = tiles.ALL
    pools = []
    for pool in resource_pool.every(tenant):
        by_flavor = counts.get(pool.name, {})
        total = sum(count for phases in by_flavor.values() for count in phases.values())
        nodes = tiles.tiles(tenant, pool.name, total, min(left, tiles.PER_POOL), taken)
        left -= len(nodes)
        pools.append({**_pool(tenant, pool, by_flavor), "total": total, "nodes": nodes})
    return pools


def _pool(tenant: Tenant, pool: Pool, by_flavor: dict[str, dict[str, int]]) -> dict[str, Any]:
    declared = counts_by_flavor(pool.entries)
    scopes = [{"type": scope.type, "state": scope.state_at(tenant.now)} for scope in pool.scopes]
    return {
        "id": pool.name,
        "name": str(pool.labels.get(DISPLAY_NAME) or pool.name),
        "phase": pool.phase_at(tenant.now),
        "message": pool.message,
        "flavors": [
            {"flavor": flavor, "declared": declared.get(flavor, 0), "phases": by_flavor.get(flavor, {})}
            for flavor in {**declared, **by_flavor}
        ],
        "drivers": [activities.driver(kind, item, tenant) for kind, item in pool.drivers.items()],
        "scopes": [scope for scope in scopes if scope["state"] is not None],
    }
