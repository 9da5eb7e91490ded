"""Locks of nodes on the wire (documented: BatchLockPoolNodes, BatchUnlockPoolNodes)."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from modelarts_emulator.service.documents.node import Names
from modelarts_emulator.service.documents.shapes import Name


class LockNodes(TypedDict):
    """Body of BatchLockPoolNodes and BatchUnlockPoolNodes."""

    nodeNames: Names
    actions: Annotated[list[Literal["delete"]], Field(min_length=1, max_length=1)]


class LockedNode(TypedDict):
    """How locking one node went."""

    name: Name
    status: Literal["success", "failed"]


class LockedNodes(TypedDict):
    """Answer of BatchLockPoolNodes and BatchUnlockPoolNodes."""

    nodes: list[LockedNode]
