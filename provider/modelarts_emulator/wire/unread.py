"""What a request sends and no operation reads, found by holding it to its contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import get_type_hints

from modelarts_emulator.service.shape import unknown
from modelarts_emulator.service.urls import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping


def unread(operation: str | None, query: Mapping[str, str], body: Any) -> list[str]:
    """Paths of the body's fields, and names of query parameters with a question mark, that nobody reads."""
    served = OPERATIONS.get(operation or "")
    if served is None:
        return []
    contract = served.contract
    read = get_type_hints(contract.shape("query")) if contract.query else {}
    found = [f"?{name}" for name in query if name not in read]
    if contract.body and isinstance(body, dict):
        found += unknown(contract.shape("body"), body, any_case=contract.any_case)
    return found
