"""The route table: every operation that is served, with the page it is taken from."""

from __future__ import annotations

from typing import NamedTuple

TOKEN_OPERATION = "keystoneCreateUserTokenByPassword"  # noqa: S105 - an operation id, not a password
"""Gives a token for a password; it belongs to no project and needs no credentials."""

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
        source: Where the operation is taken from.
    """

    operation: str
    method: str
    path: str
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
    Route("listPools", "GET", _POOLS, "documented: ListPools"),
    Route("showPool", "GET", _POOL, "documented: ShowPool"),
    Route("createPool", "POST", _POOLS, "documented: CreatePool"),
    Route("patchPool", "PATCH", _POOL, "documented: PatchPool"),
    Route("deletePool", "DELETE", _POOL, "documented: DeletePool"),
    Route("listPoolNodes", "GET", _NODES, "documented: ListPoolNodes"),
    Route("showPoolNode", "GET", _NODES + "/{node}", "documented: ShowPoolNode"),
    Route("batchDrainPoolNodes", "POST", _NODES + "/batch-drain", "client: official SDK"),
    Route("batchDeletePoolNodes", "POST", _NODES + "/batch-delete", "documented: BatchDeletePoolNodes"),
    Route("batchMigratePoolNodes", "POST", _NODES + "/batch-migrate", "documented: BatchMigratePoolNodes"),
    Route("batchRebootPoolNodes", "POST", _NODES + "/batch-reboot", "documented: BatchRebootPoolNodes"),
    Route("batchLockPoolNodes", "POST", _NODES + "/batch-lock", "documented: BatchLockPoolNodes"),
    Route("batchUnlockPoolNodes", "POST", _NODES + "/batch-unlock", "documented: BatchUnlockPoolNodes"),
    Route("listNodePools", "GET", _POOL + "/nodepools", "documented: ListNodePools"),
    Route("showNodePool", "GET", _POOL + "/nodepools/{nodepool}", "documented: ShowNodePool"),
    Route("listNodePoolNodes", "GET", _POOL + "/nodepools/{nodepool}/nodes", "documented: ListNodePoolNodes"),
    Route("listJobs", "GET", "/v2/{project}/jobs", "documented: ListJobs"),
    Route("showJob", "GET", "/v2/{project}/jobs/{job}", "client: Terraform"),
    Route("listOrders", "GET", "/v1/{project}/orders", "documented: ListOrders"),
    Route("showOrder", "GET", "/v1/{project}/orders/{order}", "documented: ShowOrder"),
    Route("listTrainingJobs", "POST", "/v2/{project}/training-job-searches", "documented: ListTrainingJobs"),
    Route("showTrainingJobDetails", "GET", _TRAINING_JOB, "documented: ShowTrainingJobDetails"),
    Route("createTrainingJob", "POST", _TRAINING_JOBS, "documented: CreateTrainingJob"),
    Route("changeTrainingJobDescription", "PUT", _TRAINING_JOB, "documented: ChangeTrainingJobDescription"),
    Route("stopTrainingJob", "POST", _TRAINING_JOB + "/actions", "documented: StopTrainingJob"),
    Route("deleteTrainingJob", "DELETE", _TRAINING_JOB, "documented: DeleteTrainingJob"),
    Route("listTrainingJobTasks", "GET", _TRAINING_JOB + "/tasks", "client: official SDK"),
    Route("listResourceFlavors", "GET", "/v1/{project}/resourceflavors", "documented: ListResourceFlavors"),
    Route("listEvents", "GET", "/v1/{project}/events", "documented: ListEvents"),
    Route("listNetworks", "GET", _NETWORKS, "documented: ListNetworks"),
    Route("showNetwork", "GET", _NETWORKS + "/{network}", "documented: ShowNetwork"),
    Route("createNetwork", "POST", _NETWORKS, "documented: CreateNetwork"),
    Route("deleteNetwork", "DELETE", _NETWORKS + "/{network}", "documented: DeleteNetwork"),
    Route("listWorkspaces", "GET", "/v1/{project}/workspaces", "documented: ListWorkspaces"),
    Route("showWorkspace", "GET", "/v1/{project}/workspaces/{workspace}", "documented: ShowWorkspace"),
    Route("showOsQuota", "GET", "/v1/{project}/quotas", "documented: ShowOsQuota"),
    Route("showOsConfig", "GET", "/v1/{project}/os-user-config", "documented: ShowOsConfig"),
    Route(TOKEN_OPERATION, "POST", "/v3/auth/tokens", "documented: authentication"),
    Route("keystoneListProjects", "GET", "/v3/projects", "client: official SDK"),
)

OPERATIONS = {route.operation: route.parameters for route in ROUTES}
"""Path parameters by operation id."""

WRITES = frozenset(route.operation for route in ROUTES if not route.reads) - {TOKEN_OPERATION}
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
