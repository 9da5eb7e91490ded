"""Inference services and notebooks of a world given as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.exceptions import ApiError
from modelarts_emulator.service.models import node, resource_pool, workload
from modelarts_emulator.service.models.workload import About, Workload
from modelarts_emulator.state.errors import ImpossibleWorldError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator.service.models.tenant import Tenant

DEFAULT_TYPES = {"services": "infer", "notebooks": "notebook"}
"""Fields of a project, with the type of what they hold unless it says another."""


def load_workloads(tenant: Tenant, content: Mapping[str, Any]) -> None:
    """Put inference services and notebooks on their nodes.

    Raises:
        ImpossibleWorldError: One in a pool or on nodes that are not there, one that runs nowhere, or an id that is used
            twice.
    """
    known: set[str] = set()
    for kind, default in DEFAULT_TYPES.items():
        for workload_id, facts in content.get(kind, {}).items():
            where = f"{kind}[{workload_id}]"
            if workload_id in known:
                raise ImpossibleWorldError(f"{where}: a service has this id")
            known.add(workload_id)
            _load(tenant, where, workload_id, {"type": default, **facts})


def _load(tenant: Tenant, where: str, workload_id: str, facts: Mapping[str, Any]) -> None:
    pool, status = facts["pool"], facts.get("status", "Running")
    if resource_pool.look_for(tenant, pool) is None:
        raise ImpossibleWorldError(f"{where}.pool: the project has no pool {pool!r}")
    hosts = _hosts(tenant, f"{where}.nodes", facts)
    if status in workload.ON_NODES and not hosts:
        raise ImpossibleWorldError(f"{where}.nodes: one that is {status} is on a node or more")
    about = About(
        type=facts["type"],
        name=facts.get("name", workload_id),
        user=facts.get("user", ""),
        flavor=facts.get("flavor", ""),
        is_hidden=facts.get("hosts_hidden", False),
    )
    workload.add(tenant, Workload(workload_id, pool, about, status, tenant.now, hosts), status)


def _hosts(tenant: Tenant, where: str, facts: Mapping[str, Any]) -> list[str]:
    try:
        return [node.find(tenant, facts["pool"], name).private_ip for name in facts.get("nodes", [])]
    except ApiError as error:
        raise ImpossibleWorldError(f"{where}: pool {facts['pool']!r} has no such {error.message}") from error
