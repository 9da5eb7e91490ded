"""Calls that do not fit: an argument that is misspelt, missing or out of place is told with the right one."""

from __future__ import annotations

import inspect
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from pulumi_modelarts.resources._errors import ProgramError, near

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

P = ParamSpec("P")
T = TypeVar("T")


def checked(init: Callable[P, None]) -> Callable[P, None]:
    """Makes a constructor say which of its arguments do not fit, and what to write instead."""
    _, *parameters = inspect.signature(init).parameters.values()
    placed = [each.name for each in parameters if each.kind is not inspect.Parameter.KEYWORD_ONLY]
    names = [each.name for each in parameters]
    required = [each.name for each in parameters if each.default is inspect.Parameter.empty]

    @wraps(init)
    def explained(*args: P.args, **kwargs: P.kwargs) -> None:
        instance, *given = args
        if wrong := _wrong(given, kwargs, placed, names, required):
            what = type(instance).__name__
            which = f" {given[0]!r}" if placed[:1] == ["resource_name"] and given and isinstance(given[0], str) else ""
            raise ProgramError(f"{what}{which}: {'; '.join(wrong)}")
        init(*args, **kwargs)

    return explained


def arguments_checked(cls: type[T]) -> type[T]:
    """Makes a group of arguments say which of them do not fit."""
    cls.__init__ = checked(cls.__init__)  # type: ignore[method-assign]  # the constructor of this very class
    return cls


def _wrong(
    given: Sequence[object],
    named: Mapping[str, Any],
    placed: Sequence[str],
    names: Sequence[str],
    required: Sequence[str],
) -> list[str]:
    """Returns what is wrong with a call, all at once."""
    meant = {name: near(name, names) for name in named if name not in names}
    has = {*placed[: len(given)], *named, *(word for words in meant.values() for word in words)}
    outs = {
        name: f"did you mean {words[0]!r}?" if words else f"there are {', '.join(names)}"
        for name, words in meant.items()
    }
    wrong = [f"{name!r} is no argument; {out}" for name, out in outs.items()]
    if len(given) > len(placed):
        by_name = next(name for name in names if name not in placed)
        return [*wrong, f"takes only {', '.join(placed)} without a name; write {by_name}=… and the like"]
    wrong += [f"{name} is given twice" for name in placed[: len(given)] if name in named]
    return wrong + [f"{name} is required" for name in required if name not in has]
