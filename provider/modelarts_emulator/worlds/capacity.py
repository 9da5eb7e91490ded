"""What a world can supply: flavors with their zones and stock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.service.models import resource_flavor, stock
from modelarts_emulator.state.errors import ImpossibleWorldError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from modelarts_emulator.service.models.resource_flavor import Flavor


def load_flavors(connection: sqlite3.Connection, flavors: Mapping[str, Flavor]) -> None:
    """Put flavors into a world.

    Raises:
        ImpossibleWorldError: A flavor without zones.
    """
    for flavor_id, flavor in flavors.items():
        if not flavor["zones"]:
            raise ImpossibleWorldError(f"flavors[{flavor_id}].zones: name the zones that offer it")
        resource_flavor.save(connection, flavor_id, flavor)


def load_stock(connection: sqlite3.Connection, flavors: Mapping[str, Flavor], now: float) -> None:
    """Count what flavors have in stock beside the nodes of the world, which are there already.

    Raises:
        ImpossibleWorldError: Stock in a zone that does not offer the flavor, or has sold it out.
    """
    for flavor_id, flavor in flavors.items():
        where = f"flavors[{flavor_id}].stock"
        given = flavor.get("stock", {})
        for zone, count in given.items():
            if zone not in flavor["zones"]:
                raise ImpossibleWorldError(f"{where}[{zone}]: the zone does not offer the flavor")
            if count and flavor["zones"][zone] == stock.SOLD_OUT:
                raise ImpossibleWorldError(f"{where}[{zone}]: a zone that is sold out has none")
        stock.save(connection, flavor_id, given, now)
