"""The prices of nodes, as somebody has written them down: the service is not asked for any."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

import yaml

from pulumi_modelarts.cli.review import plain_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

GIVE: Final = "give flavors and their price for a node and hour, such as `modelarts.vm.cpu.4ud: 2.50`"


class PricesError(Exception):
    """Prices cannot be read; the text says why."""


def read(file: Path) -> Mapping[str, Decimal]:
    """Returns the price of a node for an hour, by flavor.

    Raises:
        PricesError: The file cannot be read, or says something else.
    """
    try:
        found = plain_yaml.load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise PricesError(f"{file}: {error}") from error
    if not isinstance(found, dict):
        raise PricesError(f"{file} is no map; {GIVE}")
    return {str(flavor): _price(file, str(flavor), price) for flavor, price in found.items()}


def _price(file: Path, flavor: str, said: object) -> Decimal:
    try:
        price = Decimal(str(said))
    except InvalidOperation as error:
        raise PricesError(f"{file}: {said!r} is no price of {flavor!r}; {GIVE}") from error
    if not price.is_finite() or price < 0:
        raise PricesError(f"{file}: {said!r} is no price of {flavor!r}; {GIVE}")
    return price
