"""A node as the service writes it, whole: what can be read as a node, and what is said of what cannot.

Plans go by `Node`, which is much smaller; the whole document is for whoever looks for fields that nobody knows.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from pulumi_modelarts.api.wire import Wire


class NodeMetadata(Wire):
    """Name, labels and annotations."""

    name: str
    creation_timestamp: str = ""
    labels: dict[str, Any] = Field(default_factory=dict)
    annotations: dict[str, Any] = Field(default_factory=dict)


class NodeSpec(Wire):
    """What a node is made of."""

    flavor: str = ""


class NodeDriver(Wire):
    """The driver of a node.

    Attributes:
        phase: `Running`, `Abnormal`, `Pending` or `Updating`; empty for a node without accelerator.
        version: the version that is there.
    """

    phase: str = ""
    version: str = ""


class NodeStatus(Wire):
    """What a node is doing and where it is."""

    phase: str = ""
    az: str = ""
    private_ip: str = ""
    driver: NodeDriver = NodeDriver()


class NodeDocument(Wire):
    """A node of a resource pool, with all that is told of it."""

    metadata: NodeMetadata
    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()
