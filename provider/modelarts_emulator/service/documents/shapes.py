"""Shapes that stand in many documents."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict


def _whole(value: Any) -> Any:
    """Take 7.0 for 7, as JSON knows one kind of number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Integer = Annotated[int, BeforeValidator(_whole)]
"""A whole number, however it is written."""

Count = Annotated[Integer, Field(ge=0)]
"""A number of things."""

Name = Annotated[str, Field(min_length=1)]
"""A name or id that is not empty."""

Text = str | None
"""A text that may be left out by null as well."""

Scope = Literal["Train", "Infer", "Notebook"]

PageSize = Annotated[Integer, Field(ge=0, le=500)]
"""Items of a page; 0 means 500."""


class ErrorBody(TypedDict):
    """What every refusal says; those of the training service also say what to do."""

    error_code: str
    error_msg: str
    error_solution: NotRequired[str]


ListMetadata = TypedDict("ListMetadata", {"continue": str, "remainingItemCount": Count}, total=False)
"""Where a list goes on; empty on its last page."""


class NamedObject(TypedDict):
    """A reference by name."""

    name: Name
