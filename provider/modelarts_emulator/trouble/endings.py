"""Which endings a rule can choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from modelarts_emulator.trouble.fault import Outcome

Kind: TypeAlias = Literal["order", "deletion", "network", "driver", "migration", "reboot", "batch"]
"""What an operation can set going that ends in more than one way."""

DECIDED_BY: dict[Kind, tuple[str, ...]] = {
    "order": ("nodes", "order"),
    "deletion": ("order",),
    "network": ("network",),
    "driver": ("driver",),
    "migration": ("nodes", "job"),
    "reboot": ("nodes",),
    "batch": ("nodes",),
}
"""Fields of an outcome that are about each of these."""


def is_about(outcome: Outcome, kind: Kind) -> bool:
    """True when an outcome says how this kind of thing ends."""
    return any(getattr(outcome, name) is not None for name in DECIDED_BY[kind])
