"""The world: shown, seeded, reset, kept and restored, and what can happen in it by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.console.control.body import deep_document, document, fields, texts
from modelarts_emulator.console.refusals import invalid_control_request

if TYPE_CHECKING:
    from modelarts_emulator.messages import Request
    from modelarts_emulator.world import World


def world(emulator: World, request: Request, _name: str) -> dict[str, Any]:
    """One project as plain data, or all of them."""
    project = request.query.get("project")
    return emulator.world(project) if project else {name: emulator.world(name) for name in emulator.projects()}


def seed(emulator: World, request: Request, _name: str) -> dict[str, Any]:
    """Replace the world by the one in the body."""
    given = document(request)
    if not isinstance(given, dict):
        raise invalid_control_request("a world is a JSON object")
    emulator.seed(given)
    return emulator.health()


def seeded(emulator: World, _request: Request, _name: str) -> dict[str, Any]:
    """The world last seeded."""
    return emulator.seeded()


def reset(emulator: World, request: Request, _name: str) -> dict[str, Any]:
    """Back to the world last seeded, or one project of it."""
    emulator.reset(request.query.get("project"))
    return emulator.health()


def snapshot(emulator: World, request: Request, _name: str) -> dict[str, Any]:
    """The whole world, with the journal when the query says `journal=true`."""
    journal = request.query.get("journal", "false")
    if journal not in {"true", "false"}:
        raise invalid_control_request("journal must be true or false")
    return emulator.snapshot(journal=journal == "true")


def restore(emulator: World, request: Request, _name: str) -> dict[str, Any]:
    """Replace everything by the snapshot in the body."""
    emulator.restore(deep_document(request))
    return emulator.health()


def finish_training_job(emulator: World, request: Request, name: str) -> dict[str, Any]:
    """End a training job."""
    wanted = texts(request, "phase", "project")
    try:
        emulator.finish_training_job(name, **wanted)
    except ValueError as error:
        raise invalid_control_request(str(error)) from error
    return {}


def fail_job(emulator: World, request: Request, name: str) -> dict[str, Any]:
    """End a stuck job."""
    wanted = texts(request, "phase", "project")
    if wanted.pop("phase", None) != "Failed":
        raise invalid_control_request('phase must be "Failed": a job succeeds by itself')
    emulator.fail_job(name, **wanted)
    return {}


def fail_order(emulator: World, request: Request, name: str) -> dict[str, Any]:
    """End a stuck order."""
    wanted = texts(request, "phase", "project")
    if wanted.pop("phase", None) != "failed":
        raise invalid_control_request('phase must be "failed": an order succeeds by itself')
    emulator.fail_order(name, **wanted)
    return {}


def set_node_phase(emulator: World, request: Request, name: str) -> dict[str, Any]:
    """Break or mend a node, now or after some seconds, and for some."""
    wanted = fields(request, "pool", "phase", "project", "after", "lasts")
    if not {"pool", "phase"} <= set(wanted):
        raise invalid_control_request("pool and phase are needed")
    place = {key: str(wanted[key]) for key in ("pool", "project") if key in wanted}
    times = {key: wanted[key] for key in ("after", "lasts") if key in wanted}
    if times and (wanted["phase"] != "Abnormal" or any(type(value) not in {int, float} for value in times.values())):
        raise invalid_control_request('after and lasts are numbers of seconds and go with phase "Abnormal"')
    try:
        if times:
            emulator.break_node(name=name, after=times.get("after", 0.0), lasts=times.get("lasts"), **place)
        else:
            emulator.set_node_phase(name=name, phase=str(wanted["phase"]), **place)
    except ValueError as error:
        raise invalid_control_request(str(error)) from error
    return {}


def replace_node(emulator: World, request: Request, name: str) -> dict[str, Any]:
    """Let the service replace a node, and answer the id of its job."""
    wanted = texts(request, "pool", "project")
    if "pool" not in wanted:
        raise invalid_control_request("pool is needed")
    return {"job_id": emulator.replace_node(name=name, **wanted)}
