"""Workspaces and quotas, as far as they bound what can be made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.messages import Response
from modelarts_emulator.service.exceptions import bad_request, workspace_not_found
from modelarts_emulator.service.models import network, project, quota, resource_pool
from modelarts_emulator.service.operation import NONE_NEEDED, operation
from modelarts_emulator.state.clock import EPOCH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator.service.call import Call

LARGEST_PAGE = 1000
LARGEST_OFFSET = 10**9
UNLIMITED = "exemlProject.gpu_duration"
"""A quota that every workspace has (documented: ShowWorkspaceQuotas, example)."""

LARGEST_QUOTA = 60_000
"""Highest value that a quota can be given (documented: ShowWorkspaceQuotas, example)."""

SORTS = ("name", "create_time", "update_time", "status")


@operation(
    "listWorkspaces",
    "GET",
    "/v1/{project}/workspaces",
    source="documented: ListWorkspaces",
    permission="modelarts:workspace:list",
    query="ListWorkspaces",
    answer="WorkspaceList",
    still=True,
)
def list_workspaces(call: Call) -> Response:
    """Workspaces whose name contains what is asked for; newest first unless asked otherwise (assumed)."""
    query = call.request.query
    sort_by, order = query.get("sort_by", "create_time"), query.get("order", "desc")
    if sort_by not in SORTS or order not in {"asc", "desc"}:
        raise bad_request(f"sort_by must be one of {', '.join(SORTS)}, and order asc or desc")
    everything = [_render(workspace, facts) for workspace, facts in _given(call).items()]
    found = [item for item in everything if query.get("name", "") in item["name"]]
    found.sort(key=lambda item: (item[sort_by], item["id"]), reverse=order == "desc")
    limit = call.integer("limit", LARGEST_PAGE, LARGEST_PAGE)
    offset = call.integer("offset", 0, LARGEST_OFFSET)
    page = found[offset : offset + limit]
    return Response.of_json(200, {"total_count": len(found), "count": len(page), "workspaces": page})


@operation(
    "showWorkspace",
    "GET",
    "/v1/{project}/workspaces/{workspace}",
    source="documented: ShowWorkspace",
    permission="modelarts:workspace:get",
    answer="Workspace",
    still=True,
)
def show_workspace(call: Call) -> Response:
    """One workspace."""
    workspace = call.parameters["workspace"]
    return Response.of_json(200, _render(workspace, _facts(call, workspace)))


@operation(
    "showWorkspaceQuotas",
    "GET",
    "/v1/{project}/workspaces/{workspace}/quotas",
    source="documented: ShowWorkspaceQuotas",
    answer="WorkspaceQuotas",
    still=True,
)
def show_workspace_quotas(call: Call) -> Response:
    """Quotas of a workspace: those that a world gives it, and one without limit; nothing here uses any of them up."""
    given = {UNLIMITED: -1, **_facts(call, call.parameters["workspace"]).get("quotas", {})}
    return Response.of_json(200, {"quotas": [_quota(resource, most) for resource, most in given.items()]})


def _quota(resource: str, most: int) -> dict[str, Any]:
    """One quota; what is used of one without limit is not told (documented: ShowWorkspaceQuotas)."""
    return {
        "resource": resource,
        "quota": most,
        "used_quota": None if most == -1 else 0,
        "min_quota": -1,
        "max_quota": LARGEST_QUOTA,
        "name_en": resource,
        "name_cn": resource,
        "unit_en": "minute" if resource.endswith("duration") else "",
        "unit_cn": "",
        "update_time": int(EPOCH * 1000),
    }


def _given(call: Call) -> dict[str, Mapping[str, Any]]:
    """What is known of each workspace, by id: the default one, and those of the world."""
    return {project.DEFAULT_WORKSPACE: {"name": "default"}, **project.of(call.tenant).workspaces}


def _facts(call: Call, workspace: str) -> Mapping[str, Any]:
    """What is known of a workspace.

    Raises:
        ApiError: 400 when there is none.
    """
    found = _given(call).get(workspace)
    if found is None:
        raise workspace_not_found(workspace)
    return found


def _render(workspace: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": workspace,
        "name": facts.get("name", workspace),
        "description": facts.get("description", ""),
        "owner": "",
        "auth_type": "PUBLIC",
        "enterprise_project_id": facts.get("enterprise_project_id", "0"),
        "enterprise_project_name": "default",
        "status": "NORMAL",
        "status_info": "",
        "create_time": int(EPOCH * 1000),
        "update_time": int(EPOCH * 1000),
    }


@operation(
    "showOsQuota",
    "GET",
    "/v1/{project}/quotas",
    source="documented: ShowOsQuota",
    answer="ShownQuotas",
    still=True,
)
def show_quotas(call: Call) -> Response:
    """How many pools and networks there may be and are; the words for the types are assumed."""
    used = {"pools": sum(1 for _ in resource_pool.existing(call.tenant)), "networks": len(network.every(call.tenant))}
    resources = [
        {"type": kind.removesuffix("s"), "quota": str(quota.limit(call.tenant, kind)), "used": str(count)}
        for kind, count in used.items()
    ]
    return Response.of_json(200, {"quotas": {"resources": resources}})


@operation(
    "showOsConfig",
    "GET",
    "/v1/{project}/os-user-config",
    source="documented: ShowOsConfig",
    permission=NONE_NEEDED,
    answer="UserConfiguration",
    still=True,
)
def show_configuration(call: Call) -> Response:
    """What a user may choose: blocks of addresses, and how many pools and networks."""
    return Response.of_json(
        200,
        {
            "networkCidrs": [str(block) for block in network.CIDRS],
            "networkQuota": quota.limit(call.tenant, "networks"),
            "poolQuota": quota.limit(call.tenant, "pools"),
            "poolHighAvailable": False,
        },
    )
