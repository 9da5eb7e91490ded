"""What an answer is held against: a pattern in plain data.

A map is matched field by field, and what it does not name is not looked at; a list item by item, all of them. A text
`{name}` that stands alone is whatever is found there for the first time, and the same thing from then on; within a
longer text it is put in. A map whose keys begin with `$` says more:

    {$has: p}        a list in which an item matches      {$each: p}      a list in which all do
    {$any_order: […]}  a list of these, in any order      {$begins: […]}  a list that begins with these
    {$length: p}     a list, map or text so long          {$falling: f}   a list that falls by a field (`$rising`)
    {$distinct: f}   a list whose field is never twice    {$in: […]}      one of these
    {$text: regex}   a text that matches as a whole       {$json: p}      a text that holds JSON
    {$only: {…}}     a map with these keys alone          {$not: p}       what does not match, or is not there
    {$values: p}     a map whose values all match
    {$least: n}      a number from n on (`$most`)         {$all: […]}     what matches all of these
"""

from __future__ import annotations

import json
import re
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NAME: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_SHOWN = 160


class _Missing(Enum):
    THING = "not there"


MISSING: Final = _Missing.THING
"""Stands for what is not there."""


class UnknownNameError(LookupError):
    """A text has a name in it for which nothing has been found."""


def filled(given: Any, names: Mapping[str, Any]) -> Any:
    """Plain data with what was found put in for names; a text that is one name alone becomes what it stands for.

    Raises:
        UnknownNameError: Nothing was found for one.
    """
    if isinstance(given, dict):
        return {filled(key, names): filled(value, names) for key, value in given.items()}
    if isinstance(given, list | tuple):
        return [filled(item, names) for item in given]
    if not isinstance(given, str):
        return given
    if (alone := NAME.fullmatch(given)) is not None:
        return _found(alone[1], names)
    return NAME.sub(lambda match: str(_found(match[1], names)), given)


def problem(expected: Any, found: Any, names: dict[str, Any], where: str = "body") -> str:
    """Why something is not as expected; empty where it is.

    Args:
        expected: The pattern.
        found: What is held against it, or `MISSING`.
        names: What was found before by name; what is found now is added.
        where: Path of it, for the text.
    """
    if isinstance(expected, str):
        return _text(expected, found, names, where)
    if isinstance(expected, dict):
        if expected and all(isinstance(key, str) and key.startswith("$") for key in expected):
            asked = (_ASKED.get(key, _no_pattern(key))(value, found, names, where) for key, value in expected.items())
            return next(filter(None, asked), "")
        return _map(expected, found, names, where)
    if isinstance(expected, list | tuple):
        return _list(list(expected), found, names, where)
    return "" if _same(expected, found) else _differs(expected, found, where)


def _found(name: str, names: Mapping[str, Any]) -> Any:
    if name not in names:
        raise UnknownNameError(f"nothing was found for {{{name}}}")
    return names[name]


