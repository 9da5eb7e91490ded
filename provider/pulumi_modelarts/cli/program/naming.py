"""What things are called in a program: resources, variables, keys of configuration; whatever they are called there."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from dataclasses import dataclass
from itertools import chain, count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST: Final = 63
"""Characters of a name; an id has as many."""

RESERVED: Final = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "pulumi", "modelarts", "config"})
"""What a variable must not be called: it would be no Python, or hide what the program needs."""


@dataclass(frozen=True)
class Name:
    """What a resource is called.

    Attributes:
        text: its name.
        variable: the variable that holds it.
    """

    text: str
    variable: str


class Names:
    """Gives names that are nobody else's yet."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._variables: set[str] = set()
        self._keys: set[str] = set()

    def of(self, title: str, kind: str, also: str = "") -> Name:
        """A name for a resource, close to what people call it.

        Args:
            title: what people call it.
            kind: what it is, such as `pool`: for a title of which no letter can be in a variable.
            also: what stands behind the title where that name is taken, before numbers do.
        """
        base = called(title) or kind
        text = _free(self._taken, chain([base], [f"{base}-{also}"] if also else [], _numbered(base, "-")))
        plain = variable(text, kind)
        return Name(text, _free(self._variables, chain([plain], _numbered(plain.rstrip("_"), "_"))))

    def key(self, *words: str) -> str:
        """A key of the program's configuration, in Pulumi's spelling: `trainGoldPostInstall`."""
        first, *rest = variable(" ".join(map(_spaced, words)), "secret").strip("_").split("_")
        plain = first + "".join(map(str.capitalize, rest))
        return _free(self._keys, chain([plain], _numbered(plain, "")))


def called(title: str) -> str:
    """A title as the name of a resource: its letters and digits, whatever the script; empty where it has none.

    A name stands in URNs, shells and patterns of `--target`, so that other signs part words and no more.
    """
    kept = "".join(each if _is_of_a_word(each) else " " for each in unicodedata.normalize("NFC", title))
    return "-".join(kept.split())[:LONGEST].strip("-._")


def _is_of_a_word(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNM" or letter in "-._"


def variable(name: str, kind: str) -> str:
    """The variable for a resource of that name, in the letters that every keyboard has."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode("ascii")
    found = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if not found or found[0].isdigit():
        found = f"{kind}_{found}".rstrip("_")
    return f"{found}_" if found in RESERVED else found


def _spaced(word: str) -> str:
    """A property's name as words: `postInstall` is `post Install`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word)


def _numbered(base: str, joint: str) -> Iterator[str]:
    return (f"{base}{joint}{number}" for number in count(2))


def _free(taken: set[str], candidates: Iterable[str]) -> str:
    """The first of some names that nobody has; it is taken from then on."""
    found = next(each for each in candidates if each not in taken)
    taken.add(found)
    return found
