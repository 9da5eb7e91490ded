"""All queries, by the name of the data source that asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.queries.network import networks
from pulumi_modelarts.queries.node import pool_nodes
from pulumi_modelarts.queries.resource_flavor import resource_flavors
from pulumi_modelarts.queries.resource_pool import resource_pool, resource_pools
from pulumi_modelarts.queries.training_job import training_job, training_jobs
from pulumi_modelarts.queries.workload import workloads
from pulumi_modelarts.queries.workspace import workspaces

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pulumi_modelarts.reconcilers.session import Session

QUERIES: Final[Mapping[str, Callable[[Session, dict[str, Any]], dict[str, Any]]]] = {
    "get_networks": networks,
    "get_pool_nodes": pool_nodes,
    "get_resource_flavors": resource_flavors,
    "get_resource_pool": resource_pool,
    "get_resource_pools": resource_pools,
    "get_training_job": training_job,
    "get_training_jobs": training_jobs,
    "get_workloads": workloads,
    "get_workspaces": workspaces,
}
"""Each takes the arguments that were given, under the names that properties have, and tells plain values."""
