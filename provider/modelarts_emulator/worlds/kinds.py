"""Kinds of plain data: what may stand where, and what to write instead of what does.

A kind is a function that refuses a value with the place it stands at. Kinds of maps and lists are made of others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from modelarts_emulator.state.errors import ImpossibleWorldError

if TYPE_CHECKING:
    from collections.abc import Callable

    Kind: TypeAlias = Callable[[str, Any], None]

LONGEST = 100 * 365 * 86_400.0
"""Longest duration in virtual seconds: a hundred years."""

_NAME = re.compile(r"[^/\x00-\x1f\x7f]+")
_SHOWN = 60
_LONGEST_NUMBER = 9


def anything(_where: str, _value: Any) -> None:
    """Whatever JSON can hold: it is shown as it was given."""


def text(where: str, value: Any) -> None:
    """Refuse what is no string.

    Raises:
        ImpossibleWorldError: Always so in this module: the place, what stands there and what to write.
    """
    _require(isinstance(value, str), where, value, "a string, in quotes where it looks like a number or a date")


def name(where: str, value: Any) -> None:
    """Refuse what cannot stand in a path."""
    fits = isinstance(value, str) and _NAME.fullmatch(value)
    _require(bool(fits), where, value, "a name: a string without slashes and control characters, not empty")


def digits(where: str, value: Any) -> None:
    """Refuse what is no whole number written as text, as the service writes sizes."""
    fits = isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= _LONGEST_NUMBER
    _require(fits, where, value, "a whole number in quotes")


def flag(where: str, value: Any) -> None:
    """Refuse what is neither true nor false."""
    _require(isinstance(value, bool), where, value, "true or false")


def count(most: int) -> Kind:
    """Kind of a whole number from 0 on."""

    def kind(where: str, value: Any) -> None:
        fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
        _require(fits, where, value, f"a whole number from 0 to {most}")

    return kind


def seconds(where: str, value: Any) -> None:
    """Refuse what is no duration."""
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LONGEST
    _require(fits, where, value, f"seconds: a number from 0 to {LONGEST:.0f}")


def one_of(*words: str) -> Kind:
    """Kind of one of a few words."""

    def kind(where: str, value: Any) -> None:
        if not isinstance(value, str) or value not in words:
            raise ImpossibleWorldError(f"{where}: {_shown(value)} is not one of {', '.join(words)}")

    return kind


def or_none(inner: Kind) -> Kind:
    """Kind of something that may be left open."""

    def kind(where: str, value: Any) -> None:
        if value is not None:
            inner(where, value)

    return kind


def list_of(inner: Kind) -> Kind:
    """Kind of a list."""

    def kind(where: str, value: Any) -> None:
        _require(isinstance(value, list), where, value, "a list")
        for index, item in enumerate(value):
            inner(f"{where}[{index}]", item)

    return kind


def map_of(inner: Kind, *, keys: Kind = text, path: str | None = None) -> Kind:
    """Kind of a map from names that the world chooses.

    Args:
        inner: Kind of the values.
        keys: Kind of the names.
        path: What the places inside begin with; None: the place of the map.
    """

    def kind(where: str, value: Any) -> None:
        _require(isinstance(value, dict), where, value, "a map")
        for key, item in value.items():
            place = f"{path or where}[{key}]"
            keys(place, key)
            inner(place, item)

    return kind


def fields(known: dict[str, Kind], *, required: tuple[str, ...] = (), others: Kind | None = None) -> Kind:
    """Kind of a map with fields of its own.

    Args:
        known: Kind of each field.
        required: Fields that must be there.
        others: Kind of any further field; None refuses them, as they are misspelt ones.
    """

    def kind(where: str, value: Any) -> None:
        _require(isinstance(value, dict), where, value, "a map")
        for key, item in value.items():
            inner = known.get(key, others)
            if inner is None:
                raise ImpossibleWorldError(f"{where}: unknown field {key!r}, use {', '.join(sorted(known))}")
            inner(f"{where}.{key}", item)
        for key in required:
            if key not in value:
                raise ImpossibleWorldError(f"{where}: the field {key} is missing")

    return kind


def either(is_first: Callable[[Any], bool], first: Kind, second: Kind) -> Kind:
    """Kind of something that has two forms."""

    def kind(where: str, value: Any) -> None:
        (first if is_first(value) else second)(where, value)

    return kind


def _require(fits: bool, where: str, value: Any, wanted: str) -> None:  # noqa: FBT001 - the statement that is checked
    if not fits:
        raise ImpossibleWorldError(f"{where}: {_shown(value)} stands where there must be {wanted}")


def _shown(value: Any) -> str:
    """A value for an error text; long ones are told by their kind."""
    if isinstance(value, dict | list):
        return "a map" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and value.bit_length() > 4 * _SHOWN:
        return "a huge number"
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
