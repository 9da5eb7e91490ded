from typing import Any

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import NODE, PROJECT, TRAIN_POOL, TRAINING_JOB, Fault
from modelarts_emulator.clock import EPOCH
from tests.emulator.wire import Wire, cpu, error_code, world


def control(wire: Wire, method: str, path: str, document: object = None) -> Any:
    """Ask the control API and return its answer's document."""
    body = {} if document is None else {"json": document}
    answer = wire.client.request(method, f"{wire.base}/_emulator/{path}", **body)  # type: ignore[arg-type] # one of many keywords
    return answer.raise_for_status().json()


def test_health(wire: Wire) -> None:
    """Health says that this is an emulator, how its clock runs, and which projects it has."""
    assert control(wire, "GET", "health") == {
        "status": "ok",
        "emulator": "modelarts",
        "clock": {"mode": "frozen", "now": "2026-01-01T00:00:00Z"},
        "projects": [PROJECT],
    }


def test_clock(wire: Wire) -> None:
    """The clock is read, advanced and set."""
    control(wire, "POST", "clock", {"advance": 5})

    answer = control(wire, "POST", "clock", {"mode": "auto"})

    assert answer == control(wire, "GET", "clock")
    assert answer == {"mode": "auto", "now": EPOCH + 5, "time": "2026-01-01T00:00:05Z"}


def test_faults(wire: Wire) -> None:
    """Faults are armed, listed with their counts, and cleared."""
    control(wire, "PUT", "faults", {"operation": "showPool", "match": {"pool": TRAIN_POOL}, "status": 503})
    control(wire, "PUT", "faults", [{"operation": "patchPool", "outcome": {"nodes": 1}}])

    status = wire.get(f"/pools/{TRAIN_POOL}").status_code
    armed = control(wire, "GET", "faults")["items"]

    assert (status, [(item["fault"]["operation"], item["hits"]) for item in armed]) == (
        503,
        [("showPool", 1), ("patchPool", 0)],
    )
    assert control(wire, "DELETE", "faults") == {"items": []}
    assert wire.emulator.faults.armed() == []


def test_journal(wire: Wire) -> None:
    """The journal is read, by operation and number, and cleared; the control API is not in it."""
    wire.pool()
    wire.get("/pools")

    everything = control(wire, "GET", "journal")["items"]

    assert [item["operation"] for item in everything] == ["showPool", "listPools"]
    assert control(wire, "GET", "journal?operation=listPools")["items"] == everything[1:]
    assert control(wire, "GET", "journal?since=1")["items"] == everything[1:]
    assert control(wire, "DELETE", "journal") == {"items": []}


def test_world_and_reset(wire: Wire) -> None:
    """The world is shown as plain data, by project or whole, and reset."""
    before = control(wire, "GET", "world")
    wire.scale(cpu(3))

    changed = control(wire, "GET", f"world?project={PROJECT}")
    control(wire, "POST", "reset")

    assert changed["pools"][TRAIN_POOL]["counts"] == {"modelarts.vm.cpu.4ud": 3}
    assert control(wire, "GET", "world") == before == {PROJECT: wire.emulator.world()}


def test_seed(wire: Wire) -> None:
    """A world of one's own replaces the documented one."""
    control(wire, "PUT", "world", world(pool={"resources": [cpu(1)]}))

    assert list(wire.emulator.world()["pools"]) == [f"pool-{PROJECT}"]


def test_training_job(wire: Wire) -> None:
    """A training job is ended."""
    control(wire, "POST", f"training-jobs/{TRAINING_JOB}", {"phase": "Terminated"})

    assert wire.emulator.world()["training_jobs"][TRAINING_JOB] == IsPartialDict(phase="Terminated")


def test_node(wire: Wire) -> None:
    """A node is broken."""
    control(wire, "POST", f"nodes/{NODE}", {"pool": TRAIN_POOL, "phase": "Abnormal"})

    assert wire.nodes()[NODE] == "Abnormal"


@pytest.mark.parametrize(
    ("method", "path", "document", "status"),
    [
        ("GET", "", None, 404),
        ("GET", "nothing", None, 404),
        ("PATCH", "clock", {}, 404),
        ("GET", "health/more", None, 404),
        ("POST", "clock", None, 400),
        ("POST", "clock", {"advance": -1}, 400),
        ("POST", "clock", {"mode": "fast"}, 400),
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


def test_control_meets_no_fault(wire: Wire) -> None:
    """Armed faults do not lock out the control API that would clear them."""
    wire.emulator.faults.arm(Fault("listPools", drop="reset"))

    assert control(wire, "DELETE", "faults") == {"items": []}
