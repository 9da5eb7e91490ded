"""What a preview shows of two sets of inputs, as the engine compares them."""

from collections.abc import Mapping
from typing import Any

_MAPS = ("changes", "moves")


def unequal(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries of `after` that differ, None for those that it lacks.

    Of the map that says what a run will do, just those of its entries are returned.
    """
    found = {key: after.get(key) for key in sorted({*before, *after}) if before.get(key) != after.get(key)}
    return found | {key: unequal(before.get(key) or {}, found[key] or {}) for key in _MAPS if _is_map(found.get(key))}


def _is_map(value: object) -> bool:
    return isinstance(value, Mapping)
