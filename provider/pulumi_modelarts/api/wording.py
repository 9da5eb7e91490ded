"""How a message says how many, and which ones there are; nothing here knows of what."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def number_of(count: float, noun: str, plural: str = "") -> str:
    """Returns a number with its noun: `1 node`, `2 nodes`, `0 addresses`.

    Args:
        count: The number, a whole one.
        noun: For one of them.
        plural: For any other number; empty where it ends in s and nothing else changes.
    """
    return f"{count:.0f} {noun if count == 1 else plural or f'{noun}s'}"


def plural(noun: str, things: Sequence[object]) -> str:
    """Returns a noun for so many things, which are named behind it: `job a`, `jobs a, b`."""
    return noun if len(things) == 1 else f"{noun}s"


def is_are(count: int) -> str:
    """Returns the verb that follows so many: `is` or `are`."""
    return "is" if count == 1 else "are"


def choice(words: Sequence[str]) -> str:
    """Returns words to choose from: `'a'`, `'a' or 'b'`, `'a', 'b' or 'c'`."""
    *others, last = map(repr, words)
    return f"{', '.join(others)} or {last}" if others else last
