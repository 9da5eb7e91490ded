"""Workspaces: list. They are read to search each of them for training jobs.

Documented: ListWorkspaces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.wire import Wire, read_items

if TYPE_CHECKING:
    from pulumi_modelarts.api.service import Service

DEFAULT: Final = "0"
"""Id of the workspace that every project has (documented: ListWorkspaces)."""

PAGE: Final = 1000
"""Workspaces of one page, the most there can be (documented: ListWorkspaces)."""


class Workspace(Wire):
    """A workspace."""

    id: str


class Workspaces:
    """Workspaces of the project."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def list(self) -> list[str]:
        """Ids of the workspaces that this user can see."""
        attempting = "list workspaces"
        found: dict[str, None] = {}
        while True:
            params = {"offset": str(len(found)), "limit": str(PAGE)}
            answer = self._service.request("GET", "/v1/{project_id}/workspaces", attempting=attempting, params=params)
            page = read_items(Workspace, answer, attempting, field="workspaces")
            fresh = [item.id for item in page if item.id not in found]
            found |= dict.fromkeys(fresh)
            if len(page) < PAGE or not fresh:
                return list(found)
