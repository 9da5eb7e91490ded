"""The control API under `/_emulator/`: the same that the Python object offers, for other processes and languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.clock import rfc3339
from modelarts_emulator.exceptions import ApiError, ImpossibleWorldError, control_not_found, invalid_control_request
from modelarts_emulator.faults import Fault
from modelarts_emulator.messages import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelarts_emulator.emulator import Emulator
    from modelarts_emulator.messages import Request

PREFIX = "/_emulator"


def answer(emulator: Emulator, request: Request) -> Response:
    """Answer a control request; it appears in no journal and meets no fault."""
    try:
        return _dispatch(emulator, request)
    except ApiError as error:
        return Response.of_json(error.status, error.document())
    except ImpossibleWorldError as error:
        refusal = invalid_control_request(f"impossible world: {error}")
        return Response.of_json(refusal.status, refusal.document())


def _dispatch(emulator: Emulator, request: Request) -> Response:
    path = request.path.removeprefix(PREFIX).strip("/")
    kind, _, rest = path.partition("/")
    action = _ACTIONS.get((request.method, kind))
    if action is None or (rest and kind not in {"training-jobs", "nodes", "jobs", "orders"}):
        raise control_not_found(f"{request.method} {request.path}: no such control operation")
    return Response.of_json(200, action(emulator, request, rest))


def _health(emulator: Emulator, _request: Request, _rest: str) -> Any:
    clock = {"mode": emulator.clock.mode, "now": rfc3339(emulator.clock.now())}
    return {"status": "ok", "emulator": "modelarts", "clock": clock, "projects": emulator.projects()}


def _clock(emulator: Emulator, _request: Request, _rest: str) -> Any:
    now = emulator.clock.now()
    return {"mode": emulator.clock.mode, "now": now, "time": rfc3339(now)}


def _set_clock(emulator: Emulator, request: Request, rest: str) -> Any:
    wanted = _body(request, {"mode", "advance"})
    try:
        if "mode" in wanted:
            emulator.clock.set_mode(str(wanted["mode"]))
        if "advance" in wanted:
            emulator.clock.advance(float(wanted["advance"]))
    except (TypeError, ValueError) as error:
        raise invalid_control_request(str(error)) from error
    return _clock(emulator, request, rest)


def _faults(emulator: Emulator, _request: Request, _rest: str) -> Any:
    return {"items": [armed.document() for armed in emulator.faults.armed()]}


def _arm(emulator: Emulator, request: Request, rest: str) -> Any:
    document = _json(request)
    rules = document if isinstance(document, list) else [document]
    try:
        emulator.faults.arm_all([Fault.parse(rule) for rule in rules])
    except (TypeError, ValueError) as error:
        raise invalid_control_request(str(error)) from error
    return _faults(emulator, request, rest)


def _disarm(emulator: Emulator, _request: Request, _rest: str) -> Any:
    emulator.faults.clear()
    return {"items": []}


def _journal(emulator: Emulator, request: Request, _rest: str) -> Any:
    since = request.query.get("since", "0")
    if not since.isdecimal():
        raise invalid_control_request("since must be the number of an exchange")
    found = emulator.journal.exchanges(request.query.get("operation"), since=int(since))
    return {"items": [item.document() for item in found]}


def _forget(emulator: Emulator, _request: Request, _rest: str) -> Any:
    emulator.journal.clear()
    return {"items": []}


def _reset(emulator: Emulator, request: Request, rest: str) -> Any:
    emulator.reset()
    return _health(emulator, request, rest)


def _world(emulator: Emulator, request: Request, _rest: str) -> Any:
    project = request.query.get("project")
    return emulator.world(project) if project else {name: emulator.world(name) for name in emulator.projects()}


def _seed(emulator: Emulator, request: Request, rest: str) -> Any:
    document = _json(request)
    if not isinstance(document, dict):
        raise invalid_control_request("a world is a JSON object")
    emulator.seed(document)
    return _health(emulator, request, rest)


def _finish_job(emulator: Emulator, request: Request, rest: str) -> Any:
    wanted = _body(request, {"phase", "project"})
    try:
        emulator.finish_training_job(rest, **{name: str(value) for name, value in wanted.items()})
    except ValueError as error:
        raise invalid_control_request(str(error)) from error
    return {}


def _fail_job(emulator: Emulator, request: Request, rest: str) -> Any:
    wanted = _body(request, {"phase", "project"})
    if wanted.pop("phase", None) != "Failed":
        raise invalid_control_request('phase must be "Failed": a job succeeds by itself')
    emulator.fail_job(rest, **{name: str(value) for name, value in wanted.items()})
    return {}


def _fail_order(emulator: Emulator, request: Request, rest: str) -> Any:
    wanted = _body(request, {"phase", "project"})
    if wanted.pop("phase", None) != "failed":
        raise invalid_control_request('phase must be "failed": an order succeeds by itself')
    emulator.fail_order(rest, **{name: str(value) for name, value in wanted.items()})
    return {}


def _set_node(emulator: Emulator, request: Request, rest: str) -> Any:
    wanted = _body(request, {"pool", "phase", "project", "after", "lasts"})
    if not {"pool", "phase"} <= set(wanted):
        raise invalid_control_request("pool and phase are needed")
    place = {name: str(wanted[name]) for name in ("pool", "project") if name in wanted}
    times = {name: wanted[name] for name in ("after", "lasts") if name in wanted}
    if times and (wanted["phase"] != "Abnormal" or any(type(value) not in {int, float} for value in times.values())):
        raise invalid_control_request('after and lasts are numbers of seconds and go with phase "Abnormal"')
    try:
        if times:
            emulator.break_node(name=rest, after=times.get("after", 0.0), lasts=times.get("lasts"), **place)
        else:
            emulator.set_node_phase(name=rest, phase=str(wanted["phase"]), **place)
    except ValueError as error:
        raise invalid_control_request(str(error)) from error
    return {}


def _json(request: Request) -> Any:
    try:
        return Response(200, body=request.body).json()
    except ValueError as error:
        raise invalid_control_request("the body is not JSON") from error


def _body(request: Request, known: set[str]) -> dict[str, Any]:
    document = _json(request)
    if not isinstance(document, dict) or not set(document) <= known:
        raise invalid_control_request(f"the body is a JSON object with {', '.join(sorted(known))}")
    return document


_ACTIONS: dict[tuple[str, str], Callable[[Emulator, Request, str], Any]] = {
    ("GET", "health"): _health,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _set_clock,
    ("GET", "faults"): _faults,
    ("PUT", "faults"): _arm,
    ("DELETE", "faults"): _disarm,
    ("GET", "journal"): _journal,
    ("DELETE", "journal"): _forget,
    ("POST", "reset"): _reset,
    ("GET", "world"): _world,
    ("PUT", "world"): _seed,
    ("POST", "training-jobs"): _finish_job,
    ("POST", "jobs"): _fail_job,
    ("POST", "orders"): _fail_order,
    ("POST", "nodes"): _set_node,
}
