"""Resource pools on the wire (documented: ListPools, ShowPool, CreatePool, PatchPool, DeletePool)."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field, with_config
from typing_extensions import TypedDict

from modelarts_emulator.service.documents.shapes import Count, Name, NamedObject, Scope, Text

Labels = dict[str, str]
PatchedMap = dict[str, Text]
Status = Literal["", "created", "creating", "failed"]


class ZoneCount(TypedDict):
    """Nodes in one availability zone."""

    az: Name
    count: Count


class CreatingStep(TypedDict):
    """Nodes that come in steps: racks and supernodes."""

    step: Count
    type: str


@with_config(extra="allow")
class Entry(TypedDict):
    """One item of `spec.resources`; fields that nobody knows are kept."""

    flavor: Name
    count: Count
    maxCount: NotRequired[Count]
    nodePool: NotRequired[str]
    azs: NotRequired[list[ZoneCount]]
    creatingStep: NotRequired[CreatingStep | None]
    rootVolume: NotRequired[dict[str, Any]]
    dataVolumes: NotRequired[list[dict[str, Any]]]
    volumeGroupConfigs: NotRequired[list[dict[str, Any]]]
    labels: NotRequired[dict[str, str]]
    taints: NotRequired[list[dict[str, Any]]]
    tags: NotRequired[list[dict[str, Any]]]
    network: NotRequired[dict[str, Any]]
    os: NotRequired[dict[str, Any]]
    extendParams: NotRequired[dict[str, Any]]


class WishedDriver(TypedDict, total=False):
    """Driver versions to run, and whether upgrades wait for jobs."""

    gpuVersion: Name
    npuVersion: Name
    updateStrategy: Literal["force", "idle"]


CreatedLabels = TypedDict(
    "CreatedLabels",
    {
        "os.modelarts/name": str,
        "os.modelarts/workspace.id": NotRequired[str],
        "os.modelarts/node.prefix": NotRequired[str],
    },
)
"""Labels of a pool or network to be made."""

CreatedAnnotations = TypedDict(
    "CreatedAnnotations",
    {
        "os.modelarts/description": str,
        "os.modelarts/billing.mode": Literal["0", "1"],
        "os.modelarts/period.num": str,
        "os.modelarts/period.type": str,
        "os.modelarts/auto.renew": str,
        "os.modelarts/auto.pay": str,
    },
    total=False,
)
"""Annotations of a pool to be made."""


class CreatedMetadata(TypedDict):
    """Metadata of a pool to be made."""

    labels: CreatedLabels
    annotations: NotRequired[CreatedAnnotations]


class CreatedSpec(TypedDict):
    """Spec of a pool to be made."""

    type: NotRequired[Literal["Dedicate"]]
    scope: Annotated[list[Scope], Field(min_length=1)]
    resources: list[Entry]
    network: NamedObject
    jobFlavors: NotRequired[list[str]]
    driver: NotRequired[WishedDriver]


class CreatePool(TypedDict):
    """Body of CreatePool."""

    apiVersion: Literal["v2"]
    kind: Literal["Pool"]
    metadata: CreatedMetadata
    spec: CreatedSpec


@with_config(extra="allow")
class PatchedMetadata(TypedDict, total=False):
    """Metadata to change: null deletes a label or annotation, anything else must stay as it is."""

    labels: PatchedMap
    annotations: PatchedMap


@with_config(extra="allow")
class PatchedSpec(TypedDict, total=False):
    """Spec to change: what is left out stays, lists are replaced whole."""

    scope: Annotated[list[Scope], Field(min_length=1)]
    resources: list[Entry]
    jobFlavors: list[str] | None
    driver: WishedDriver


@with_config(extra="allow")
class PatchPool(TypedDict, total=False):
    """Body of PatchPool: a merge patch, which has nothing else."""

    metadata: PatchedMetadata
    spec: PatchedSpec


class PoolMetadata(TypedDict):
    """Metadata of a pool."""

    name: Name
    creationTimestamp: str
    deletionTimestamp: NotRequired[str]
    labels: Labels
    annotations: Labels


@with_config(extra="allow")
class PoolSpec(TypedDict):
    """Spec of a pool; fields that were patched in are shown back."""

    type: Literal["Dedicate"]
    scope: list[Scope]
    resources: list[Entry]
    network: NamedObject
    driver: NotRequired[dict[str, Any]]
    jobFlavors: NotRequired[list[str]]
    controlMode: NotRequired[int]


class FlavorCount(TypedDict):
    """Nodes of one entry in one state."""

    flavor: Name
    count: Count
    maxCount: Count
    nodePool: Name
    azs: list[ZoneCount]
    creatingStep: NotRequired[CreatingStep]


class ResourceCounts(TypedDict, total=False):
    """Nodes by what they are doing; a group without nodes is left out."""

    creating: list[FlavorCount]
    available: list[FlavorCount]
    abnormal: list[FlavorCount]
    deleting: list[FlavorCount]


class ScopeStatus(TypedDict):
    """One job type of a pool."""

    scopeType: Scope
    state: Literal["Enabling", "Enabled", "EnableFailed", "Disabling", "Disabled"]


class DriverStatus(TypedDict):
    """Driver of one kind of accelerators."""

    version: str
    state: Literal["Creating", "Upgrading", "Running", "Abnormal"]


class Drivers(TypedDict, total=False):
    """Drivers of a pool."""

    gpu: DriverStatus
    npu: DriverStatus


class PoolStatus(TypedDict):
    """Status of a pool; one that was just made has no more than its resources."""

    phase: NotRequired[
        Literal["Creating", "Running", "Abnormal", "Deleting", "Error", "CreationFailed", "ScalingFailed", "Waiting"]
    ]
    message: NotRequired[str]
    root: NotRequired[str]
    parent: NotRequired[str]
    scope: NotRequired[list[ScopeStatus]]
    resources: ResourceCounts
    driver: NotRequired[Drivers]
    clusters: NotRequired[list[NamedObject]]


class Pool(TypedDict):
    """A pool."""

    apiVersion: Literal["v2"]
    kind: Literal["Pool"]
    metadata: PoolMetadata
    spec: PoolSpec
    status: PoolStatus


class PoolList(TypedDict):
    """Answer of ListPools."""

    apiVersion: Literal["v2"]
    kind: Literal["PoolList"]
    items: list[Pool]


class ListPools(TypedDict, total=False):
    """Query of ListPools."""

    workspaceId: str
    labelSelector: str
    status: Status
