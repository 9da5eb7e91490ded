"""Events of pools on the wire (documented: ListEvents)."""

from typing import Literal, NotRequired, Required

from typing_extensions import TypedDict

from modelarts_emulator.service.documents.order import Milliseconds
from modelarts_emulator.service.documents.shapes import Count, ListMetadata, Name, PageSize

Type = Literal["Normal", "Warning"]


class Event(TypedDict):
    """Something that happened to a pool."""

    apiVersion: Literal["v1"]
    kind: Literal["Event"]
    type: Type
    firstTimestamp: str
    lastTimestamp: str
    count: Count
    reason: Literal["PoolStatusChange", "PoolResourcesStatusChange"]
    message: str


class EventList(TypedDict):
    """Answer of ListEvents."""

    apiVersion: Literal["v1"]
    kind: Literal["EventList"]
    metadata: ListMetadata
    items: list[Event]


ListEvents = TypedDict(
    "ListEvents",
    {
        "resource": Required[Literal["pools"]],
        "name": Required[Name],
        "limit": NotRequired[PageSize],
        "continue": NotRequired[str],
        "since": NotRequired[Milliseconds],
        "until": NotRequired[Milliseconds],
        "type": NotRequired[Type],
        "ascend": NotRequired[Literal["true", "false"]],
    },
)
"""Query of ListEvents."""
