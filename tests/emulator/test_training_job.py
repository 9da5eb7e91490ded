from typing import Any

import pytest
from dirty_equals import IsPartialDict, IsStr

from modelarts_emulator import GPU_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB, Emulator, ImpossibleWorldError
from modelarts_emulator.clock import EPOCH
from modelarts_emulator.documents.training_job import TrainingJob
from modelarts_emulator.documents.training_job_algorithm import Algorithm
from modelarts_emulator.shape import check, unknown
from modelarts_emulator.worlds.documented import TRAINING_JOB_DOCUMENT
from modelarts_emulator.worlds.documented_training_job import ALGORITHMS
from tests.emulator.training import (
    POOL,
    STARTING,
    STOPPING,
    A,
    B,
    create,
    created,
    delete,
    nodes_of,
    one_pool,
    phase,
    show,
    started,
    stop,
)
from tests.emulator.wire import Wire, error, error_code

MILLISECONDS = int(EPOCH * 1000)
NOT_FOUND = (400, "ModelArts.2775", "Training job (ID: no-such-job) not found.")


class TestDocumented:
    def test_shown(self, wire: Wire) -> None:
        """The job of the API page runs on a node of the GPU pool and shows what the page shows."""
        job = show(wire, TRAINING_JOB)

        host = wire.emulator.world()["pools"][GPU_POOL]["nodes"]["os-node-created-72w8d"]["private_ip"]
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
            "task_ips": [{"task": "worker-0", "ip": host, "host_ip": host, "schedule_count": 1}],
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


class TestEmulator:
    def test_ended_once(self, wire: Wire) -> None:
        """A job that has ended keeps its end."""
        wire.emulator.finish_training_job(TRAINING_JOB, "Terminated")

        wire.emulator.finish_training_job(TRAINING_JOB, "Completed")

        assert wire.emulator.world()["training_jobs"][TRAINING_JOB]["phase"] == "Terminated"

    def test_not_ended_by_a_phase_that_goes_on(self, wire: Wire) -> None:
        """Only terminal phases end a job."""
        with pytest.raises(ValueError, match="'Running' is not one of Completed, Failed, Terminated, Abnormal"):
            wire.emulator.finish_training_job(TRAINING_JOB, "Running")

        assert wire.emulator.world()["training_jobs"][TRAINING_JOB]["phase"] == "Running"

    def test_world_shows_created_jobs(self, wire: Wire) -> None:
        """A job that was created stands in the world as those do that it began with."""
        job_id = started(wire)

        nodes = wire.emulator.world()["pools"][TRAIN_POOL]["nodes"]
        assert wire.emulator.world()["training_jobs"][job_id] == {
            "pool": TRAIN_POOL,
            "phase": "Running",
            "hosts": [nodes[name]["private_ip"] for name in nodes_of(wire, job_id)],
        }


