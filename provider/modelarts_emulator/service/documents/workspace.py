"""Workspaces and quotas on the wire (documented: ListWorkspace, ShowWorkspace, ShowOsQuota, ShowOsConfig)."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from modelarts_emulator.service.documents.shapes import Count, Integer, Name


class Workspace(TypedDict):
    """A workspace; times are milliseconds since 1970."""

    id: Name
    name: Name
    description: str
    owner: str
    auth_type: Literal["PUBLIC", "PRIVATE", "INTERNAL"]
    enterprise_project_id: str
    enterprise_project_name: str
    status: Literal["CREATE_FAILED", "NORMAL", "DELETING", "DELETE_FAILED"]
    status_info: str
    create_time: Integer
    update_time: Integer


class WorkspaceList(TypedDict):
    """Answer of ListWorkspace."""

    total_count: Count
    count: Count
    workspaces: list[Workspace]


class WorkspaceQuota(TypedDict):
    """A quota of a workspace; -1: no limit, and then it is not told what is used."""

    resource: Name
    quota: Annotated[Integer, Field(ge=-1)]
    used_quota: Count | None
    min_quota: Annotated[Integer, Field(ge=-1)]
    max_quota: Integer
    name_en: str
    name_cn: str
    unit_en: str
    unit_cn: str
    update_time: Integer


class WorkspaceQuotas(TypedDict):
    """Answer of ShowWorkspaceQuotas."""

    quotas: list[WorkspaceQuota]


class ListWorkspaces(TypedDict, total=False):
    """Query of ListWorkspace."""

    offset: Count
    limit: Annotated[Integer, Field(ge=1, le=1000)]
    sort_by: Literal["name", "create_time", "update_time", "status"]
    order: Literal["asc", "desc"]
    name: str


class ResourceQuota(TypedDict):
    """How many objects of a kind there may be, and are; both as text."""

    type: Literal["pool", "network"]
    quota: str
    used: str


class Quotas(TypedDict):
    """Quotas of a project."""

    resources: list[ResourceQuota]


class ShownQuotas(TypedDict):
    """Answer of ShowOsQuota."""

    quotas: Quotas


class UserConfiguration(TypedDict):
    """Answer of ShowOsConfig."""

    networkCidrs: list[Name]
    networkQuota: Count
    poolQuota: Count
    poolHighAvailable: bool
