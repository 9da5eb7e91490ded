"""What a training job runs on, on the wire (documented: ShowTrainingJobDetails, CreateTrainingJob).

Fields marked *client* stand on the page of the request only; that they are shown is what the Terraform provider relies
on.
"""

from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from modelarts_emulator.service.documents.shapes import Integer
from modelarts_emulator.service.documents.training_job_algorithm import ObsPlace

FlavorType = Literal["CPU", "GPU", "Ascend"]
Above = Annotated[float, Field(gt=0)]


class Billing(TypedDict, total=False):
    """How a flavor is paid for."""

    code: str
    unit_num: Integer


class FlavorCpu(TypedDict, total=False):
    """Processors of a flavor."""

    arch: str
    core_num: Integer


class FlavorGpu(TypedDict, total=False):
    """GPUs of a flavor."""

    unit_num: Integer
    product_name: str
    memory: str


class FlavorNpu(TypedDict, total=False):
    """NPUs of a flavor; their number is a text (documented)."""

    unit_num: str
    product_name: str
    memory: str


class FlavorMemory(TypedDict, total=False):
    """Memory of a flavor."""

    size: Integer
    unit: str


class FlavorDisk(TypedDict, total=False):
    """Disk of a flavor: its size is a text in `flavor_detail` and a number in tasks (documented)."""

    size: str | Integer
    unit: str


class FlavorInfo(TypedDict, total=False):
    """What a flavor has."""

    max_num: Integer
    cpu: FlavorCpu
    gpu: FlavorGpu
    npu: FlavorNpu
    memory: FlavorMemory
    disk: FlavorDisk


class FlavorDetail(TypedDict, total=False):
    """Flavor of a public pool (documented: dedicated pools have none)."""

    flavor_type: FlavorType
    billing: Billing
    flavor_info: FlavorInfo


class AllocatedResources(TypedDict, total=False):
    """What the container got; memory in GB."""

    cpu_arch: str
    cpu_core_num: float
    mem_size: float
    accelerator_num: float
    accelerator_type: str


class CustomizedFlavor(TypedDict, total=False):
    """What the container shall get; memory in GB."""

    cpu_core_num: Above
    mem_size: Above
    accelerator_num: Annotated[float, Field(ge=0)]


class TrainingResource(TypedDict, total=False):
    """Nodes of a job: `flavor_id` of a public pool, or `pool_id`, with a `flavor_id` where it has accelerators."""

    policy: str
    flavor_id: str
    flavor_name: str
    node_count: Annotated[Integer, Field(ge=1)]
    pool_id: str
    pool_name: str
    pool_group_id: str
    flavor_detail: FlavorDetail
    main_container_allocated_resources: AllocatedResources
    main_container_customized_flavor: CustomizedFlavor


class Nfs(TypedDict, total=False):
    """A network file system."""

    nfs_server_path: str
    local_path: str
    read_only: bool


class MountedFileSystem(TypedDict, total=False):
    """A parallel file system that is mounted (client)."""

    pfs_path: str
    local_path: str


class MountedBucket(TypedDict, total=False):
    """A place in the object storage that is mounted (client)."""

    obs_path: str
    local_path: str


class MountedVolume(TypedDict, total=False):
    """Something mounted."""

    nfs: Nfs
    pfs: MountedFileSystem
    obs: MountedBucket


class LogExportPath(ObsPlace, total=False):
    """Where logs go."""

    host_path: str


class RequiredAffinity(TypedDict, total=False):
    """How nodes of a job shall lie together; `node_affinity` has the form of Kubernetes (client)."""

    affinity_type: Literal["cabinet", "hyperinstance", "networkTopology"]
    affinity_group_size: Integer
    job_level: Literal["cluster", "hyperinstanceGroup"]
    affinity_group_level: Literal["hyperinstance", "slice"]
    node_affinity: dict[str, Any]


class SchedulePolicy(TypedDict, total=False):
    """How a job is scheduled; `preferred_affinity` has the form of Kubernetes (client)."""

    required_affinity: RequiredAffinity
    preferred_affinity: dict[str, Any]
    priority: Annotated[Integer, Field(ge=0, le=3)]
    preemptible: bool


class MetricsCommand(TypedDict, total=False):
    """Metrics from a command."""

    command: list[str]


class HttpGet(TypedDict, total=False):
    """Metrics over HTTP."""

    path: str
    port: Integer


class CustomMetrics(TypedDict, total=False):
    """Where metrics come from."""

    exec: MetricsCommand
    http_get: HttpGet


class AutoStop(TypedDict, total=False):
    """After how many hours of running a job is stopped (client)."""

    time_unit: Literal["HOURS"]
    duration: Annotated[Integer, Field(ge=1)]


class LogExportConfig(TypedDict, total=False):
    """How logs are exported (client)."""

    version: Literal["v0", "v1"]
    rotation_enabled: bool


class Notification(TypedDict, total=False):
    """Who is told what (client)."""

    topic_urn: str
    events: list[str]


class ModelFiles(TypedDict, total=False):
    """Where the files of a model lie."""

    obs_path: str
    local_path: str


class OutputModel(TypedDict, total=False):
    """What a job makes."""

    obs: ModelFiles


class AssetModel(TypedDict, total=False):
    """A model that a job starts from."""

    id: str
    name: str
    code: str
    version: str
    location: str
    desc: str
    series: str
    type: str


class TrainingJobSpec(TypedDict, total=False):
    """What a job runs on, and how."""

    resource: TrainingResource
    volumes: list[MountedVolume]
    log_export_path: LogExportPath
    schedule_policy: SchedulePolicy
    custom_metrics: list[CustomMetrics]
    output_model: OutputModel
    asset_model: AssetModel
    runtime_type: str
    auto_stop: AutoStop
    log_export_config: LogExportConfig
    notification: Notification
