"""From an answer to frozen dataclasses: camelCase keys, and the default of a field for what is missing.

An answer is what a query tells, or a user's mocks: maps, lists and plain values. What one run was answered is handed
out more than once, so that nothing of it is shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, field, fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pulumi_modelarts.specs.paths import property_name

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")

_EACH = "each"


def many(kind: type[T]) -> Any:
    """Returns a field that is a tuple of dataclasses; an empty one where the answer lacks it."""
    return field(default=(), metadata={_EACH: kind})


def read(kind: type[T], answer: Mapping[str, Any]) -> T:
    """Returns an answer, or a part of it, as a dataclass; a null counts as missing, and unknown keys are left out."""
    given = {each.name: (each, answer.get(property_name(each.name))) for each in fields(kind)}
    return kind(**{name: _value(each, value) for name, (each, value) in given.items() if value is not None})


def read_each(kind: type[T], answer: Mapping[str, Any], key: str) -> tuple[T, ...]:
    """Returns the items of an answer as dataclasses; none where it lacks them."""
    return tuple(read(kind, item) for item in answer.get(key) or ())


def _value(of: Field[Any], value: Any) -> Any:
    kind: Any = type(of.default)
    if is_dataclass(of.default):
        return read(kind, value)
    if each := of.metadata.get(_EACH):
        return tuple(read(each, item) for item in value)
    plain = _own(value)
    if of.default is MISSING or of.default is None:
        return plain
    if isinstance(of.default, tuple):
        return tuple(tuple(item) if isinstance(item, list) else item for item in plain)
    return kind(plain)


def _own(value: Any) -> Any:
    """Returns a value of its own; whole numbers, which Pulumi carries as `2.0`, are whole."""
    if isinstance(value, Mapping):
        return {key: _own(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_own(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
