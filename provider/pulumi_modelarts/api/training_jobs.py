"""Asking for training jobs: show, search and locate. What they look like is in `training_job`.

Documented: ShowTrainingJobDetails, ListTrainingJobs. Where their tasks run is an operation of its own,
ListTrainingJobTasks (client: official SDK).
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pulumi_modelarts.api.errors import ApiError, NotFoundError, is_unserved
from pulumi_modelarts.api.listing import Begin, ListOf, by_offset, each
from pulumi_modelarts.api.operation import Operation, Stated
from pulumi_modelarts.api.training_job import ON_NODES, TaskIp, TrainingJob
from pulumi_modelarts.api.training_job_document import TaskAddress, TrainingJobDocument
from pulumi_modelarts.api.wire import expect_same, kind_of, read, segment, unreadable
from pulumi_modelarts.api.workspace import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pulumi_modelarts.api.service import Service

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

Shown = TypeVar("Shown", TrainingJob, TrainingJobDocument)
Task = TypeVar("Task", TaskIp, TaskAddress)


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
        job, _ = self._shown(TrainingJob, job_id)
        return job

    def document(self, job_id: str) -> tuple[TrainingJobDocument, dict[str, Any]]:
        """One job with all that decisions use, and the whole document as the service wrote it.

        Raises:
            NotFoundError: there is no such job.
            UnreadableError: the answer is no such job.
        """
        return self._shown(TrainingJobDocument, job_id)

    def _shown(self, model: type[Shown], job_id: str) -> tuple[Shown, dict[str, Any]]:
        attempting = f"show training job {job_id}"
        path = f"/v2/{{project_id}}/training-jobs/{segment(job_id)}"
        answer = self._service.request("GET", path, operation=SHOW_TRAINING_JOB_DETAILS, attempting=attempting)
        job = read(model, answer, attempting)
        expect_same(job_id, job.metadata.id, attempting, place="metadata.id")
        return job, answer

    def tasks(self, job_id: str) -> list[TaskIp]:
        """On which nodes the tasks of a job run. See `task_addresses`."""
        return self._tasks(TaskIp, job_id)

    def task_addresses(self, job_id: str) -> list[TaskAddress]:
        """Where the tasks of a job run; none before it has nodes, or where nothing serves this operation.

        The answer must be a list (client: official SDK).

        Raises:
            NotFoundError: there is no such job.
            UnreadableError: the answer is no list of tasks.
        """
        return self._tasks(TaskAddress, job_id)

    def _tasks(self, model: type[Task], job_id: str) -> list[Task]:
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
        return [read(model, task, attempting, place=f"[{number}]") for number, task in enumerate(answer)]

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

        Args:
            pool_id: the pool.
            workspaces: ids of those to search, as a search looks at one (client: official SDK).

        Raises:
            UnreadableError: a list is not complete, or a job in it cannot be read.
        """
        filters = {"phase": ON_NODES, "pool_id": (pool_id,)}
        found = self.search(filters, workspaces, where=f" in resource pool {pool_id}")
        return [job for job in found if job.pool_id in {"", pool_id} and not job.terminal]

    def search(
        self, filters: Mapping[str, Sequence[str]], workspaces: Iterable[str] = (DEFAULT,), *, where: str = ""
    ) -> list[TrainingJob]:
        """Jobs that pass every filter, as the search shows them, each once; from the oldest on in each workspace.

        The answer must have `items`, each with an id, and as many as `count` tells, which are those that the filters
        leave; where it is not there, as `total` tells (documented: ListTrainingJobs).

        Args:
            filters: what a job must be one of, by key: `phase`, `pool_id` and the like (client: Terraform).
            workspaces: ids of those to search, as a search looks at one (client: official SDK).
            where: what the filters mean, for errors.

        Raises:
            UnreadableError: a list is not complete, or a job in it cannot be read.
        """
        found: dict[str, TrainingJob] = {}
        for workspace in workspaces:
            found |= self._found(filters, workspace, f"list training jobs{where}")
        return list(found.values())

    def _found(self, filters: Mapping[str, Sequence[str]], workspace: str, attempting: str) -> dict[str, TrainingJob]:
        """What the search finds in one workspace, on all its pages."""

        def page(begin: Begin) -> Any:
            body = _search(filters, workspace, begin.page)
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


def _search(filters: Mapping[str, Sequence[str]], workspace: str, page: int) -> dict[str, Any]:
    """What to ask for: one page of the jobs that pass filters."""
    return {
        "offset": page,  # the index of the page, not of the job (documented: ListTrainingJobs)
        "limit": PAGE,
        "sort_by": "create_time",
        "order": "asc",
        "workspace_id": workspace,
        "filters": [{"key": key, "operator": "in", "value": list(values)} for key, values in filters.items()],
    }
