"""Training jobs: show and search."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from modelarts_emulator.exceptions import (
    ApiError,
    training_invalid_body,
    training_invalid_operator,
    training_invalid_parameter,
    training_unsupported_filter,
    training_unsupported_sort,
)
from modelarts_emulator.messages import Response
from modelarts_emulator.models import training_job

if TYPE_CHECKING:
    from modelarts_emulator.models.training_job import TrainingJob
    from modelarts_emulator.responses.call import Call

LARGEST_PAGE = 50
DEFAULT_PAGE = 10
SECONDARY_PHASES = {"Pending": "Queuing", "Abnormal": "CreateFailed"}
FILTERS = ("id", "name", "kind", "phase", "pool_id", "create_time")
OPERATORS = ("between", "like", "in", "not")


def show_training_job(call: Call) -> Response:
    """One job with everything the API knows about it."""
    job = training_job.find(call.tenant, call.parameters["job"])
    return Response.of_json(200, render(job, call.tenant.now))


def list_training_jobs(call: Call) -> Response:
    """Search: filters, order and page; `offset` counts pages, not jobs."""
    search = _search(call)
    offset, limit = _number(search, "offset", 0, 10**9), _number(search, "limit", DEFAULT_PAGE, LARGEST_PAGE)
    if limit == 0:
        raise training_invalid_parameter(f"limit must be from 1 to {LARGEST_PAGE}")
    if search.get("sort_by", "create_time") != "create_time":
        raise training_unsupported_sort(str(search["sort_by"]))
    order = search.get("order", "desc")
    if order not in {"asc", "desc"}:
        raise training_invalid_parameter("order must be asc or desc")
    filters = _checked(search.get("filters", []))
    jobs = training_job.every(call.tenant)
    found = [job for job in jobs if all(_passes(job, item, call.tenant.now) for item in filters)]
    if order == "asc":
        found.reverse()
    page = found[offset * limit : (offset + 1) * limit]
    return Response.of_json(
        200,
        {
            "total": len(jobs),
            "count": len(found),
            "limit": limit,
            "offset": offset,
            "sort_by": "create_time",
            "order": order,
            "group_by": "",
            "workspace_id": search.get("workspace_id", "0"),
            "ai_project": "default-ai-project",
            "items": [render(job, call.tenant.now) for job in page],
        },
    )


def render(job: TrainingJob, now: float) -> dict[str, Any]:
    """Document of a job at this moment."""
    phase = job.phase_at(now)
    document = dict(job.document)
    status = dict(document.get("status", {}))
    status |= {"phase": phase, "secondary_phase": SECONDARY_PHASES.get(phase, phase)}
    end = now if job.ends_at is None else min(now, job.ends_at)
    status["duration"] = int(max(0.0, end - job.created_at) * 1000)
    document["status"] = status
    return document


def _search(call: Call) -> dict[str, Any]:
    try:
        search = call.json()
    except ApiError as error:
        raise training_invalid_body() from error
    if not isinstance(search, dict):
        raise training_invalid_body()
    return search


def _number(search: dict[str, Any], name: str, default: int, most: int) -> int:
    value = search.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise training_invalid_parameter(f"{name} must be a number of at most {most}")
    return value


def _checked(filters: Any) -> list[dict[str, Any]]:
    if not isinstance(filters, list) or not all(isinstance(item, dict) for item in filters):
        raise training_invalid_parameter("filters must be a list of objects")
    for item in filters:
        if item.get("key") not in FILTERS:
            raise training_unsupported_filter(str(item.get("key")))
        if item.get("operator") not in OPERATORS:
            raise training_invalid_operator(str(item.get("operator")))
        if not isinstance(item.get("value"), list) or not item["value"]:
            raise training_invalid_parameter(f"value of filter {item['key']} must be a list")
    return filters


def _passes(job: TrainingJob, item: dict[str, Any], now: float) -> bool:
    if item["key"] == "create_time" or item["operator"] == "between":
        return _created_between(job, item)
    facts: dict[str, str] = {
        "id": job.id,
        "phase": job.phase_at(now),
        "pool_id": job.pool,
        "kind": job.document.get("kind", "job"),
    }
    facts["name"] = job.document["metadata"]["name"]
    value = facts[item["key"]]
    if item["operator"] == "like":
        return any(str(part) in value for part in item["value"])
    listed = value in item["value"]
    return listed if item["operator"] == "in" else not listed


def _created_between(job: TrainingJob, item: dict[str, Any]) -> bool:
    if item["key"] != "create_time" or item["operator"] != "between" or len(item["value"]) != 2:  # noqa: PLR2004 - from, to
        raise training_invalid_parameter("between takes two times of create_time")
    try:
        start, end = (datetime.fromisoformat(str(text)).timestamp() for text in item["value"])
    except ValueError as error:
        raise training_invalid_parameter("create_time takes RFC 3339 times") from error
    return start <= job.created_at <= end