def _same(one: Any, other: Any) -> bool:
    """Equal, and not only as true equals 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def _text(expected: str, found: Any, names: dict[str, Any], where: str) -> str:
    alone = NAME.fullmatch(expected)
    if alone is not None and alone[1] not in names and found is not MISSING:
        names[alone[1]] = found
        return ""
    if alone is not None and alone[1] not in names:
        return f"{where} is not there"
    wanted = filled(expected, names)
    return "" if _same(wanted, found) else _differs(wanted, found, where)


def _map(expected: dict[str, Any], found: Any, names: dict[str, Any], where: str) -> str:
    if not isinstance(found, dict):
        return _differs(expected, found, where)
    for key, value in expected.items():
        name = filled(key, names)
        if reason := problem(value, found.get(name, MISSING), names, f"{where}.{name}"):
            return reason
    return ""


def _list(expected: list[Any], found: Any, names: dict[str, Any], where: str) -> str:
    if not isinstance(found, list) or len(found) != len(expected):
        return _differs(expected, found, where)
    reasons = (
        problem(want, item, names, f"{where}[{at}]")
        for at, (want, item) in enumerate(zip(expected, found, strict=True))
    )
    return next(filter(None, reasons), "")


def _differs(expected: Any, found: Any, where: str) -> str:
    return f"{where} is not there" if found is MISSING else f"{where} is {_shown(found)}, not {_shown(expected)}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _no_pattern(key: str) -> Callable[..., str]:
    return lambda *_: f"there is no pattern {key}, use {', '.join(_ASKED)}"


def _has(expected: Any, found: Any, names: dict[str, Any], where: str) -> str:
    for item in found if isinstance(found, list) else ():
        trial = dict(names)
        if not problem(expected, item, trial, where):
            names.update(trial)
            return ""
    return f"{where} has no item that is {_shown(expected)}, but {_shown(found if found is not MISSING else None)}"


def _each(expected: Any, found: Any, names: dict[str, Any], where: str) -> str:
    if not isinstance(found, list) or not found:
        return f"{where} is {_shown(None if found is MISSING else found)}, not a list with something in it"
    reasons = (problem(expected, item, dict(names), f"{where}[{at}]") for at, item in enumerate(found))
    return next(filter(None, reasons), "")


def _any_order(expected: list[Any], found: Any, names: dict[str, Any], where: str) -> str:
    if not isinstance(found, list) or len(found) != len(expected):
        return _differs(expected, found, where)
    rest = list(found)
    for want in expected:
        trial, at = (
            dict(names),
            next((at for at, item in enumerate(rest) if not problem(want, item, dict(names))), None),
        )
        if at is None:
            return f"{where} has no item that is {_shown(want)}, but {_shown(found)}"
        problem(want, rest.pop(at), trial, where)
        names.update(trial)
    return ""


def _begins(expected: list[Any], found: Any, names: dict[str, Any], where: str) -> str:
    part = found[: len(expected)] if isinstance(found, list) else found
    return problem(expected, part, names, where)


def _length(expected: Any, found: Any, names: dict[str, Any], where: str) -> str:
    size = len(found) if isinstance(found, list | dict | str) else MISSING
    return problem(expected, size, names, f"the length of {where}")


def _at(item: Any, path: str) -> Any:
    for part in filter(None, path.split(".")):
        item = item.get(part) if isinstance(item, dict) else None
    return item


def _ordered(in_order: Callable[[Any, Any], bool], how: str) -> Callable[..., str]:
    def asked(path: str, found: Any, _names: dict[str, Any], where: str) -> str:
        values = [_at(item, path) for item in found] if isinstance(found, list) else []
        if len(values) > 1 and all(in_order(one, other) for one, other in pairwise(values)):
            return ""
        return f"{where} does not {how} by {path or 'itself'}: {_shown(values)}"

    return asked


def _distinct(path: str, found: Any, _names: dict[str, Any], where: str) -> str:
    values = [json.dumps(_at(item, path)) for item in found] if isinstance(found, list) else []
    return (
        "" if values and len(set(values)) == len(values) else f"{where} has {path} twice, or nothing: {_shown(values)}"
    )


def _in(expected: list[Any], found: Any, names: dict[str, Any], where: str) -> str:
    fits = any(not problem(want, found, dict(names), where) for want in expected)
    return "" if fits else f"{where} is {_shown(None if found is MISSING else found)}, none of {_shown(expected)}"


def _pattern(expected: str, found: Any, names: dict[str, Any], where: str) -> str:
    wanted = NAME.sub(lambda match: re.escape(str(_found(match[1], names))), expected)
    try:
        fits = isinstance(found, str) and re.fullmatch(wanted, found, re.DOTALL)
    except re.error as error:
        return f"{wanted!r} is no regular expression: {error}"
    return "" if fits else _differs(wanted, found, where)


def _json(expected: Any, found: Any, names: dict[str, Any], where: str) -> str:
    try:
        document = json.loads(found)
    except (TypeError, ValueError):
        return f"{where} is {_shown(None if found is MISSING else found)}, not a text that holds JSON"
    return problem(expected, document, names, where)


def _only(expected: dict[str, Any], found: Any, names: dict[str, Any], where: str) -> str:
    wanted = sorted(filled(list(expected), names))
    if isinstance(found, dict) and sorted(found) != wanted:
        return f"{where} has {_shown(sorted(found))}, not {_shown(wanted)}"
    return problem(expected, found, names, where)


def _values(expected: Any, found: Any, names: dict[str, Any], where: str) -> str:
    return _each(expected, list(found.values()) if isinstance(found, dict) else found, names, f"the values of {where}")


def _not(expected: Any, found: Any, names: dict[str, Any], where: str) -> str:
    matches = found is not MISSING and not problem(expected, found, dict(names), where)
    return f"{where} is {_shown(found)}" if matches else ""


def _number(fits: Callable[[Any, Any], bool], how: str) -> Callable[..., str]:
    def asked(expected: Any, found: Any, names: dict[str, Any], where: str) -> str:
        bound = filled(expected, names)
        if isinstance(found, int | float) and not isinstance(found, bool) and fits(found, bound):
            return ""
        return f"{where} is {_shown(None if found is MISSING else found)}, not {how} {bound}"

    return asked


def _all(expected: list[Any], found: Any, names: dict[str, Any], where: str) -> str:
    return next(filter(None, (problem(want, found, names, where) for want in expected)), "")


_ASKED: dict[str, Callable[..., str]] = {
    "$has": _has,
    "$each": _each,
    "$any_order": _any_order,
    "$begins": _begins,
    "$length": _length,
    "$falling": _ordered(lambda one, other: one >= other, "fall"),
    "$rising": _ordered(lambda one, other: one <= other, "rise"),
    "$distinct": _distinct,
    "$in": _in,
    "$text": _pattern,
    "$json": _json,
    "$only": _only,
    "$values": _values,
    "$not": _not,
    "$least": _number(lambda found, bound: found >= bound, "at least"),
    "$most": _number(lambda found, bound: found <= bound, "at most"),
    "$all": _all,
}
"""What a map of `$` keys asks, by key."""
