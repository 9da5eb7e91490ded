"""What can be asked about the nodes of resource pools: list, show, drain and delete.

Documented: ListPoolNodes, ShowPoolNode, BatchDrainPoolNodes, BatchDeletePoolNodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from pulumi_modelarts.api.node import Node, NodeParser
from pulumi_modelarts.api.node_document import NodeDocument
from pulumi_modelarts.api.operation import Operation, Stated
from pulumi_modelarts.api.pages import every
from pulumi_modelarts.api.wire import expect_same, read, segment

if TYPE_CHECKING:
    import builtins
    from collections.abc import Callable, Sequence

    from pulumi_modelarts.api.accepted import Accepted
    from pulumi_modelarts.api.service import Service

T = TypeVar("T")

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
        return self._listed(pool, NodeParser().parse)

    def documents(self, pool: str) -> Sequence[NodeDocument]:
        """The same list, with whatever else the service says of each node: much more to keep.

        Raises:
            ModelArtsError: as for `list`.
        """
        return self._listed(pool, NodeDocument.model_validate)

    def _listed(self, pool: str, parse: Callable[[Any], T]) -> builtins.list[T]:
        attempting = f"list nodes of resource pool {pool}"
        return every(parse, self._service, _path(pool), operation=LIST_POOL_NODES, attempting=attempting, page=PAGE)

    def get(self, pool: str, name: str) -> Node:
        """One node.

        Raises:
            NotFoundError: there is no such pool, or no such node in it.
            UnreadableError: the answer is no such node.
        """
        attempting = f"show node {name} of resource pool {pool}"
        path = f"{_path(pool)}/{segment(name)}"
        answer = self._service.request("GET", path, operation=SHOW_POOL_NODE, attempting=attempting)
        node = Node.of(read(NodeDocument, answer, attempting))
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
