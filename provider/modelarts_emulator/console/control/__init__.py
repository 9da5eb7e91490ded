"""The control API under `/_emulator/`: the same that the Python object offers, for other processes and languages.

It appears in no journal, meets no fault and needs no credentials; the server lets in whoever it listens for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.console import page
from modelarts_emulator.console.control import about, state, times, traffic, workloads
from modelarts_emulator.console.control.body import require_json
from modelarts_emulator.console.refusals import control_method_not_allowed, control_not_found, invalid_control_request
from modelarts_emulator.messages import CONTROL, Response
from modelarts_emulator.service.exceptions import ApiError
from modelarts_emulator.state.errors import ImpossibleWorldError, UnsupportedSnapshotError

if TYPE_CHECKING:
    from modelarts_emulator.console.control.body import Action
    from modelarts_emulator.messages import Request
    from modelarts_emulator.world import World

ACTIONS: dict[str, dict[str, Action]] = {
    "health": {"GET": about.health},
    "routes": {"GET": about.routes},
    "evidence": {"GET": about.evidence},
    "preconditions": {"GET": about.preconditions},
    "openapi.json": {"GET": about.openapi},
    "clock": {"GET": times.clock, "POST": times.set_clock},
    "faults": {"GET": traffic.faults, "PUT": traffic.arm, "DELETE": traffic.disarm},
    "journal": {"GET": traffic.journal, "DELETE": traffic.forget},
    "world": {"GET": state.world, "PUT": state.seed},
    "seed": {"GET": state.seeded, "PUT": state.seed},
    "snapshot": {"GET": state.snapshot, "PUT": state.restore},
    "reset": {"POST": state.reset},
    "training-jobs/{id}": {"POST": state.finish_training_job},
    "workloads": {"POST": workloads.start},
    "workloads/{id}": {"POST": workloads.set_status},
    "jobs/{id}": {"POST": state.fail_job},
    "orders/{name}": {"POST": state.fail_order},
    "nodes/{name}": {"POST": state.set_node_phase},
    "replacements/{node}": {"POST": state.replace_node},
    "state": {"GET": page.state},
}
"""What there is, by path and method."""


def answer(emulator: World, request: Request) -> Response:
    """Answer a control request, or one for a file of the page."""
    if file := page.file(request):
        return file
    try:
        action, name = _resolve(request)
        if request.method != "GET":
            require_json(request)
        return Response.of_json(200, action(emulator, request, name))
    except ApiError as error:
        return error.response()
    except ImpossibleWorldError as error:
        return invalid_control_request(f"impossible world: {error}").response()
    except UnsupportedSnapshotError as error:
        return invalid_control_request(str(error)).response()


def _resolve(request: Request) -> tuple[Action, str]:
    """What to do, and the name at the end of the path, empty where there is none."""
    first, _, name = request.path.removeprefix(CONTROL).strip("/").partition("/")
    for path, methods in ACTIONS.items():
        kind, _, parameter = path.partition("/")
        if kind == first and bool(parameter) == bool(name):
            if request.method not in methods:
                raise control_method_not_allowed(request.path, list(methods))
            return methods[request.method], name
    raise control_not_found(f"{request.path}: there is {', '.join(f'{CONTROL}/{path}' for path in ACTIONS)}")