class TestStop:
    @pytest.mark.parametrize("seconds", [0, STARTING])
    def test_stopped(self, wire: Wire, seconds: int) -> None:
        """A job that is being made, or runs, is Terminating for a while and then Terminated."""
        job_id = created(wire)
        wire.emulator.clock.advance(seconds)

        answer = stop(wire, job_id)

        assert (answer.status_code, answer.json()["status"]["phase"]) == (202, "Terminating")
        wire.emulator.clock.advance(STOPPING - 1)
        assert phase(wire, job_id) == "Terminating"
        wire.emulator.clock.advance(1)
        assert phase(wire, job_id) == "Terminated"

    def test_queued(self, wire: Wire) -> None:
        """A job that waits for nodes is stopped too, and never gets any."""
        one_pool(wire, A)
        first, second = started(wire, "first", POOL), created(wire, "second", POOL)
        wire.emulator.clock.advance(STARTING)

        stop(wire, second)
        wire.emulator.finish_training_job(first)
        wire.emulator.clock.advance(STOPPING)

        assert (phase(wire, second), nodes_of(wire, second)) == ("Terminated", [])

    def test_nodes_are_free_once_it_has_stopped(self, wire: Wire) -> None:
        """Until a job has stopped, its nodes are busy; then another one gets them."""
        one_pool(wire, A)
        first, second = started(wire, "first", POOL), created(wire, "second", POOL)
        wire.emulator.clock.advance(STARTING)

        stop(wire, first)
        wire.emulator.clock.advance(STOPPING - 1)
        before = phase(wire, second)
        wire.emulator.clock.advance(1)

        assert (before, phase(wire, second)) == ("Pending", "Running")

    def test_why_it_ended(self, wire: Wire) -> None:
        """A job that was stopped says so in its record and its tasks."""
        job_id = started(wire)

        stop(wire, job_id)
        wire.emulator.clock.advance(STOPPING)

        status = show(wire, job_id)["status"]
        assert status["running_records"][0]["end_reason"] == "job terminated"
        assert status["task_statuses"] == [{"task": "worker-0", "exit_code": 137, "message": "job terminated"}]

    def test_twice(self, wire: Wire) -> None:
        """A job that is stopping, or has stopped, cannot be stopped: 409."""
        job_id = started(wire)
        stop(wire, job_id)

        stopping = error(stop(wire, job_id))
        wire.emulator.clock.advance(STOPPING)

        assert stopping == error(stop(wire, job_id)) == (409, "ModelArts.2796", "The job cannot be terminated.")

    @pytest.mark.parametrize(
        ("document", "refusal"),
        [
            ({"action_type": "restart"}, (400, "ModelArts.2812", "Unsupported action type:restart")),
            ({}, (400, "ModelArts.2788", "Invalid parameter(action_type is required).")),
            ([], (400, "ModelArts.2787", "Invalid JSON request body.")),
        ],
    )
    def test_other_actions(self, wire: Wire, document: object, refusal: tuple[int, str, str]) -> None:
        """Nothing else can be done to a job."""
        answer = wire.post(f"/training-jobs/{TRAINING_JOB}/actions", document)

        assert (error(answer), phase(wire, TRAINING_JOB)) == (refusal, "Running")

    def test_missing(self, wire: Wire) -> None:
        """A job that does not exist cannot be stopped."""
        assert error(stop(wire, "no-such-job")) == NOT_FOUND


class TestDelete:
    def test_gone(self, wire: Wire) -> None:
        """A job that is deleted is gone at once, from the list and the world too."""
        answer = delete(wire, TRAINING_JOB)

        assert (answer.status_code, answer.content) == (202, b"")
        assert error_code(wire.get(f"/training-jobs/{TRAINING_JOB}")) == (400, "ModelArts.2775")
        assert wire.post("/training-job-searches", {}).json()["items"] == []
        assert wire.emulator.world()["training_jobs"] == {}

    def test_nodes_are_free(self, wire: Wire) -> None:
        """The nodes of a running job that is deleted are free at once."""
        one_pool(wire, A)
        first, second = started(wire, "first", POOL), created(wire, "second", POOL)
        wire.emulator.clock.advance(STARTING)

        delete(wire, first)

        assert nodes_of(wire, second) == [A]

    def test_id_is_not_given_again(self, wire: Wire) -> None:
        """The id of a deleted job is never that of another one, while its name may be."""
        first = created(wire)
        delete(wire, first)

        second = created(wire)

        assert first != second

    def test_missing(self, wire: Wire) -> None:
        """A job that does not exist cannot be deleted."""
        assert error(delete(wire, "no-such-job")) == NOT_FOUND


