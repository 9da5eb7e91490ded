"""What crosses the wire: the base of all models, and the one place where answers become models.

The service's objects are read with names we know and kept with those we do not, so that an object can be sent back as
it was. Phases and states are plain text: a new one must not break a wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import quote

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic.alias_generators import to_camel

from pulumi_modelarts.api.errors import RefusedError, TransportError

if TYPE_CHECKING:
    from collections.abc import Callable


class Wire(BaseModel):
    """An object of the service: snake_case attributes for camelCase fields, unknown fields kept.

    A null reads as an absent field and goes back as null.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow", frozen=True)

    _nulls: tuple[str, ...] = PrivateAttr(())

    def to_wire(self) -> dict[str, Any]:
        """The JSON object this was read from, with what was replaced since (`model_copy(update=…)`)."""
        return self.model_dump(by_alias=True, exclude_unset=True)

    @model_validator(mode="wrap")
    @classmethod
    def _set_nulls_aside(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(data, dict) or None not in data.values():
            return handler(data)
        model = handler({name: value for name, value in data.items() if value is not None})
        nulls = [name for name, value in data.items() if value is None]
        model._nulls = tuple(name for name in nulls if cls._is_of_the_wire(name))  # noqa: SLF001 - its own
        return model

    @classmethod
    def _is_of_the_wire(cls, name: str) -> bool:
        """Whether a field is spelled so on the wire, and not by the name of an attribute."""
        field = cls.model_fields.get(name)
        return field is None or field.alias in {None, name}

    @model_serializer(mode="wrap")
    def _put_nulls_back(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {**dict.fromkeys(self._nulls), **handler(self)}


Model = TypeVar("Model", bound=BaseModel)


def read(model: type[Model], answer: Any, attempting: str) -> Model:
    """The answer as a model.

    Raises:
        TransportError: the answer is no such object.
    """
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        raise unreadable(attempting, _first_complaint(model, error)) from error


def read_items(model: type[Model], answer: Any, attempting: str, *, field: str = "items") -> list[Model]:
    """The items of a list answer as models; none if there are none.

    Args:
        model: what an item is.
        answer: the answer.
        attempting: what is being attempted, for errors.
        field: where the items are.

    Raises:
        TransportError: the answer is no such list.
    """
    items = answer.get(field) if isinstance(answer, dict) else answer
    if not isinstance(answer, dict) or not isinstance(items, list | None):
        raise unreadable(attempting, f"it is no list of {field}")
    return read_list(model, items or [], attempting)


def read_list(model: type[Model], answer: Any, attempting: str) -> list[Model]:
    """A bare list as models.

    Raises:
        TransportError: the answer is no list.
    """
    if not isinstance(answer, list):
        raise unreadable(attempting, "it is no list")
    return [read(model, item, attempting) for item in answer]


def read_pages(fetch: Callable[[str | None], Any], model: type[Model], attempting: str) -> list[Model]:
    """The items of all pages of a listing that says with `metadata.continue` where the next page begins.

    A mark that comes back a second time ends the listing: a service that ignores it would answer for ever.

    Args:
        fetch: returns the page after a mark; after None, the first one.
        model: what an item is.
        attempting: what is being attempted, for errors.
    """
    found: list[Model] = []
    mark: str | None = None
    seen: set[str | None] = set()
    while mark not in seen:
        seen.add(mark)
        page = fetch(mark)
        found += read_items(model, page, attempting)
        mark = (page.get("metadata") or {}).get("continue") or None
    return found


def segment(name: str) -> str:
    """A name, quoted so that it is one segment of a path.

    Raises:
        RefusedError: the name would turn the address into another one.
    """
    if name in {"", ".", ".."}:
        raise RefusedError(f"{name!r} is no name of anything: give the name of an existing object.")
    return quote(name, safe="")


def unreadable(attempting: str, reason: str) -> TransportError:
    """The error for an answer that arrived and is not what its documentation says."""
    return TransportError(attempting, f"the answer was not understood, {reason}", may_have_arrived=True)


def _first_complaint(model: type[BaseModel], error: ValidationError) -> str:
    complaint = error.errors(include_input=False, include_url=False)[0]
    path = ".".join(str(part) for part in complaint["loc"])
    return f"{model.__name__}{'.' if path else ''}{path}: {complaint['msg']}"
