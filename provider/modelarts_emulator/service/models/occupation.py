"""What occupies nodes, of whatever kind it is: training jobs, inference services, notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from modelarts_emulator.service.models import node, training_job, workload

if TYPE_CHECKING:
    from collections.abc import Iterable

    from modelarts_emulator.service.models.tenant import Tenant
    from modelarts_emulator.service.models.training_job import TrainingJob
    from modelarts_emulator.service.models.workload import Workload

TRAINING_JOB = "training job"


class Occupant(NamedTuple):
    """What occupies a node.

    Attributes:
        kind: What it is, in words.
        id: Its id.
    """

    kind: str
    id: str

    def __str__(self) -> str:
        """What it is and its id."""
        return f"{self.kind} {self.id}"


def by_host(tenant: Tenant) -> dict[str, Occupant]:
    """What occupies each node that is busy, by private address; of several a training job."""
    found = {host: Occupant(workload.TYPES[item.about.type], item.id) for item, host in _workload_hosts(tenant)}
    jobs = training_job.running_by_host(tenant)
    return found | {host: Occupant(TRAINING_JOB, job_id) for host, job_id in jobs.items()}


def busy_hosts(tenant: Tenant) -> set[str]:
    """Private addresses of the nodes that are busy."""
    return set(by_host(tenant))


def free_at(tenant: Tenant, pool: str, since: float) -> float | None:
    """First moment from `since` on at which nothing runs on the pool's nodes; None when no end is in sight."""
    addresses = {item.private_ip for item in node.in_pool(tenant, pool)}
    everything: list[TrainingJob | Workload] = [*training_job.every(tenant), *workload.every(tenant)]
    here = [item for item in everything if addresses.intersection(item.hosts)]
    moment = since
    while True:
        ends = [item.ends_at for item in here if item.is_on_nodes(moment)]
        if not ends:
            return moment
        if None in ends:
            return None
        moment = max(end for end in ends if end is not None)


def lose_hosts(tenant: Tenant, hosts: Iterable[str]) -> None:
    """Fail whatever runs on nodes that are being deleted (assumed)."""
    lost = set(hosts)
    training_job.lose_hosts(tenant, lost)
    for item in {item.id: item for item, host in _workload_hosts(tenant) if host in lost}.values():
        workload.set_status(tenant, item, "Failed")


def lose_pool(tenant: Tenant, pool: str) -> None:
    """Fail whatever is in a pool that is being deleted, what waits for its nodes too (assumed)."""
    training_job.lose_pool(tenant, pool)
    for item in workload.every(tenant):
        if item.pool == pool and item.status not in workload.TERMINAL:
            workload.set_status(tenant, item, "Failed")


def _workload_hosts(tenant: Tenant) -> list[tuple[Workload, str]]:
    return [(item, host) for item in workload.on_nodes(tenant) for host in item.hosts]
