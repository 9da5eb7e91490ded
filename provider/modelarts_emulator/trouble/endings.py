"""Which endings a rule can choose, and for which operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelarts_emulator.trouble.fault import Outcome

SETS_GOING: dict[str, tuple[str, ...]] = {
    "createPool": ("order",),
    "patchPool": ("order", "driver"),
    "batchMigratePoolNodes": ("migration",),
    "batchRebootPoolNodes": ("reboot",),
    "batchDeletePoolNodes": ("batch",),
    "batchDrainPoolNodes": ("batch",),
    "batchLockPoolNodes": ("batch",),
    "batchUnlockPoolNodes": ("batch",),
}
"""What each operation sets going that can end in more than one way."""

DECIDED_BY: dict[str, tuple[str, ...]] = {
    "order": ("nodes", "order"),
    "driver": ("driver",),
    "migration": ("nodes", "job"),
    "reboot": ("nodes",),
    "batch": ("nodes",),
}
"""Fields of an outcome that are about each of these."""


def is_about(outcome: Outcome, kind: str) -> bool:
    """True when an outcome says how this kind of thing ends."""
    return any(getattr(outcome, name) is not None for name in DECIDED_BY[kind])
