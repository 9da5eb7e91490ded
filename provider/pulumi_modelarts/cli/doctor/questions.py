"""Questions that more than one section has; each is asked once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.node import Node
from pulumi_modelarts.cli.doctor.patient import Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_modelarts.api.identity import Project
    from pulumi_modelarts.api.job import PoolJob
    from pulumi_modelarts.api.node_document import NodeDocument
    from pulumi_modelarts.api.order import Order
    from pulumi_modelarts.api.resource_flavor import ResourceFlavor
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.api.resource_pools import ListedPools
    from pulumi_modelarts.api.workload import Workload
    from pulumi_modelarts.cli.doctor.patient import Patient

NOWHERE: Final = "missing-5f2b8c"
"""The id of a pool, a network or an order that nobody has."""

MOST_POOLS: Final = 20
"""Pools whose nodes are listed; in a project with more, the first ones by id."""
MOST_LOOKED_AT: Final = 3
"""Pools whose orders and workloads are listed, which shows as much as those of all would."""


def pools(patient: Patient) -> Reply[ListedPools]:
    """The pools of the project."""
    return patient.ask("pools", lambda service: service.resource_pools.list())


def in_order(patient: Patient) -> list[ResourcePool]:
    """The pools that can be read, by id, so that numbers stand for the same pools every time."""
    listed = pools(patient).value
    found = [] if listed is None else [listed.pools[name] for name in sorted(listed.pools)]
    for pool in found:
        patient.names.label("pool", pool.name)
    return found


def nodes(patient: Patient, pool: str) -> Reply[Sequence[Node]]:
    """The nodes of a pool."""
    reply = node_documents(patient, pool)
    return Reply(None if reply.value is None else [Node.of(each) for each in reply.value], reply.error)


def node_documents(patient: Patient, pool: str) -> Reply[Sequence[NodeDocument]]:
    """The nodes of a pool, with whatever else the service says of them."""
    return patient.ask(f"nodes of {pool}", lambda service: service.nodes.documents(pool))


def looked_into(patient: Patient) -> list[tuple[ResourcePool, Reply[Sequence[Node]]]]:
    """The first pools, with their nodes."""
    return [(pool, nodes(patient, pool.name)) for pool in in_order(patient)[:MOST_POOLS]]


def why_not_iam(patient: Patient) -> str:
    """Why IAM is not asked; empty where it is.

    Who has named an endpoint of their own, and no IAM to it, is not led to the public one.
    """
    settings = patient.settings
    if settings is None:
        return "settings are missing or cannot be used"
    proxy = settings.proxies.of(settings.iam_endpoint)
    if proxy is not None and proxy.problem:
        return f"{proxy.variable}, which leads there, cannot be used"
    named = patient.sources.keys_of("IAM endpoint") or not patient.sources.keys_of("endpoint")
    if named or settings.iam_endpoint in settings.asked or patient.world:
        return ""
    return "an endpoint is named, and no IAM to it"


def projects(patient: Patient) -> Reply[Sequence[Project]]:
    """The projects of the region that IAM lists to whoever asks."""
    region = patient.settings.region if patient.settings else ""
    return patient.ask("projects", lambda service: service.identity.projects(region))


def orders(patient: Patient, pool: str) -> Reply[Sequence[Order]]:
    """The orders of a pool."""
    return patient.ask(f"orders of {pool}", lambda service: service.orders.list(pool))


def order(patient: Patient, name: str) -> Reply[Order]:
    """One order."""
    return patient.ask(f"order {name}", lambda service: service.orders.get(name))


def jobs(patient: Patient) -> Reply[Sequence[PoolJob]]:
    """The jobs of all pools."""
    return patient.ask("jobs", lambda service: service.jobs.list())


def workloads(patient: Patient, pool: str) -> Reply[Sequence[Workload]]:
    """What runs in a pool."""
    return patient.ask(f"workloads of {pool}", lambda service: service.workloads.list(pool))


def flavors(patient: Patient) -> Reply[Sequence[ResourceFlavor]]:
    """The flavors of the region."""
    return patient.ask("flavors", lambda service: service.resource_flavors.every())


def workspaces(patient: Patient) -> Reply[Sequence[str] | None]:
    """Ids of the workspaces; None where the service does not tell them."""
    return patient.ask("workspaces", lambda service: service.workspaces.list())
