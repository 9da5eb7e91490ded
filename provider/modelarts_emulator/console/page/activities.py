"""What is under way, and what became of it, as the page shows it: orders, jobs, upgrades, workloads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.models import job, order, training_job, workload
from modelarts_emulator.service.models.entry import counts_by_flavor

if TYPE_CHECKING:
    from modelarts_emulator.service.models.driver import Driver
    from modelarts_emulator.service.models.job import Job
    from modelarts_emulator.service.models.order import Order
    from modelarts_emulator.service.models.tenant import Tenant
    from modelarts_emulator.service.models.training_job import TrainingJob
    from modelarts_emulator.service.models.workload import Workload

MOST = 20
"""Orders shown, and as many jobs and training jobs."""


def orders(tenant: Tenant) -> list[dict[str, Any]]:
    """Orders: those under way, then the newest."""
    return [_order(tenant, item) for item in order.newest(tenant, MOST)]


def jobs(tenant: Tenant) -> list[dict[str, Any]]:
    """Jobs: those under way, then the newest; hidden ones too, as the page sees what clients cannot."""
    return [_job(tenant, item) for item in job.newest(tenant, MOST)]


def training_jobs(tenant: Tenant, names: dict[str, str]) -> list[dict[str, Any]]:
    """Training jobs: those that run, then the newest.

    Args:
        tenant: The project.
        names: Names of nodes by address, as far as the page shows them.
    """
    found = sorted(training_job.every(tenant), key=lambda item: item.phase_at(tenant.now) in training_job.TERMINAL)
    return [_training_job(tenant, item, names) for item in found[:MOST]]


def workloads(tenant: Tenant, names: dict[str, str]) -> list[dict[str, Any]]:
    """Inference services and notebooks: those that have not ended, then the newest.

    Args:
        tenant: The project.
        names: Names of nodes by address, as far as the page shows them.
    """
    newest = workload.every(tenant)[::-1]
    found = sorted(newest, key=lambda item: item.status in workload.TERMINAL)
    return [_workload(item, names) for item in found[:MOST]]


def driver(kind: str, item: Driver, tenant: Tenant) -> dict[str, Any]:
    """A pool's driver and how far its upgrade is; `progress` is None while none runs, or it waits for jobs to end."""
    now, ends = tenant.now, item.ends_at
    upgrading = item.is_upgrading(now)
    return {
        "kind": kind,
        "version": item.version_at(now),
        "target": item.target if upgrading else item.version_at(now),
        "state": item.state_at(now),
        "waiting": item.is_waiting,
        "progress": _passed(ends - tenant.timings.driver, ends, now) if upgrading and ends is not None else None,
    }


def _order(tenant: Tenant, item: Order) -> dict[str, Any]:
    before, wanted = counts_by_flavor(item.before), counts_by_flavor(item.wanted)
    flavors = [name for name in {**before, **wanted} if before.get(name) != wanted.get(name)]
    ends_at = item.ends_at
    return {
        "name": item.name,
        "pool": item.pool,
        "operation": item.operation,
        "phase": item.phase_at(tenant.now),
        "progress": None if ends_at is None else _passed(item.begins_at, ends_at, tenant.now),
        "created": item.created_at,
        "ends": ends_at,
        "change": {name: [before.get(name, 0), wanted.get(name, 0)] for name in flavors},
        "reason": item.reason if item.is_over(tenant.now) else "",
    }


def _job(tenant: Tenant, item: Job) -> dict[str, Any]:
    moves, ends_at = job.moves(tenant, item), item.ends_at
    arrived = sum(move.arrived_by(tenant.now) for move in moves)
    phase = item.phase_at(tenant.now)
    return {
        "id": item.id,
        "type": item.type,
        "source": item.source,
        "target": item.target,
        "phase": phase,
        "arrived": arrived,
        "total": len(moves),
        "progress": arrived / len(moves) if ends_at is None else _passed(item.created_at, ends_at, tenant.now),
        "created": item.created_at,
        "ends": ends_at,
        "stuck": ends_at is None,
        "hidden": item.hidden,
        "reason": item.message if phase == "Failed" else "",
    }


def _training_job(tenant: Tenant, item: TrainingJob, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": item.id,
        "name": str(item.document.get("metadata", {}).get("name", "")),
        "pool": item.pool,
        "phase": item.phase_at(tenant.now),
        "nodes": [names.get(host, host) for host in item.hosts],
        "created": item.created_at,
        "ends": item.ends_at,
    }


def _workload(item: Workload, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": item.id,
        "name": item.about.name,
        "kind": workload.TYPES[item.about.type],
        "pool": item.pool,
        "phase": item.status,
        "nodes": [names.get(host, host) for host in item.hosts],
        "hidden": item.about.is_hidden,
        "created": item.created_at,
        "ends": item.ends_at,
    }


def _passed(begin: float, end: float, now: float) -> float:
    """How much of a span of time has passed, from 0 to 1; a span without length has passed at its end."""
    if now >= end:
        return 1.0
    return max(0.0, (now - begin) / (end - begin)) if end > begin else 0.0
