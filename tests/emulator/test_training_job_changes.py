from typing import Any

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import TRAINING_JOB
from tests.emulator.training import (
    NOT_FOUND,
    POOL,
    STARTING,
    STOPPING,
    A,
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

    @pytest.mark.loopback
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

    @pytest.mark.loopback
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
