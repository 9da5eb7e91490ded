"""Fields of a world as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.exceptions import ImpossibleWorldError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def refuse_unknown(where: str, given: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse a statement with fields that mean nothing, as they are misspelt ones.

    Raises:
        ImpossibleWorldError: With the first of them.
    """
    for name in given:
        if name not in known:
            raise ImpossibleWorldError(f"{where}: unknown field {name!r}, use {', '.join(sorted(known))}")


def whole_numbers(where: str, given: Any) -> dict[str, int]:
    """A map of names to whole numbers of at least 0.

    Raises:
        ImpossibleWorldError: It is something else.
    """
    if not isinstance(given, dict) or not all(type(value) is int and value >= 0 for value in given.values()):
        raise ImpossibleWorldError(f"{where}: takes whole numbers of at least 0 by name")
    return dict(given)
