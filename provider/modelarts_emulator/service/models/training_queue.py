"""Which training jobs get nodes, which and when.

A job takes whole nodes of its pool (assumed): such as are Available, not drained, no spares, not under way and on
which nothing runs, by name. Jobs get them by priority, then by age; one that does not fit lets those behind it pass
(assumed).

What is free changes when somebody asks for something, and at moments that are known beforehand. The first settles
before it is answered, the others are those that the `auto` clock knows: so it is enough to look at each of these, in
their order, from the moment up to which a job is known to find no nodes. The result does not depend on who looked when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.models import job as pool_job
from modelarts_emulator.service.models import node, occupation, pending, resource_flavor, resource_pool, training_job

if TYPE_CHECKING:
    from modelarts_emulator.service.models.node import Node
    from modelarts_emulator.service.models.resource_flavor import Flavor
    from modelarts_emulator.service.models.resource_pool import Pool
    from modelarts_emulator.service.models.tenant import Tenant
    from modelarts_emulator.service.models.training_job import TrainingJob

HOUR = 3600.0
CARDS = {f"modelarts.pool.visual.{size}": count for size, count in (("xlarge", 1), ("2xlarge", 2), ("4xlarge", 4))}
CARDS |= {"modelarts.pool.visual.8xlarge": 8, "modelarts.pool.visual.16xlarge": 16}
"""Accelerators of the flavors that jobs in dedicated pools name (documented: CreateTrainingJob)."""


def start_waiting(tenant: Tenant) -> None:
    """Let waiting jobs start that have found nodes by now, each at the first moment at which it could."""
    row = tenant.connection.execute(
        "SELECT min(waits_since) FROM training_jobs WHERE project = ? AND waits_since <= ?",
        (tenant.project, tenant.now),
    ).fetchone()
    moment: float | None = row[0]
    if moment is None:
        return
    while moment is not None and moment <= tenant.now:
        then = tenant._replace(now=moment)
        _start_fitting(then)
        moment = pending.next_event(then)
    tenant.connection.execute(
        "UPDATE training_jobs SET waits_since = :now WHERE project = :project AND waits_since <= :now",
        {"project": tenant.project, "now": tenant.now},
    )


def accelerators(flavor: Flavor) -> int:
    """How many accelerator cards a node of a flavor has."""
    kind = resource_flavor.accelerator(flavor)
    return int(flavor[kind]["size"]) if kind else 0


def _start_fitting(tenant: Tenant) -> None:
    catalogue = resource_flavor.catalogue(tenant.connection)
    idle: dict[str, list[Node]] = {}
    for job in training_job.waiting(tenant):
        if job.pool not in idle:
            idle[job.pool] = _idle(tenant, job.pool)
        wanted = CARDS.get(job.document["spec"]["resource"].get("flavor_id", ""), 0)
        fitting = [item for item in idle[job.pool] if accelerators(catalogue[item.key.flavor]) >= wanted]
        if not job.pool:
            _start(tenant, job, [], {})
        elif len(fitting) >= job.node_count:
            taken = fitting[: job.node_count]
            _start(tenant, job, taken, _allocated(catalogue[taken[0].key.flavor], wanted))
            idle[job.pool] = [item for item in idle[job.pool] if item not in taken]


def _idle(tenant: Tenant, name: str) -> list[Node]:
    """Nodes of a pool that take a job now; none while its driver changes, or waits for jobs to end (assumed)."""
    pool = resource_pool.look_for(tenant, name) if name else None
    if pool is None or not _takes_jobs(pool, tenant.now):
        return []
    busy = occupation.busy_hosts(tenant)
    moving = pool_job.under_way(tenant)
    found = [
        item
        for item in node.in_pool(tenant, name)
        if item.phase == "Available" and not (item.drained or item.spare or item.private_ip in busy)
        if item.name not in moving
    ]
    return sorted(found, key=lambda item: item.name)


def _takes_jobs(pool: Pool, now: float) -> bool:
    changing = any(driver.is_upgrading(now) for driver in pool.drivers.values())
    return pool.phase_at(now) == "Running" and not changing


def _start(tenant: Tenant, job: TrainingJob, nodes: list[Node], allocated: dict[str, Any]) -> None:
    job.starts_at, job.waits_since = tenant.now, None
    job.hosts = [item.private_ip for item in nodes]
    if allocated:
        job.document["spec"]["resource"]["main_container_allocated_resources"] = allocated
    if tenant.timings.training is not None:
        job.ends_at = tenant.now + tenant.timings.training
    _stop_in_time(tenant, job)
    training_job.save(tenant, job)


def _stop_in_time(tenant: Tenant, job: TrainingJob) -> None:
    """Stop a job after as many hours as it says (client: official SDK), unless it has ended before that."""
    hours = job.document["spec"].get("auto_stop", {}).get("duration")
    if hours is None:
        return
    stops_at = tenant.now + hours * HOUR
    if job.ends_at is None or stops_at < job.ends_at:
        job.stops_at, job.ends_at = stops_at, stops_at + tenant.timings.terminating
        job.final_phase, job.reason = "Terminated", "job stopped automatically"


def _allocated(flavor: Flavor, cards: int) -> dict[str, Any]:
    """What the container of a task gets: the whole node, save that it may ask for fewer cards (assumed)."""
    allocated = {
        "cpu_arch": flavor["cpuArch"],
        "cpu_core_num": float(flavor["cpu"]),
        "mem_size": float(flavor["memory"].removesuffix("Gi")),
    }
    kind = resource_flavor.accelerator(flavor)
    if kind:
        number = float(cards or accelerators(flavor))
        allocated |= {"accelerator_num": number, "accelerator_type": flavor[kind]["type"]}
    return allocated
