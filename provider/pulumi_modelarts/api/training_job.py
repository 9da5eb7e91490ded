"""Training jobs: what they look like, and how to show, search and locate them. They say which nodes are busy.

Documented: ShowTrainingJobDetails, ListTrainingJobs. Where their tasks run is an operation of its own,
ListTrainingJobTasks (client: official SDK).
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from pydantic import ConfigDict

from pulumi_modelarts.api.errors import ApiError, NotFoundError, is_unserved
from pulumi_modelarts.api.listing import Begin, ListOf, by_offset, each
from pulumi_modelarts.api.operation import Operation, Stated
from pulumi_modelarts.api.wire import Wire, expect_same, kind_of, read, segment, unreadable
from pulumi_modelarts.api.workspace import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pulumi_modelarts.api.service import Service

TERMINAL: Final = frozenset({"Completed", "Failed", "Terminated", "Abnormal"})
ON_NODES: Final = ("Creating", "Running", "Terminating")
"""Phases in which a job may hold nodes. `Pending` is queued and holds none."""

NOT_PLACED: Final = frozenset({"Creating", "Pending"})
"""Phases in which a job that shows no hosts has none; in other phases it may have some that are not shown."""

PAGE: Final = 50
"""Jobs of one page, the most there can be (documented: ListTrainingJobs)."""

SHOW_TRAINING_JOB_DETAILS: Final = Operation(
    "ShowTrainingJobDetails",
    "a training job that a migration awaits, and the nodes of one whose tasks do not tell",
    "modelarts:trainJob:get",
    Stated.IN_THE_TABLES,
    only_reads=True,
    previews=True,
)
LIST_TRAINING_JOB_TASKS: Final = Operation(
    "ListTrainingJobTasks",
    "the nodes of a training job: where workloads cannot be listed",
    only_reads=True,
    previews=True,
)
LIST_TRAINING_JOBS: Final = Operation(
    "ListTrainingJobs",
    "the training jobs of a pool, in every workspace: where workloads cannot be listed",
    "modelarts:trainJob:list",
    Stated.IN_THE_TABLES,
    only_reads=True,
    previews=True,
)


class JobWire(Wire):
    """Training jobs are spelled in snake_case, unlike pools and nodes."""

    model_config = ConfigDict(alias_generator=None)


class JobMetadata(JobWire):
    """Id, name, and whose it is."""

    id: str
    name: str = ""
    user_name: str = ""


class TaskIp(JobWire):
    """Where a task of a job runs.

    Attributes:
        task: such as `worker-0`.
        host_ip: the private address of the node.
    """

    task: str = ""
    host_ip: str = ""


class JobStatus(JobWire):
    """What a job is doing and where."""

    phase: str = ""
    task_ips: list[TaskIp] | None = None


class JobResource(JobWire):
    """What a job runs on."""

    pool_id: str = ""


class JobSpec(JobWire):
    """What a job asked for."""

    resource: JobResource = JobResource()


class TrainingJob(JobWire):
    """A training job."""

    metadata: JobMetadata
    spec: JobSpec = JobSpec()
    status: JobStatus = JobStatus()

    @property
    def id(self) -> str:
        """The job's id."""
        return self.metadata.id

    @property
    def name(self) -> str:
        """The name it was given."""
        return self.metadata.name

    @property
    def phase(self) -> str:
        """Its phase: `Creating`, `Pending`, `Running`, `Terminating`, `Completed`, …; others may come."""
        return self.status.phase

    @property
    def terminal(self) -> bool:
        """Whether it will not change any more. An unknown phase is taken as running."""
        return self.phase in TERMINAL

    @property
    def pool_id(self) -> str:
        """Id of the pool it runs in; empty for a public pool."""
        return self.spec.resource.pool_id

    @property
    def host_ips(self) -> frozenset[str]:
        """Private addresses of the nodes it runs on; none where the service does not say."""
        return frozenset(task.host_ip for task in self.status.task_ips or () if task.host_ip)

    @property
    def owner(self) -> str:
        """Whose it is; empty if the service does not say."""
        return self.metadata.user_name

    @property
    def holds_nodes(self) -> bool:
        """Whether it is on nodes. One that is still being created and shows no hosts has none yet (assumed)."""
        return bool(self.host_ips) or self.phase not in NOT_PLACED


