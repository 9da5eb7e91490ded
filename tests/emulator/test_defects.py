"""A defect of the emulator is loud, changes nothing and is in the journal; no request should find one."""

import copy
import json
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from dirty_equals import IsPartialDict
from hypothesis import given, settings
from hypothesis import strategies as st

from modelarts_emulator import PROJECT, TRAIN_POOL, DefectError, Emulator, LockedFileError, Request
from modelarts_emulator.service.urls import ROUTES
from modelarts_emulator.state.store import Store
from tests.emulator.migrations import OTHER, body
from tests.emulator.test_impossible_worlds import deep, places
from tests.emulator.wire import Wire, cpu, error, error_code
from tests.examples import examples

PATH = f"/v2/{PROJECT}/pools"
LOOK = Request("GET", f"{PATH}/{TRAIN_POOL}")


def spoil(emulator: Emulator) -> None:
    """Damage a pool in the store, so that looking at it fails."""
    with emulator._store.transaction() as connection:
        connection.execute("UPDATE pools SET document = json_remove(document, '$.spec') WHERE name = ?", (TRAIN_POOL,))


def test_in_process_it_is_raised() -> None:
    """In process a defect is an error with its cause, and the journal has the request, answered with 500."""
    with Emulator() as emulator:
        spoil(emulator)

        with pytest.raises(DefectError, match=f"a defect of the emulator at GET {PATH}/{TRAIN_POOL}") as caught:
            emulator.handle(LOOK)

        noted = emulator.journal.exchanges()[-1]
        assert isinstance(caught.value.__cause__, TypeError)
        assert (noted.operation, noted.status) == ("showPool", 500)
        assert noted.response_headers["x-request-id"] == caught.value.answer.headers["x-request-id"]


def test_over_http_the_server_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    """Over HTTP the client gets the service's envelope, the log the traceback, and other requests their answers."""
    with Emulator() as emulator, emulator.serve() as server, httpx.Client() as client:
        spoil(emulator)

        answers = [client.get(f"{server.url}{PATH}/{TRAIN_POOL}"), client.get(f"{server.url}/_emulator/world")]
        flavors = client.get(f"{server.url}/v1/{PROJECT}/resourceflavors")

    assert [error_code(answer) for answer in answers] == [(500, "ModelArts.50005000")] * 2
    assert answers[0].headers["x-request-id"]
    assert flavors.status_code == 200
    assert "missing 1 required positional argument: 'spec'" in capsys.readouterr().err


def test_half_of_a_request_is_undone() -> None:
    """What a request had done before it met the defect has not happened."""
    with Emulator() as emulator:
        with emulator._store.transaction() as connection:
            connection.execute("DROP TABLE orders")
        before = emulator._store.get("clock"), nodes(emulator)

        with pytest.raises(DefectError):
            emulator.handle(Request.of_json("PATCH", LOOK.path, {"spec": {"resources": [cpu(3)]}}))

        assert (emulator._store.get("clock"), nodes(emulator)) == before


