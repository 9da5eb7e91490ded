"""What a program is told of one training job: all that decisions use, and the whole document beside it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pulumi import Output

from pulumi_modelarts.sources._results import many
from pulumi_modelarts.sources.training_job_endpoints import JobEndpoints

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi import Input


@dataclass(frozen=True)
class JobMetadata:
    """Id, name, and whose it is.

    Attributes:
        id: Its id.
        name: The name it was given.
        workspace_id: The workspace it belongs to.
        description: What somebody wrote about it.
        create_time: When it was made, in milliseconds since 1970.
        user_name: Who made it; may be empty.
        annotations: What else was asked for, such as {"fault-tolerance/job-retry-num": "3"}.
    """

    id: str = ""
    name: str = ""
    workspace_id: str = ""
    description: str = ""
    create_time: int = 0
    user_name: str = ""
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TaskStatus:
    """How one task ended.

    Attributes:
        task: Such as "worker-0".
        exit_code: Its exit code; None where the service does not say.
        message: What went wrong.
    """

    task: str = ""
    exit_code: int | None = None
    message: str = ""


@dataclass(frozen=True)
class RecoverRecord:
    """What was done about one fault.

    Attributes:
        recover_start_at: When that began, in seconds since 1970.
        recover_end_at: When it ended, likewise; 0 while it goes on.
        recover: What was done, such as "pod_reschedule".
        fault_scenario: What had happened, such as "chip_fault" or "node_fault".
        reason: Why.
        related_task: The task that had it, such as "worker-0".
        recover_result: "recovering", "success", "failed" or "downgrade"; others may come.
    """

    recover_start_at: int = 0
    recover_end_at: int = 0
    recover: str = ""
    fault_scenario: str = ""
    reason: str = ""
    related_task: str = ""
    recover_result: str = ""


@dataclass(frozen=True)
class RunningRecord:
    """One run of a job, from a start to an end.

    Attributes:
        start_at: When it began, in seconds since 1970.
        end_at: When it ended, likewise; 0 while it goes on.
        xpu_start_at: When its accelerators began, likewise; 0 where the service does not say.
        start_type: "init_or_rescheduled" or "restarted".
        end_reason: Why it ended, such as "exit with 127".
        end_related_task: The task that ended it, such as "worker-2".
        end_recover: What was done about its end, such as "job_reschedule".
        end_recover_before_downgrade: What would have been done about it at first.
        recover_records: What was done about each fault meanwhile.
    """

    start_at: int = 0
    end_at: int = 0
    xpu_start_at: int = 0
    start_type: str = ""
    end_reason: str = ""
    end_related_task: str = ""
    end_recover: str = ""
    end_recover_before_downgrade: str = ""
    recover_records: tuple[RecoverRecord, ...] = many(RecoverRecord)


@dataclass(frozen=True)
class TaskAddress:
    """Where one task of a job runs.

    Attributes:
        task: Such as "worker-0".
        ip: Address of the task; may be empty.
        host_ip: Private address of its node: `NodeInfo.private_ip`.
        schedule_count: How often it was placed, as the service counts.
    """

    task: str = ""
    ip: str = ""
    host_ip: str = ""
    schedule_count: int = 0


@dataclass(frozen=True)
class JobStatus:
    """How a job is.

    Attributes:
        phase: "Creating", "Pending", "Running", "Terminating", or one of the last ones: "Completed", "Failed",
            "Terminated", "Abnormal". Others may come.
        secondary_phase: More about the phase; the service may change its words at any time.
        duration: How long it has been running, in milliseconds.
        start_time: When it began, in milliseconds since 1970; 0 before that.
        node_count_metrics: Since when, in milliseconds since 1970, it has had how many nodes.
        tasks: Its tasks, such as "worker-0".
        task_statuses: How tasks ended.
        running_records: Its runs.
        task_ips: Where its tasks run; none before it has nodes.
    """

    phase: str = ""
    secondary_phase: str = ""
    duration: int = 0
    start_time: int = 0
    node_count_metrics: tuple[tuple[int, int], ...] = ()
    tasks: tuple[str, ...] = ()
    task_statuses: tuple[TaskStatus, ...] = many(TaskStatus)
    running_records: tuple[RunningRecord, ...] = many(RunningRecord)
    task_ips: tuple[TaskAddress, ...] = many(TaskAddress)


@dataclass(frozen=True)
class AllocatedResources:
    """What the main container of each task got.

    Attributes:
        cpu_arch: "x86" or "arm64"; may be empty.
        cpu_core_num: Cores.
        mem_size: Memory in GB (assumed; the page names no unit).
        accelerator_num: Accelerators.
        accelerator_type: Such as "nvidia-v100-pcie32"; may be empty.
    """

    cpu_arch: str = ""
    cpu_core_num: float = 0.0
    mem_size: float = 0.0
    accelerator_num: float = 0.0
    accelerator_type: str = ""


@dataclass(frozen=True)
class JobResource:
    """What a job runs on.

    Attributes:
        policy: Such as "regular".
        pool_id: Id of the resource pool, `ResourcePoolInfo.pool_name`; empty for a public pool.
        flavor_id: What it asked for; empty in pools of CPU nodes.
        flavor_name: The name of that.
        node_count: Nodes it asked for.
        main_container_allocated_resources: What the main container of each task got.
    """

    policy: str = ""
    pool_id: str = ""
    flavor_id: str = ""
    flavor_name: str = ""
    node_count: int = 0
    main_container_allocated_resources: AllocatedResources = AllocatedResources()


@dataclass(frozen=True)
class Affinity:
    """How near to each other the nodes of a job have to be.

    Attributes:
        affinity_type: "cabinet" or "hyperinstance"; empty for no rule.
        affinity_group_size: Nodes that have to be together; 0 for no rule.
    """

    affinity_type: str = ""
    affinity_group_size: int = 0


@dataclass(frozen=True)
class SchedulePolicy:
    """When a job gets its nodes, and may lose them.

    Attributes:
        priority: 0 to 3, the highest last; None where the service does not say.
        preemptible: Whether another job may take its nodes.
        required_affinity: How near to each other they have to be.
    """

    priority: int | None = None
    preemptible: bool = False
    required_affinity: Affinity = Affinity()


@dataclass(frozen=True)
class TrainingJobInfo:
    """A training job, as it is.

    Attributes:
        kind: "job"; "hetero_job", "autosearch_job" and others are rare.
        metadata: Id, name, and whose it is.
        status: Its phase, its runs, and where they are.
        resource: What it runs on.
        schedule_policy: When it gets its nodes, and may lose them.
        endpoints: How it can be reached.
        raw: The whole document, in the service's spelling, tokens too: no `repr` shows it, and where it has any it is a
            secret output from `get_training_job_output`.
    """

    kind: str = ""
    metadata: JobMetadata = JobMetadata()
    status: JobStatus = JobStatus()
    resource: JobResource = JobResource()
    schedule_policy: SchedulePolicy = SchedulePolicy()
    endpoints: JobEndpoints = JobEndpoints()  # noqa: RUF009 - it is frozen
    raw: Input[Mapping[str, Any]] = field(default_factory=dict, repr=False)


def sealed(job: TrainingJobInfo) -> TrainingJobInfo:
    """Returns a job whose tokens are secret outputs, and with them the whole document."""
    if not job.endpoints.has_tokens:
        return job
    return replace(job, endpoints=job.endpoints.sealed(), raw=Output.secret(job.raw))
