"""Quotas: how many objects of a kind a project may have. What a world holds at its beginning may be above them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.service.exceptions import quota_insufficient
from modelarts_emulator.service.preconditions import named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator.service.models.tenant import Tenant

DEFAULTS: dict[str, int | None] = {"pools": 15, "networks": 15, "nodes": None, "workspaces": None}
"""Where a world says nothing: pools and networks as in the example of the user configuration (documented), others
without end (assumed)."""


def save(tenant: Tenant, quotas: Mapping[str, int]) -> None:
    """Keep the quotas of a project, by kind."""
    tenant.connection.executemany(
        "INSERT OR REPLACE INTO quotas VALUES (?, ?, ?)",
        [(tenant.project, kind, most) for kind, most in quotas.items()],
    )


def limit(tenant: Tenant, kind: str) -> int | None:
    """How many objects of a kind the project may have; None: any number."""
    row = tenant.connection.execute(
        "SELECT most FROM quotas WHERE project = ? AND kind = ?", (tenant.project, kind)
    ).fetchone()
    return DEFAULTS[kind] if row is None else int(row["most"])


def require(tenant: Tenant, kind: str, wanted: int) -> None:
    """Refuse to have more objects of a kind than the quota allows.

    Args:
        tenant: The project.
        kind: One of `DEFAULTS`.
        wanted: How many there would be then.

    Raises:
        ApiError: 400 ModelArts.0118.
    """
    most = limit(tenant, kind)
    if most is not None and wanted > most:
        refusal = quota_insufficient(f"the project may have {most} {kind}, this would make {wanted}")
        raise named(f"{kind.removesuffix('s')}_quota", refusal)
