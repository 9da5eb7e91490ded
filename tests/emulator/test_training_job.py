from typing import Any

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import GPU_POOL, PROJECT, TRAINING_JOB
from modelarts_emulator.clock import EPOCH
from tests.emulator.wire import Wire, cpu, error, error_code, world

POOL = f"pool-{PROJECT}"


def jobs(wire: Wire) -> None:
    """A world with three jobs: one that runs on, one that ends after a minute, one that has ended."""
    content = world(pool={"resources": [cpu(2)], "nodes": ["os-node-created-aaaaa", "os-node-created-bbbbb"]})
    content["projects"][PROJECT]["training_jobs"] = {
        "job-a": {"pool": POOL, "nodes": ["os-node-created-aaaaa"]},
        "job-b": {"pool": POOL, "nodes": ["os-node-created-bbbbb"], "ends_in": 60, "final_phase": "Failed"},
        "job-c": {"phase": "Completed", "document": {"metadata": {"name": "other"}}},
    }
    wire.emulator.seed(content)


def search(wire: Wire, **body: object) -> list[str]:
    """Ids that a search finds."""
    answer = wire.post("/training-job-searches", {"order": "asc", **body}).raise_for_status()
    return [item["metadata"]["id"] for item in answer.json()["items"]]


def test_documented_job(wire: Wire) -> None:
    """The job of the API page runs on a node of the GPU pool and shows what the page shows."""
    job = wire.get(f"/training-jobs/{TRAINING_JOB}").json()

    host = wire.emulator.world()["pools"][GPU_POOL]["nodes"]["os-node-created-72w8d"]["private_ip"]
    assert job["kind"] == "job"
    assert job["metadata"] == IsPartialDict(id=TRAINING_JOB, name="trainjob--py14_mem06-108", workspace_id="0")
    assert job["status"] == {
        "phase": "Running",
        "secondary_phase": "Running",
        "duration": 0,
        "start_time": int(EPOCH * 1000),
        "node_count_metrics": [[int(EPOCH * 1000), 1]],
        "tasks": ["worker-0"],
        "running_records": [{"start_at": int(EPOCH), "start_type": "init_or_rescheduled"}],
        "task_ips": [{"task": "worker-0", "ip": host, "host_ip": host, "schedule_count": 1}],
    }
    assert job["spec"]["resource"] == IsPartialDict(pool_id=GPU_POOL, node_count=1)
    assert job["algorithm"]["engine"]["engine_name"] == "PyTorch"


def test_missing_job(wire: Wire) -> None:
    """A job that does not exist is a 400 with its own code, not a 404."""
    answer = wire.get("/training-jobs/no-such-job")

    assert error(answer) == (400, "ModelArts.2775", "Training job (ID: no-such-job) not found.")


def test_job_ends_by_itself(wire: Wire) -> None:
    """A job with an end runs until then, and its duration stands still afterwards."""
    jobs(wire)

    seen = []
    for _ in range(3):
        status = wire.get("/training-jobs/job-b").json()["status"]
        seen.append((status["phase"], status["duration"]))
        wire.emulator.clock.advance(59)

    assert seen == [("Running", 0), ("Running", 59_000), ("Failed", 60_000)]


def test_job_is_ended_once(wire: Wire) -> None:
    """A job that has ended keeps its end."""
    wire.emulator.finish_training_job(TRAINING_JOB, "Terminated")

    wire.emulator.finish_training_job(TRAINING_JOB, "Completed")

    assert wire.emulator.world()["training_jobs"][TRAINING_JOB]["phase"] == "Terminated"


def test_job_is_not_ended_by_a_phase_that_goes_on(wire: Wire) -> None:
    """Only terminal phases end a job."""
    with pytest.raises(ValueError, match="'Running' is not one of Completed, Failed, Terminated, Abnormal"):
        wire.emulator.finish_training_job(TRAINING_JOB, "Running")

    assert wire.emulator.world()["training_jobs"][TRAINING_JOB]["phase"] == "Running"


@pytest.mark.parametrize(
    ("key", "operator", "value", "found"),
    [
        ("phase", "in", ["Running"], ["job-a", "job-b"]),
        ("phase", "not", ["Running"], ["job-c"]),
        ("pool_id", "in", [POOL], ["job-a", "job-b"]),
        ("id", "in", ["job-c", "job-x"], ["job-c"]),
        ("name", "like", ["oth"], ["job-c"]),
        ("kind", "in", ["job"], ["job-a", "job-b", "job-c"]),
        ("create_time", "between", ["2025-12-31T00:00:00Z", "2026-01-02T00:00:00Z"], ["job-a", "job-b", "job-c"]),
        ("create_time", "between", ["2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"], []),
    ],
)
def test_filters(wire: Wire, key: str, operator: str, value: list[str], found: list[str]) -> None:
    """A search leaves the jobs that its filter allows."""
    jobs(wire)

    assert search(wire, filters=[{"key": key, "operator": operator, "value": value}]) == found


def test_filters_add_up(wire: Wire) -> None:
    """A job has to pass every filter."""
    jobs(wire)
    by_pool = {"key": "pool_id", "operator": "in", "value": [POOL]}

    wire.emulator.clock.advance(60)

    assert search(wire, filters=[by_pool, {"key": "phase", "operator": "in", "value": ["Running"]}]) == ["job-a"]


def test_offset_counts_pages(wire: Wire) -> None:
    """The offset of a search is the index of a page, not of a job."""
    jobs(wire)

    first, second = (wire.post("/training-job-searches", {"limit": 2, "offset": page}).json() for page in (0, 1))

    ids = [[item["metadata"]["id"] for item in page["items"]] for page in (first, second)]
    assert ids == [["job-c", "job-b"], ["job-a"]]
    assert first == IsPartialDict(total=3, count=3, limit=2, offset=0, sort_by="create_time", order="desc")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "ModelArts.2787"),
        ({"limit": 51}, "ModelArts.2788"),
        ({"limit": 0}, "ModelArts.2788"),
        ({"limit": "ten"}, "ModelArts.2788"),
        ({"offset": -1}, "ModelArts.2788"),
        ({"order": "random"}, "ModelArts.2788"),
        ({"sort_by": "name"}, "ModelArts.2790"),
        ({"filters": {}}, "ModelArts.2788"),
        ({"filters": [{"key": "color", "operator": "in", "value": ["red"]}]}, "ModelArts.2807"),
        ({"filters": [{"key": "id", "operator": "is", "value": ["a"]}]}, "ModelArts.2808"),
        ({"filters": [{"key": "id", "operator": "in", "value": "a"}]}, "ModelArts.2809"),
        ({"filters": [{"key": "id", "operator": "between", "value": ["a", "b"]}]}, "ModelArts.2808"),
        ({"filters": [{"key": "create_time", "operator": "between", "value": ["a", "b"]}]}, "ModelArts.2809"),
        ({"filters": [{"key": "create_time", "operator": "in", "value": ["2026-01-01T00:00:00Z"]}]}, "ModelArts.2808"),
    ],
)
def test_bad_searches(wire: Wire, body: Any, code: str) -> None:
    """A search that means nothing is refused with the code of the error table."""
    assert error_code(wire.post("/training-job-searches", body)) == (400, code)
