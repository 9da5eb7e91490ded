"""Which function answers which operation of the route table.

Apart from that table, as whoever only wants to know what is served needs none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.service.responses import (
    event,
    identity,
    job,
    network,
    node,
    node_migration,
    node_pool,
    node_reboot,
    order,
    resource_flavor,
    resource_pool,
    training_job,
    training_job_search,
    workspace,
)
from modelarts_emulator.service.urls import TOKEN_OPERATION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from modelarts_emulator.messages import Response
    from modelarts_emulator.service.responses.call import Call

ANSWERS: Mapping[str, Callable[[Call], Response]] = {
    "listPools": resource_pool.list_pools,
    "showPool": resource_pool.show_pool,
    "createPool": resource_pool.create_pool,
    "patchPool": resource_pool.patch_pool,
    "deletePool": resource_pool.delete_pool,
    "listPoolNodes": node.list_pool_nodes,
    "showPoolNode": node.show_pool_node,
    "batchDrainPoolNodes": node.batch_drain,
    "batchDeletePoolNodes": node.batch_delete,
    "batchMigratePoolNodes": node_migration.batch_migrate,
    "batchRebootPoolNodes": node_reboot.batch_reboot,
    "batchLockPoolNodes": node.batch_lock,
    "batchUnlockPoolNodes": node.batch_unlock,
    "listNodePools": node_pool.list_node_pools,
    "showNodePool": node_pool.show_node_pool,
    "listNodePoolNodes": node_pool.list_node_pool_nodes,
    "listJobs": job.list_jobs,
    "showJob": job.show_job,
    "listOrders": order.list_orders,
    "showOrder": order.show_order,
    "listTrainingJobs": training_job_search.list_training_jobs,
    "showTrainingJobDetails": training_job.show_training_job,
    "createTrainingJob": training_job.create_training_job,
    "changeTrainingJobDescription": training_job.change_training_job,
    "stopTrainingJob": training_job.stop_training_job,
    "deleteTrainingJob": training_job.delete_training_job,
    "listTrainingJobTasks": training_job.list_training_job_tasks,
    "listResourceFlavors": resource_flavor.list_resource_flavors,
    "listEvents": event.list_events,
    "listNetworks": network.list_networks,
    "showNetwork": network.show_network,
    "createNetwork": network.create_network,
    "deleteNetwork": network.delete_network,
    "listWorkspaces": workspace.list_workspaces,
    "showWorkspace": workspace.show_workspace,
    "showOsQuota": workspace.show_quotas,
    "showOsConfig": workspace.show_configuration,
    TOKEN_OPERATION: identity.create_token,
    "keystoneListProjects": identity.list_projects,
}
"""Functions by operation id."""