class TrainingJobs:
    """Training jobs of the project."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def get(self, job_id: str) -> TrainingJob:
        """One job.

        Raises:
            NotFoundError: there is no such job.
            UnreadableError: the answer is no such job.
        """
        attempting = f"show training job {job_id}"
        path = f"/v2/{{project_id}}/training-jobs/{segment(job_id)}"
        answer = self._service.request("GET", path, operation=SHOW_TRAINING_JOB_DETAILS, attempting=attempting)
        job = read(TrainingJob, answer, attempting)
        expect_same(job_id, job.id, attempting, place="metadata.id")
        return job

    def tasks(self, job_id: str) -> list[TaskIp]:
        """Where the tasks of a job run; none before it has nodes, or where nothing serves this operation.

        The answer must be a list (client: official SDK).

        Raises:
            NotFoundError: there is no such job.
            UnreadableError: the answer is no list of tasks.
        """
        attempting = f"list tasks of training job {job_id}"
        path = f"/v2/{{project_id}}/training-jobs/{segment(job_id)}/tasks"
        try:
            answer = self._service.request("GET", path, operation=LIST_TRAINING_JOB_TASKS, attempting=attempting)
        except ApiError as error:
            if not is_unserved(type(error), error.status):
                raise
            return []
        if not isinstance(answer, list):
            raise unreadable(attempting, "", f"{kind_of(answer)}, where a list must be")
        return [read(TaskIp, task, attempting, place=f"[{number}]") for number, task in enumerate(answer)]

    def running_in(self, pool_id: str, workspaces: Iterable[str] = (DEFAULT,)) -> list[TrainingJob]:
        """Jobs that hold nodes of a pool, with the nodes they hold, which takes a request for each job.

        Args:
            pool_id: the pool.
            workspaces: ids of those to search.
        """
        held = map(self._with_hosts, self.listed_in(pool_id, workspaces))
        return [job for job in held if job is not None and not job.terminal]

    def listed_in(self, pool_id: str, workspaces: Iterable[str] = (DEFAULT,)) -> list[TrainingJob]:
        """Jobs that hold nodes of a pool, as the search shows them.

        The answer must have `items`, each with an id, and as many as `count` tells, which are those that the filters
        leave; where it is not there, as `total` tells (documented: ListTrainingJobs).

        Args:
            pool_id: the pool.
            workspaces: ids of those to search, as a search looks at one (client: official SDK).

        Raises:
            UnreadableError: a list is not complete, or a job in it cannot be read.
        """
        found: dict[str, TrainingJob] = {}
        for workspace in workspaces:
            found |= self._found(pool_id, workspace)
        return [job for job in found.values() if job.pool_id in {"", pool_id} and not job.terminal]

    def _found(self, pool_id: str, workspace: str) -> dict[str, TrainingJob]:
        """What the search finds in one workspace, on all its pages."""
        attempting = f"list training jobs in resource pool {pool_id}"

        def page(begin: Begin) -> Any:
            body = _search(pool_id, workspace, begin.page)
            path = "/v2/{project_id}/training-job-searches"
            return self._service.request("POST", path, operation=LIST_TRAINING_JOBS, attempting=attempting, json=body)

        shape = ListOf(attempting, key=("metadata", "id"), totals=("count", "total"), page=PAGE)
        return dict(each(TrainingJob, by_offset(page, shape), shape))

    def _with_hosts(self, job: TrainingJob) -> TrainingJob | None:
        """The job with the nodes it holds; None if it is gone by now.

        A search shows them only to who asks for hosts (client: official SDK). Where the tasks say nothing the job
        itself is read: it may have ended, and only its own address tells a job that is gone from a missing operation.
        """
        if job.status.task_ips:
            return job
        with suppress(NotFoundError):
            if tasks := self.tasks(job.id):
                return job.model_copy(update={"status": job.status.model_copy(update={"task_ips": tasks})})
        with suppress(NotFoundError):
            return self.get(job.id)
        return None


def _search(pool_id: str, workspace: str, page: int) -> dict[str, Any]:
    """What to ask for: one page of the jobs that hold nodes of a pool."""
    return {
        "offset": page,  # the index of the page, not of the job (documented: ListTrainingJobs)
        "limit": PAGE,
        "sort_by": "create_time",
        "order": "asc",
        "workspace_id": workspace,
        "filters": [
            {"key": "phase", "operator": "in", "value": list(ON_NODES)},
            {"key": "pool_id", "operator": "in", "value": [pool_id]},
        ],
    }
