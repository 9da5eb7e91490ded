"""The clock: read and moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.console.control.body import fields
from modelarts_emulator.console.refusals import invalid_control_request
from modelarts_emulator.state.clock import rfc3339

if TYPE_CHECKING:
    from modelarts_emulator.messages import Request
    from modelarts_emulator.state.clock import Clock
    from modelarts_emulator.world import World

WISHES = ("advance", "set", "scale", "mode")


def clock(emulator: World, _request: Request, _name: str) -> dict[str, Any]:
    """Setting and time."""
    now = emulator.clock.now()
    return {"mode": emulator.clock.mode, "now": now, "time": rfc3339(now)}


def set_clock(emulator: World, request: Request, name: str) -> dict[str, Any]:
    """Do one thing to the clock."""
    wanted = fields(request, *WISHES)
    if len(wanted) != 1:
        raise invalid_control_request(f"say one of {', '.join(WISHES)}")
    try:
        _change(emulator.clock, *wanted.popitem())
    except ValueError as error:
        raise invalid_control_request(str(error)) from error
    return clock(emulator, request, name)


def _change(clock: Clock, what: str, value: Any) -> None:
    if what == "advance":
        clock.advance(value)
    elif what == "set":
        clock.set_to(value)
    else:
        clock.set_mode(f"scaled:{value}" if what == "scale" else str(value))
