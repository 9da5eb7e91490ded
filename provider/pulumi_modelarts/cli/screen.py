"""What every command does alike where it prints for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

BOLD: Final = "\x1b[1m"
RED: Final = "\x1b[31m"
GREEN: Final = "\x1b[32m"
YELLOW: Final = "\x1b[33m"
CYAN: Final = "\x1b[36m"
PLAIN: Final = "\x1b[0m"


def colours(out: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether colours are wanted where something is printed."""
    return out.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


def printable(text: str) -> str:
    """A text that may come from anywhere, without what would move the cursor of a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
