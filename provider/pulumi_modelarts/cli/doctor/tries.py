"""One question for each read, about something that has been seen, or else about something that nobody has.

Whoever is not allowed to ask is told so before anybody looks whether the thing is there (assumed).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.api.errors import ApiError
from pulumi_modelarts.api.iam_token import CREATE_TOKEN
from pulumi_modelarts.api.training_jobs import LIST_TRAINING_JOB_TASKS
from pulumi_modelarts.api.wire import segment
from pulumi_modelarts.api.workspace import DEFAULT, LIST_WORKSPACE
from pulumi_modelarts.cli.doctor import questions
from pulumi_modelarts.cli.doctor.patient import Reply

if TYPE_CHECKING:
    from pulumi_modelarts.api.operation import Operation
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.cli.doctor.patient import Patient

NOBODY: Final = "00000000-0000-4000-8000-000000000000"
"""The id of a job that nobody has."""


def pool(patient: Patient) -> Reply[Any]:
    """Show a pool."""
    name = _pool(patient)
    return patient.ask("pool", lambda service: service.resource_pools.get(name))


def nodes(patient: Patient) -> Reply[Any]:
    """List the nodes of a pool."""
    return questions.nodes(patient, _pool(patient))


def workloads(patient: Patient) -> Reply[Any]:
    """List the workloads of a pool."""
    return questions.workloads(patient, _pool(patient))


def order(patient: Patient) -> Reply[Any]:
    """Show an order."""
    return questions.order(
        patient, _first(pool.order_name for pool in questions.in_order(patient)) or questions.NOWHERE
    )


def job(patient: Patient) -> Reply[Any]:
    """Show a job."""
    job_id = _first(job.job_id for job in questions.jobs(patient).value or ()) or NOBODY
    return patient.ask("job", lambda service: service.jobs.get(job_id))


def addresses(patient: Patient) -> Reply[Any]:
    """Show the free addresses of a network."""
    name = _network(patient)
    return patient.ask("addresses", lambda service: service.networks.count_free_addresses(name))


def workspaces(patient: Patient) -> Reply[Any]:
    """List a workspace."""
    return _get(patient, LIST_WORKSPACE, "/v1/{project_id}/workspaces", limit=1)


def training_jobs(patient: Patient) -> Reply[Any]:
    """Search the training jobs of a pool, in one workspace."""
    name = _pool(patient)
    own = patient.settings.workspace_id if patient.settings else None
    where = [own or DEFAULT]
    return patient.ask("training jobs", lambda service: service.training_jobs.listed_in(name, where))


def training_job(patient: Patient) -> Reply[Any]:
    """Show a training job."""
    job_id = _training_job(patient)
    return patient.ask("training job", lambda service: service.training_jobs.get(job_id))


def tasks(patient: Patient) -> Reply[Any]:
    """List the tasks of a training job."""
    path = f"/v2/{{project_id}}/training-jobs/{segment(_training_job(patient))}/tasks"
    return _get(patient, LIST_TRAINING_JOB_TASKS, path)


def networks(patient: Patient) -> Reply[Any]:
    """List the networks."""
    return patient.ask("networks", lambda service: service.networks.every())


def network(patient: Patient) -> Reply[Any]:
    """Show a network."""
    name = _network(patient)
    return patient.ask("network", lambda service: service.networks.get(name))


def user_config(patient: Patient) -> Reply[Any]:
    """Show what the project may have."""
    return patient.ask("user configuration", lambda service: service.user_config.get())


def quotas(patient: Patient) -> Reply[Any]:
    """Show the quotas of the workspace that every project has."""
    return patient.ask("quotas", lambda service: service.workspaces.quotas(DEFAULT))


def token(patient: Patient) -> Reply[Any]:
    """What has come of the token that whatever was asked first has needed."""
    error = questions.pools(patient).error
    iam = patient.settings.iam_endpoint if patient.settings else ""
    refused = isinstance(error, ApiError) and error.operation == CREATE_TOKEN
    return Reply(error=error) if refused or patient.sight(iam) is None else Reply()


def _get(patient: Patient, operation: Operation, path: str, **params: Any) -> Reply[Any]:
    """Ask as the noun does, which tells no refusal where the provider can do without."""
    attempting = f"try {operation.name}"
    return patient.ask(
        attempting,
        lambda service: service.request("GET", path, operation=operation, attempting=attempting, params=params),
    )


def _pool(patient: Patient) -> str:
    seen: list[ResourcePool] = questions.in_order(patient)
    return seen[0].name if seen else questions.NOWHERE


def _network(patient: Patient) -> str:
    return _first(pool.spec.network.name for pool in questions.in_order(patient)) or questions.NOWHERE


def _training_job(patient: Patient) -> str:
    return _first(job.id for job in training_jobs(patient).value or ()) or NOBODY


def _first(names: Any) -> str:
    return next((name for name in names if name), "")
