"""How many nodes of a flavor a zone can still supply, over all projects, in a world that counts them.

The zone has room for so many nodes at once, those of the world's beginning included; what is free follows from the
nodes that are there, so that nothing has to be given back when one goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.service.models import resource_flavor
from modelarts_emulator.service.preconditions import unmet
from modelarts_emulator.state.lifecycle import NODE_VISIBLE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from modelarts_emulator.service.models.resource_flavor import Flavor
    from modelarts_emulator.service.models.tenant import Tenant

NORMAL, SOLD_OUT = "normal", "soldout"
"""What a flavor's zone can be (documented: ListResourceFlavors)."""

_TAKEN = f"""
SELECT count(*) FROM nodes WHERE flavor = stock.flavor AND az = stock.zone AND {NODE_VISIBLE}
    AND (gone_at IS NULL OR deleting_at IS NOT NULL)
"""  # noqa: S608 - constants; a node that is to vanish when it would be ready was never supplied
_FREE = f"SELECT zone, max(0, room - ({_TAKEN})) AS free FROM stock WHERE flavor = :flavor"  # noqa: S608 - constants
_WITH_TAKEN = f"UPDATE stock SET room = room + ({_TAKEN}) WHERE flavor = :flavor"  # noqa: S608 - constants


def save(connection: sqlite3.Connection, flavor: str, stock: Mapping[str, int], now: float) -> None:
    """Keep what the zones of a flavor can supply beyond the nodes that are there now."""
    connection.executemany(
        "INSERT INTO stock VALUES (?, ?, ?)", [(flavor, zone, count) for zone, count in stock.items()]
    )
    connection.execute(_WITH_TAKEN, {"flavor": flavor, "now": now})


def free(tenant: Tenant, flavor: str) -> dict[str, int]:
    """Nodes that each zone can still supply; a zone that is not named supplies any number."""
    rows = tenant.connection.execute(_FREE, {"flavor": flavor, "now": tenant.now})
    return {row["zone"]: row["free"] for row in rows}


def phases(tenant: Tenant, flavor_id: str, flavor: Flavor) -> dict[str, str]:
    """`status.phase` of a flavor: a zone that has run out reads soldout, too."""
    empty = {zone for zone, left in free(tenant, flavor_id).items() if not left}
    return {zone: SOLD_OUT if zone in empty else phase for zone, phase in flavor["zones"].items()}


def require(tenant: Tenant, flavor_id: str, zones: set[str]) -> None:
    """Refuse new nodes in zones that are sold out.

    Raises:
        ApiError: 400 ModelArts.50004000 for the first of them; code and wording assumed.
    """
    flavor = resource_flavor.catalogue(tenant.connection)[flavor_id]
    known = phases(tenant, flavor_id, flavor)
    for zone in sorted(zones):
        if known.get(zone) == SOLD_OUT:
            raise unmet("zone_in_stock", f"flavor {flavor_id} is sold out in {zone}")
