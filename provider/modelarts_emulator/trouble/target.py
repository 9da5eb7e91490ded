"""What a rule can be armed for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from modelarts_emulator.trouble.endings import Kind


class Target(Protocol):
    """What a rule has to know of an operation."""

    @property
    def matched_by(self) -> frozenset[str]:
        """Names of what tells one of its requests from another: path parameters, and what it makes."""
        ...

    @property
    def sets_going(self) -> tuple[Kind, ...]:
        """What it sets going that can end in more than one way."""
        ...