class TestChange:
    def change(self, wire: Wire, document: object, job_id: str = TRAINING_JOB) -> Any:
        """Change a job."""
        return wire.client.put(wire.url(f"/training-jobs/{job_id}"), json=document)

    @pytest.mark.parametrize("description", ["hahaha", ""])
    def test_description(self, wire: Wire, description: str) -> None:
        """Another description is shown from then on, and nothing else changes."""
        before = show(wire, TRAINING_JOB)

        answer = self.change(wire, {"description": description})

        assert (answer.status_code, answer.content) == (200, b"")
        before["metadata"]["description"] = description
        assert show(wire, TRAINING_JOB) == before

    def test_nothing(self, wire: Wire) -> None:
        """What is left out stays."""
        before = show(wire, TRAINING_JOB)

        self.change(wire, {})

        assert show(wire, TRAINING_JOB) == before

    def test_everything_else(self, wire: Wire) -> None:
        """Priority, notification, keys and annotations can be changed too; what they leave out stays."""
        notification = {"topic_urn": "urn:smn:topic", "events": ["JobFailed"]}

        self.change(
            wire,
            {
                "spec": {"schedule_policy": {"priority": 3}, "notification": notification},
                "endpoints": {"ssh": {"key_pair_names": ["other"]}},
                "metadata": {"annotation": {"jupyter-lab/enable": "false"}},
            },
        )

        job = show(wire, TRAINING_JOB)
        assert job["spec"]["schedule_policy"] == {"priority": 3, "preemptible": False}
        assert job["spec"]["notification"] == notification
        assert job["endpoints"] == {"ssh": IsPartialDict(key_pair_names=["other"])}
        assert job["metadata"]["annotations"]["fault-tolerance/job-retry-num"] == "3"

    @pytest.mark.parametrize(
        ("document", "code"),
        [
            ({"description": "x" * 257}, "ModelArts.2788"),
            ({"description": 1}, "ModelArts.2788"),
            ({"description": None}, "ModelArts.2788"),
            ({"spec": {"schedule_policy": {"priority": 0}}}, "ModelArts.2788"),
            ("text", "ModelArts.2787"),
        ],
    )
    def test_refused(self, wire: Wire, document: object, code: str) -> None:
        """A change that cannot be changes nothing."""
        before = wire.emulator.world()

        assert error_code(self.change(wire, document)) == (400, code)
        assert wire.emulator.world() == before

    def test_missing(self, wire: Wire) -> None:
        """A job that does not exist cannot be changed."""
        assert error(self.change(wire, {}, "no-such-job")) == NOT_FOUND


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


class TestWorld:
    def test_own_records(self, wire: Wire) -> None:
        """A world can say what happened to a job before, and the run that goes on comes behind it."""
        earlier = {"start_at": 1, "end_at": 2, "end_reason": "exit with 127", "end_recover": "job_reschedule"}
        given = {"status": {"running_records": [earlier]}}

        one_pool(wire, A, jobs={"job": {"pool": POOL, "nodes": [A], "document": given}})

        records = show(wire, "job")["status"]["running_records"]
        assert records == [earlier, {"start_at": int(EPOCH), "start_type": "init_or_rescheduled"}]

    @pytest.mark.parametrize(
        ("document", "reason"),
        [
            ({"colour": "red"}, r"document\.colour: the service knows no such field"),
            ({"spec": {"resource": {"colour": 1}}}, r"document\.spec\.resource\.colour: the service knows no"),
            ({"kind": "work"}, r"document: kind 'work' is not one of 'job'"),
            ({"metadata": {"name": "no spaces"}}, r"document: metadata\.name is wrong"),
            (
                {"algorithm": {"inputs": [{"access_method": "post"}]}},
                r"document: algorithm\.inputs\[0\]\.access_method 'post'",
            ),
            ({"status": {"phase": "Running"}}, r"document\.status\.phase: only running_records and"),
        ],
    )
    def test_impossible_documents(self, document: object, reason: str) -> None:
        """A document that the service would not show is refused with the path of what is wrong."""
        with Emulator() as emulator, pytest.raises(ImpossibleWorldError, match=r"training_jobs\[job\]\." + reason):
            emulator.seed({"projects": {PROJECT: {"training_jobs": {"job": {"document": document}}}}})

    @pytest.mark.parametrize(
        ("algorithms", "reason"),
        [
            ({"a": {"code": "x"}}, r"algorithms\[a\]\.code: the service knows no such field"),
            ({"a": {"code_dir": 1}}, r"algorithms\[a\]: code_dir must be a string"),
        ],
    )
    def test_impossible_algorithms(self, algorithms: object, reason: str) -> None:
        """An algorithm that is none is refused with the path of what is wrong."""
        with Emulator() as emulator, pytest.raises(ImpossibleWorldError, match=reason):
            emulator.seed({"projects": {PROJECT: {"algorithms": algorithms}}})
