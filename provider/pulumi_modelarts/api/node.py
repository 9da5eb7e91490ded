"""Nodes of a resource pool: what they look like, and list, show, drain and delete.

Documented: ListPoolNodes, ShowPoolNode, BatchDrainPoolNodes, BatchDeletePoolNodes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from pulumi_modelarts.api import pool_tag
from pulumi_modelarts.api.listing import every
from pulumi_modelarts.api.operation import Operation, Stated
from pulumi_modelarts.api.wire import Wire, expect_same, read, segment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_modelarts.api.accepted import Accepted
    from pulumi_modelarts.api.service import Service

CLUSTER: Final = "os.modelarts.node/cluster"
NODE_POOL: Final = "os.modelarts.node/nodepool"
BILLING_MODE: Final = "os.modelarts/billing.mode"
LOCK: Final = "os.modelarts.node/lock.action"
DRAIN: Final = "os.modelarts.node/drain"
SPARE: Final = "os.modelarts.node/ha.redundant.enabled"
BATCH: Final = "os.modelarts.node/batch"
BATCH_LABELS: Final = ("uid", "name", "type", "count")
COUNT: Final = re.compile(r"[0-9]{1,6}")

PAGE: Final = 500
"""Nodes of one page, the most there can be (documented: ListPoolNodes)."""
DRAIN_AT_ONCE: Final = 10
"""Nodes of one drain request, the most there can be (documented: BatchDrainPoolNodes)."""

LIST_POOL_NODES: Final = Operation(
    "ListPoolNodes",
    "the nodes of a pool: where nodes move, are removed, or are broken",
    "modelarts:pool:get",
    Stated.ON_ITS_PAGE,
    only_reads=True,
    previews=True,
)
SHOW_POOL_NODE: Final = Operation("ShowPoolNode", stated=Stated.AS_NONE, only_reads=True)
BATCH_DRAIN_POOL_NODES: Final = Operation(
    "BatchDrainPoolNodes", "to drain nodes before they move or are removed", stated=Stated.AS_NONE
)
BATCH_DELETE_POOL_NODES: Final = Operation(
    "BatchDeletePoolNodes", "to remove nodes from a pool", "modelarts:pool:update", Stated.ON_ITS_PAGE
)


@dataclass(frozen=True)
class Supernode:
    """Nodes that come, move and go together only (documented: the labels of ListPoolNodes).

    Attributes:
        uid: its id, the same for all of its nodes.
        name: its name; empty if the service does not say.
        type: `hyperinstance`; empty if the service does not say.
        count: how many nodes it has; None if the service does not say.
    """

    uid: str
    name: str = ""
    type: str = ""
    count: int | None = None


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


class Node(Wire):
    """A node of a resource pool."""

    metadata: NodeMetadata
    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()

    @property
    def name(self) -> str:
        """The node's id."""
        return self.metadata.name

    @property
    def phase(self) -> str:
        """Its phase: `Available`, `Creating`, `Checking`, `Abnormal`, `Deleting`; others may come."""
        return self.status.phase

    @property
    def available(self) -> bool:
        """Whether it can run jobs."""
        return self.phase == "Available"

    @property
    def private_ip(self) -> str:
        """Its address in the pool's network; training jobs name their hosts by it."""
        return self.status.private_ip

    @property
    def az(self) -> str:
        """The availability zone it is in."""
        return self.status.az

    @property
    def flavor(self) -> str:
        """Its flavor id."""
        return self.spec.flavor

    @property
    def labels(self) -> dict[str, Any]:
        """Labels by name."""
        return self.metadata.labels

    @property
    def annotations(self) -> dict[str, Any]:
        """Annotations by name."""
        return self.metadata.annotations

    @property
    def node_pool(self) -> str:
        """The node pool it belongs to; `{flavor}-default` if the service does not say."""
        return str(self.labels.get(NODE_POOL) or f"{self.flavor}-default")

    @property
    def cluster(self) -> str:
        """The cluster it belongs to; empty if the service does not say."""
        return str(self.labels.get(CLUSTER) or "")

    @property
    def tags(self) -> dict[str, str] | None:
        """Its tags of the cloud, by key (observed by others); None if what the service says is not understood."""
        return pool_tag.parse(str(self.annotations.get(pool_tag.ANNOTATION) or ""))

    @property
    def locked(self) -> bool:
        """Whether somebody locked it against deletion."""
        return bool(self.annotations.get(LOCK))

    @property
    def drained(self) -> bool:
        """Whether it is marked to take no further jobs."""
        return bool(self.annotations.get(DRAIN))

    @property
    def spare(self) -> bool:
        """Whether it stands by for a node that breaks; until then nothing is scheduled there."""
        return str(self.labels.get(SPARE) or "").lower() == "true"

    @property
    def supernode(self) -> Supernode | None:
        """The supernode it is a part of; None for a node by itself."""
        uid, name, kind, count = (str(self.labels.get(f"{BATCH}.{what}") or "") for what in BATCH_LABELS)
        if not uid:
            return None
        return Supernode(uid, name, kind, int(count) if COUNT.fullmatch(count) else None)

    @property
    def prepaid(self) -> bool:
        """Whether it was paid for a period."""
        return str(self.annotations.get(BILLING_MODE) or "") == "1"

    @property
    def driver_phase(self) -> str:
        """The phase of its driver; empty without one."""
        return self.status.driver.phase


