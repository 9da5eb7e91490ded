"""Nodes on the wire (documented: ListPoolNodes, ShowPoolNode and the batch operations)."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from modelarts_emulator.service.documents.shapes import ListMetadata, Name, PageSize

Names = Annotated[list[Name], Field(min_length=1)]


class NodeMetadata(TypedDict):
    """Metadata of a node."""

    name: Name
    creationTimestamp: str
    labels: dict[str, str]
    annotations: dict[str, str]


class NodeSpec(TypedDict):
    """Spec of a node."""

    flavor: Name
    os: NotRequired[dict[str, Any]]
    rootVolume: NotRequired[dict[str, Any]]
    dataVolumes: NotRequired[list[dict[str, Any]]]


class NodeDriver(TypedDict):
    """Driver of a node (client: Terraform)."""

    phase: Literal["Running", "Abnormal", "Pending", "Updating"]
    version: str


class NodeStatus(TypedDict):
    """Status of a node."""

    phase: Literal["Available", "Creating", "Deleting", "Abnormal", "Checking"]
    az: Name
    privateIp: Name
    resources: dict[str, str]
    availableResources: dict[str, str]
    driver: NotRequired[NodeDriver]
    taints: NotRequired[list[dict[str, Any]]]


class Node(TypedDict):
    """A node."""

    apiVersion: Literal["v2"]
    kind: Literal["Node"]
    metadata: NodeMetadata
    spec: NodeSpec
    status: NodeStatus


class NodeList(TypedDict):
    """Answer of ListPoolNodes and ListNodePoolNodes."""

    apiVersion: Literal["v2"]
    kind: Literal["NodeList"]
    metadata: ListMetadata
    items: list[Node]


ListNodes = TypedDict("ListNodes", {"continue": str, "limit": PageSize}, total=False)
"""Query of the lists of nodes."""


class DeleteNodes(TypedDict):
    """Body of BatchDeletePoolNodes."""

    deleteNodeNames: Names


class DrainNodes(TypedDict):
    """Body of BatchDrainPoolNodes."""

    nodeNames: Annotated[list[Name], Field(min_length=1, max_length=10)]


DrainedNodes = dict[str, Any]
"""Answer of BatchDrainPoolNodes: an object that promises no field."""
