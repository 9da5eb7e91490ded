"""Node pools on the wire (documented: ListNodePools, ShowNodePool)."""

from typing import Literal

from typing_extensions import TypedDict

from modelarts_emulator.documents.resource_pool import Entry, ResourceCounts
from modelarts_emulator.documents.shapes import NamedObject


class NodePoolSpec(TypedDict):
    """What a node pool consists of."""

    resources: Entry


class NodePoolStatus(TypedDict):
    """What the nodes of a node pool are doing."""

    resources: ResourceCounts


class NodePool(TypedDict):
    """A node pool."""

    apiVersion: Literal["v2"]
    kind: Literal["NodePool"]
    metadata: NamedObject
    spec: NodePoolSpec
    status: NodePoolStatus


class NodePoolList(TypedDict):
    """Answer of ListNodePools."""

    apiVersion: Literal["v2"]
    kind: Literal["NodePoolList"]
    items: list[NodePool]
