"""What is wrong with an input and what to write instead, in the words of the input and never in those of a parser.

The parser tells where a value is wrong and of which kind its complaint is. What the input takes is read from its
declaration: from its type, and from the words (`Takes`) that stand beside the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from pulumi_modelarts.api.spelling import meant
from pulumi_modelarts.api.wording import choice
from pulumi_modelarts.specs.spelling import argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_modelarts.specs.spelling import Path

MOST_SHOWN = 80
"""Characters that a message shows of a value."""

_EXACT = 2.0**53
"""Whole numbers below this one arrive as they were written, although every number arrives as a float."""


@dataclass(frozen=True)
class Takes:
    """What a field takes, in words, for somebody who gave it something else.

    Attributes:
        what: In words, such as `a list of job types`.
        example: What to write, such as `["Infer", "Train"]`.
        numbers: Whether it is a text that looks like a number, so that the quotes are easily forgotten.
    """

    what: str
    example: str
    numbers: bool = False

    def __str__(self) -> str:
        return f"{self.what} such as {self.example}"


@dataclass(frozen=True)
class _Place:
    """What stands at a place of a declaration.

    Attributes:
        type: Its type, without what is written around it.
        takes: Its words; None where it has none of its own.
        optional: Whether it may be left out.
    """

    type: Any
    takes: Takes | None
    optional: bool = False

    def __str__(self) -> str:
        return str(self.takes) if self.takes else _in_general(self.type)


def reason(spec: type[BaseModel], kind: str, message: str, path: Path, value: object) -> str:
    """Returns what is wrong with an input and what to do about it, to follow its path.

    Args:
        spec: The declaration.
        kind: Of the parser's complaint.
        message: The parser's own words, which are used where they are those of a rule of ours.
        path: Where the value is, as property names, keys and indices.
        value: What was given.
    """
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    if kind == "extra_forbidden":
        return _no_input(spec, path)
    place = _at(spec, path)
    if kind == "missing":
        return f"is required: give {place}"
    if kind == "string_too_short":
        return f"is empty; give {place}" + (", or leave it out" if place.optional else "")
    if get_origin(place.type) is Literal:
        return f"must be {_one_of(get_args(place.type), value)}"
    return f"must be {place}, got {shown(value)}{_instead(place, value)}"


def shown(value: object) -> str:
    """Returns a value for a message, as a program would write it; a long one cut, one of many parts by its kind."""
    if isinstance(value, Mapping):
        return "a map" if value else "an empty map"
    if isinstance(value, (list, tuple)):
        return "a list" if value else "an empty list"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return f"{value:.0f}"
    if value is None or isinstance(value, (str, bool, int, float)):
        text = repr(value)
        return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
    return f"an object of type {type(value).__name__}"


def _one_of(words: tuple[Any, ...], value: object) -> str:
    close = meant(value, words) if isinstance(value, str) else ""
    return f"{choice(words)}, got {shown(value)}" + (f"; did you mean {close!r}?" if close else "")


def _no_input(spec: type[BaseModel], path: Path) -> str:
    """Returns that a name is not one of an input; which was meant, or which ones there are."""
    *outside, name = path
    place = _at(spec, tuple(outside))
    names = sorted(place.type.arguments())
    of = f"an argument of {_class_of(place.type)}" if outside else "an input of this resource"
    close = meant(argument(str(name)), names)
    return f"is not {of}; " + (
        f"did you mean {close!r}?" if close else f"take it out, or use one of {', '.join(names)}"
    )


def _instead(place: _Place, value: object) -> str:
    """Returns what to write where that is plain: quotes around a number, brackets around a single text."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if is_number and place.takes is not None and place.takes.numbers:
        return f'; write it in quotes: "{shown(value)}"'
    if get_origin(place.type) is tuple and isinstance(value, str) and value:
        return f"; for one alone write [{shown(value)}]"
    return ""


def _in_general(kind: object) -> str:
    """Returns what a type takes, for a field without words of its own."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"a {_class_of(kind)}"
    if kind is bool:
        return "True or False"
    return "a text"


def _class_of(kind: type[BaseModel]) -> str:
    """Returns the class by which a program declares something: `Driver` for `DriverSpec`."""
    return kind.__name__.removesuffix("Spec")


def _at(spec: type[BaseModel], path: Path) -> _Place:
    """Returns what stands at a path; what is inside a map or a list takes what that is a map or a list of."""
    place = _Place(spec, None)
    for step in path:
        place = _inside(place.type, str(step))
    return place


def _inside(kind: Any, step: str) -> _Place:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = kind.model_fields[argument(step)]
        return _stripped(field.annotation, field.metadata, optional=not field.is_required())
    inner = [each for each in get_args(kind) if each is not Ellipsis]
    return _stripped(inner[-1], [])


def _stripped(annotation: Any, marks: list[Any], *, optional: bool = False) -> _Place:
    """Returns a type without the alternative of nothing and without marks, of which it takes the words."""
    found = list(_takes(marks))
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *inner = get_args(annotation)
            found += _takes(inner)
        elif get_origin(annotation) in {Union, UnionType}:
            annotation = next(each for each in get_args(annotation) if each is not NoneType)
        else:
            return _Place(annotation, next(iter(found), None), optional)


def _takes(marks: list[Any]) -> Iterator[Takes]:
    return (mark for mark in marks if isinstance(mark, Takes))
