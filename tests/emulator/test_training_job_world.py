import pytest

from modelarts_emulator import PROJECT, TRAIN_POOL, TRAINING_JOB, Emulator, ImpossibleWorldError
from modelarts_emulator.state.clock import EPOCH
from tests.emulator.training import POOL, A, nodes_of, one_pool, show, started
from tests.emulator.wire import Wire


class TestEmulator:
    @pytest.mark.loopback
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

    @pytest.mark.loopback
    def test_world_shows_created_jobs(self, wire: Wire) -> None:
        """A job that was created stands in the world as those do that it began with."""
        job_id = started(wire)

        nodes = wire.emulator.world()["pools"][TRAIN_POOL]["nodes"]
        assert wire.emulator.world()["training_jobs"][job_id] == {
            "pool": TRAIN_POOL,
            "phase": "Running",
            "hosts": [nodes[name]["private_ip"] for name in nodes_of(wire, job_id)],
        }


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
