from typing import Any

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import PROJECT, TRAIN_POOL
from tests.emulator.training import POOL, A, B, body, create, created, one_pool
from tests.emulator.wire import Wire, error, error_code

LONG_AGO, LATER = "2025-12-31T00:00:00Z", "2026-01-02T00:00:00Z"


def jobs(wire: Wire) -> None:
    """A world with three jobs: one that runs on, one that ends after a minute, one that has ended."""
    given: dict[str, Any] = {
        "job-a": {"pool": POOL, "nodes": [A]},
        "job-b": {"pool": POOL, "nodes": [B], "ends_in": 60, "final_phase": "Failed"},
        "job-c": {"phase": "Completed", "document": {"metadata": {"name": "other"}}},
    }
    given["job-b"]["document"] = {
        "algorithm": {"id": "algo", "name": "resnet"},
        "metadata": {"training_experiment_reference": {"id": "exp"}},
        "spec": {"schedule_policy": {"priority": 3}, "runtime_type": "production"},
    }
    one_pool(wire, A, B, jobs=given)


def search(wire: Wire, **wanted: object) -> list[str]:
    """Ids that a search finds, oldest first."""
    answer = wire.post("/training-job-searches", {"order": "asc", **wanted}).raise_for_status()
    return [item["metadata"]["id"] for item in answer.json()["items"]]


def condition(key: str, *value: str, operator: str = "in") -> dict[str, Any]:
    """One filter."""
    return {"key": key, "operator": operator, "value": list(value)}


