"""Huawei Cloud ModelArts resource pools as Pulumi resources.

A program declares what should be true of dedicated resource pools: node counts, drivers, job types. A preview shows
exactly what would change on the service, and `pulumi up` makes it so. Data sources tell a program what there is.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from pulumi_modelarts.api.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    ModelArtsError,
    NotFoundError,
    OperationError,
    OperationFailed,
    OperationTimeout,
    PermissionDeniedError,
    RefusedError,
    ServerError,
    ThrottledError,
    TransportError,
    UnreadableError,
    UnsupportedMediaTypeError,
)

if TYPE_CHECKING:
    from pulumi_modelarts.resources.fleet import Fleet, PoolSpec
    from pulumi_modelarts.resources.network import Network
    from pulumi_modelarts.resources.node_migration import NodeMigration, Rollout
    from pulumi_modelarts.resources.node_pool import DataVolume, NodePool, Taint, Volume
    from pulumi_modelarts.resources.node_selection import NodeSelection
    from pulumi_modelarts.resources.provider import Provider
    from pulumi_modelarts.resources.resource_pool import Driver, ResourcePool
    from pulumi_modelarts.sources.network import NetworkInfo, get_networks, get_networks_output
    from pulumi_modelarts.sources.node import NodeInfo, get_pool_nodes, get_pool_nodes_output
    from pulumi_modelarts.sources.resource_flavor import (
        ResourceFlavorInfo,
        get_resource_flavors,
        get_resource_flavors_output,
    )
    from pulumi_modelarts.sources.resource_pool import (
        ResourcePoolInfo,
        get_resource_pool,
        get_resource_pool_output,
        get_resource_pools,
        get_resource_pools_output,
    )
    from pulumi_modelarts.sources.training_job import (
        TrainingJobSummary,
        get_training_job,
        get_training_job_output,
        get_training_jobs,
        get_training_jobs_output,
    )
    from pulumi_modelarts.sources.training_job_info import TrainingJobInfo
    from pulumi_modelarts.sources.workload import WorkloadInfo, get_workloads, get_workloads_output
    from pulumi_modelarts.sources.workspace import WorkspaceInfo, get_workspaces, get_workspaces_output

    __version__: str

__all__ = [
    "ApiError",
    "AuthenticationError",
    "BadRequestError",
    "ConfigurationError",
    "ConflictError",
    "DataVolume",
    "Driver",
    "Fleet",
    "ModelArtsError",
    "Network",
    "NetworkInfo",
    "NodeInfo",
    "NodeMigration",
    "NodePool",
    "NodeSelection",
    "NotFoundError",
    "OperationError",
    "OperationFailed",
    "OperationTimeout",
    "PermissionDeniedError",
    "PoolSpec",
    "Provider",
    "RefusedError",
    "ResourceFlavorInfo",
    "ResourcePool",
    "ResourcePoolInfo",
    "Rollout",
    "ServerError",
    "Taint",
    "ThrottledError",
    "TrainingJobInfo",
    "TrainingJobSummary",
    "TransportError",
    "UnreadableError",
    "UnsupportedMediaTypeError",
    "Volume",
    "WorkloadInfo",
    "WorkspaceInfo",
    "__version__",
    "get_networks",
    "get_networks_output",
    "get_pool_nodes",
    "get_pool_nodes_output",
    "get_resource_flavors",
    "get_resource_flavors_output",
    "get_resource_pool",
    "get_resource_pool_output",
    "get_resource_pools",
    "get_resource_pools_output",
    "get_training_job",
    "get_training_job_output",
    "get_training_jobs",
    "get_training_jobs_output",
    "get_workloads",
    "get_workloads_output",
    "get_workspaces",
    "get_workspaces_output",
]

_HOMES = {
    "resources.fleet": ("Fleet", "PoolSpec"),
    "resources.network": ("Network",),
    "resources.node_migration": ("NodeMigration", "Rollout"),
    "resources.node_selection": ("NodeSelection",),
    "resources.provider": ("Provider",),
    "resources.node_pool": ("DataVolume", "NodePool", "Taint", "Volume"),
    "resources.resource_pool": ("Driver", "ResourcePool"),
    "sources.network": ("NetworkInfo", "get_networks", "get_networks_output"),
    "sources.node": ("NodeInfo", "get_pool_nodes", "get_pool_nodes_output"),
    "sources.resource_flavor": ("ResourceFlavorInfo", "get_resource_flavors", "get_resource_flavors_output"),
    "sources.resource_pool": (
        "ResourcePoolInfo",
        "get_resource_pool",
        "get_resource_pool_output",
        "get_resource_pools",
        "get_resource_pools_output",
    ),
    "sources.training_job": (
        "TrainingJobSummary",
        "get_training_job",
        "get_training_job_output",
        "get_training_jobs",
        "get_training_jobs_output",
    ),
    "sources.training_job_info": ("TrainingJobInfo",),
    "sources.workload": ("WorkloadInfo", "get_workloads", "get_workloads_output"),
    "sources.workspace": ("WorkspaceInfo", "get_workspaces", "get_workspaces_output"),
}


if not TYPE_CHECKING:  # a type checker that saw it would let every name pass

    def __getattr__(name: str) -> Any:
        """Imports a name when it is asked for: the command line needs none of what brings Pulumi."""
        if name == "__version__":
            from pulumi_modelarts._version import version  # noqa: PLC0415 - read from disk

            return version()
        for home, names in _HOMES.items():
            if name in names:
                value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
                globals()[name] = value
                return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Returns what can be imported from here."""
    return sorted({*globals(), *__all__})
