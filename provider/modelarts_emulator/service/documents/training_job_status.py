"""How a training job is, on the wire (documented: ShowTrainingJobDetails)."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from modelarts_emulator.service.documents.shapes import Count, Integer

Milliseconds = Count
"""Time in milliseconds since 1970, or a duration in milliseconds."""

Seconds = Count
"""Time in seconds since 1970."""

Phase = Literal["Creating", "Pending", "Running", "Failed", "Completed", "Terminating", "Terminated", "Abnormal"]

SecondaryPhase = Literal[
    "Creating",
    "Queuing",
    "Running",
    "Failed",
    "Completed",
    "Terminating",
    "Terminated",
    "CreateFailed",
    "TerminatedFailed",
    "Unknown",
    "Lost",
]

EndRecover = Literal[
    "npu_proc_restart",
    "gpu_proc_restart",
    "proc_restart",
    "npu_step_retry",
    "pod_reschedule",
    "job_reschedule",
    "job_reschedule_with_taint",
]
"""What was done about the end of a run."""


class TaskStatus(TypedDict, total=False):
    """How one task ended."""

    task: str
    exit_code: Integer
    message: str


class RecoverRecord(TypedDict, total=False):
    """What was done about one fault."""

    recover_start_at: Seconds
    recover_end_at: Seconds
    recover: Literal[
        "npu_step_retry",
        "npu_proc_restart",
        "proc_restart",
        "pod_reschedule",
        "job_reschedule",
        "job_reschedule_with_taint",
    ]
    fault_scenario: Literal["chip_fault", "node_fault", "job_failed", "job_hanged", "job_subhealth", "error_in_log"]
    reason: str
    related_task: str
    recover_result: Literal["recovering", "success", "failed", "downgrade", "terminated", "quotaExceeded"]


class RunningRecord(TypedDict, total=False):
    """One run, from a start to an end."""

    start_at: Seconds
    end_at: Seconds
    xpu_start_at: Seconds
    start_type: Literal["init_or_rescheduled", "restarted"]
    end_reason: str
    end_related_task: str
    end_recover: EndRecover
    end_recover_before_downgrade: EndRecover
    recover_records: list[RecoverRecord]


class TaskIp(TypedDict, total=False):
    """Where one task runs."""

    task: str
    ip: str
    host_ip: str
    schedule_count: Integer


class TrainingJobStatus(TypedDict, total=False):
    """How a job is; a number of nodes stands with the time, in milliseconds, since when it is that."""

    phase: Phase
    secondary_phase: SecondaryPhase
    duration: Milliseconds
    start_time: Milliseconds
    node_count_metrics: list[Annotated[list[Integer], Field(min_length=2, max_length=2)]] | None
    tasks: list[str]
    task_statuses: list[TaskStatus]
    running_records: list[RunningRecord]
    retention_time: Count
    task_ips: list[TaskIp]
