"""Searches for training jobs on the wire (documented: ListTrainingJobs; limits of filters: client, Terraform)."""

from ipaddress import ip_address
from typing import Annotated, Literal, Required

from pydantic import AfterValidator, Field
from typing_extensions import TypedDict

from modelarts_emulator.service.documents.shapes import Count, Integer
from modelarts_emulator.service.documents.training_job import TrainingJob

Key = Literal[
    "id",
    "name",
    "kind",
    "phase",
    "algorithm_id",
    "algorithm_name",
    "create_time",
    "user_id",
    "pool_id",
    "training_experiment_id",
    "runtime_type",
    "priority",
]
"""What a filter can be about (client: Terraform)."""

Operator = Literal["between", "like", "in", "not"]


def _address(text: str) -> str:
    """Refuse what is no address."""
    ip_address(text)
    return text


class Filter(TypedDict, total=False):
    """One condition; without an operator it is `in` (assumed)."""

    key: Required[Key]
    operator: Operator
    value: Required[Annotated[list[str], Field(min_length=1, max_length=10)]]


class TagFilter(TypedDict, total=False):
    """One condition on tags (client: official SDK)."""

    key: Required[str]
    values: list[str]


class SearchTrainingJobs(TypedDict, total=False):
    """Body of ListTrainingJobs; `offset` counts pages."""

    offset: Count
    limit: Annotated[Integer, Field(ge=1, le=50)]
    sort_by: Literal["create_time"]
    order: Literal["asc", "desc"]
    group_by: str
    workspace_id: Annotated[str, Field(pattern="^(0|.{32})$")]
    filters: Annotated[list[Filter], Field(max_length=20)]
    train_type: Literal["job", "ftjob"]
    host_ips: Annotated[list[Annotated[str, AfterValidator(_address)]], Field(max_length=10)]
    tags: Annotated[list[TagFilter], Field(max_length=10)]


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
