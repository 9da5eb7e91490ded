"""Label selectors of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.service.exceptions import bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator.service.call import Call


def selects(call: Call, labels: Mapping[str, str]) -> bool:
    """Whether the `labelSelector` of a request leaves an object with these labels.

    Raises:
        ApiError: 400 for a selector that cannot be read.
    """
    return all(labels.get(key) == value for key, value in _wanted(call.request.query.get("labelSelector", "")).items())


def _wanted(text: str) -> dict[str, str]:
    """Equality requirements of a label selector, `a=b,c==d` (assumed: the syntax is not documented)."""
    wanted = {}
    for part in filter(None, text.split(",")):
        key, separator, value = part.partition("=")
        if not separator or key.endswith("!"):
            raise bad_request(f"labelSelector {text!r} must be key=value pairs separated by commas")
        wanted[key.strip()] = value.removeprefix("=").strip()
    return wanted