class Nodes:
    """Nodes of the project's pools."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def list(self, pool: str) -> list[Node]:
        """All nodes of a pool, in the service's order.

        The list must have `items`, each with a name, and as many as `metadata.remainingItemCount` tells where it is
        there (documented: ListPoolNodes; the last page has an empty `metadata`).

        Raises:
            NotFoundError: there is no such pool.
            UnreadableError: the list is not complete, or a node in it cannot be read.
        """
        attempting = f"list nodes of resource pool {pool}"
        return every(Node, self._service, _path(pool), operation=LIST_POOL_NODES, attempting=attempting, page=PAGE)

    def get(self, pool: str, name: str) -> Node:
        """One node.

        Raises:
            NotFoundError: there is no such pool, or no such node in it.
            UnreadableError: the answer is no such node.
        """
        attempting = f"show node {name} of resource pool {pool}"
        path = f"{_path(pool)}/{segment(name)}"
        answer = self._service.request("GET", path, operation=SHOW_POOL_NODE, attempting=attempting)
        node = read(Node, answer, attempting)
        expect_same(name, node.name, attempting, place="metadata.name")
        return node

    def drain(self, pool: str, names: Sequence[str]) -> Accepted[Any]:
        """Mark nodes to take no further jobs; the jobs on them go on.

        What is answered is not read: an answer means that it was accepted.

        Args:
            pool: id of their pool.
            names: of the nodes, from one to `DRAIN_AT_ONCE`.

        Raises:
            NotFoundError: there is no such pool.
        """
        attempting = f"drain {', '.join(names)} of resource pool {pool}"
        path, body = f"{_path(pool)}/batch-drain", {"nodeNames": list(names)}
        return self._service.write("POST", path, operation=BATCH_DRAIN_POOL_NODES, attempting=attempting, json=body)

    def delete(self, pool: str, names: Sequence[str]) -> Accepted[Any]:
        """Delete nodes; they are gone a while later.

        What is answered is not read: an answer means that it was accepted.

        Args:
            pool: id of their pool.
            names: of the nodes, at least one.

        Raises:
            NotFoundError: there is no such pool.
            TransportError: no answer; whether they go shows in the list of nodes.
        """
        attempting = f"delete {', '.join(names)} of resource pool {pool}"
        body = {"deleteNodeNames": list(names)}
        path = f"{_path(pool)}/batch-delete"
        return self._service.write("POST", path, operation=BATCH_DELETE_POOL_NODES, attempting=attempting, json=body)


def _path(pool: str) -> str:
    return f"/v2/{{project_id}}/pools/{segment(pool)}/nodes"