@pytest.mark.parametrize(
    ("item", "found"),
    [
        (condition("phase", "Running"), ["job-a", "job-b"]),
        (condition("phase", "Running", operator="not"), ["job-c"]),
        (condition("pool_id", POOL), ["job-a", "job-b"]),
        (condition("id", "job-c", "job-x"), ["job-c"]),
        (condition("name", "oth", operator="like"), ["job-c"]),
        (condition("kind", "job"), ["job-a", "job-b", "job-c"]),
        (condition("algorithm_id", "algo"), ["job-b"]),
        (condition("algorithm_name", "res", operator="like"), ["job-b"]),
        (condition("training_experiment_id", "exp"), ["job-b"]),
        (condition("runtime_type", "production"), ["job-b"]),
        (condition("priority", "1"), ["job-a", "job-c"]),
        (condition("user_id", "ann"), []),
        ({"key": "id", "value": ["job-a"]}, ["job-a"]),
        (condition("create_time", LONG_AGO, LATER, operator="between"), ["job-a", "job-b", "job-c"]),
        (condition("create_time", LATER, "2026-01-03T00:00:00+08:00", operator="between"), []),
        (
            condition("create_time", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", operator="between"),
            ["job-a", "job-b", "job-c"],
        ),
    ],
)
def test_filters(wire: Wire, item: dict[str, Any], found: list[str]) -> None:
    """A search leaves the jobs that its filter allows."""
    jobs(wire)

    assert search(wire, filters=[item]) == found


@pytest.mark.loopback
def test_filters_add_up(wire: Wire) -> None:
    """A job has to pass every filter."""
    jobs(wire)

    wire.emulator.clock.advance(60)

    assert search(wire, filters=[condition("pool_id", POOL), condition("phase", "Running")]) == ["job-a"]


@pytest.mark.loopback
def test_offset_counts_pages(wire: Wire) -> None:
    """The offset of a search is the index of a page, not of a job, and the newest job comes first."""
    jobs(wire)

    first, second = (wire.post("/training-job-searches", {"limit": 2, "offset": page}).json() for page in (0, 1))

    ids = [[item["metadata"]["id"] for item in page["items"]] for page in (first, second)]
    assert ids == [["job-c", "job-b"], ["job-a"]]
    assert first == IsPartialDict(total=3, count=3, limit=2, offset=0, sort_by="create_time", order="desc")


def test_ten_by_default(wire: Wire) -> None:
    """Without a limit a page has ten jobs."""
    one_pool(wire, A, jobs={f"job-{index:02}": {"pool": POOL} for index in range(12)})

    assert search(wire) == [f"job-{index:02}" for index in range(10)]


def test_workspace(wire: Wire) -> None:
    """Jobs of the workspace that is asked for are found, of the default one unless it is named."""
    other = "f" * 32
    wire.emulator.seed(
        {
            "projects": {
                PROJECT: {
                    "workspaces": {other: {}},
                    "training_jobs": {"job-a": {}, "job-b": {"document": {"metadata": {"workspace_id": other}}}},
                }
            }
        }
    )

    assert (search(wire), search(wire, workspace_id="0"), search(wire, workspace_id=other)) == (
        ["job-a"],
        ["job-a"],
        ["job-b"],
    )


def test_hosts(wire: Wire) -> None:
    """A search for hosts finds the jobs on them, and shows their tasks there alone."""
    one_pool(wire, A, B, jobs={"both": {"pool": POOL, "nodes": [A, B]}, "none": {"pool": POOL}})
    host = wire.emulator.world()["pools"][POOL]["nodes"][B]["private_ip"]

    found = wire.post("/training-job-searches", {"host_ips": [host]}).json()["items"]

    assert [item["metadata"]["id"] for item in found] == ["both"]
    assert [item["task"] for item in found[0]["status"]["task_ips"]] == ["worker-1"]


def test_hosts_of_old_jobs(wire: Wire) -> None:
    """A search for hosts finds the jobs of the last 31 days, and older ones when it names the time."""
    one_pool(wire, A, jobs={"old": {"pool": POOL, "nodes": [A]}})
    host = wire.emulator.world()["pools"][POOL]["nodes"][A]["private_ip"]
    wire.emulator.clock.advance("32d")

    then = {"key": "create_time", "operator": "between", "value": ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"]}
    found = [search(wire, **more) for more in ({}, {"host_ips": [host]}, {"host_ips": [host], "filters": [then]})]

    assert found == [["old"], [], ["old"]]


def test_types_and_tags(wire: Wire) -> None:
    """All jobs are of the ordinary type and have no tags."""
    jobs(wire)

    found = [search(wire, train_type="job"), search(wire, train_type="ftjob"), search(wire, tags=[{"key": "team"}])]

    assert found == [["job-a", "job-b", "job-c"], [], []]


def test_groups(wire: Wire) -> None:
    """Jobs of a group stand next to each other."""
    jobs(wire)

    assert search(wire, group_by="priority") == ["job-a", "job-c", "job-b"]


def test_newest_first(wire: Wire) -> None:
    """Of jobs that were made at one moment the last one comes first."""
    ids = [created(wire, name) for name in ("first", "second", "third")]

    found = wire.post("/training-job-searches", {"filters": [condition("pool_id", TRAIN_POOL)]}).json()["items"]

    assert [item["metadata"]["id"] for item in found] == ids[::-1]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ([], "ModelArts.2787"),
        ({"limit": 51}, "ModelArts.2788"),
        ({"limit": 0}, "ModelArts.2788"),
        ({"limit": "ten"}, "ModelArts.2788"),
        ({"offset": -1}, "ModelArts.2788"),
        ({"order": "random"}, "ModelArts.2788"),
        ({"workspace_id": "1"}, "ModelArts.2788"),
        ({"train_type": "all"}, "ModelArts.2788"),
        ({"host_ips": ["node-a"]}, "ModelArts.2788"),
        ({"host_ips": ["10.0.0.1"] * 11}, "ModelArts.2788"),
        ({"filters": {}}, "ModelArts.2788"),
        ({"filters": ["id"]}, "ModelArts.2788"),
        ({"filters": [condition("id", "a")] * 21}, "ModelArts.2788"),
        ({"filters": [{"key": "id", "value": [1]}]}, "ModelArts.2788"),
        ({"group_by": "color"}, "ModelArts.2789"),
        ({"group_by": []}, "ModelArts.2789"),
        ({"sort_by": "name"}, "ModelArts.2790"),
        ({"filters": [condition("color", "red")]}, "ModelArts.2807"),
        ({"filters": [{"key": ["id"], "value": ["a"]}]}, "ModelArts.2807"),
        ({"filters": [{}]}, "ModelArts.2807"),
        ({"filters": [condition("id", "a", operator="is")]}, "ModelArts.2808"),
        ({"filters": [condition("id", "a", "b", operator="between")]}, "ModelArts.2808"),
        ({"filters": [condition("create_time", LATER)]}, "ModelArts.2808"),
        ({"filters": [{"key": "id", "operator": "in", "value": "a"}]}, "ModelArts.2809"),
        ({"filters": [condition("id")]}, "ModelArts.2809"),
        ({"filters": [condition("id", *"abcdefghijk")]}, "ModelArts.2809"),
        ({"filters": [condition("create_time", "a", "b", operator="between")]}, "ModelArts.2809"),
        ({"filters": [condition("create_time", LATER, operator="between")]}, "ModelArts.2809"),
        ({"filters": [condition("create_time", LATER, LONG_AGO, operator="between")]}, "ModelArts.2809"),
        ({"filters": [condition("create_time", "2026-01-01", "2026-01-02", operator="between")]}, "ModelArts.2809"),
        (
            {"filters": [condition("create_time", "2026-01-01T00:00:00Z", "2026-02-01T00:00:01Z", operator="between")]},
            "ModelArts.2809",
        ),
    ],
)
def test_bad_searches(wire: Wire, wanted: Any, code: str) -> None:
    """A search that means nothing is refused with the code of the error table."""
    assert error_code(wire.post("/training-job-searches", wanted)) == (400, code)


def test_no_json(wire: Wire) -> None:
    """A body that is not JSON, or says to be something else, is refused."""
    texts = [
        wire.client.post(wire.url("/training-job-searches"), content=b"{", headers={"content-type": kind})
        for kind in ("application/json", "text/plain")
    ]

    assert {error(answer) for answer in texts} == {(400, "ModelArts.2787", "Invalid JSON request body.")}


def test_search_changes_nothing(wire: Wire) -> None:
    """A search is a reading: it leaves the world as it is, and is no write of the journal."""
    create(wire, body())
    before = wire.emulator.world(), len(wire.emulator.journal.writes())

    search(wire)

    assert (wire.emulator.world(), len(wire.emulator.journal.writes())) == before


def test_times_at_the_end_of_the_calendar(wire: Wire) -> None:
    """A span at the end of the calendar is a span like any other."""
    item = condition("create_time", "9999-12-30T00:00:00Z", "9999-12-31T00:00:00Z", operator="between")

    assert search(wire, filters=[item]) == []
