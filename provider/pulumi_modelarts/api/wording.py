"""How a message says how many, which ones there are, and which one may have been meant; nothing here knows of what."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


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


def meant(word: str, known: Iterable[str]) -> str:
    """Returns the known word that is nearest to one that is not known, however it is capitalised; empty for none."""
    by_small_letters = {each.casefold(): each for each in sorted(known)}
    close = difflib.get_close_matches(word.casefold(), by_small_letters, n=1)
    return by_small_letters[close[0]] if close else ""
