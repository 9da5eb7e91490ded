"""Node pools on the wire (documented: ListNodePools, ShowNodePool)."""

from typing import Literal

from typing_extensions import TypedDict

from modelarts_emulator.service.documents.resource_pool import Entry, FlavorCount
from modelarts_emulator.service.documents.shapes import NamedObject


class NodePoolSpec(TypedDict):
    """What a node pool consists of."""

    resources: Entry


class NodePoolCounts(TypedDict, total=False):
    """Nodes by what they are doing, one count each (client: official SDK, Terraform); none: left out."""

    creating: FlavorCount
    available: FlavorCount
    abnormal: FlavorCount
    deleting: FlavorCount


class NodePoolStatus(TypedDict):
    """What the nodes of a node pool are doing."""

    resources: NodePoolCounts


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
