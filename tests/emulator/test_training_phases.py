import pytest

from modelarts_emulator import NODE, TRAIN_POOL, TRAINING_JOB
from modelarts_emulator.state.clock import EPOCH
from tests.emulator.migrations import OTHER
from tests.emulator.training import (
    HOUR,
    POOL,
    STARTING,
    STOPPING,
    A,
    B,
    created,
    nodes_of,
    one_pool,
    phase,
    phases,
    show,
    started,
    stop,
)
from tests.emulator.wire import Wire


class TestPhases:
    @pytest.mark.loopback
    def test_creating_then_running(self, wire: Wire) -> None:
        """A job with free nodes is made, and runs at once when it is."""
        job_id = created(wire)

        wire.emulator.clock.advance(STARTING - 1)
        before = show(wire, job_id)["status"]
        wire.emulator.clock.advance(1)
        after = show(wire, job_id)["status"]

        assert (before["phase"], before["secondary_phase"]) == ("Creating", "Creating")
        assert (after["phase"], after["secondary_phase"]) == ("Running", "Running")
        assert (after["start_time"], after["duration"]) == (int((EPOCH + STARTING) * 1000), 0)

    def test_pending(self, wire: Wire) -> None:
        """A job that does not find enough nodes waits for them."""
        job_id = created(wire, nodes=3)

        wire.emulator.clock.advance(10 * HOUR)

        status = show(wire, job_id)["status"]
        assert (status["phase"], status["secondary_phase"], status["start_time"]) == ("Pending", "Queuing", 0)
        assert nodes_of(wire, job_id) == []

    def test_until_somebody_ends_it(self, wire: Wire) -> None:
        """A job that was created runs until somebody ends it."""
        job_id = started(wire)

        wire.emulator.clock.advance(100 * HOUR)
        before = phase(wire, job_id)
        wire.emulator.finish_training_job(job_id)

        assert (before, phase(wire, job_id)) == ("Running", "Completed")

    @pytest.mark.loopback
    def test_as_long_as_the_world_says(self, wire: Wire) -> None:
        """Where a world says how long jobs run, they are Completed then."""
        one_pool(wire, A, timings={"training": 100})
        job_id = started(wire, pool=POOL)

        wire.emulator.clock.advance(99)
        before = phase(wire, job_id)
        wire.emulator.clock.advance(1)

        assert (before, phase(wire, job_id)) == ("Running", "Completed")

    def test_as_long_as_it_says(self, wire: Wire) -> None:
        """A job that says after how many hours of running it is to be stopped is stopped then."""
        job_id = started(wire, auto_stop={"time_unit": "HOURS", "duration": 2})

        seen = []
        for seconds in (2 * HOUR - 1, 1, STOPPING):
            wire.emulator.clock.advance(seconds)
            seen.append(phase(wire, job_id))

        assert seen == ["Running", "Terminating", "Terminated"]

    def test_ends_before_it_is_stopped(self, wire: Wire) -> None:
        """A job that ends before its hours have passed is Completed."""
        one_pool(wire, A, timings={"training": HOUR - 1})
        job_id = started(wire, pool=POOL, auto_stop={"time_unit": "HOURS", "duration": 1})

        wire.emulator.clock.advance(2 * HOUR)

        assert phase(wire, job_id) == "Completed"

    def test_outside_dedicated_pools(self, wire: Wire) -> None:
        """A job of a public pool needs no nodes of one's own."""
        resource = {"flavor_id": "modelarts.p3.large.public.free"}
        job_id = created(wire, resource=resource)

        wire.emulator.clock.advance(STARTING)

        assert (phase(wire, job_id), nodes_of(wire, job_id)) == ("Running", [])

    def test_auto_clock(self, wire: Wire) -> None:
        """A client that polls on the auto clock sees every phase without waiting for it."""
        one_pool(wire, A, timings={"training": 100})
        wire.emulator.clock.set_mode("auto")
        first, second = created(wire, "first", POOL), created(wire, "second", POOL)

        seen = [phase(wire, second) for _ in range(4)]

        assert seen == ["Creating", "Pending", "Running", "Completed"]
        assert phase(wire, first) == "Completed"


class TestLosses:
    def test_deleted_node(self, wire: Wire) -> None:
        """A job whose node is deleted fails, with the reason, and its other nodes are free."""
        job_id = started(wire, nodes=2)

        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-delete", {"deleteNodeNames": [NODE]}).raise_for_status()

        assert phase(wire, job_id) == "Failed"
        assert show(wire, job_id)["status"]["running_records"][0]["end_reason"] == "node deleted"
        assert nodes_of(wire, started(wire, "next")) == [OTHER]

    def test_evicted(self, wire: Wire) -> None:
        """Where a drain evicts, it terminates jobs that were created like all others."""
        one_pool(wire, A, B, choices={"drain": "evict"})
        job_id = started(wire, pool=POOL)

        wire.post(f"/pools/{POOL}/nodes/batch-drain", {"nodeNames": [A]}).raise_for_status()

        assert phase(wire, job_id) == "Terminated"

    def test_deleted_pool(self, wire: Wire) -> None:
        """The jobs of a pool that is deleted fail, those that wait too, and no others."""
        running, waiting = started(wire, "running", nodes=2), created(wire, "waiting")

        wire.client.delete(wire.url(f"/pools/{TRAIN_POOL}")).raise_for_status()
        wire.emulator.clock.advance(HOUR)

        assert phases(wire, running, waiting, TRAINING_JOB) == ["Failed", "Failed", "Running"]

    def test_stopping_job_of_a_deleted_node(self, wire: Wire) -> None:
        """A job that is being stopped ends as Terminated, whatever becomes of its node."""
        job_id = started(wire)
        stop(wire, job_id)

        names = nodes_of(wire, job_id)
        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-delete", {"deleteNodeNames": names}).raise_for_status()
        wire.emulator.clock.advance(STOPPING)

        assert phase(wire, job_id) == "Terminated"
