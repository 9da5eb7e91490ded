"""The document of a training job, as far as decisions use it; all else is in what the service wrote.

Documented: ShowTrainingJobDetails. What only newer pages have may be absent from any answer.
"""

from __future__ import annotations

from typing import Any

from pydantic import AliasGenerator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from pulumi_modelarts.api.wire import Wire


class JobPart(Wire):
    """A part of the document: spelled in snake_case, given on in camelCase, and nothing kept that is not named."""

    model_config = ConfigDict(alias_generator=AliasGenerator(serialization_alias=to_camel), extra="ignore")


class Metadata(JobPart):
    """Id, name, and whose it is."""

    id: str
    name: str = ""
    workspace_id: str = ""
    description: str = ""
    create_time: int = 0
    user_name: str = ""
    annotations: dict[str, Any] = Field(default_factory=dict)


class TaskStatus(JobPart):
    """How one task ended."""

    task: str = ""
    exit_code: int | None = None
    message: str = ""


class RecoverRecord(JobPart):
    """What was done about one fault."""

    recover_start_at: int = 0
    recover_end_at: int = 0
    recover: str = ""
    fault_scenario: str = ""
    reason: str = ""
    related_task: str = ""
    recover_result: str = ""


class RunningRecord(JobPart):
    """One run, from a start to an end."""

    start_at: int = 0
    end_at: int = 0
    xpu_start_at: int = 0
    start_type: str = ""
    end_reason: str = ""
    end_related_task: str = ""
    end_recover: str = ""
    end_recover_before_downgrade: str = ""
    recover_records: list[RecoverRecord] = Field(default_factory=list)


class TaskAddress(JobPart):
    """Where one task runs."""

    task: str = ""
    ip: str = ""
    host_ip: str = ""
    schedule_count: int = 0


class Status(JobPart):
    """How a job is."""

    phase: str = ""
    secondary_phase: str = ""
    duration: int = 0
    start_time: int = 0
    node_count_metrics: list[tuple[int, int]] = Field(default_factory=list)
    tasks: list[str] = Field(default_factory=list)
    task_statuses: list[TaskStatus] = Field(default_factory=list)
    running_records: list[RunningRecord] = Field(default_factory=list)
    task_ips: list[TaskAddress] = Field(default_factory=list)


class Allocated(JobPart):
    """What the main container of a task got."""

    cpu_arch: str = ""
    cpu_core_num: float = 0.0
    mem_size: float = 0.0
    accelerator_num: float = 0.0
    accelerator_type: str = ""


class Resource(JobPart):
    """What a job runs on."""

    policy: str = ""
    pool_id: str = ""
    flavor_id: str = ""
    flavor_name: str = ""
    node_count: int = 0
    main_container_allocated_resources: Allocated = Allocated()


class Affinity(JobPart):
    """How near to each other tasks have to be."""

    affinity_type: str = ""
    affinity_group_size: int = 0


class SchedulePolicy(JobPart):
    """When a job gets its nodes, and may lose them."""

    priority: int | None = None
    preemptible: bool = False
    required_affinity: Affinity = Affinity()


class Spec(JobPart):
    """What a job asked for."""

    resource: Resource = Resource()
    schedule_policy: SchedulePolicy = SchedulePolicy()


class TaskUrl(JobPart):
    """Where one task can be reached."""

    task: str = ""
    url: str = ""


class Ssh(JobPart):
    """How tasks can be reached by SSH."""

    key_pair_names: list[str] = Field(default_factory=list)
    task_urls: list[TaskUrl] = Field(default_factory=list)


class WebAddress(JobPart):
    """A page for a browser, and the token that opens it."""

    url: str = ""
    token: str = Field("", repr=False)


class Endpoints(JobPart):
    """How a job can be reached."""

    ssh: Ssh = Ssh()
    jupyter_lab: WebAddress = WebAddress()
    tensorboard: WebAddress = WebAddress()
    mindstudio_insight: WebAddress = WebAddress()


class TrainingJobDocument(JobPart):
    """A training job."""

    kind: str = ""
    metadata: Metadata
    status: Status = Status()
    spec: Spec = Spec()
    endpoints: Endpoints = Endpoints()
