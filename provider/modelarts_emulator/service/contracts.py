"""What goes into each operation and what comes out: the shapes that requests are held to and OpenAPI shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from modelarts_emulator.messages import JSON, MERGE_PATCH
from modelarts_emulator.service.documents import (
    event,
    identity,
    job,
    network,
    node,
    node_migration,
    node_pool,
    order,
    resource_flavor,
    resource_pool,
    training_job,
    training_job_search,
    workspace,
)


@dataclass(frozen=True)
class Contract:
    """Shapes of one operation.

    Attributes:
        answer: Body of a good answer; None: it has none.
        body: Body of the request; None: it takes none.
        query: Query of the request, as a map of parameters; None: it takes none.
        status: HTTP status of a good answer.
        media_type: Content type of the request's body.
        any_case: Whether the body's fields may be spelled in any case.
    """

    answer: Any = None
    body: Any = None
    query: Any = None
    status: int = 200
    media_type: str = JSON
    any_case: bool = False


CONTRACTS = {
    "listPools": Contract(resource_pool.PoolList, query=resource_pool.ListPools),
    "showPool": Contract(resource_pool.Pool),
    "createPool": Contract(resource_pool.Pool, resource_pool.CreatePool),
    "deletePool": Contract(resource_pool.Pool),
    "patchPool": Contract(resource_pool.Pool, resource_pool.PatchPool, media_type=MERGE_PATCH),
    "listPoolNodes": Contract(node.NodeList, query=node.ListNodes),
    "showPoolNode": Contract(node.Node),
    "batchDrainPoolNodes": Contract(dict[str, Any], node.DrainNodes),
    "batchDeletePoolNodes": Contract(None, node.DeleteNodes),
    "batchMigratePoolNodes": Contract(
        node_migration.StartedJob | dict[str, Any], node_migration.MigrateNodes, any_case=True
    ),
    "batchRebootPoolNodes": Contract(node.RebootedNodes, node.RebootNodes),
    "batchLockPoolNodes": Contract(node.LockedNodes, node.LockNodes),
    "batchUnlockPoolNodes": Contract(node.LockedNodes, node.LockNodes),
    "listNodePools": Contract(node_pool.NodePoolList),
    "showNodePool": Contract(node_pool.NodePool),
    "listNodePoolNodes": Contract(node.NodeList, query=node.ListNodes),
    "listJobs": Contract(job.JobList, query=job.ListJobs),
    "showJob": Contract(job.Job),
    "listOrders": Contract(order.OrderList, query=order.ListOrders),
    "showOrder": Contract(order.OrderDetails),
    "showTrainingJobDetails": Contract(training_job.TrainingJob),
    "listTrainingJobs": Contract(training_job_search.TrainingJobList, training_job_search.SearchTrainingJobs),
    "createTrainingJob": Contract(training_job.TrainingJob, training_job.CreateTrainingJob, status=201),
    "stopTrainingJob": Contract(training_job.TrainingJob, training_job.StopTrainingJob, status=202),
    "changeTrainingJobDescription": Contract(None, training_job.ChangeTrainingJob),
    "deleteTrainingJob": Contract(None, status=202),
    "listTrainingJobTasks": Contract(training_job.TaskList, query=training_job.ListTasks),
    "listResourceFlavors": Contract(resource_flavor.ResourceFlavorList, query=resource_flavor.ListResourceFlavors),
    "listEvents": Contract(event.EventList, query=event.ListEvents),
    "listNetworks": Contract(network.NetworkList, query=network.ListNetworks),
    "showNetwork": Contract(network.Network),
    "createNetwork": Contract(network.Network, network.CreateNetwork),
    "deleteNetwork": Contract(network.Network),
    "listWorkspaces": Contract(workspace.WorkspaceList, query=workspace.ListWorkspaces),
    "showWorkspace": Contract(workspace.Workspace),
    "showOsQuota": Contract(workspace.ShownQuotas),
    "showOsConfig": Contract(workspace.UserConfiguration),
    "keystoneCreateUserTokenByPassword": Contract(identity.CreatedToken, identity.CreateToken, status=201),
    "keystoneListProjects": Contract(identity.ProjectList, query=identity.ListProjects),
}
"""By operation id."""
