"""Workloads of a pool on the wire (client: official SDK)."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from modelarts_emulator.service.documents.shapes import Count, Integer, Name, PageSize

Type = Literal["train", "infer", "notebook", "x-infer"]
Status = Literal[
    "Queue", "Pending", "Abnormal", "Terminating", "Creating", "Running", "Completed", "Terminated", "Failed"
]

Requirement = TypedDict(
    "Requirement",
    {
        "cpu": str,
        "memory": str,
        "nvidia.com/gpu": str,
        "huawei.com/ascend-310": str,
        "huawei.com/ascend-1980": str,
    },
    total=False,
)
"""What a workload takes of its nodes."""


class WorkloadNode(TypedDict):
    """A node that a workload is on."""

    hostIp: Name
    npuTopologyPlacement: NotRequired[str]


class Workload(TypedDict):
    """Something that runs in a pool, waits to or has run; durations in seconds, the creation in milliseconds."""

    apiVersion: Literal["v1"]
    kind: Literal["Workload"]
    type: Type
    namespace: str
    name: Name
    jobName: str
    uid: Name
    jobUUID: Name
    flavor: str
    status: Status
    userName: str
    resourceRequirement: Requirement
    priority: str
    runningDuration: Count
    pendingDuration: Count
    pendingPosition: Count
    createTime: Count
    gvk: str
    hostIps: str
    nodes: list[WorkloadNode]


class WorkloadList(TypedDict):
    """Answer of ListWorkloads; it names no total."""

    apiVersion: Literal["v1"]
    kind: Literal["WorkloadList"]
    items: list[Workload]


class ListWorkloads(TypedDict, total=False):
    """Query of ListWorkloads."""

    limit: PageSize
    offset: Annotated[Integer, Field(ge=0, le=2147483647)]
    type: Type
    status: Status
    hostip: str
    sort: Literal["create_time"]
    ascend: Literal["true", "false"]
