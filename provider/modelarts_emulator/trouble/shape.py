"""Whether the fields of a rule hold values of their types: rules come as JSON too, and a wrong one would never fire."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

_WORDS = {str: "text", bool: "true or false", int: "a whole number", float: "a number", NoneType: "nothing"}


def check_shape(where: str, rule: object) -> None:
    """Look at every field of a rule, those of its parts included.

    Raises:
        ValueError: With the first one that does not fit, and what would.
    """
    for name, hint in get_type_hints(type(rule)).items():
        value = getattr(rule, name)
        if not _fits(value, hint):
            raise ValueError(f"{where}{name}: {value!r} is not {_described(hint)}")
        if isinstance(value, tuple) and hint is not Any:
            check_shape(f"{where}{name}.", value)


def _fits(value: Any, hint: Any) -> bool:
    origin, among = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if origin is Literal:
        return value in among
    if origin is Mapping:
        return isinstance(value, Mapping) and all(isinstance(item, str) for pair in value.items() for item in pair)
    if among:
        return any(_fits(value, one) for one in among)
    if hint in {int, float} and (isinstance(value, bool) or (isinstance(value, float) and not isfinite(value))):
        return False
    return isinstance(value, int | float if hint is float else hint)


def _described(hint: Any) -> str:
    origin, among = get_origin(hint), get_args(hint)
    if origin is Literal:
        return among[0] if len(among) == 1 else f"one of {', '.join(among)}"
    if origin is Mapping:
        return "a map of texts"
    if among:
        return " or ".join(map(_described, among))
    if issubclass(hint, tuple):
        return f"its own fields ({', '.join(get_type_hints(hint))})"
    return _WORDS.get(hint, str(hint))
