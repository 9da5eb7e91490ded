"""Data sources about training jobs: `get_training_jobs` and `get_training_job`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.sources._results import read, read_each
from pulumi_modelarts.sources._source import Source
from pulumi_modelarts.sources.training_job_info import TrainingJobInfo, sealed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi import Input, InvokeOptions, InvokeOutputOptions, Output


@dataclass(frozen=True)
class TrainingJobSummary:
    """A training job, as a search shows it; `get_training_job` tells more.

    Attributes:
        id: Its id.
        name: The name it was given.
        phase: "Creating", "Pending", "Running", "Terminating", "Completed", "Failed", "Terminated" or "Abnormal";
            others may come.
        ended: Whether it will not change any more. A phase that nobody knows is taken for one that goes on.
        pool_name: Id of the resource pool it runs in; empty for a public pool.
        flavor: Id of what it asked for; empty in pools of CPU nodes.
        node_count: Nodes it asked for.
        workspace_id: The workspace it belongs to.
        owner: Whose it is; may be empty.
        created_at: When it was made, in milliseconds since 1970.
        duration: How long it has been running, in milliseconds.
    """

    id: str = ""
    name: str = ""
    phase: str = ""
    ended: bool = False
    pool_name: str = ""
    flavor: str = ""
    node_count: int = 0
    workspace_id: str = ""
    owner: str = ""
    created_at: int = 0
    duration: int = 0


def get_training_jobs(
    *,
    pool_name: str | None = None,
    phases: Sequence[str] | None = None,
    name: str | None = None,
    workspace_id: str | None = None,
    opts: InvokeOptions | None = None,
) -> tuple[TrainingJobSummary, ...]:
    """Returns training jobs, the oldest first; all pages of the search.

    Args:
        pool_name: Only those in this resource pool, by its id.
        phases: Only those in one of these phases, such as ["Pending", "Running"].
        name: Only those whose name contains this.
        workspace_id: Only those of this workspace; default: of every workspace that this user can see.
        opts: Options, such as an explicit provider whose settings are plain values.

    Raises:
        ModelArtsError: The service could not be asked, or its answer was no.
        ProgramError: An argument is an output.
    """
    return _JOBS.ask(opts, pool_name=pool_name, phases=phases, name=name, workspace_id=workspace_id)


def get_training_jobs_output(
    *,
    pool_name: Input[str | None] = None,
    phases: Input[Sequence[Input[str]] | None] = None,
    name: Input[str | None] = None,
    workspace_id: Input[str | None] = None,
    opts: InvokeOptions | InvokeOutputOptions | None = None,
) -> Output[tuple[TrainingJobSummary, ...]]:
    """Returns what `get_training_jobs` does, as an output, read when its inputs and dependencies are there."""
    return _JOBS.ask_output(opts, pool_name=pool_name, phases=phases, name=name, workspace_id=workspace_id)


def get_training_job(job_id: str, *, opts: InvokeOptions | None = None) -> TrainingJobInfo:
    """Returns one training job.

    Args:
        job_id: Its id.
        opts: Options, such as an explicit provider whose settings are plain values.

    Raises:
        NotFoundError: There is no such job.
        ModelArtsError: The service could not be asked, or its answer was no.
        ProgramError: An argument is an output.
    """
    return _JOB.ask(opts, job_id=job_id)


def get_training_job_output(
    job_id: Input[str], *, opts: InvokeOptions | InvokeOutputOptions | None = None
) -> Output[TrainingJobInfo]:
    """Returns what `get_training_job` does, as an output, read when its inputs and dependencies are there."""
    return _JOB.ask_output(opts, job_id=job_id)


_JOBS = Source("get_training_jobs", lambda answer: read_each(TrainingJobSummary, answer, "jobs"))
_JOB = Source("get_training_job", lambda answer: read(TrainingJobInfo, answer), seal=sealed)
