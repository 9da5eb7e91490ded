"""Requests that name several nodes, of which some may fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelarts_emulator.service.models.node import Node
    from modelarts_emulator.service.models.tenant import Tenant


def succeeding(tenant: Tenant, pool: str, nodes: list[Node]) -> list[Node]:
    """Those of the named nodes on which the request succeeds: all, or the first so many that an armed rule says.

    To be asked once per request, when nothing stands against it any more: a refused one spends no rule.
    """
    outcome = tenant.outcome("batch", {"pool": pool})
    return nodes if outcome is None else nodes[: outcome.nodes]
