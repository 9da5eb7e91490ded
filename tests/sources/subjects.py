"""One row for each data source: what the laws in `test_every_source.py` have to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi_modelarts as modelarts
from modelarts_emulator import GPU_POOL, TRAINING_JOB

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Subject:
    """What the laws have to know of one data source.

    Attributes:
        name: The function.
        token: What Pulumi calls it; users' mocks know it by this, so that it must never change.
        kind: What it returns, or returns several of.
        arguments: What finds something in the documented world.
        items: Where an answer has its items; empty for one that is the item.
    """

    name: str
    token: str
    kind: type[Any]
    arguments: Mapping[str, Any]
    items: str = ""

    def __str__(self) -> str:
        """Name for test ids."""
        return self.name

    @property
    def plain(self) -> Callable[..., Any]:
        """The form that asks at once."""
        found: Callable[..., Any] = getattr(modelarts, self.name)
        return found

    @property
    def output(self) -> Callable[..., Any]:
        """The form that returns an output."""
        found: Callable[..., Any] = getattr(modelarts, f"{self.name}_output")
        return found


SUBJECTS = (
    Subject("get_resource_pools", "modelarts:index:getResourcePools", modelarts.ResourcePoolInfo, {}, "pools"),
    Subject(
        "get_resource_pool", "modelarts:index:getResourcePool", modelarts.ResourcePoolInfo, {"pool_name": GPU_POOL}
    ),
    Subject("get_pool_nodes", "modelarts:index:getPoolNodes", modelarts.NodeInfo, {"pool_name": GPU_POOL}, "nodes"),
    Subject("get_resource_flavors", "modelarts:index:getResourceFlavors", modelarts.ResourceFlavorInfo, {}, "flavors"),
    Subject("get_networks", "modelarts:index:getNetworks", modelarts.NetworkInfo, {"free_addresses": True}, "networks"),
    Subject("get_workspaces", "modelarts:index:getWorkspaces", modelarts.WorkspaceInfo, {}, "workspaces"),
    Subject(
        "get_workloads", "modelarts:index:getWorkloads", modelarts.WorkloadInfo, {"pool_name": GPU_POOL}, "workloads"
    ),
    Subject(
        "get_training_jobs",
        "modelarts:index:getTrainingJobs",
        modelarts.TrainingJobSummary,
        {"pool_name": GPU_POOL},
        "jobs",
    ),
    Subject("get_training_job", "modelarts:index:getTrainingJob", modelarts.TrainingJobInfo, {"job_id": TRAINING_JOB}),
)
