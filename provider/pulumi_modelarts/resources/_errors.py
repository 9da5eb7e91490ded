"""What is wrong with a program, said where it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from collections.abc import Sequence


class ProgramError(pulumi.RunError, TypeError):
    """A resource is declared in a way that cannot work; Pulumi prints the message alone, without a traceback."""


def near(name: str, names: Sequence[str]) -> list[str]:
    """Returns the name that another was probably meant to be; none where no name is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - on demand

    return get_close_matches(name, names, n=1)
