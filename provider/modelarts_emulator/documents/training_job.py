"""Training jobs on the wire (documented: ShowTrainingJobDetails, ListTrainingJobs)."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field, with_config
from typing_extensions import TypedDict

from modelarts_emulator.documents.shapes import Count, Integer, Name


@with_config(extra="allow")
class TrainingJobMetadata(TypedDict):
    """Metadata of a training job."""

    id: Name
    name: Name
    workspace_id: str
    create_time: Integer


@with_config(extra="allow")
class TrainingJobStatus(TypedDict):
    """Status of a training job."""

    phase: Literal["Creating", "Pending", "Running", "Failed", "Completed", "Terminating", "Terminated", "Abnormal"]
    secondary_phase: str
    duration: Count


@with_config(extra="allow")
class TrainingJob(TypedDict):
    """A training job."""

    kind: Name
    metadata: TrainingJobMetadata
    status: TrainingJobStatus
    spec: dict[str, Any]


class Filter(TypedDict):
    """One condition of a search."""

    key: Literal["id", "name", "kind", "phase", "pool_id", "create_time"]
    operator: Literal["between", "like", "in", "not"]
    value: Annotated[list[str], Field(min_length=1)]


class SearchTrainingJobs(TypedDict, total=False):
    """Body of ListTrainingJobs; `offset` counts pages."""

    offset: Count
    limit: Annotated[Integer, Field(ge=1, le=50)]
    sort_by: Literal["create_time"]
    order: Literal["asc", "desc"]
    group_by: str
    workspace_id: str
    filters: list[Filter]


class TrainingJobList(TypedDict):
    """Answer of ListTrainingJobs."""

    total: Count
    count: Count
    limit: Count
    offset: Count
    sort_by: Literal["create_time"]
    order: Literal["asc", "desc"]
    group_by: str
    workspace_id: str
    ai_project: str
    items: list[TrainingJob]


class TrainingError(TypedDict):
    """What a refusal of the training service says."""

    error_code: str
    error_msg: str
    error_solution: NotRequired[str]
