"""Inference services and notebooks: started, changed and ended by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.console.control.body import fields, texts
from modelarts_emulator.console.refusals import invalid_control_request

if TYPE_CHECKING:
    from modelarts_emulator.messages import Request
    from modelarts_emulator.world import World

TEXTS = ("pool", "type", "name", "user", "flavor", "project")


def start(emulator: World, request: Request, _name: str) -> dict[str, Any]:
    """Start one on nodes, and answer its id."""
    wanted = fields(request, *TEXTS, "nodes", "hosts_hidden")
    if not {"pool", "nodes"} <= set(wanted):
        raise invalid_control_request("pool and nodes are needed")
    nodes = wanted["nodes"]
    if not isinstance(nodes, list) or not all(isinstance(name, str) for name in nodes):
        raise invalid_control_request("nodes must be a list of names")
    if not isinstance(wanted.get("hosts_hidden", False), bool):
        raise invalid_control_request("hosts_hidden must be true or false")
    for key in TEXTS:
        if not isinstance(wanted.get(key, ""), str):
            raise invalid_control_request(f"{key} must be a string")
    try:
        return {"id": emulator.start_workload(**wanted)}
    except ValueError as error:
        raise invalid_control_request(str(error)) from error


def set_status(emulator: World, request: Request, name: str) -> dict[str, Any]:
    """Let one be something else, which may end it."""
    wanted = texts(request, "status", "project")
    if "status" not in wanted:
        raise invalid_control_request("status is needed")
    try:
        emulator.set_workload_status(name, **wanted)
    except ValueError as error:
        raise invalid_control_request(str(error)) from error
    return {}
