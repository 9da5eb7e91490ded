"""Rights: every read that the provider asks is tried once, with a question that costs little; no write is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.api.credentials import Password
from pulumi_modelarts.api.errors import (
    ApiError,
    AuthenticationError,
    NotFoundError,
    PermissionDeniedError,
    UnreadableError,
)
from pulumi_modelarts.api.iam_token import CREATE_TOKEN
from pulumi_modelarts.api.job import LIST_JOBS, SHOW_JOB
from pulumi_modelarts.api.network import LIST_NETWORKS, SHOW_NETWORK, SHOW_NETWORK_AVAILABLE_IP
from pulumi_modelarts.api.nodes import LIST_POOL_NODES
from pulumi_modelarts.api.operation import Stated
from pulumi_modelarts.api.order import SHOW_ORDER
from pulumi_modelarts.api.resource_flavor import LIST_RESOURCE_FLAVORS
from pulumi_modelarts.api.resource_pools import LIST_POOLS, SHOW_POOL
from pulumi_modelarts.api.rights import OPERATIONS
from pulumi_modelarts.api.training_jobs import LIST_TRAINING_JOB_TASKS, LIST_TRAINING_JOBS, SHOW_TRAINING_JOB_DETAILS
from pulumi_modelarts.api.user_config import SHOW_OS_CONFIG
from pulumi_modelarts.api.workload import LIST_WORKLOADS
from pulumi_modelarts.api.workspace import LIST_WORKSPACE, SHOW_WORKSPACE_QUOTAS
from pulumi_modelarts.cli.doctor import questions, tries
from pulumi_modelarts.cli.doctor.report import Finding, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pulumi_modelarts.api.operation import Operation
    from pulumi_modelarts.cli.doctor.patient import Patient, Reply

TRIES: Final[Mapping[Operation, Callable[[Patient], Reply[Any]]]] = {
    LIST_POOLS: questions.pools,
    SHOW_POOL: tries.pool,
    SHOW_ORDER: tries.order,
    LIST_RESOURCE_FLAVORS: questions.flavors,
    SHOW_NETWORK_AVAILABLE_IP: tries.addresses,
    LIST_POOL_NODES: tries.nodes,
    LIST_JOBS: questions.jobs,
    SHOW_JOB: tries.job,
    LIST_WORKLOADS: tries.workloads,
    LIST_WORKSPACE: tries.workspaces,
    LIST_TRAINING_JOBS: tries.training_jobs,
    LIST_TRAINING_JOB_TASKS: tries.tasks,
    SHOW_TRAINING_JOB_DETAILS: tries.training_job,
    LIST_NETWORKS: tries.networks,
    SHOW_NETWORK: tries.network,
    SHOW_OS_CONFIG: tries.user_config,
    SHOW_WORKSPACE_QUOTAS: tries.quotas,
}

WITHOUT: Final[Mapping[Operation, str]] = {
    LIST_RESOURCE_FLAVORS: "previews then cannot tell what is sold out, or not offered",
    SHOW_NETWORK_AVAILABLE_IP: "previews then cannot tell that a network has too few addresses",
    LIST_WORKLOADS: "training jobs are searched instead; services and notebooks are not seen then",
    LIST_WORKSPACE: "only the workspace of the settings and the default one are searched then",
    LIST_TRAINING_JOBS: "it is needed where workloads cannot be listed",
    LIST_TRAINING_JOB_TASKS: "it is needed where workloads cannot be listed",
    SHOW_TRAINING_JOB_DETAILS: "it is needed where workloads cannot be listed, and for await_jobs",
    LIST_NETWORKS: "it is needed by programs that make networks or pools, or call get_networks",
    SHOW_NETWORK: "it is needed by programs that make networks or pools alone",
    SHOW_OS_CONFIG: "previews then cannot tell that a project has too many pools or networks",
    SHOW_WORKSPACE_QUOTAS: "it is needed by programs that call get_workspaces alone",
}
"""What the provider can do without, and what follows."""

NEEDS: Final[Mapping[Stated, str]] = {
    Stated.AS_NONE: "needs no action, as its page says",
    Stated.NOWHERE: "no page names its action",
}


def look(patient: Patient) -> Iterator[Finding]:
    """Reads first, then writes, in the order of the page of permissions."""
    for operation in OPERATIONS:
        if operation in TRIES:
            yield _tried(patient, operation, TRIES[operation](patient))
        elif operation == CREATE_TOKEN and patient.settings and isinstance(patient.settings.credentials, Password):
            yield _tried(patient, operation, tries.token(patient))
    yield from (_not_tried(operation) for operation in OPERATIONS if not operation.only_reads)


def _facts(operation: Operation, error: ApiError | None = None) -> dict[str, Any]:
    """What a program may want to know; of a refusal its status, code and request id."""
    told = {} if error is None else {"status": error.status, "code": error.code, "request_id": error.request_id}
    return {"operation": operation.name, "action": operation.action or None, **told}


def _tried(patient: Patient, operation: Operation, reply: Reply[Any]) -> Finding:
    error, takes = reply.error, f" ({operation.action})" if operation.action else ""
    facts = _facts(operation, error if isinstance(error, ApiError) else None)
    if error is None:
        return Finding(State.OK, operation.name, f"allowed{takes}", facts=facts)
    if isinstance(error, NotFoundError):
        text = f"allowed{takes}, as far as something that is not there can tell"
        return Finding(State.OK, operation.name, text, facts=facts)
    if isinstance(error, UnreadableError):
        text = f"allowed{takes}, and {patient.said(error)}"
        return Finding(State.FAILED, operation.name, text, "Report this line.", facts)
    if isinstance(error, ApiError) and error.out_of_reach:
        return _refused(patient, operation, error, facts)
    advice = "Run it again; if it persists, give this line to the service's support."
    if not isinstance(error, ApiError) or isinstance(error, AuthenticationError):
        advice = "See Connection and Who asks."
    return Finding(State.UNKNOWN, operation.name, patient.said(error), advice, facts)


def _refused(patient: Patient, operation: Operation, error: ApiError, facts: Mapping[str, Any]) -> Finding:
    text, advice = "not served at this address", "Check endpoint and region."
    if isinstance(error, PermissionDeniedError):
        project = "" if patient.settings is None else patient.names.of("project", patient.settings.project_id)
        text, advice = "refused", operation.to_grant(project)
    text = f"{text}: {patient.said(error)}"
    if operation in WITHOUT:
        return Finding(State.WARNING, operation.name, f"{text}; {WITHOUT[operation]}", advice, facts)
    return Finding(State.FAILED, operation.name, text, advice, facts)


def _not_tried(operation: Operation) -> Finding:
    needs = f"needs {operation.action}" if operation.action else NEEDS[operation.stated]
    text = f"not tried, as it changes something; {needs}; it is asked {operation.purpose}"
    advice = "Compare the policies of this user with docs/permissions.md."
    return Finding(State.UNKNOWN, operation.name, text, advice, _facts(operation))
