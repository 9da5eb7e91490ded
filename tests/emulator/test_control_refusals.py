from typing import Any

import pytest

from modelarts_emulator import NODE, TRAIN_POOL, TRAINING_JOB
from modelarts_emulator.console.control import ACTIONS
from tests.emulator.wire import Wire, error, error_code

CHANGES = [
    (method, path.format(id="x", name="x", node="x"))
    for path, methods in ACTIONS.items()
    for method in methods
    if method != "GET"
]


@pytest.mark.parametrize(
    ("method", "path", "document", "status"),
    [
        ("GET", "nothing", None, 404),
        ("PATCH", "clock", {}, 405),
        ("PUT", "reset", {}, 405),
        ("GET", "jobs/x", None, 405),
        ("GET", "jobs", None, 404),
        ("GET", "health/more", None, 404),
        ("POST", "clock", None, 415),
        ("POST", "clock", {"advance": -1}, 400),
        ("POST", "clock", {"mode": "fast"}, 400),
        ("POST", "clock", {"mode": "auto", "advance": 5}, 400),
        ("POST", "clock", {}, 400),
        ("POST", "clock", {"advance": "soon"}, 400),
        ("POST", "clock", {"advance": True}, 400),
        ("POST", "clock", {"set": "2025-12-31T23:59:59Z"}, 400),
        ("POST", "clock", {"set": "9999-12-31T23:59:59Z"}, 400),
        ("POST", "clock", {"scale": 0}, 400),
        ("POST", "clock", {"scale": "fast"}, 400),
        ("POST", "clock", [], 400),
        ("PUT", "faults", [{"operation": "showPool", "status": 500}, {"operation": "none", "status": 500}], 400),
        ("GET", "journal?since=-1", None, 400),
        ("GET", "journal?limit=ten", None, 400),
        ("GET", "journal?after=1", None, 400),
        ("PUT", "snapshot", {}, 400),
        ("PUT", "snapshot", [], 400),
        ("PUT", "snapshot", {"format": "modelarts-emulator snapshot", "version": 99}, 400),
        ("GET", "snapshot?journal=maybe", None, 400),
        ("PUT", "seed", {"projects": []}, 400),
        ("POST", f"nodes/{NODE}", {"pool": TRAIN_POOL, "phase": 5}, 400),
        ("POST", "clock", {"speed": 2}, 400),
        ("PUT", "faults", {"operation": "none", "status": 500}, 400),
        ("PUT", "faults", ["patchPool"], 400),
        ("GET", "journal?since=now", None, 400),
        ("PUT", "world", [], 400),
        ("PUT", "world", {"pools": {}}, 400),
        ("POST", f"training-jobs/{TRAINING_JOB}", {"phase": "Running"}, 400),
        ("POST", "training-jobs/none", {}, 400),
        ("POST", f"nodes/{NODE}", {"phase": "Abnormal"}, 400),
        ("POST", f"nodes/{NODE}", {"pool": TRAIN_POOL, "phase": "Tired"}, 400),
    ],
)
def test_refusals(wire: Wire, method: str, path: str, document: Any, status: int) -> None:
    """A control request that means nothing is refused and changes nothing."""
    before = (wire.emulator.world(), wire.emulator.clock.now(), wire.emulator.faults.armed())
    body = {} if document is None else {"json": document}

    answer = wire.client.request(method, f"{wire.base}/_emulator/{path}", **body)

    assert error_code(answer)[0] == status
    assert (wire.emulator.world(), wire.emulator.clock.now(), wire.emulator.faults.armed()) == before


@pytest.mark.loopback
def test_unknown_path_says_what_there_is(wire: Wire) -> None:
    """A path that is none answers with those there are."""
    answer = wire.client.get(f"{wire.base}/_emulator/nothing")

    status, code, text = error(answer)
    assert (status, code) == (404, "Emulator.0003")
    assert all(f"/_emulator/{path}" in text for path in ACTIONS)


@pytest.mark.parametrize(
    ("path", "allowed"), [("clock", "GET, POST"), ("faults", "GET, PUT, DELETE"), ("health", "GET")]
)
def test_wrong_method_says_which_are_right(wire: Wire, path: str, allowed: str) -> None:
    """A method that a path does not take is refused with those it takes."""
    answer = wire.client.patch(f"{wire.base}/_emulator/{path}", json={})

    assert error_code(answer) == (405, "Emulator.0004")
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize("content", [b'{"advance": 5}', b""], ids=["with a body", "without one"])
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_only_json_changes_anything(wire: Wire, method: str, path: str, kind: str, content: bytes) -> None:
    """What a web page can send to another origin without asking is not said to be JSON, and is refused."""
    before = wire.emulator.snapshot()
    headers = {"content-type": kind} if kind else {}

    answer = wire.client.request(method, f"{wire.base}/_emulator/{path}", content=content, headers=headers)

    assert error_code(answer) == (415, "Emulator.0005")
    assert wire.emulator.snapshot() == before


@pytest.mark.loopback
def test_bodies_that_are_nested_deeply(wire: Wire) -> None:
    """Lists inside lists without end are no JSON that anybody wants."""
    headers = {"content-type": "application/json"}

    answers = [
        wire.client.put(f"{wire.base}/_emulator/{path}", content=b"[" * depth + b"]" * depth, headers=headers)
        for path in ("faults", "world", "snapshot")
        for depth in (66, 100_000)
    ]

    assert {answer.status_code for answer in answers} == {400}
