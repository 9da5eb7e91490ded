"""Workspaces: list. They are read to search each of them for jobs.

Documented: ListWorkspaces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.api.errors import ApiError
from pulumi_modelarts.api.listing import Begin, ListOf, by_offset, named
from pulumi_modelarts.api.operation import Operation, Stated

if TYPE_CHECKING:
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


class Workspaces:
    """Workspaces of the project."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def list(self) -> list[str] | None:
        """Ids of the workspaces that this user can see; None where the service does not tell this user.

        That is so where it is not allowed, and where nothing serves the list: some regions have no workspaces.

        The list must have `workspaces`, each with an id, and as many as `total_count` tells where it is there, else as
        `count` tells of each page (documented: ListWorkspaces).

        Raises:
            UnreadableError: the list is not complete, or a workspace in it has no id.
        """
        attempting = "list workspaces"

        def page(begin: Begin) -> Any:
            params, path = {"offset": begin.item, "limit": PAGE}, "/v1/{project_id}/workspaces"
            return self._service.request("GET", path, operation=LIST_WORKSPACE, attempting=attempting, params=params)

        shape = ListOf(attempting, key=("id",), field="workspaces", totals=("total_count", "count"), page=PAGE)
        try:
            found = by_offset(page, shape)
        except ApiError as error:
            if error.out_of_reach:
                return None
            raise
        return [named(item, shape) for item in found]
