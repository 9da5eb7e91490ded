"""The data source about what runs in a pool: `get_workloads`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.sources._results import read_each
from pulumi_modelarts.sources._source import Source

if TYPE_CHECKING:
    from pulumi import Input, InvokeOptions, InvokeOutputOptions, Output


@dataclass(frozen=True)
class WorkloadInfo:
    """Something that runs in a pool, or waits to.

    Attributes:
        uid: Its id in the cluster.
        type: "train", "infer", "notebook" or "x-infer"; others may come.
        kind: What a user calls it, such as "training job".
        name: The name a user knows it by.
        job_id: Id of the job, service or notebook that it belongs to; may be empty.
        flavor: What it asked for; may be empty.
        status: "Queue", "Pending", "Creating", "Running", "Abnormal", "Terminating", "Completed", "Terminated" or
            "Failed"; others may come.
        owner: Whose it is; may be empty.
        holds_nodes: Whether it is on nodes.
        ends_by_itself: Whether it can be waited for: a training job ends, a service or a notebook does not.
        host_ips: Private addresses of its nodes, sorted; empty where the service does not tell.
        running_duration: How long it has been running, in seconds.
        pending_duration: How long it has waited, in seconds.
    """

    uid: str = ""
    type: str = ""
    kind: str = ""
    name: str = ""
    job_id: str = ""
    flavor: str = ""
    status: str = ""
    owner: str = ""
    holds_nodes: bool = False
    ends_by_itself: bool = False
    host_ips: tuple[str, ...] = ()
    running_duration: int = 0
    pending_duration: int = 0


def get_workloads(pool_name: str, *, opts: InvokeOptions | None = None) -> tuple[WorkloadInfo, ...]:
    """Returns the workloads of a resource pool, the oldest first; those that wait or have ended too.

    Args:
        pool_name: Id of the pool.
        opts: Options, such as an explicit provider whose settings are plain values.

    Raises:
        NotFoundError: There is no such pool.
        ModelArtsError: The service could not be asked, or its answer was no.
        ProgramError: An argument is an output.
    """
    return _WORKLOADS.ask(opts, pool_name=pool_name)


def get_workloads_output(
    pool_name: Input[str], *, opts: InvokeOptions | InvokeOutputOptions | None = None
) -> Output[tuple[WorkloadInfo, ...]]:
    """Returns what `get_workloads` does, as an output, read when its inputs and dependencies are there."""
    return _WORKLOADS.ask_output(opts, pool_name=pool_name)


_WORKLOADS = Source("get_workloads", lambda answer: read_each(WorkloadInfo, answer, "workloads"))
