"""The route table: every operation that is served, with the page it is taken from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from modelarts_emulator.responses import (
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

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelarts_emulator.messages import Response
    from modelarts_emulator.responses.call import Call

STILL = frozenset(
    ("listResourceFlavors", "listWorkspaces", "showWorkspace", "showOsQuota", "showOsConfig", "keystoneListProjects")
)
"""Readings of what does not change by itself."""


class Route(NamedTuple):
    """One operation.

    Attributes:
        operation: Operation id: the name of its API page in camel case.
        method: HTTP method.
        path: Path with parameters in braces.
        answer: Function that answers it.
        source: Where the operation is taken from.
    """

    operation: str
    method: str
    path: str
    answer: Callable[[Call], Response]
    source: str

    @property
    def reads(self) -> bool:
        """True for an operation that changes nothing; the search for training jobs is one, though a POST."""
        return self.method == "GET" or self.operation == "listTrainingJobs"

    @property
    def polls(self) -> bool:
        """True for a reading of what can be pending; what a world only has from its beginning never is."""
        return self.reads and self.operation not in STILL

    @property
    def parameters(self) -> frozenset[str]:
        """Names of the path parameters."""
        return frozenset(segment[1:-1] for segment in self.path.split("/") if segment.startswith("{"))


_POOLS = "/v2/{project}/pools"
_POOL = _POOLS + "/{pool}"
_NODES = _POOL + "/nodes"
_TRAINING_JOBS = "/v2/{project}/training-jobs"
_TRAINING_JOB = _TRAINING_JOBS + "/{job}"
_NETWORKS = "/v1/{project}/networks"

ROUTES = (
    Route("listPools", "GET", _POOLS, resource_pool.list_pools, "documented: ListPools"),
    Route("showPool", "GET", _POOL, resource_pool.show_pool, "documented: ShowPool"),
    Route("createPool", "POST", _POOLS, resource_pool.create_pool, "documented: CreatePool"),
    Route("patchPool", "PATCH", _POOL, resource_pool.patch_pool, "documented: PatchPool"),
    Route("deletePool", "DELETE", _POOL, resource_pool.delete_pool, "documented: DeletePool"),
    Route("listPoolNodes", "GET", _NODES, node.list_pool_nodes, "documented: ListPoolNodes"),
    Route("showPoolNode", "GET", _NODES + "/{node}", node.show_pool_node, "documented: ShowPoolNode"),
    Route("batchDrainPoolNodes", "POST", _NODES + "/batch-drain", node.batch_drain, "client: official SDK"),
    Route(
        "batchDeletePoolNodes", "POST", _NODES + "/batch-delete", node.batch_delete, "documented: BatchDeletePoolNodes"
    ),
    Route(
        "batchMigratePoolNodes",
        "POST",
        _NODES + "/batch-migrate",
        node_migration.batch_migrate,
        "documented: BatchMigratePoolNodes",
    ),
    Route(
        "batchRebootPoolNodes",
        "POST",
        _NODES + "/batch-reboot",
        node_reboot.batch_reboot,
        "documented: BatchRebootPoolNodes",
    ),
    Route("batchLockPoolNodes", "POST", _NODES + "/batch-lock", node.batch_lock, "documented: BatchLockPoolNodes"),
    Route(
        "batchUnlockPoolNodes", "POST", _NODES + "/batch-unlock", node.batch_unlock, "documented: BatchUnlockPoolNodes"
    ),
    Route("listNodePools", "GET", _POOL + "/nodepools", node_pool.list_node_pools, "documented: ListNodePools"),
    Route("showNodePool", "GET", _POOL + "/nodepools/{nodepool}", node_pool.show_node_pool, "documented: ShowNodePool"),
    Route(
        "listNodePoolNodes",
        "GET",
        _POOL + "/nodepools/{nodepool}/nodes",
        node_pool.list_node_pool_nodes,
        "documented: ListNodePoolNodes",
    ),
    Route("listJobs", "GET", "/v2/{project}/jobs", job.list_jobs, "documented: ListJobs"),
    Route("showJob", "GET", "/v2/{project}/jobs/{job}", job.show_job, "client: Terraform"),
    Route("listOrders", "GET", "/v1/{project}/orders", order.list_orders, "documented: ListOrders"),
    Route("showOrder", "GET", "/v1/{project}/orders/{order}", order.show_order, "documented: ShowOrder"),
    Route(
        "listTrainingJobs",
        "POST",
        "/v2/{project}/training-job-searches",
        training_job_search.list_training_jobs,
        "documented: ListTrainingJobs",
    ),
    Route(
        "showTrainingJobDetails",
        "GET",
        _TRAINING_JOB,
        training_job.show_training_job,
        "documented: ShowTrainingJobDetails",
    ),
    Route(
        "createTrainingJob", "POST", _TRAINING_JOBS, training_job.create_training_job, "documented: CreateTrainingJob"
    ),
    Route(
        "changeTrainingJobDescription",
        "PUT",
        _TRAINING_JOB,
        training_job.change_training_job,
        "documented: ChangeTrainingJobDescription",
    ),
    Route(
        "stopTrainingJob",
        "POST",
        _TRAINING_JOB + "/actions",
        training_job.stop_training_job,
        "documented: StopTrainingJob",
    ),
    Route(
        "deleteTrainingJob", "DELETE", _TRAINING_JOB, training_job.delete_training_job, "documented: DeleteTrainingJob"
    ),
    Route(
        "listTrainingJobTasks",
        "GET",
        _TRAINING_JOB + "/tasks",
        training_job.list_training_job_tasks,
        "client: official SDK",
    ),
    Route(
        "listResourceFlavors",
        "GET",
        "/v1/{project}/resourceflavors",
        resource_flavor.list_resource_flavors,
        "documented: ListResourceFlavors",
    ),
    Route("listEvents", "GET", "/v1/{project}/events", event.list_events, "documented: ListEvents"),
    Route("listNetworks", "GET", _NETWORKS, network.list_networks, "documented: ListNetworks"),
    Route("showNetwork", "GET", _NETWORKS + "/{network}", network.show_network, "documented: ShowNetwork"),
    Route("createNetwork", "POST", _NETWORKS, network.create_network, "documented: CreateNetwork"),
    Route("deleteNetwork", "DELETE", _NETWORKS + "/{network}", network.delete_network, "documented: DeleteNetwork"),
    Route("listWorkspaces", "GET", "/v1/{project}/workspaces", workspace.list_workspaces, "documented: ListWorkspaces"),
    Route(
        "showWorkspace",
        "GET",
        "/v1/{project}/workspaces/{workspace}",
        workspace.show_workspace,
        "documented: ShowWorkspace",
    ),
    Route("showOsQuota", "GET", "/v1/{project}/quotas", workspace.show_quotas, "documented: ShowOsQuota"),
    Route(
        "showOsConfig", "GET", "/v1/{project}/os-user-config", workspace.show_configuration, "documented: ShowOsConfig"
    ),
    Route(identity.TOKEN_OPERATION, "POST", "/v3/auth/tokens", identity.create_token, "documented: authentication"),
    Route("keystoneListProjects", "GET", "/v3/projects", identity.list_projects, "client: official SDK"),
)

OPERATIONS = {route.operation: route.parameters for route in ROUTES}
"""Path parameters by operation id."""

WRITES = frozenset(route.operation for route in ROUTES if not route.reads) - {identity.TOKEN_OPERATION}
"""Operations that change pools, nodes or jobs."""


def resolve(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Route and path parameters of a request; None when it is served nowhere."""
    given = path.removesuffix("/").split("/")
    for route, segments in _BY_SHAPE.get((method, len(given)), ()):
        parameters = _match(segments, given)
        if parameters is not None:
            return route, parameters
    return None


def _match(segments: list[str], given: list[str]) -> dict[str, str] | None:
    """Path parameters of a path of as many segments; None when it is another one. A parameter is never empty."""
    parameters = {}
    for segment, text in zip(segments, given, strict=True):
        if segment.startswith("{") and text:
            parameters[segment[1:-1]] = text
        elif segment != text:
            return None
    return parameters


def _by_shape() -> dict[tuple[str, int], list[tuple[Route, list[str]]]]:
    shapes: dict[tuple[str, int], list[tuple[Route, list[str]]]] = {}
    for route in ROUTES:
        segments = route.path.split("/")
        shapes.setdefault((route.method, len(segments)), []).append((route, segments))
    return shapes


_BY_SHAPE = _by_shape()
"""Routes with the segments of their paths, by method and number of segments."""
