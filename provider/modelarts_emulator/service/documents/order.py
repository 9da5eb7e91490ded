"""Orders on the wire (documented: ListOrders, ShowOrder)."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from modelarts_emulator.service.documents.shapes import Count, Integer, Name, PageSize

Milliseconds = Annotated[Integer, Field(ge=0)]
"""A time in milliseconds since 1970; 0 for one that has not come."""


class OrderedCount(TypedDict):
    """Nodes of one entry."""

    flavor: Name
    count: Count
    maxCount: Count
    nodePool: NotRequired[Name]


class Order(TypedDict):
    """An order."""

    orderName: Name
    orderId: str
    resourceName: Name
    resourceDisplayName: Name
    workspaceId: Name
    operation: Literal["apply", "modify", "delete"]
    phase: Literal["pending", "processing", "successed", "partialSuccessed", "failed"]
    failReason: str
    creationTimestamp: Milliseconds
    beginTimestamp: Milliseconds
    endTimestamp: Milliseconds
    initCount: list[OrderedCount]
    specCount: list[OrderedCount]
    resultCount: list[OrderedCount]


class OrderList(TypedDict):
    """Answer of ListOrders."""

    count: Count
    items: list[Order]


class ListOrders(TypedDict, total=False):
    """Query of ListOrders."""

    workspaceId: str
    involvedName: str
    limit: PageSize
    offset: PageSize
    since: Milliseconds
    until: Milliseconds
    phase: Literal["", "pending", "processing", "running", "successed", "partialSuccessed", "failed"]
    resource: Literal["pools"]


class OrderedNode(TypedDict):
    """What an order does to one node or pool."""

    resourceName: Name
    action: Literal["createPool", "deletePool", "createNode", "deleteNode"]
    status: Literal["processing", "succeed", "failed"]
    beginTimestamp: str
    updateTimestamp: str
    message: str


class OrderDetails(TypedDict):
    """Answer of ShowOrder."""

    count: Count
    items: list[OrderedNode]
