"""What is asked and answered: faults to come, and the journal of what has been."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.console.control.body import document
from modelarts_emulator.console.refusals import invalid_control_request
from modelarts_emulator.trouble import Fault

if TYPE_CHECKING:
    from modelarts_emulator.messages import Request
    from modelarts_emulator.world import World

FILTERS = frozenset({"operation", "method", "path", "since", "limit"})


def faults(emulator: World, _request: Request, _name: str) -> dict[str, Any]:
    """Armed rules with their counts."""
    return {"items": [armed.document() for armed in emulator.faults.armed()]}


def arm(emulator: World, request: Request, name: str) -> dict[str, Any]:
    """Arm one rule, or a list of them; all or none."""
    given = document(request)
    try:
        emulator.faults.arm_all([Fault.parse(rule) for rule in (given if isinstance(given, list) else [given])])
    except (TypeError, ValueError) as error:
        raise invalid_control_request(str(error)) from error
    return faults(emulator, request, name)


def disarm(emulator: World, _request: Request, _name: str) -> dict[str, Any]:
    """Disarm everything."""
    emulator.faults.clear()
    return {"items": []}


def journal(emulator: World, request: Request, _name: str) -> dict[str, Any]:
    """Exchanges that pass the filters, oldest first."""
    query = request.query
    for name in query:
        if name not in FILTERS:
            raise invalid_control_request(f"unknown filter {name!r}, use {', '.join(sorted(FILTERS))}")
    found = emulator.journal.exchanges(
        query.get("operation"),
        method=query.get("method"),
        path=query.get("path", ""),
        since=_number(query, "since", 0),
        limit=_number(query, "limit", -1),
    )
    return {"items": [item.document() for item in found]}


def forget(emulator: World, _request: Request, _name: str) -> dict[str, Any]:
    """Empty the journal."""
    emulator.journal.clear()
    return {"items": []}


def _number(query: dict[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(2**53)):
        raise invalid_control_request(f"{name} must be a whole number")
    return int(text)
