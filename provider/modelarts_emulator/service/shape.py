"""Holds documents to their shapes: what is wrong with one, and which of its fields nobody reads."""

from __future__ import annotations

from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, NotRequired, Required, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from typing_extensions import get_type_hints, is_typeddict

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_WORDS = {
    "missing": "is required",
    "string_type": "must be a string",
    "int_type": "must be an integer",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "too_short": "must have {min_length} items or more",
    "too_long": "takes at most {max_length} items",
    "literal_error": "is not one of {expected}",
}
"""What is wrong, in the words of this project, by the library's name for it."""


class ShapeError(ValueError):
    """A document that has not the shape it should have; the text says what is wrong first."""


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """Validator of a shape; making one takes milliseconds, so each is made once."""
    return TypeAdapter(kind)


def check(kind: Any, document: Any) -> Any:
    """The document as its shape has it: without the fields that the shape does not know.

    Raises:
        ShapeError: With the path of the first thing that is wrong.
    """
    try:
        return adapter(kind).validate_python(document, strict=True)
    except ValidationError as error:
        raise ShapeError(_sentence(error.errors()[0])) from error


def accept(kind: Any, sent: Any, *, merges: bool = False) -> Any:
    """What a request sent, as its shape has it: a null where a field may be left out counts as left out.

    Clients send such nulls for what their users left out (client: Terraform). One that the shape knows to mean
    something stays, and so does whatever an open shape keeps without knowing it.

    Args:
        kind: The shape.
        sent: The document.
        merges: True for a merge patch, in which a null deletes: it counts as left out inside lists alone.

    Raises:
        ShapeError: As `check`.
    """
    return check(kind, _without_empty(kind, sent, merges=merges))


def _without_empty(kind: Any, document: Any, *, merges: bool) -> Any:
    for option in _options(kind):
        if is_typeddict(option) and isinstance(document, dict):
            fields, optional = _fields(option), frozenset() if merges else option.__optional_keys__
            return {
                name: _without_empty(fields[name], value, merges=merges) if name in fields else value
                for name, value in document.items()
                if value is not None or name not in optional or NoneType in _options(fields[name])
            }
        if get_origin(option) is list and isinstance(document, list):
            return [_without_empty(get_args(option)[0], item, merges=False) for item in document]
    return document


def unknown(kind: Any, document: Any, path: str = "", *, kept_too: bool = True, any_case: bool = False) -> list[str]:
    """Paths of the fields of a document that its shape does not have, such as `spec.resources[0].colour`.

    Args:
        kind: The shape; of several that it may be, the one that knows most counts.
        document: The document.
        path: Where it stands in a larger one.
        kept_too: Whether those count that an open shape keeps without knowing them.
        any_case: Whether a field may be spelled in any case.
    """
    return _least_unknown(kind, document, path, _How(kept_too, any_case))


class _How(NamedTuple):
    kept_too: bool
    any_case: bool


def _least_unknown(kind: Any, document: Any, path: str, how: _How) -> list[str]:
    if not isinstance(document, dict | list):
        return []
    options = [option for option in _options(kind) if option is not NoneType]
    return min((_unknown(option, document, path, how) for option in options), key=len)


def _unknown(kind: Any, document: Any, path: str, how: _How) -> list[str]:
    found: list[str] = []
    if is_typeddict(kind) and isinstance(document, dict):
        fields = _fields(kind)
        if how.any_case:
            fields = {name.lower(): field for name, field in fields.items()}
        counts = how.kept_too or getattr(kind, "__pydantic_config__", {}).get("extra") != "allow"
        for name, value in document.items():
            where = f"{path}.{name}" if path else name
            field = fields.get(name.lower() if how.any_case else name)
            if field is not None:
                found += _least_unknown(field, value, where, how)
            elif counts:
                found.append(where)
    elif get_origin(kind) is list and isinstance(document, list):
        for index, item in enumerate(document):
            found += _least_unknown(get_args(kind)[0], item, f"{path}[{index}]", how)
    return found


@cache
def _fields(kind: Any) -> dict[str, Any]:
    """Fields of a shape; looking them up takes long enough to be done once."""
    return get_type_hints(kind, include_extras=True)


@cache
def _options(kind: Any) -> tuple[Any, ...]:
    """What a type may be, without what is said about it; it is asked for each value of a document."""
    if get_origin(kind) in {Annotated, Required, NotRequired}:
        return _options(get_args(kind)[0])
    if get_origin(kind) in {Union, UnionType}:
        return tuple(inner for option in get_args(kind) for inner in _options(option))
    return (kind,)


def _is_empty(error: ErrorDetails) -> bool:
    return error["type"] in {"string_too_short", "too_short"} and not error["input"]


def _sentence(error: ErrorDetails) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).lstrip(".")
    words = "must not be empty" if _is_empty(error) else _WORDS.get(error["type"])
    what = words.format(**error.get("ctx", {})) if words else f"is wrong: {error['msg']}"
    shown = f" {error['input']!r}" if error["type"] == "literal_error" else ""
    return f"{path or 'the body'}{shown} {what}"
