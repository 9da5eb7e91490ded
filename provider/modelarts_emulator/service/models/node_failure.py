"""Nodes that break by themselves, and mend. Their phase follows from the moments alone; their training jobs fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.service.models import agenda, history

if TYPE_CHECKING:
    from modelarts_emulator.service.models.node import Node
    from modelarts_emulator.service.models.tenant import Tenant


def plan(tenant: Tenant, item: Node, breaks_at: float, mends_at: float | None) -> None:
    """Let a node be Abnormal between two moments, in place of what was planned for it before.

    Args:
        tenant: The project.
        item: The node.
        breaks_at: When it breaks; training jobs that run on it then become Failed (assumed).
        mends_at: When it is Available again; None: when somebody mends it.
    """
    set_moments(tenant, item, breaks_at, mends_at)
    agenda.note(tenant, breaks_at, "fail_training_jobs", {"node": item.name})


def mend(tenant: Tenant, item: Node) -> None:
    """Make a node Available, and forget what was planned for it."""
    set_moments(tenant, item, None, None)


def set_moments(tenant: Tenant, item: Node, breaks_at: float | None, mends_at: float | None) -> None:
    """Say when a node is Abnormal: from one moment to another, or for ever without the second; None, None: never."""
    history.close_stay(tenant, item.number)
    tenant.connection.execute(
        "UPDATE nodes SET breaks_at = ?, mends_at = ? WHERE number = ?", (breaks_at, mends_at, item.number)
    )
