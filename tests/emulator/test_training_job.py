from typing import Any

import pytest
from dirty_equals import IsPartialDict, IsStr

from modelarts_emulator import GPU_POOL, NODE, TRAIN_POOL, TRAINING_JOB
from modelarts_emulator.service.documents.training_job import TrainingJob
from modelarts_emulator.service.documents.training_job_algorithm import Algorithm
from modelarts_emulator.service.shape import check, unknown
from modelarts_emulator.state.clock import EPOCH
from modelarts_emulator.worlds.documented import TRAINING_JOB_DOCUMENT
from modelarts_emulator.worlds.documented_training_job import ALGORITHMS
from tests.emulator.training import NOT_FOUND, POOL, STARTING, A, B, create, created, one_pool, show, started, stop
from tests.emulator.wire import Wire, error

MILLISECONDS = int(EPOCH * 1000)


class TestDocumented:
    @pytest.mark.loopback
    def test_shown(self, wire: Wire) -> None:
        """The job of the API page runs on a node of the GPU pool and shows what the page shows."""
        job = show(wire, TRAINING_JOB)

        assert job["kind"] == "job"
        assert job["metadata"] == IsPartialDict(id=TRAINING_JOB, name="trainjob--py14_mem06-108", workspace_id="0")
        assert job["status"] == {
            "phase": "Running",
            "secondary_phase": "Running",
            "duration": 0,
            "start_time": MILLISECONDS,
            "node_count_metrics": [[MILLISECONDS, 1]],
            "tasks": ["worker-0"],
            "running_records": [{"start_at": int(EPOCH), "start_type": "init_or_rescheduled"}],
        }
        assert job["spec"]["resource"] == IsPartialDict(pool_id=GPU_POOL, node_count=1)
        assert job["algorithm"]["engine"]["engine_name"] == "PyTorch"

    def test_given_in_its_shape(self) -> None:
        """Every field of the documented job and algorithm is one that the service shows."""
        document = {**TRAINING_JOB_DOCUMENT, "status": {}}
        document["metadata"] = {**document["metadata"], "id": TRAINING_JOB, "create_time": 0}

        for kind, given in ((TrainingJob, document), *((Algorithm, item) for item in ALGORITHMS.values())):
            check(kind, given)
            assert unknown(kind, given) == []

    def test_every_part_is_there(self, wire: Wire) -> None:
        """The documented job shows something in every part that its page describes."""
        job = show(wire, TRAINING_JOB)

        assert set(job) == {"kind", "metadata", "status", "algorithm", "tasks", "spec", "endpoints"}
        assert set(job["spec"]) == {"resource", "volumes", "log_export_path", "schedule_policy", "custom_metrics"}
        assert job["endpoints"] == {
            "ssh": {
                "key_pair_names": ["keypair-train"],
                "task_urls": [{"task": "worker-0", "url": IsStr(regex="ssh://ma-user@worker-0.*")}],
            },
            "jupyter_lab": {"url": IsStr(regex="https://.*/jupyter-lab"), "token": IsStr(regex="[0-9a-f]{32}")},
        }


