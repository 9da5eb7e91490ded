"""Settings that nearly have the right name."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

NEAR: Final = 0.75
"""Share of letters that two words have in common, from which on one may be meant by the other."""


def meant(word: str, words: Iterable[str]) -> str | None:
    """The one of some words that another was probably meant to be; None for none.

    Small and capital letters and signs make no difference: `project_id` is `projectId`.
    """
    plain = {_plain(each): each for each in words}
    close = difflib.get_close_matches(_plain(word), plain, n=1, cutoff=NEAR)
    return plain[close[0]] if close else None


def is_near(word: str, other: str) -> bool:
    """Whether a word was probably meant to be another."""
    return meant(word, [other]) is not None


def _plain(word: str) -> str:
    return re.sub(r"[\W_]", "", word).lower()
