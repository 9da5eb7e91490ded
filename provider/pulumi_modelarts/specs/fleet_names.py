"""How a fleet names what it makes. Nothing is imported here, since a program loads this module too."""

from __future__ import annotations

_PLACEMENT = "-placement"


def placement_of(fleet: str) -> str:
    """Returns the name of the placement of a fleet."""
    return f"{fleet}{_PLACEMENT}"


def pool_of(fleet: str, key: str) -> str:
    """Returns the name of a pool of a fleet; a URN has the types of parents and not their names, and must differ."""
    return f"{fleet}-{key}"


def fleet_of(placement: str) -> str:
    """Returns the name that the program has for the fleet of a placement."""
    return placement.removesuffix(_PLACEMENT)
