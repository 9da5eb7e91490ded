"""Training jobs on the wire (documented: ShowTrainingJobDetails and the other operations on them).

All fields of a job that the pages have, and no other; those of its parts are in modules of their own.
"""

from typing import Annotated, Any, Literal, Required

from pydantic import Field
from typing_extensions import TypedDict

from modelarts_emulator.service.documents.shapes import Integer
from modelarts_emulator.service.documents.training_job_algorithm import Algorithm, ObsPlace, OutputRemote
from modelarts_emulator.service.documents.training_job_spec import (
    Billing,
    FlavorInfo,
    FlavorType,
    Notification,
    TrainingJobSpec,
)
from modelarts_emulator.service.documents.training_job_status import Milliseconds, TaskIp, TrainingJobStatus

Kind = Literal[
    "job",
    "federated_pool_job",
    "edge_job",
    "hetero_job",
    "mrs_job",
    "autosearch_job",
    "diag_job",
    "visualization_job",
]

JobName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Description = Annotated[str, Field(max_length=256)]


class Experiment(TypedDict, total=False):
    """The experiment that a job belongs to."""

    id: str
    name: str
    description: str
    serial_number: str


class TrainingJobMetadata(TypedDict, total=False):
    """Metadata of a training job."""

    id: Required[str]
    name: Required[JobName]
    workspace_id: Required[str]
    description: Description
    create_time: Required[Milliseconds]
    user_name: str
    annotations: dict[str, str]
    training_experiment_reference: Experiment


class TaskChannel(TypedDict, total=False):
    """An input channel of a task."""

    name: str
    local_dir: str
    remote: OutputRemote


class TaskOutput(TaskChannel, total=False):
    """An output channel of a task."""

    mode: str
    period: str


class TaskEngine(TypedDict, total=False):
    """What a task runs in."""

    engine_id: str
    engine_name: str
    engine_version: str
    v1_compatible: bool
    run_user: str
    image_url: str


class TaskAlgorithm(TypedDict, total=False):
    """What a task runs."""

    code_dir: str
    boot_file: str
    inputs: TaskChannel
    outputs: TaskOutput
    engine: TaskEngine
    local_code_dir: str
    working_dir: str
    environments: dict[str, str]


class TaskResource(TypedDict, total=False):
    """What a task runs on."""

    pool_id: str
    flavor_id: str
    flavor_name: str
    max_num: Integer
    flavor_type: FlavorType
    billing: Billing
    flavor_info: FlavorInfo
    attributes: dict[str, str]


class TrainingTask(TypedDict, total=False):
    """One kind of tasks of a heterogeneous job."""

    role: str
    algorithm: TaskAlgorithm
    task_resource: TaskResource
    log_export_path: ObsPlace


class TaskUrl(TypedDict, total=False):
    """Address of one task."""

    task: str
    url: str


class SshAccess(TypedDict, total=False):
    """Access by SSH."""

    key_pair_names: list[str]
    task_urls: list[TaskUrl]


class WebPage(TypedDict, total=False):
    """Access by a web page."""

    url: str
    token: str


class Endpoints(TypedDict, total=False):
    """Ways in."""

    ssh: SshAccess
    jupyter_lab: WebPage
    tensorboard: WebPage
    mindstudio_insight: WebPage


class TrainingJob(TypedDict, total=False):
    """A training job."""

    kind: Required[Kind]
    metadata: Required[TrainingJobMetadata]
    status: Required[TrainingJobStatus]
    algorithm: Algorithm
    tasks: list[TrainingTask]
    spec: Required[TrainingJobSpec]
    endpoints: Endpoints
    ftjob_config: dict[str, Any]


class NewTrainingJobMetadata(TypedDict, total=False):
    """Metadata of a job to be made."""

    name: Required[JobName]
    workspace_id: str
    description: Description
    annotations: dict[str, str]
    training_experiment_reference: Experiment


class SshKeys(TypedDict, total=False):
    """Who gets in by SSH."""

    key_pair_names: list[str]


class NewEndpoints(TypedDict, total=False):
    """Ways in that are asked for."""

    ssh: SshKeys


class CreateTrainingJob(TypedDict, total=False):
    """Body of CreateTrainingJob."""

    kind: Kind
    metadata: Required[NewTrainingJobMetadata]
    algorithm: Algorithm
    tasks: Annotated[list[Any], Field(max_length=0)]
    spec: Required[TrainingJobSpec]
    endpoints: NewEndpoints
    train_type: str
    ftjob_config: dict[str, Any]


class StopTrainingJob(TypedDict):
    """Body of StopTrainingJob; only `terminate` is an action."""

    action_type: str


class ChangedPolicy(TypedDict, total=False):
    """How a job shall be scheduled from now on."""

    priority: Annotated[Integer, Field(ge=1, le=3)]
    preemptible: bool


class ChangedTrainingJobSpec(TypedDict, total=False):
    """Spec of a job to be changed."""

    notification: Notification
    schedule_policy: ChangedPolicy


class ChangedTrainingJobMetadata(TypedDict, total=False):
    """Metadata of a job to be changed; the singular is the service's own (client: official SDK)."""

    annotation: dict[str, str]


class ChangeTrainingJob(TypedDict, total=False):
    """Body of ChangeTrainingJobDescription; all but the description is known from the official SDK only (client)."""

    description: Description
    spec: ChangedTrainingJobSpec
    endpoints: NewEndpoints
    metadata: ChangedTrainingJobMetadata


TaskList = list[TaskIp]
"""Answer of ListTrainingJobTasks."""


class ListTasks(TypedDict, total=False):
    """Query of ListTrainingJobTasks."""

    schedule_count: Integer