def nodes(emulator: Emulator) -> list[tuple[Any, ...]]:
    """Rows of nodes and pools."""
    with emulator._store.transaction() as connection:
        tables = ("nodes", "pools")
        return [tuple(row) for table in tables for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608 - constants


def test_locked_file(tmp_path: Path) -> None:
    """A process that never lets go of the file is no riddle: the error names the file and what to do."""
    path = tmp_path / "world.db"
    Emulator.open(path).close()
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")

    with pytest.raises(LockedFileError, match=f"{path} is locked by another process .* end it, or use another file"):
        Store(path, patience=0.01)

    blocker.close()
    Emulator.open(path).close()


def test_locked_file_over_http(tmp_path: Path) -> None:
    """Over HTTP that is 503, and the next request is served once the file is free."""
    path = tmp_path / "world.db"
    with Emulator.open(path) as emulator, emulator.serve() as server, httpx.Client() as client:
        emulator._store._connection.execute("PRAGMA busy_timeout=10")
        blocker = sqlite3.connect(path, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")

        refused = client.get(server.url + PATH)
        blocker.close()

        assert error(refused)[:2] == (503, "Emulator.0008")
        assert str(path) in error(refused)[2]
        assert client.get(server.url + PATH).status_code == 200


@pytest.mark.loopback
def test_deep_bodies(wire: Wire) -> None:
    """A body that is nested without end is refused like any other that is no good, and harms nobody."""
    headers = {"content-type": "application/merge-patch+json"}
    url = wire.url(f"/pools/{TRAIN_POOL}")
    bodies = [b'{"spec": {"x": ' + b"[" * depth + b"]" * depth + b"}}" for depth in (61, 62, 63, 150, 200, 100_000)]

    statuses = [wire.client.patch(url, content=content, headers=headers).status_code for content in bodies]

    assert statuses == [200, 200, 400, 400, 400, 400]
    assert wire.get("/pools").status_code == 200
    wire.emulator.restore(json.loads(json.dumps(wire.emulator.snapshot())))


GOOD: list[tuple[str, str, Any]] = [
    (
        "PATCH",
        LOOK.path,
        {"metadata": {"labels": {"a": "b"}}, "spec": {"resources": [cpu(3, azs=[])], "scope": ["Train"]}},
    ),
    ("PATCH", LOOK.path, {"spec": {"driver": {"gpuVersion": "1", "updateStrategy": "idle"}}}),
    ("POST", f"{LOOK.path}/nodes/batch-migrate", body(OTHER, resourceSpec={"creatingStep": {"step": 1, "type": "a"}})),
    ("POST", f"{LOOK.path}/nodes/batch-delete", {"deleteNodeNames": [OTHER]}),
    ("POST", f"{LOOK.path}/nodes/batch-lock", {"nodeNames": [OTHER], "actions": ["delete"]}),
    ("POST", f"{LOOK.path}/nodes/batch-drain", {"nodeNames": [OTHER]}),
    (
        "POST",
        f"/v2/{PROJECT}/training-job-searches",
        {"limit": 1, "order": "asc", "filters": [{"key": "name", "operator": "like", "value": ["x"]}]},
    ),
    (
        "POST",
        "/v3/auth/tokens",
        {"auth": {"identity": {"password": {"user": {"name": "a", "password": "b", "domain": {"name": "c"}}}}}},
    ),
    ("PUT", "/_emulator/faults", [{"operation": "showPool", "match": {"pool": "x"}, "status": 500, "times": 2}]),
    ("PUT", "/_emulator/faults", {"operation": "patchPool", "outcome": {"nodes": 1, "spec": "real"}}),
    ("PUT", "/_emulator/faults", {"operation": "showPool", "throttle": {"rate": 1, "burst": 2}}),
    ("POST", "/_emulator/clock", {"advance": 5}),
]
JUNK: list[Any] = [
    *(
        None,
        True,
        -1,
        0,
        7,
        1.5,
        10**7,
        10**30,
        "",
        "x",
        "é",
        "\x00",
        "delete",
        [],
        {},
        [[]],
        [None],
        {"x": 1},
        [7],
        [{}],
    ),
]


@settings(max_examples=examples(150))
@given(st.data())
def test_no_body_is_a_defect(data: st.DataObject) -> None:
    """Whatever stands in a body, the answer says what is wrong with it; the emulator itself never fails."""
    method, path, good = data.draw(st.sampled_from(GOOD))
    document = copy.deepcopy(good)
    for _ in range(data.draw(st.integers(1, 2))):
        holder, key = data.draw(st.sampled_from(list(places(document)) or [(None, None)]))
        if holder is not None:
            holder[key] = copy.copy(data.draw(st.sampled_from([*JUNK, deep(40), deep(90)])))
    with Emulator() as emulator:
        kinds = ("application/json", "application/merge-patch+json")
        request = Request.of_json(method, path, document, None if path.startswith("/_") else kinds[method == "PATCH"])

        assert emulator.handle(request).status < 500
        if emulator.handle(LOOK).status < 500:
            assert emulator.handle(Request("GET", f"{LOOK.path}/nodes")).status == 200


QUERIES = st.dictionaries(
    st.sampled_from(["limit", "continue", "offset", "status", "labelSelector", "workspaceId", "name", "involvedName"]),
    st.sampled_from(
        ["", "0", "-1", "5", "²", "\u0661", "9" * 30, "x", "a=b", "=,=", "\x00", "1.1", "ff.ff", "created"]
    ),
    max_size=2,
)


@settings(max_examples=examples(150))
@given(route=st.sampled_from(ROUTES), name=st.sampled_from(["x", "é", "\x00", "0", TRAIN_POOL]), query=QUERIES)
def test_no_query_is_a_defect(route: Any, name: str, query: dict[str, str]) -> None:
    """Whatever stands in a path or query, the emulator itself never fails."""
    path = route.path.replace("{project}", PROJECT)
    for parameter in ("pool", "node", "nodepool", "job", "order", "network", "workspace"):
        path = path.replace(f"{{{parameter}}}", quote(name))

    with Emulator() as emulator:
        answer = emulator.handle(Request(route.method, f"{path}?{httpx.QueryParams(query)}"))

    assert answer.status < 500


def test_paths_of_control_requests_are_no_defects(wire: Wire) -> None:
    """Names that lead nowhere are refused."""
    answers = [
        wire.client.post(f"{wire.base}/_emulator/{path}", json={"phase": "Failed", "pool": "x"})
        for path in ("jobs/%00", "nodes/a%2Fb", "training-jobs/%F0")
    ]

    assert all(answer.status_code in {400, 404} for answer in answers)
    assert answers[0].json() == IsPartialDict(error_code="ModelArts.50015001") or answers[0].status_code == 400
