"""Search for training jobs: filters, order and page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from modelarts_emulator.messages import Response
from modelarts_emulator.service.models import training_job
from modelarts_emulator.service.operation import operation
from modelarts_emulator.service.responses.training_job import document, shaped
from modelarts_emulator.service.responses.training_job_document import render, task_ips
from modelarts_emulator.service.training_errors import (
    unsupported_grouping,
    unsupported_key,
    unsupported_operator,
    unsupported_sort,
    unsupported_value,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelarts_emulator.service.call import Call
    from modelarts_emulator.service.models.training_job import TrainingJob

DEFAULT_PAGE = 10
OPERATORS = ("between", "like", "in", "not")
MOST_VALUES = 10
LONGEST_SPAN = timedelta(days=31)


@operation(
    "listTrainingJobs",
    "POST",
    "/v2/{project}/training-job-searches",
    source="documented: ListTrainingJobs",
    permission="modelarts:trainJob:list",
    body="SearchTrainingJobs",
    answer="TrainingJobList",
    reads=True,
)
def list_training_jobs(call: Call) -> Response:
    """Jobs of a workspace that pass every filter; `offset` counts pages, not jobs."""
    search = _checked(call)
    offset, limit = search.get("offset", 0), search.get("limit", DEFAULT_PAGE)
    jobs = training_job.every(call.tenant)
    found = [job for job in jobs if _passes(job, search, call.tenant.now)]
    if search.get("order") == "asc":
        found.reverse()
    if search.get("group_by"):
        found = _grouped(found, lambda job: _fact(job, search["group_by"], call.tenant.now))
    page = found[offset * limit : (offset + 1) * limit]
    return Response.of_json(
        200,
        {
            "total": len(jobs),
            "count": len(found),
            "limit": limit,
            "offset": offset,
            "sort_by": "create_time",
            "order": search.get("order", "desc"),
            "group_by": search.get("group_by", ""),
            "workspace_id": search.get("workspace_id", "0"),
            "ai_project": "default-ai-project",
            "items": [_shown(call, job, search.get("host_ips", [])) for job in page],
        },
    )


def _checked(call: Call) -> dict[str, Any]:
    """The search in its shape; sorting, grouping and filters have codes of their own (documented: error codes)."""
    sent = document(call)
    if sent.get("sort_by", "create_time") != "create_time":
        raise unsupported_sort()
    if sent.get("group_by", "") not in ("", *_FACTS):
        raise unsupported_grouping()
    filters = sent.get("filters")
    for item in filters if isinstance(filters, list) else []:
        if isinstance(item, dict):
            _check_filter(item)
    return shaped(call, sent)


def _check_filter(item: dict[str, Any]) -> None:
    key, operator = item.get("key"), item.get("operator", "in")
    if key not in KEYS:
        raise unsupported_key(str(key))
    if operator not in OPERATORS or (operator == "between") != (key == "create_time"):
        raise unsupported_operator(str(operator))
    values = item.get("value")
    if not isinstance(values, list) or not 0 < len(values) <= MOST_VALUES:
        raise unsupported_value(f"{key} takes a list of 1 to {MOST_VALUES} values")
    if key == "create_time":
        start, end = _span(values)
        if not timedelta() <= end - start <= LONGEST_SPAN:
            raise unsupported_value(f"create_time takes a span of at most {LONGEST_SPAN.days} days")


def _span(values: list[Any]) -> tuple[datetime, datetime]:
    """The two ends of a span of time.

    Raises:
        ApiError: 400 ModelArts.2809 when they are not two times with a zone.
    """
    try:
        start, end = (datetime.fromisoformat(text) for text in values)
    except (TypeError, ValueError) as error:
        raise unsupported_value("create_time takes two RFC 3339 times") from error
    if start.tzinfo is None or end.tzinfo is None:
        raise unsupported_value("create_time takes times with their zones")
    return start, end


def _passes(job: TrainingJob, search: dict[str, Any], now: float) -> bool:
    """Whether a search finds a job; none has tags, and all are jobs of the ordinary type."""
    if job.document["metadata"]["workspace_id"] != search.get("workspace_id", "0"):
        return False
    if search.get("train_type", "job") != "job" or search.get("tags"):
        return False
    filters = search.get("filters", [])
    if search.get("host_ips"):
        recent = job.created_at >= now - LONGEST_SPAN.total_seconds()
        if not (recent or any(item["key"] == "create_time" for item in filters)):
            return False
        if not set(search["host_ips"]).intersection(job.hosts):
            return False
    return all(_fits(job, item, now) for item in filters)


def _fits(job: TrainingJob, item: dict[str, Any], now: float) -> bool:
    if item["key"] == "create_time":
        start, end = _span(item["value"])
        return start.timestamp() <= job.created_at <= end.timestamp()
    value = _fact(job, item["key"], now)
    if item.get("operator") == "like":
        return any(part in value for part in item["value"])
    listed: bool = value in item["value"]
    return listed if item.get("operator", "in") == "in" else not listed


def _fact(job: TrainingJob, key: str, now: float) -> str:
    """What a job says about a key; empty where it says nothing."""
    if key == "phase":
        return job.phase_at(now)
    if key == "priority":
        return str(job.priority)
    found: Any = job.document
    for name in _FACTS[key]:
        found = found.get(name, {})
    return str(found or "")


_FACTS: dict[str, tuple[str, ...]] = {
    "id": ("metadata", "id"),
    "name": ("metadata", "name"),
    "kind": ("kind",),
    "phase": (),
    "algorithm_id": ("algorithm", "id"),
    "algorithm_name": ("algorithm", "name"),
    "user_id": ("metadata", "user_id"),
    "pool_id": ("spec", "resource", "pool_id"),
    "training_experiment_id": ("metadata", "training_experiment_reference", "id"),
    "runtime_type": ("spec", "runtime_type"),
    "priority": (),
}
"""Where a job says what a filter asks for; users are not told apart."""

KEYS = ("create_time", *_FACTS)
"""What a filter can be about (client: Terraform)."""


def _grouped(jobs: list[TrainingJob], group: Callable[[TrainingJob], str]) -> list[TrainingJob]:
    """Jobs with those of one group next to each other, groups in the order of their first job (assumed)."""
    order = {name: index for index, name in enumerate(dict.fromkeys(map(group, jobs)))}
    return sorted(jobs, key=lambda job: order[group(job)])


def _shown(call: Call, job: TrainingJob, hosts: list[str]) -> dict[str, Any]:
    """Document of a job; only a search for hosts shows where tasks run: those on these (client: official SDK)."""
    shown = render(call.tenant, job)
    if hosts:
        shown["status"]["task_ips"] = [item for item in task_ips(job) if item["host_ip"] in hosts]
    return shown
