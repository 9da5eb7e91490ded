"""What crosses the wire: the base of all models, and the one place where answers become models.

The service's objects are read with names we know and kept with those we do not, so that an object can be sent back as
it was. Phases and states are plain text: a new one must not break a wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self, TypeVar
from urllib.parse import quote

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel

from pulumi_modelarts.api.errors import RefusedError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LONGEST_TEXT: Final = 120
"""Characters of a text of the service that a message repeats."""

KINDS: Final[Mapping[type, str]] = {
    type(None): "null",
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}
"""Words for what JSON has."""

EXPECTED: Final[Mapping[str, str]] = {
    "missing": "a value",
    "string": "a text",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "finite_number": "a number",
    "list": "a list",
    "tuple": "a list",
    "dict": "an object",
    "mapping": "an object",
    "model": "an object",
}
"""Words for what should be there, by how the parser's complaint begins."""


class Wire(BaseModel):
    """An object of the service: snake_case attributes for camelCase fields, unknown fields kept.

    A null reads as an absent field and goes back as null: it is kept among the unknown fields.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow", frozen=True)

    def to_wire(self) -> dict[str, Any]:
        """The JSON object this was read from, with what was replaced since (`model_copy(update=…)`)."""
        return self.model_dump(by_alias=True, exclude_unset=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """The same with other values; one that stands where a null stood takes its place."""
        made = super().model_copy(update=update, deep=deep)
        kept = made.model_extra
        if update and kept:
            for field in map(type(self).model_fields.get, update):
                kept.pop("" if field is None else str(field.alias), None)
        return made

    @model_validator(mode="wrap")
    @classmethod
    def _set_nulls_aside(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(data, dict) or None not in data.values():
            return handler(data)
        model = handler({name: value for name, value in data.items() if value is not None})
        if model.model_extra is not None:
            model.model_extra.update((name, None) for name in data if data[name] is None and cls._is_of_the_wire(name))
        return model

    @classmethod
    def _is_of_the_wire(cls, name: str) -> bool:
        """Whether a field is spelled so on the wire, and not by the name of an attribute."""
        field = cls.model_fields.get(name)
        return field is None or field.alias in {None, name}


T = TypeVar("T")
Model = TypeVar("Model", bound=BaseModel)


def read(model: type[Model], answer: Any, attempting: str, *, place: str = "", accepted: bool = False) -> Model:
    """The answer, or a part of it, as a model.

    Args:
        model: what it is.
        answer: the answer, or the part.
        attempting: what is being attempted, for errors.
        place: where in the answer the part is, for errors; empty for the whole.
        accepted: whether the request asked for a change, which the answer has accepted.

    Raises:
        UnreadableError: it is no such object.
    """
    return parsed(model.model_validate, answer, attempting, place=place, accepted=accepted)


def parsed(parse: Callable[[Any], T], answer: Any, attempting: str, *, place: str = "", accepted: bool = False) -> T:
    """The answer, or a part of it, as what a parser makes of it: `read`, for what is no model.

    Args:
        parse: makes it, or raises `ValidationError`.
        answer: the answer, or the part.
        attempting: what is being attempted, for errors.
        place: where in the answer the part is, for errors; empty for the whole.
        accepted: whether the request asked for a change, which the answer has accepted.

    Raises:
        UnreadableError: it is no such object.
    """
    try:
        return parse(answer)
    except ValidationError as error:
        raise _first_complaint(error, attempting, place, accepted=accepted) from error


def expect_same(asked: str, answered: str, attempting: str, *, place: str, accepted: bool = False) -> None:
    """Refuse the document of another object than the one that was asked for.

    Args:
        asked: the id that was asked for.
        answered: the answer's own id.
        attempting: what is being attempted, for errors.
        place: where in the answer its id is.
        accepted: whether the request asked for a change, which the answer has accepted.

    Raises:
        UnreadableError: they differ.
    """
    if asked != answered:
        raise unreadable(attempting, place, f"{short(answered)!r}, which is not what was asked for", accepted=accepted)


def segment(name: str) -> str:
    """A name, quoted so that it is one segment of a path.

    Raises:
        RefusedError: the name would turn the address into another one.
    """
    if name in {"", ".", ".."}:
        raise RefusedError(f"{name!r} is no name of anything: give the name of an existing object.")
    return quote(name, safe="")


def unreadable(attempting: str, place: str, found: str, *, accepted: bool = False) -> UnreadableError:
    """The error for an answer that arrived and is not what its documentation says.

    Args:
        attempting: what was attempted, and on what.
        place: where in the answer; empty for the whole of it.
        found: what is there, and what should be.
        accepted: whether the request asked for a change, which the answer has accepted.
    """
    return UnreadableError(attempting, short(place), found, accepted=accepted)


def kind_of(value: Any) -> str:
    """What a value of JSON is, in a word; its text may be a secret, and long."""
    return KINDS.get(type(value), "something else")


def short(text: str) -> str:
    """A text of the service, cut to what a message can hold."""
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"


def _first_complaint(error: ValidationError, attempting: str, place: str, *, accepted: bool) -> UnreadableError:
    complaint = error.errors(include_url=False, include_context=False)[0]
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{short(step)}" for step in complaint["loc"])
    found = "nothing" if complaint["type"] == "missing" else kind_of(complaint["input"])
    expected = next((words for kind, words in EXPECTED.items() if complaint["type"].startswith(kind)), "something else")
    said = f"{found}, where {expected} must be"
    return unreadable(attempting, f"{place}{steps}".lstrip("."), said, accepted=accepted)
