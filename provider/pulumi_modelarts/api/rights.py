"""The rights that the provider needs: every operation that it asks, and the actions of a policy for them."""

from __future__ import annotations

from typing import Final

from pulumi_modelarts.api.iam_token import CREATE_TOKEN
from pulumi_modelarts.api.job import LIST_JOBS, SHOW_JOB
from pulumi_modelarts.api.network import (
    CREATE_NETWORK,
    DELETE_NETWORK,
    LIST_NETWORKS,
    SHOW_NETWORK,
    SHOW_NETWORK_AVAILABLE_IP,
)
from pulumi_modelarts.api.node_migration import BATCH_MIGRATE_POOL_NODES
from pulumi_modelarts.api.nodes import BATCH_DELETE_POOL_NODES, BATCH_DRAIN_POOL_NODES, LIST_POOL_NODES
from pulumi_modelarts.api.order import SHOW_ORDER
from pulumi_modelarts.api.pool_tag import BATCH_CREATE_POOL_TAGS, BATCH_DELETE_POOL_TAGS
from pulumi_modelarts.api.resource_flavor import LIST_RESOURCE_FLAVORS
from pulumi_modelarts.api.resource_pools import CREATE_POOL, DELETE_POOL, LIST_POOLS, PATCH_POOL, SHOW_POOL
from pulumi_modelarts.api.training_jobs import LIST_TRAINING_JOB_TASKS, LIST_TRAINING_JOBS, SHOW_TRAINING_JOB_DETAILS
from pulumi_modelarts.api.user_config import SHOW_OS_CONFIG
from pulumi_modelarts.api.workload import LIST_WORKLOADS
from pulumi_modelarts.api.workspace import LIST_WORKSPACE, SHOW_WORKSPACE_QUOTAS

OPERATIONS: Final = (
    CREATE_TOKEN,
    LIST_POOLS,
    SHOW_POOL,
    CREATE_POOL,
    PATCH_POOL,
    DELETE_POOL,
    BATCH_CREATE_POOL_TAGS,
    BATCH_DELETE_POOL_TAGS,
    SHOW_ORDER,
    LIST_RESOURCE_FLAVORS,
    SHOW_NETWORK_AVAILABLE_IP,
    LIST_POOL_NODES,
    BATCH_DRAIN_POOL_NODES,
    BATCH_DELETE_POOL_NODES,
    BATCH_MIGRATE_POOL_NODES,
    LIST_JOBS,
    SHOW_JOB,
    LIST_WORKLOADS,
    LIST_WORKSPACE,
    LIST_TRAINING_JOBS,
    LIST_TRAINING_JOB_TASKS,
    SHOW_TRAINING_JOB_DETAILS,
    LIST_NETWORKS,
    SHOW_NETWORK,
    CREATE_NETWORK,
    DELETE_NETWORK,
    SHOW_OS_CONFIG,
    SHOW_WORKSPACE_QUOTAS,
)
"""What the provider asks, in the order of the page of permissions."""


def actions(*, previews_only: bool = False, making: bool = True) -> tuple[str, ...]:
    """The actions that a policy must allow, in the order of the alphabet.

    Args:
        previews_only: for a user who previews and refreshes, and never runs.
        making: for a user whose programs make pools or networks, and delete what they made.
    """
    asked = (
        operation
        for operation in OPERATIONS
        if (operation.previews or not previews_only) and (making or not operation.makes)
    )
    return tuple(sorted({operation.action for operation in asked} - {""}))
