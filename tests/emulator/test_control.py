import json
from typing import Any

import pytest
from dirty_equals import IsPartialDict, IsStr

from modelarts_emulator import NODE, PROJECT, TRAIN_POOL, TRAINING_JOB, Credentials, Emulator, Fault, Request
from modelarts_emulator.manifest.page import counts
from modelarts_emulator.manifest.reading import cases
from modelarts_emulator.service.urls import ROUTES
from modelarts_emulator.state.clock import EPOCH
from tests.emulator.wire import Wire, cpu, world


def control(wire: Wire, method: str, path: str, document: object = None) -> Any:
    """Ask the control API and return its answer's document."""
    headers = {} if method == "GET" else {"content-type": "application/json"}
    content = None if document is None else json.dumps(document)
    answer = wire.client.request(method, f"{wire.base}/_emulator/{path}", content=content, headers=headers)
    return answer.raise_for_status().json()


@pytest.mark.loopback
def test_health(wire: Wire) -> None:
    """Health says that this is an emulator, where its world is, how its clock runs, and which projects it has."""
    path = wire.emulator._store.path

    assert control(wire, "GET", "health") == {
        "status": "ok",
        "emulator": "modelarts",
        "version": IsStr(min_length=1),
        "store": "memory" if path is None else "world.db",
        "clock": {"mode": "frozen", "now": "2026-01-01T00:00:00Z"},
        "projects": [PROJECT],
        "verifies_callers": False,
        "set_aside": [],
    }


def test_health_of_a_strict_one() -> None:
    """Health says whether callers are verified, and needs no credentials itself."""
    with Emulator(credentials=Credentials()) as emulator:
        answer = emulator.handle(Request("GET", "/_emulator/health"))

    assert (answer.status, answer.json()["verifies_callers"]) == (200, True)


def test_routes(wire: Wire) -> None:
    """Every operation is listed with the page it is taken from."""
    items = control(wire, "GET", "routes")["items"]

    assert [item["operation"] for item in items] == [route.name for route in ROUTES]
    assert items[0] == {
        "operation": "listPools",
        "method": "GET",
        "path": "/v2/{project}/pools",
        "source": "documented: ListPools",
    }


def test_evidence(wire: Wire) -> None:
    """Every behaviour is listed with where it is known from, and counted."""
    document = control(wire, "GET", "evidence")

    assert document["counts"] == counts()
    assert [item["text"] for item in document["items"]] == [case.says for case in cases()]
    assert set(document["items"][0]) == {"subject", "text", "provenance", "source"}


def test_clock(wire: Wire) -> None:
    """The clock is read, advanced and set."""
    control(wire, "POST", "clock", {"advance": 5})

    answer = control(wire, "POST", "clock", {"mode": "auto"})

    assert answer == control(wire, "GET", "clock")
    assert answer == {"mode": "auto", "now": EPOCH + 5, "time": "2026-01-01T00:00:05Z"}


@pytest.mark.parametrize(
    ("wish", "mode", "seconds"),
    [
        ({"advance": "1h30m"}, "frozen", 5400),
        ({"advance": 0}, "frozen", 0),
        ({"set": "2026-01-01T01:00:00Z"}, "frozen", 3600),
        ({"set": EPOCH + 7}, "frozen", 7),
        ({"mode": "auto"}, "auto", 0),
    ],
)
def test_clock_wishes(wire: Wire, wish: Any, mode: str, seconds: float) -> None:
    """Time is moved by a duration or to a moment, in the forms in which people write them."""
    control(wire, "POST", "clock", wish)

    assert (wire.emulator.clock.mode, wire.emulator.clock.now()) == (mode, EPOCH + seconds)


@pytest.mark.parametrize("wish", [{"scale": 60}, {"mode": "scaled:60"}])
def test_clock_scale(wire: Wire, wish: Any) -> None:
    """The clock is made to run faster."""
    assert control(wire, "POST", "clock", wish)["mode"] == "scaled:60"


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
    assert control(wire, "GET", "journal?limit=1")["items"] == everything[:1]
    assert control(wire, "GET", f"journal?path={TRAIN_POOL}&method=GET")["items"] == everything[:1]
    assert control(wire, "GET", "journal?method=POST")["items"] == []
    assert control(wire, "DELETE", "journal") == {"items": []}
    assert control(wire, "GET", "journal")["items"] == []


@pytest.mark.loopback
def test_world_and_reset(wire: Wire) -> None:
    """The world is shown as plain data, by project or whole, and reset."""
    before = control(wire, "GET", "world")
    wire.scale(cpu(3))

    changed = control(wire, "GET", f"world?project={PROJECT}")
    control(wire, "POST", "reset")

    assert changed["pools"][TRAIN_POOL]["counts"] == {"modelarts.vm.cpu.4ud": 3}
    assert control(wire, "GET", "world") == before == {PROJECT: wire.emulator.world()}


def test_reset_of_a_project(wire: Wire) -> None:
    """One project goes back to its beginning; faults and journal stay."""
    before = wire.emulator.world()
    wire.scale(cpu(3))
    control(wire, "PUT", "faults", {"operation": "showPool", "status": 503})

    control(wire, "POST", f"reset?project={PROJECT}")

    assert wire.emulator.world() == before
    assert len(control(wire, "GET", "faults")["items"]) == len(control(wire, "GET", "journal")["items"]) == 1


@pytest.mark.parametrize("path", ["world", "seed"])
def test_seed(wire: Wire, path: str) -> None:
    """A world of one's own replaces the documented one, and is shown as it was given."""
    content = world(pool={"resources": [cpu(1)]})

    control(wire, "PUT", path, content)

    assert list(wire.emulator.world()["pools"]) == [f"pool-{PROJECT}"]
    assert control(wire, "GET", "seed") == content


def test_snapshot(wire: Wire) -> None:
    """A snapshot is taken, with the journal when asked for, and restored."""
    wire.scale(cpu(3))
    snapshot = control(wire, "GET", "snapshot")
    with_journal = control(wire, "GET", "snapshot?journal=true")
    control(wire, "POST", "reset")

    health = control(wire, "PUT", "snapshot", snapshot)

    assert snapshot == wire.emulator.snapshot()
    assert set(with_journal["tables"]) - set(snapshot["tables"]) == {"exchanges"}
    assert wire.emulator.world()["pools"][TRAIN_POOL]["counts"] == {"modelarts.vm.cpu.4ud": 3}
    assert health == control(wire, "GET", "health")


def test_training_job(wire: Wire) -> None:
    """A training job is ended."""
    control(wire, "POST", f"training-jobs/{TRAINING_JOB}", {"phase": "Terminated"})

    assert wire.emulator.world()["training_jobs"][TRAINING_JOB] == IsPartialDict(phase="Terminated")


def test_node(wire: Wire) -> None:
    """A node is broken."""
    control(wire, "POST", f"nodes/{NODE}", {"pool": TRAIN_POOL, "phase": "Abnormal"})

    assert wire.nodes()[NODE] == "Abnormal"


def test_control_meets_no_fault(wire: Wire) -> None:
    """Armed faults do not lock out the control API that would clear them."""
    wire.emulator.faults.arm(Fault("listPools", drop="reset"))

    assert control(wire, "DELETE", "faults") == {"items": []}
