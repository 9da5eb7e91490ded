"""What a program is told of workspaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.api.workspace import UNLIMITED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_modelarts.api.workspace import Workspace, WorkspaceQuota
    from pulumi_modelarts.queries.resource_pool import Answer, Arguments
    from pulumi_modelarts.reconcilers.session import Session


def workspaces(session: Session, given: Arguments) -> Answer:
    """Returns the workspaces that this user can see, with their quotas unless those are not asked for.

    Raises:
        ModelArtsError: Something could not be read.
    """
    api = session.client.workspaces
    found = sorted(api.every(), key=lambda workspace: workspace.id)
    return {"workspaces": [_workspace(each, api.quotas(each.id) if given["quotas"] else ()) for each in found]}


def _workspace(workspace: Workspace, quotas: Sequence[WorkspaceQuota]) -> Answer:
    return {
        "id": workspace.id,
        "name": workspace.name,
        "description": workspace.description,
        "status": workspace.status,
        "authType": workspace.auth_type,
        "owner": workspace.owner,
        "enterpriseProjectId": workspace.enterprise_project_id,
        "createdAt": workspace.create_time,
        "quotas": [_quota(quota) for quota in quotas],
    }


def _quota(quota: WorkspaceQuota) -> Answer:
    return {
        "resource": quota.resource,
        "name": quota.name_en,
        "unit": quota.unit_en,
        "limit": None if quota.quota == UNLIMITED else quota.quota,
        "used": quota.used_quota,
    }