class TestShow:
    def test_missing(self, wire: Wire) -> None:
        """A job that does not exist is a 400 with its own code, not a 404, and says what to do."""
        answer = wire.get("/training-jobs/no-such-job")

        assert error(answer) == NOT_FOUND
        assert answer.json()["error_solution"].startswith("Check whether the training job information")

    def test_ended(self, wire: Wire) -> None:
        """A job that has ended says when, how its tasks ended, and that it has no nodes any more."""
        one_pool(wire, A, B, jobs={"job": {"pool": POOL, "nodes": [A, B], "ends_in": 60, "final_phase": "Failed"}})

        wire.emulator.clock.advance(100)

        status = show(wire, "job")["status"]
        assert status == IsPartialDict(
            phase="Failed",
            duration=60_000,
            start_time=MILLISECONDS,
            node_count_metrics=[[MILLISECONDS, 2], [MILLISECONDS + 60_000, 0]],
            task_statuses=[{"task": f"worker-{index}", "exit_code": 1, "message": ""} for index in (0, 1)],
        )
        assert status["running_records"] == [
            {
                "start_at": int(EPOCH),
                "start_type": "init_or_rescheduled",
                "end_at": int(EPOCH) + 60,
                "end_reason": "job failed",
            }
        ]

    def test_duration(self, wire: Wire) -> None:
        """A job with an end runs until then, and its duration stands still afterwards."""
        one_pool(wire, A, jobs={"job": {"pool": POOL, "nodes": [A], "ends_in": 60}})

        seen = []
        for _ in range(3):
            status = show(wire, "job")["status"]
            seen.append((status["phase"], status["duration"]))
            wire.emulator.clock.advance(59)

        assert seen == [("Running", 0), ("Running", 59_000), ("Completed", 60_000)]

    @pytest.mark.loopback
    def test_before_it_runs(self, wire: Wire) -> None:
        """A job that has no nodes yet has no start, no node counts and no addresses."""
        job_id = created(wire)

        assert show(wire, job_id)["status"] == {
            "phase": "Creating",
            "secondary_phase": "Creating",
            "duration": 0,
            "start_time": 0,
            "node_count_metrics": None,
            "tasks": ["worker-0"],
        }

    def test_ways_in(self, wire: Wire) -> None:
        """What was asked for can be reached while the job runs, and no longer."""
        document: dict[str, Any] = {
            "metadata": {"name": "seen", "annotations": {"tensorboard/enable": "true", "jupyter-lab/enable": "false"}},
            "kind": "visualization_job",
            "spec": {"resource": {"pool_id": TRAIN_POOL}},
            "endpoints": {"ssh": {"key_pair_names": ["mine"]}},
        }
        job_id = create(wire, document).json()["metadata"]["id"]

        before = show(wire, job_id)["endpoints"]
        wire.emulator.clock.advance(STARTING)
        running = show(wire, job_id)["endpoints"]
        stop(wire, job_id)

        assert before == show(wire, job_id)["endpoints"] == document["endpoints"]
        assert set(running) == {"ssh", "tensorboard"}
        assert running["ssh"]["task_urls"] == [{"task": "worker-0", "url": IsStr()}]


class TestTasks:
    def tasks(self, wire: Wire, job_id: str, **query: str) -> Any:
        """Tasks of a job."""
        return wire.get(f"/training-jobs/{job_id}/tasks", **query).raise_for_status().json()

    def test_where_they_run(self, wire: Wire) -> None:
        """Each task of a running job says on which node it is."""
        job_id = started(wire, nodes=2)

        nodes = wire.emulator.world()["pools"][TRAIN_POOL]["nodes"]
        hosts = [nodes[name]["private_ip"] for name in sorted([NODE, "os-node-created-k9x2v"])]
        assert self.tasks(wire, job_id) == [
            {"task": f"worker-{index}", "ip": host, "host_ip": host, "schedule_count": 1}
            for index, host in enumerate(hosts)
        ]

    def test_before_it_runs(self, wire: Wire) -> None:
        """A job that has no nodes has no tasks."""
        assert self.tasks(wire, created(wire)) == []

    def test_one_scheduling(self, wire: Wire) -> None:
        """Jobs are scheduled once, so there are no tasks of a second time."""
        first, second = (self.tasks(wire, TRAINING_JOB, schedule_count=count) for count in "12")

        assert (len(first), second) == (1, [])

    def test_refused(self, wire: Wire) -> None:
        """A number that is none, or a job that is none, is refused."""
        answer = wire.get(f"/training-jobs/{TRAINING_JOB}/tasks", schedule_count="x")

        assert error(answer) == (400, "ModelArts.2764", "Invalid query parameter (schedule_count).")
        assert error(wire.get("/training-jobs/no-such-job/tasks")) == NOT_FOUND
