"""Tags of pools on the wire (documented: BatchCreatePoolTags, BatchDeletePoolTags, ShowPoolTags, ListPoolTags)."""

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from modelarts_emulator.service.documents.shapes import Integer, Name


class Tag(TypedDict):
    """A tag to be added."""

    key: Name
    value: str


class AddedTags(TypedDict):
    """Body of BatchCreatePoolTags."""

    tags: Annotated[list[Tag], Field(min_length=1)]


class RemovedTag(TypedDict):
    """A tag to be removed, whatever its value, or only with this one."""

    key: Name
    value: NotRequired[str]


class RemovedTags(TypedDict):
    """Body of BatchDeletePoolTags."""

    tags: Annotated[list[RemovedTag], Field(min_length=1)]


class TagValues(TypedDict):
    """A key with the values that it has."""

    key: Name
    values: list[str]


class PoolTags(TypedDict):
    """Answer of ShowPoolTags and ListPoolTags."""

    tags: list[TagValues]


class ListPoolTags(TypedDict, total=False):
    """Query of ListPoolTags; `offset` counts pages."""

    limit: Annotated[Integer, Field(ge=0, le=1000)]
    offset: Annotated[Integer, Field(ge=0, le=10**9)]
