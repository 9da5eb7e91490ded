"""Projects: which region one belongs to, and its workspaces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import from_json, to_json

from modelarts_emulator.service.exceptions import workspace_not_found, wrong_region
from modelarts_emulator.service.preconditions import named

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from modelarts_emulator.service.models.tenant import Tenant

DEFAULT_WORKSPACE = "0"
_HOST = re.compile(r"modelarts\.(?P<region>[a-z0-9-]+)\.(myhuaweicloud\.\w+|emulator\.invalid)(:\d+)?")
"""Hosts that say a region: those of the service, and a name that leads nowhere, for who must not reach it."""


_NONE: Mapping[str, Mapping[str, Any]] = {}


class Project(NamedTuple):
    """What a world says about a project beside what is in it.

    Attributes:
        region: Region it belongs to (documented: a project belongs to one region); None: it is in each of them.
        workspaces: What was said about each workspace beside the default one, by id.
        algorithms: Algorithms that training jobs can name, by id, as jobs show them.
    """

    region: str | None = None
    workspaces: Mapping[str, Mapping[str, Any]] = _NONE
    algorithms: Mapping[str, Mapping[str, Any]] = _NONE

    def has_workspace(self, workspace: str) -> bool:
        """Whether there is such a workspace; the default one is in every project (documented: ListWorkspaces)."""
        return workspace == DEFAULT_WORKSPACE or workspace in self.workspaces


def save(connection: sqlite3.Connection, project_id: str, project: Project) -> None:
    """Keep what a world says about a project."""
    document = to_json(project._asdict()).decode()
    connection.execute("INSERT OR REPLACE INTO projects VALUES (?, ?)", (project_id, document))


def get(connection: sqlite3.Connection, project_id: str) -> Project:
    """What is known about a project; one that no world mentions has nothing special."""
    row = connection.execute("SELECT document FROM projects WHERE id = ?", (project_id,)).fetchone()
    return Project() if row is None else Project(**from_json(row["document"]))


def of(tenant: Tenant) -> Project:
    """What is known about the project of a request."""
    return get(tenant.connection, tenant.project)


def known(connection: sqlite3.Connection) -> dict[str, Project]:
    """All projects that the world mentions, by id."""
    rows = connection.execute("SELECT id, document FROM projects ORDER BY id")
    return {row["id"]: Project(**from_json(row["document"])) for row in rows}


def require_region(connection: sqlite3.Connection, project_id: str, host: str) -> None:
    """Refuse a request that was sent to the service of another region than the project's; other hosts say no region.

    Raises:
        ApiError: 403 ModelArts.0210.
    """
    asked = _HOST.fullmatch(host)
    region = get(connection, project_id).region if asked else None
    if asked and region not in {None, asked["region"]}:
        raise wrong_region(project_id, str(region))


def require_workspace(tenant: Tenant, workspace: str) -> None:
    """Refuse what would be put into a workspace that is not there.

    Raises:
        ApiError: 400 ModelArts.0102.
    """
    if not of(tenant).has_workspace(workspace):
        raise named("known_workspace", workspace_not_found(workspace))
