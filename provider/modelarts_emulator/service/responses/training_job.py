"""Training jobs: show, create, stop, change, delete, and where their tasks run; the search has a module of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.messages import Response
from modelarts_emulator.service.exceptions import ApiError
from modelarts_emulator.service.models import training_job, training_job_creation
from modelarts_emulator.service.models.merge_patch import merge_patch
from modelarts_emulator.service.operation import operation
from modelarts_emulator.service.responses.training_job_document import render, task_ips
from modelarts_emulator.service.training_errors import (
    invalid_body,
    invalid_parameter,
    invalid_query,
    unsupported_action,
)

if TYPE_CHECKING:
    from modelarts_emulator.service.call import Call


@operation(
    "showTrainingJobDetails",
    "GET",
    "/v2/{project}/training-jobs/{job}",
    source="documented: ShowTrainingJobDetails",
    permission="modelarts:trainJob:get",
    answer="TrainingJob",
)
def show_training_job(call: Call) -> Response:
    """One job with everything the API knows about it."""
    job = training_job.find(call.tenant, call.parameters["job"])
    return Response.of_json(200, render(call.tenant, job))


@operation(
    "createTrainingJob",
    "POST",
    "/v2/{project}/training-jobs",
    source="documented: CreateTrainingJob",
    permission="modelarts:trainJob:create",
    body="CreateTrainingJob",
    answer="TrainingJob",
    status=201,
)
def create_training_job(call: Call) -> Response:
    """Make a job; it waits for nodes of its pool by itself."""
    job = training_job_creation.create(call.tenant, shaped(call, document(call)))
    return Response.of_json(201, render(call.tenant, job))


@operation(
    "changeTrainingJobDescription",
    "PUT",
    "/v2/{project}/training-jobs/{job}",
    source="documented: ChangeTrainingJobDescription",
    permission="modelarts:trainJob:update",
    body="ChangeTrainingJob",
)
def change_training_job(call: Call) -> Response:
    """Change a job's description, and what else of it can be changed; what is left out stays."""
    job = training_job.find(call.tenant, call.parameters["job"])
    wanted = shaped(call, document(call))
    metadata = {"description": wanted["description"]} if "description" in wanted else {}
    annotations = wanted.get("metadata", {}).get("annotation", {})
    changes: dict[str, Any] = {name: wanted[name] for name in ("spec", "endpoints") if name in wanted}
    changes["metadata"] = metadata | ({"annotations": annotations} if annotations else {})
    job.document = merge_patch(job.document, changes)
    training_job.save(call.tenant, job)
    return Response.of_json(200, None)


@operation(
    "stopTrainingJob",
    "POST",
    "/v2/{project}/training-jobs/{job}/actions",
    source="documented: StopTrainingJob",
    body="StopTrainingJob",
    answer="TrainingJob",
    status=202,
)
def stop_training_job(call: Call) -> Response:
    """Stop a job."""
    job = training_job.find(call.tenant, call.parameters["job"])
    action = shaped(call, document(call))["action_type"]
    if action != "terminate":
        raise unsupported_action(action)
    training_job.stop(call.tenant, job)
    return Response.of_json(202, render(call.tenant, job))


@operation(
    "deleteTrainingJob",
    "DELETE",
    "/v2/{project}/training-jobs/{job}",
    source="documented: DeleteTrainingJob",
    permission="modelarts:trainJob:delete",
    status=202,
)
def delete_training_job(call: Call) -> Response:
    """Delete a job, a running one too (assumed)."""
    training_job.delete(call.tenant, training_job.find(call.tenant, call.parameters["job"]))
    return Response.of_json(202, None)


@operation(
    "listTrainingJobTasks",
    "GET",
    "/v2/{project}/training-jobs/{job}/tasks",
    source="client: official SDK",
    query="ListTasks",
    answer="TaskList",
)
def list_training_job_tasks(call: Call) -> Response:
    """Where the tasks of a job run; every job is scheduled once, so there is nothing else to choose."""
    job = training_job.find(call.tenant, call.parameters["job"])
    count = call.request.query.get("schedule_count", "1")
    if not count.isdecimal() or not count.isascii():
        raise invalid_query("schedule_count")
    return Response.of_json(200, [item for item in task_ips(job) if item["schedule_count"] == int(count)])


def document(call: Call) -> dict[str, Any]:
    """The body of a request as it was sent.

    Raises:
        ApiError: 400 ModelArts.2787 for a body that is not a JSON object, or of another content type.
    """
    try:
        body = call.json()
    except ApiError as error:
        raise invalid_body() from error
    if not isinstance(body, dict):
        raise invalid_body()
    return body


def shaped(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """The body in the shape that the operation's contract demands, without further fields and without nulls.

    Raises:
        ApiError: 400 ModelArts.2788 with the first thing that is wrong.
    """
    from modelarts_emulator.service.shape import ShapeError, accept  # noqa: PLC0415 - most runs make no jobs

    try:
        found: dict[str, Any] = _without_nulls(accept(call.contract.shape("body"), body))
    except ShapeError as error:
        raise invalid_parameter(str(error)) from error
    return found


def _without_nulls(value: Any) -> Any:
    """The same without the few fields that may be null, which is not shown back (documented: CreateTrainingJob)."""
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value
