"""What a world can supply: flavors with their zones and stock, and the quotas of its projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.exceptions import ImpossibleWorldError
from modelarts_emulator.models import quota, resource_flavor, stock
from modelarts_emulator.worlds.fields import refuse_unknown, whole_numbers

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from modelarts_emulator.models.resource_flavor import Flavor
    from modelarts_emulator.models.tenant import Tenant


def load_flavors(connection: sqlite3.Connection, flavors: Mapping[str, Flavor]) -> None:
    """Put flavors into a world.

    Raises:
        ImpossibleWorldError: A flavor without zones, or with a zone in a state that is none.
    """
    for flavor_id, flavor in flavors.items():
        where, zones = f"flavors[{flavor_id}].zones", flavor.get("zones")
        if not isinstance(zones, dict) or not zones:
            raise ImpossibleWorldError(f"{where}: name the zones that offer it")
        for zone, phase in zones.items():
            if phase not in {stock.NORMAL, stock.SOLD_OUT}:
                raise ImpossibleWorldError(f"{where}[{zone}]: {phase!r} is neither {stock.NORMAL} nor {stock.SOLD_OUT}")
        resource_flavor.save(connection, flavor_id, flavor)


def load_stock(connection: sqlite3.Connection, flavors: Mapping[str, Flavor], now: float) -> None:
    """Count what flavors have in stock beside the nodes of the world, which are there already.

    Raises:
        ImpossibleWorldError: Stock in a zone that does not offer the flavor, or has sold it out.
    """
    for flavor_id, flavor in flavors.items():
        where = f"flavors[{flavor_id}].stock"
        given = whole_numbers(where, flavor.get("stock", {}))
        for zone, count in given.items():
            if zone not in flavor["zones"]:
                raise ImpossibleWorldError(f"{where}[{zone}]: the zone does not offer the flavor")
            if count and flavor["zones"][zone] == stock.SOLD_OUT:
                raise ImpossibleWorldError(f"{where}[{zone}]: a zone that is sold out has none")
        stock.save(connection, flavor_id, given, now)


def load_quotas(tenant: Tenant, given: Any) -> None:
    """Set the quotas of a project.

    Raises:
        ImpossibleWorldError: A quota of something that has none, or that is no whole number.
    """
    where = f"projects[{tenant.project}].quotas"
    quotas = whole_numbers(where, given)
    refuse_unknown(where, quotas, quota.DEFAULTS)
    quota.save(tenant, quotas)
