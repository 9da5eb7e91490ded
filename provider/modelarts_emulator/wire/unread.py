"""What a request sends and no operation reads, found by holding it to its contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import get_type_hints

from modelarts_emulator.service.contracts import CONTRACTS
from modelarts_emulator.service.shape import unknown

if TYPE_CHECKING:
    from collections.abc import Mapping


def unread(operation: str | None, query: Mapping[str, str], body: Any) -> list[str]:
    """Paths of the body's fields, and names of query parameters with a question mark, that nobody reads."""
    contract = CONTRACTS.get(operation or "")
    if contract is None:
        return []
    read = get_type_hints(contract.query) if contract.query is not None else {}
    found = [f"?{name}" for name in query if name not in read]
    if contract.body is not None and isinstance(body, dict):
        found += unknown(contract.body, body, any_case=contract.any_case)
    return found
