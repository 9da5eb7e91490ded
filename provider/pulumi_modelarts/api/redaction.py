"""What may be shown of the body of a write: every key, numbers, and texts that name things; no other text.

What is shown is listed, and what is not listed is hidden: a pool has fields that nobody here knows.
"""

from __future__ import annotations

from typing import Any, Final

HIDDEN: Final = "[hidden]"
"""What stands in place of a value."""

SHOWN: Final = frozenset(
    {
        *("migrateNodeNames", "deleteNodeNames", "nodeNames"),
        *("fromClusterName", "toClusterName", "toPoolName"),
        *("flavor", "nodePool", "az", "type", "scope", "jobFlavors"),
        *("gpuVersion", "npuVersion", "updateStrategy"),
    }
)
"""Fields whose texts name things: nodes, pools, flavors, zones, job types, driver versions."""


def redacted(value: Any, *, hides_values: bool, field: str = "") -> Any:
    """What may be shown of a JSON value.

    Args:
        value: the value.
        hides_values: whether all of them are hidden, because the program keeps some secret.
        field: the field that it stands in; elements of a list stand in that of the list.
    """
    if isinstance(value, dict):
        return {key: redacted(item, hides_values=hides_values, field=key) for key, item in value.items()}
    if isinstance(value, list):
        return [redacted(item, hides_values=hides_values, field=field) for item in value]
    harmless = field in SHOWN if isinstance(value, str) else True
    return value if harmless and not hides_values else HIDDEN
