"""What a request sends and no operation reads, found by holding it to its contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import get_type_hints

from modelarts_emulator.contracts import CONTRACTS
from modelarts_emulator.shape import unknown

if TYPE_CHECKING:
    from modelarts_emulator.journal import Exchange


def unread(exchange: Exchange) -> list[str]:
    """Paths of the body's fields, and names of query parameters with a question mark, that nobody reads."""
    contract = CONTRACTS.get(exchange.operation or "")
    if contract is None:
        return []
    read = get_type_hints(contract.query) if contract.query is not None else {}
    found = [f"?{name}" for name in exchange.query if name not in read]
    if contract.body is not None and isinstance(exchange.body, dict):
        found += unknown(contract.body, exchange.body, any_case=contract.any_case)
    return found
