"""What may be asked: values of the right kind, and in the plain form nothing that is not there yet."""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Final

from pulumi import Output

from pulumi_modelarts.resources._errors import ProgramError

if TYPE_CHECKING:
    from collections.abc import Mapping

SWITCHES: Final = frozenset({"workloads", "free_addresses", "quotas"})
LISTS: Final = frozenset({"phases"})
"""Arguments that take `true or false`, or several texts; all others take a text."""


def is_deferred(value: object) -> bool:
    """Returns whether a value, or an item of it, is not there yet."""
    if isinstance(value, (list, tuple)):
        return any(map(is_deferred, value))
    return isinstance(value, Output) or isawaitable(value)


def refuse_outputs(source: str, given: Mapping[str, Any]) -> None:
    """Refuses values that are not there yet.

    Raises:
        ProgramError: One is not.
    """
    for name, value in given.items():
        if is_deferred(value):
            raise ProgramError(
                f"{source}: {name} is an output, and this form takes plain values; write {source}_output(…, {name}=…)"
            )


def refuse_wrong(source: str, given: Mapping[str, Any]) -> None:
    """Refuses values of another kind than their arguments take.

    Raises:
        ProgramError: One is.
    """
    for name, value in given.items():
        if why := _wrong(name, value):
            raise ProgramError(f"{source}: {name} {why}")


def _wrong(name: str, value: object) -> str:
    if name in SWITCHES:
        return "" if isinstance(value, bool) else f"takes True or False, got {type(value).__name__}"
    if name in LISTS:
        texts = isinstance(value, (list, tuple)) and all(isinstance(item, str) and item for item in value)
        kind = "a list of texts"
    else:
        texts, kind = isinstance(value, str), "a text"
    if not texts:
        return f"takes {kind}, got {type(value).__name__}"
    return "" if value else "is empty"
