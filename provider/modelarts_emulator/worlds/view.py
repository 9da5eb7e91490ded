"""A project of the world as plain data, for assertions and for a look from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.models import job, node, order, pool_tag, resource_pool, training_job, workload
from modelarts_emulator.service.models.entry import counts_by_flavor

if TYPE_CHECKING:
    from modelarts_emulator.service.models.job import Job
    from modelarts_emulator.service.models.node import Node
    from modelarts_emulator.service.models.tenant import Tenant


def view(tenant: Tenant) -> dict[str, Any]:
    """Pools with counts and nodes, orders, jobs and what runs on nodes, in one project at this moment."""
    nodes: dict[str, dict[str, Any]] = {}
    for item in node.every(tenant):
        nodes.setdefault(item.pool, {})[item.name] = _node(item)
    return {
        "pools": {pool.name: _pool(tenant, pool, nodes.get(pool.name, {})) for pool in resource_pool.every(tenant)},
        "orders": {item.name: {"pool": item.pool, "phase": item.phase_at(tenant.now)} for item in order.every(tenant)},
        "jobs": {item.id: _job(tenant, item) for item in job.every(tenant)},
        "training_jobs": {
            job.id: {"pool": job.pool, "phase": job.phase_at(tenant.now), "hosts": job.hosts}
            for job in training_job.every(tenant)
        },
        "services": _workloads(tenant, "inference service"),
        "notebooks": _workloads(tenant, "notebook"),
    }


def _pool(tenant: Tenant, pool: resource_pool.Pool, nodes: dict[str, Any]) -> dict[str, Any]:
    return {
        "phase": pool.phase_at(tenant.now),
        "counts": counts_by_flavor(pool.entries),
        "resources": pool.entries,
        "order": pool.labels.get(resource_pool.ORDER_NAME),
        "tags": pool_tag.of(pool),
        "drivers": {
            kind: {"version": driver.version_at(tenant.now), "state": driver.state_at(tenant.now)}
            for kind, driver in pool.drivers.items()
        },
        "scope": {scope.type: state for scope in pool.scopes if (state := scope.state_at(tenant.now)) is not None},
        "nodes": nodes,
    }


def _workloads(tenant: Tenant, kind: str) -> dict[str, Any]:
    """Inference services, or notebooks, with their nodes, those that no answer tells of too."""
    return {
        item.id: {
            "pool": item.pool,
            "type": item.about.type,
            "status": item.status,
            "hosts": item.hosts,
            "hosts_hidden": item.about.is_hidden,
        }
        for item in workload.every(tenant)
        if workload.TYPES[item.about.type] == kind
    }


def _job(tenant: Tenant, item: Job) -> dict[str, Any]:
    """A job, a hidden one too; nodes that have not arrived may still be under way."""
    moves = job.moves(tenant, item)
    arrived = [move.node for move in moves if move.arrived_by(tenant.now)]
    return {
        "type": item.type,
        "source": item.source,
        "target": item.target,
        "nodes": [move.node for move in moves],
        "arrived": arrived,
        "phase": item.phase_at(tenant.now),
        "spelling": item.spelling,
        "hidden": item.hidden,
    }


def _node(item: Node) -> dict[str, Any]:
    return {
        "phase": item.phase,
        "flavor": item.key.flavor,
        "node_pool": item.key.node_pool,
        "az": item.az,
        "private_ip": item.private_ip,
        "locked": item.locked,
        "drained": item.drained,
        "spare": item.spare,
        "supernode": item.batch,
    }
