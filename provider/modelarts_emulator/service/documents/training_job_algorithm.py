"""The algorithm of a training job on the wire: what it runs, with what, from where and whereto.

Documented: ShowTrainingJobDetails, CreateTrainingJob. What is sent has the shape of what is shown.
"""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

AccessMethod = Literal["parameter", "env"]
"""How a path is handed to the program: as a parameter or in the environment."""

EnvironmentName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=8192)]
Environment = Annotated[dict[EnvironmentName, Annotated[str, Field(max_length=4096)]], Field(max_length=100)]
"""Environment variables (documented: limits of CreateTrainingJob)."""

Environments = Environment | list[dict[str, str]]
"""They are shown as a map (client: Terraform) or as a list of maps (documented: ShowTrainingJobDetails)."""


class ParameterConstraint(TypedDict, total=False):
    """What a parameter may be."""

    type: str
    editable: bool
    required: bool
    sensitive: bool
    valid_type: str
    valid_range: list[str]


class Translation(TypedDict, total=False):
    """Description in another language."""

    language: Literal["zh-cn", "en-us"]
    description: str


class Parameter(TypedDict, total=False):
    """One running parameter."""

    name: str
    value: str
    description: str
    constraint: ParameterConstraint
    i18n_description: Translation | None


class RewardAttribute(TypedDict, total=False):
    """Metric that a search of hyperparameters looks at."""

    name: str
    mode: Literal["max", "min"]
    regex: str


class SearchParameter(TypedDict, total=False):
    """Hyperparameter that is searched."""

    name: str
    param_type: Literal["continuous", "discrete"]
    lower_bound: str
    upper_bound: str
    discrete_points_num: str
    discrete_values: list[str]


class SearchAlgorithmParameter(TypedDict, total=False):
    """Parameter of a search algorithm."""

    key: str
    value: str
    type: str


class SearchAlgorithm(TypedDict, total=False):
    """Algorithm that searches hyperparameters."""

    name: str
    params: list[SearchAlgorithmParameter]


class AutoSearch(TypedDict, total=False):
    """Search of hyperparameters."""

    skip_search_params: str
    reward_attrs: list[RewardAttribute]
    search_params: list[SearchParameter]
    algo_configs: list[SearchAlgorithm]


class Policies(TypedDict, total=False):
    """Policies of a job; null stands for no search in the example of CreateTrainingJob (documented)."""

    auto_search: AutoSearch | None


class Dataset(TypedDict, total=False):
    """A dataset."""

    id: str
    version_id: str
    obs_url: str
    service_type: str
    name: str


class ObsPlace(TypedDict, total=False):
    """A place in the object storage."""

    obs_url: str


class InputRemote(TypedDict, total=False):
    """Where data comes from."""

    dataset: Dataset
    obs: ObsPlace


class RemoteConstraint(TypedDict, total=False):
    """What an input may be."""

    data_type: str
    attributes: str


class AlgorithmInput(TypedDict, total=False):
    """An input channel."""

    name: str
    description: str
    local_dir: str
    access_method: AccessMethod
    remote: InputRemote
    remote_constraint: list[RemoteConstraint]


class OutputRemote(TypedDict, total=False):
    """Where data goes."""

    obs: ObsPlace


class AlgorithmOutput(TypedDict, total=False):
    """An output channel."""

    name: str
    description: str
    local_dir: str
    access_method: AccessMethod
    remote: OutputRemote


class AlgorithmEngine(TypedDict, total=False):
    """What the algorithm runs in: `engine_id`, `engine_name` with `engine_version`, or `image_url`."""

    engine_id: str
    engine_name: str
    engine_version: str
    image_url: str
    install_sys_packages: bool
    image_repo_id: str


class ParallelFileSystem(TypedDict, total=False):
    """A parallel file system."""

    pfs_path: str


class LogDirectory(TypedDict, total=False):
    """Where logs to be looked at go."""

    pfs: ParallelFileSystem


class SourceJob(TypedDict, total=False):
    """A job whose logs are looked at."""

    job_id: str


class DataSource(TypedDict, total=False):
    """Where logs to be looked at come from."""

    job: SourceJob


class Summary(TypedDict, total=False):
    """Logs to be looked at."""

    log_type: Literal["tensorboard", "mindstudio-insight"]
    log_dir: LogDirectory
    data_sources: list[DataSource]


class Algorithm(TypedDict, total=False):
    """Told by `id`, by `subscription_id` with `item_version_id`, or by `code_dir` with `boot_file`."""

    id: str
    name: str
    subscription_id: str
    item_version_id: str
    code_dir: str
    boot_file: str
    autosearch_config_path: str
    autosearch_framework_path: str
    command: str
    parameters: list[Parameter]
    policies: Policies
    inputs: list[AlgorithmInput]
    outputs: list[AlgorithmOutput]
    engine: AlgorithmEngine
    local_code_dir: str
    working_dir: str
    environments: Environments
    summary: Summary
