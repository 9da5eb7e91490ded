"""Workspaces: list, and their quotas. They are read to search each of them for jobs, too.

Documented: ListWorkspaces, ShowWorkspaceQuotas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import ConfigDict

from pulumi_modelarts.api.errors import ApiError
from pulumi_modelarts.api.listing import Begin, Item, ListOf, by_offset, each, named
from pulumi_modelarts.api.operation import Operation, Stated
from pulumi_modelarts.api.wire import Wire, read, segment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_modelarts.api.service import Service

DEFAULT: Final = "0"
"""Id of the workspace that every project has (documented: ListWorkspaces)."""

PAGE: Final = 1000
"""Workspaces of one page, the most there can be (documented: ListWorkspace)."""

LIST_WORKSPACE: Final = Operation(
    "ListWorkspace",
    "the workspaces to search for training jobs: where workloads cannot be listed",
    "modelarts:workspace:list",
    Stated.IN_THE_TABLES,
    only_reads=True,
    previews=True,
)

SHOW_WORKSPACE_QUOTAS: Final = Operation(
    "ShowWorkspaceQuotas",
    "what a workspace may use: where a program calls `get_workspaces`",
    only_reads=True,
    previews=True,
)

UNLIMITED: Final = -1
"""A quota without limit (documented: ShowWorkspaceQuotas)."""

_SHAPE: Final = ListOf("list workspaces", ("id",), "workspaces", ("total_count", "count"), PAGE)


class WorkspaceWire(Wire):
    """Workspaces are spelled in snake_case, unlike pools and nodes."""

    model_config = ConfigDict(alias_generator=None)


class Workspace(WorkspaceWire):
    """A workspace.

    Attributes:
        auth_type: `PUBLIC` (everybody of the account), `PRIVATE` or `INTERNAL`; who may use it.
        status: `NORMAL`, `CREATE_FAILED`, `DELETING` or `DELETE_FAILED`; others may come.
        status_info: more about the status.
        create_time: milliseconds since 1970.
    """

    id: str
    name: str = ""
    description: str = ""
    owner: str = ""
    auth_type: str = ""
    enterprise_project_id: str = ""
    status: str = ""
    status_info: str = ""
    create_time: int = 0


class WorkspaceQuota(WorkspaceWire):
    """How much of something a workspace may use.

    Attributes:
        resource: of what, such as `exemlProject.gpu_duration`.
        quota: how much; -1 for no limit.
        used_quota: how much of it is used; None where that is not told.
        min_quota: the least that it can be set to.
        max_quota: the most that it can be set to.
        name_en: what it is called.
        unit_en: unit of all these; empty for a number of things.
    """

    resource: str
    quota: int
    used_quota: int | None = None
    min_quota: int = UNLIMITED
    max_quota: int = UNLIMITED
    name_en: str = ""
    unit_en: str = ""


class _Quotas(WorkspaceWire):
    quotas: list[WorkspaceQuota]


class Workspaces:
    """Workspaces of the project."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def list(self) -> list[str] | None:
        """Ids of the workspaces that this user can see; None where the service does not tell this user.

        That is so where it is not allowed, and where nothing serves the list: some regions have no workspaces.


        Raises:
            UnreadableError: the list is not complete, or a workspace in it has no id.
        """
        try:
            found = self._listed()
        except ApiError as error:
            if error.out_of_reach:
                return None
            raise
        return [named(item, _SHAPE) for item in found]

    def every(self) -> Sequence[Workspace]:
        """The workspaces that this user can see, each once, in the service's order.

        Raises:
            UnreadableError: the list is not complete, or a workspace in it cannot be read.
        """
        return [workspace for _, workspace in each(Workspace, self._listed(), _SHAPE)]

    def quotas(self, workspace_id: str) -> Sequence[WorkspaceQuota]:
        """The quotas of a workspace. The answer must have `quotas` (documented: ShowWorkspaceQuotas).

        Raises:
            UnreadableError: the answer has none, or one of them cannot be read.
        """
        attempting = f"show the quotas of workspace {workspace_id}"
        path = f"/v1/{{project_id}}/workspaces/{segment(workspace_id)}/quotas"
        answer = self._service.request("GET", path, operation=SHOW_WORKSPACE_QUOTAS, attempting=attempting)
        return read(_Quotas, answer, attempting).quotas

    def _listed(self) -> Sequence[Item]:
        """What is listed, not understood yet.

        The list must have `workspaces`, each with an id, and as many as `total_count` tells where it is there, else as
        `count` tells of each page (documented: ListWorkspaces).
        """

        def page(begin: Begin) -> Any:
            params = {"offset": begin.item, "limit": PAGE}
            path = "/v1/{project_id}/workspaces"
            attempting = _SHAPE.attempting
            return self._service.request("GET", path, operation=LIST_WORKSPACE, attempting=attempting, params=params)

        return by_offset(page, _SHAPE)
