"""Jobs: list and show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from modelarts_emulator.messages import Response
from modelarts_emulator.service.exceptions import bad_request, job_not_found
from modelarts_emulator.service.models import job
from modelarts_emulator.service.operation import operation

if TYPE_CHECKING:
    from modelarts_emulator.service.call import Call
    from modelarts_emulator.service.models.job import Job
    from modelarts_emulator.service.models.tenant import Tenant

LARGEST_PAGE = 500
DEFAULT_PAGE = 100
LARGEST_OFFSET = 10**9
SHOWN_FOR = 30 * 24 * 3600.0
"""Seconds back to which jobs are listed unless the request says otherwise (documented: ListJobs)."""

TYPES = (job.REPLACE, job.REBOOT, "reset-nodes", job.MIGRATE)
"""Types to filter by; the page lists the first three (documented: ListJobs)."""


@operation(
    "listJobs",
    "GET",
    "/v2/{project}/jobs",
    source="documented: ListJobs",
    query="ListJobs",
    answer="JobList",
)
def list_jobs(call: Call) -> Response:
    """Jobs, newest first (assumed), of one type, pool and span of time; a migration is one of its source (assumed)."""
    query = call.request.query
    kind = query.get("type", "")
    if kind and kind not in TYPES:
        raise bad_request(f"type {kind!r} is not one of {', '.join(TYPES)}")
    if query.get("resource", "pools") != "pools":
        raise bad_request("resource must be pools")
    since = call.moment("since", call.tenant.now - SHOWN_FOR)
    until = call.moment("until", call.tenant.now)
    found = [
        item
        for item in job.every(call.tenant)
        if kind in {"", item.type}
        and query.get("name", "") in {"", item.source}
        and since <= item.created_at <= until
        and not item.hidden
    ]
    limit = call.integer("limit", DEFAULT_PAGE, LARGEST_PAGE)
    offset = call.integer("offset", 0, LARGEST_OFFSET)
    items = [_render(call.tenant, item) for item in found[offset : offset + limit]]
    return Response.of_json(200, {"count": len(found), "items": items})


@operation(
    "showJob",
    "GET",
    "/v2/{project}/jobs/{job}",
    source="client: Terraform",
    answer="Job",
    clients=(),
    not_by_sdk="the SDK has no such method; Terraform asks for it",
)
def show_job(call: Call) -> Response:
    """One job (client: Terraform; on no page)."""
    found = job.find(call.tenant, call.parameters["job"])
    if found.hidden:
        raise job_not_found(found.id)
    return Response.of_json(200, _render(call.tenant, found))


def _render(tenant: Tenant, item: Job) -> dict[str, Any]:
    """Document of a job; `inputs`, `involvedObjects`, `conditions` are texts (documented), of JSON here (assumed)."""
    phase = item.phase_at(tenant.now)
    over = phase != "Running"
    involved = [{"kind": "Pool", "name": name} for name in dict.fromkeys([item.source, item.target])]
    involved += [{"kind": "Node", "name": move.node} for move in job.moves(tenant, item)]
    return {
        "jobId": item.id,
        "jobName": f"{item.type}-{item.number}",
        "type": item.type,
        "phase": phase,
        "message": item.message if over else "",
        "startTimestamp": int(item.created_at * 1000),
        "endTimestamp": int((item.ends_at or 0) * 1000) if over else 0,
        "involvedObjects": to_json(involved).decode(),
        "inputs": to_json(item.inputs).decode(),
        "suspend": False,
        "conditions": "[]",
    }
