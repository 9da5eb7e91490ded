"""What is under way in a project, and when the next of it happens: where the `auto` clock jumps to.

That is what somebody asked for, or a world planned: it begins, it ends. That something is forgotten is none of it: who
looks at the record of a failed creation waits for nothing, and a clock that jumped to its end would hide it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.service.models import resource_pool
from modelarts_emulator.service.models.node import POOL, PROJECT_POOLS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelarts_emulator.service.models.resource_pool import Pool
    from modelarts_emulator.service.models.tenant import Tenant

_IS_DELETED = "json_extract(document, '$.deleting_at') IS NOT NULL"
"""A pool that goes as somebody asked for it, and not as its record expires."""

_STAYS = "(deleting_at IS NULL AND coalesce(gone_at > :now, 1))"
"""A node to which something still happens beside that it goes."""

_MOMENTS = f"""
SELECT min(at) FROM (
    SELECT checking_at AS at FROM nodes WHERE pool IN {PROJECT_POOLS} AND {_STAYS}
    UNION ALL SELECT ready_at FROM nodes WHERE pool IN {PROJECT_POOLS} AND {_STAYS}
    UNION ALL SELECT gone_at FROM nodes WHERE pool IN {PROJECT_POOLS}
    UNION ALL SELECT breaks_at FROM nodes WHERE pool IN {PROJECT_POOLS} AND breaks_at IS NOT NULL AND {_STAYS}
    UNION ALL SELECT mends_at FROM nodes WHERE pool IN {PROJECT_POOLS} AND breaks_at IS NOT NULL AND {_STAYS}
    UNION ALL SELECT begins_at FROM orders WHERE project = :project
    UNION ALL SELECT ends_at FROM orders WHERE project = :project
    UNION ALL SELECT ends_at FROM jobs WHERE project = :project
    UNION ALL SELECT queued_at FROM training_jobs WHERE project = :project
    UNION ALL SELECT stops_at FROM training_jobs WHERE project = :project
    UNION ALL SELECT ends_at FROM training_jobs WHERE project = :project
    UNION ALL SELECT at FROM agenda WHERE project = :project
    UNION ALL SELECT ready_at FROM networks WHERE project = :project
    UNION ALL SELECT gone_at FROM networks WHERE project = :project
    UNION ALL SELECT gone_at FROM pools WHERE project = :project AND {_IS_DELETED}
) WHERE at > :now
"""  # noqa: S608 - constants

_UNDER_WAY_IN_POOL = f"""
SELECT EXISTS (
    SELECT 1 FROM nodes WHERE pool = {POOL}
    AND (gone_at > :now OR {_STAYS} AND (checking_at > :now OR ready_at > :now OR breaks_at > :now OR mends_at > :now))
) OR EXISTS (
    SELECT 1 FROM orders WHERE project = :project AND pool = :pool AND coalesce(ends_at > :now, 1)
) OR EXISTS (
    SELECT 1 FROM moves WHERE project = :project AND :pool IN (source, target) AND coalesce(ends_at > :now, 1)
) OR EXISTS (
    SELECT 1 FROM training_jobs WHERE project = :project AND pool = :pool
    AND (queued_at > :now OR stops_at > :now OR ends_at > :now)
) OR EXISTS (
    SELECT 1 FROM pools WHERE project = :project AND name = :pool AND (waiting OR gone_at > :now AND {_IS_DELETED})
)
"""  # noqa: S608 - constants


_NETWORK_UNDER_WAY = """
SELECT EXISTS (
    SELECT 1 FROM networks WHERE project = :project AND name = :network AND (ready_at > :now OR gone_at > :now)
)
"""


def is_under_way_in(tenant: Tenant, name: str) -> bool:
    """Whether anything in a pool is going to change by itself, or waits for something that does."""
    parameters = {"project": tenant.project, "pool": name, "now": tenant.now}
    if tenant.connection.execute(_UNDER_WAY_IN_POOL, parameters).fetchone()[0]:
        return True
    pool = resource_pool.look_for(tenant, name)
    return pool is not None and any(moment > tenant.now for moment in _moments_of(pool))


def is_network_under_way(tenant: Tenant, network: str) -> bool:
    """Whether a network is being made or deleted."""
    parameters = {"project": tenant.project, "network": network, "now": tenant.now}
    return bool(tenant.connection.execute(_NETWORK_UNDER_WAY, parameters).fetchone()[0])


def next_event(tenant: Tenant) -> float | None:
    """Moment of the next change that comes by itself; None when nothing is under way."""
    row = tenant.connection.execute(_MOMENTS, {"project": tenant.project, "now": tenant.now}).fetchone()
    moments = [row[0]] if row[0] is not None else []
    moments += [moment for moment in _pool_moments(tenant) if moment > tenant.now]
    return min(moments, default=None)


def _pool_moments(tenant: Tenant) -> Iterator[float]:
    for pool in resource_pool.every(tenant):
        yield from _moments_of(pool)


def _moments_of(pool: Pool) -> Iterator[float]:
    if pool.deleting_at is not None:
        return
    yield from (moment for moment in (pool.ready_at,) if moment is not None)
    yield from (driver.ends_at for driver in pool.drivers.values() if driver.ends_at is not None)
    yield from (scope.settles_at for scope in pool.scopes if scope.settles_at is not None)
