"""Nodes of a world's beginning that break or mend by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.models import node_failure
from modelarts_emulator.state.errors import ImpossibleWorldError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator.service.models.node import Node
    from modelarts_emulator.service.models.tenant import Tenant


def plan_breaking(tenant: Tenant, where: str, item: Node, facts: Mapping[str, Any]) -> None:
    """Let a node break after `breaks_in` seconds and mend after `mends_in`; one that begins Abnormal mends alone.

    Raises:
        ImpossibleWorldError: It would mend before it breaks, or break twice.
    """
    breaks_in, mends_in = facts.get("breaks_in"), facts.get("mends_in")
    begins_broken = item.phase == "Abnormal"
    if begins_broken and breaks_in is not None:
        raise ImpossibleWorldError(f"{where}.breaks_in: the node begins Abnormal")
    broken_in = 0 if begins_broken else breaks_in
    if mends_in is not None and (broken_in is None or mends_in <= broken_in):
        raise ImpossibleWorldError(f"{where}.mends_in: a node mends after it has broken")
    mends_at = None if mends_in is None else tenant.now + mends_in
    if breaks_in is not None:
        node_failure.plan(tenant, item, tenant.now + breaks_in, mends_at)
    elif mends_at is not None:
        node_failure.set_moments(tenant, item, tenant.now, mends_at)
