"""What a program is told of resource pools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_modelarts.api.errors import NotFoundError, RefusedError, UnreadableError
from pulumi_modelarts.plans.pool_names import listed, named_by_label
from pulumi_modelarts.plans.projection import outputs_of
from pulumi_modelarts.reconcilers.pool_reader import adoptable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pulumi_modelarts.api.pool_board import Listing
    from pulumi_modelarts.api.resource_pool import FlavorCount, ResourceEntry, ResourcePool
    from pulumi_modelarts.api.resource_pools import ListedPools
    from pulumi_modelarts.reconcilers.pool_reader import PoolReader
    from pulumi_modelarts.reconcilers.session import Session

Arguments = dict[str, Any]
Answer = dict[str, Any]


def resource_pools(session: Session, given: Arguments) -> Answer:
    """Returns the pools of the project, or those of a status, with a label, of a workspace.

    Raises:
        ModelArtsError: They could not be listed, or one of them cannot be read.
    """
    asked = {"status": given.get("status"), "label_selector": given.get("label")}
    asked["workspace_id"] = given.get("workspaceId")
    found = session.client.resource_pools.list(**asked) if any(asked.values()) else session.snapshot()
    name = given.get("displayName")
    return {"pools": [_pool(pool) for pool in _all_of(found) if name in {None, pool.display_name}]}


def resource_pool(session: Session, given: Arguments) -> Answer:
    """Returns one pool, by its id or by the name it was given.

    Raises:
        NotFoundError: There is none of this id.
        RefusedError: There is none of this name, or several.
        ModelArtsError: It could not be read.
    """
    if name := given.get("displayName"):
        return _pool(_called(name, session.snapshot()))
    pool, _ = known_pool(session, given["poolName"])
    return _pool(pool)


def known_pool(session: Session, name: str) -> tuple[ResourcePool, PoolReader]:
    """Returns a pool and its reader; where there is no such pool the error says which there are.

    Raises:
        NotFoundError: There is none.
        ModelArtsError: It could not be read.
    """
    try:
        return adoptable(session, name)
    except NotFoundError as error:
        raise not_found(session, name, error) from error


def not_found(session: Session, name: str, error: NotFoundError) -> NotFoundError:
    """Returns the service's word that a pool does not exist, with the pools that do."""
    pools = session.snapshot().pools
    remedy = named_by_label(name, pools, "pool_name") or f"the project has: {listed(pools)}. Correct pool_name"
    return NotFoundError(
        error.attempting,
        status=error.status,
        code=error.code,
        message=error.message,
        request_id=error.request_id,
        remedy=remedy[0].upper() + remedy[1:],
    )


def _called(name: str, listing: Listing) -> ResourcePool:
    found = [pool for pool in _all_of(listing) if pool.display_name == name]
    if not found:
        known = listed(listing.pools)
        raise RefusedError(f"no resource pool is called {name!r}. The project has: {known}. Correct display_name")
    if len(found) > 1:
        ids = " and ".join(sorted(repr(pool.name) for pool in found))
        raise RefusedError(f"{name!r} is the display name of {ids}; write the one that is meant as pool_name")
    return found[0]


def _all_of(found: Listing | ListedPools) -> Iterable[ResourcePool]:
    """Returns all pools in order of their ids; which of them an unreadable one is nobody can tell.

    Raises:
        UnreadableError: One of them cannot be read.
    """
    for error in found.unreadable.values():
        raise UnreadableError(error.attempting, error.place, error.found)
    return [found.pools[name] for name in sorted(found.pools)]


def _pool(pool: ResourcePool) -> Answer:
    shown = outputs_of(pool, {})
    groups = pool.status.resources
    return {
        "poolName": pool.name,
        "displayName": pool.display_name,
        "phase": pool.phase,
        "message": pool.status.message,
        "description": pool.description,
        "type": pool.spec.type,
        "scope": list(pool.spec.scope),
        "nodePools": [_node_pool(entry) for entry in pool.entries],
        "nodeCounts": shown["nodeCounts"],
        "available": _counts(groups.available),
        "creating": _counts(groups.creating),
        "abnormal": _counts(groups.abnormal),
        "deleting": _counts(groups.deleting),
        "driver": _driver(pool),
        "driverStatus": shown["driverStatus"],
        "jobFlavors": list(pool.spec.job_flavors),
        "network": pool.spec.network.name,
        "workspaceId": pool.workspace_id,
        "prepaid": pool.prepaid,
        "orderName": pool.order_name,
        "tags": pool.tags or {},
        "createdAt": pool.metadata.creation_timestamp,
        "labels": texts(pool.metadata.labels),
        "annotations": texts(pool.metadata.annotations),
    }


def _node_pool(entry: ResourceEntry) -> Answer:
    return {
        "name": entry.effective_node_pool,
        "flavor": entry.flavor,
        "count": entry.count,
        "azs": {zone.az: zone.count for zone in entry.azs},
        "step": entry.creating_step.step if entry.creating_step else 1,
    }


def _driver(pool: ResourcePool) -> Answer:
    driver = pool.spec.driver
    if driver is None:
        return {"gpuVersion": "", "npuVersion": "", "updateStrategy": ""}
    return {
        "gpuVersion": driver.gpu_version,
        "npuVersion": driver.npu_version,
        "updateStrategy": driver.update_strategy,
    }


def _counts(groups: Iterable[FlavorCount]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for group in groups:
        counts[group.flavor] = counts.get(group.flavor, 0) + group.count
    return counts


def texts(found: Mapping[str, Any]) -> dict[str, str]:
    """Returns labels or annotations as the texts that they are on every page."""
    return {name: str(value) for name, value in found.items()}
