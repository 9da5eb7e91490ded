import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB
from modelarts_emulator.clock import EPOCH
from tests.emulator import migrations
from tests.emulator.training import (
    POOL,
    STARTING,
    STOPPING,
    A,
    B,
    C,
    created,
    nodes_of,
    one_pool,
    phase,
    show,
    started,
    stop,
)
from tests.emulator.wire import GPU, Wire, cpu

OTHER = "os-node-created-k9x2v"
HOUR = 3600


def phases(wire: Wire, *jobs: str) -> list[str]:
    """Phases of jobs."""
    return [phase(wire, job) for job in jobs]


class TestPhases:
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


class TestNodes:
    def test_by_name(self, wire: Wire) -> None:
        """Of idle nodes a job gets the first ones by name."""
        one_pool(wire, B, C, A)

        job_id = started(wire, pool=POOL, nodes=2)

        assert nodes_of(wire, job_id) == [A, B]

    def test_busy_nodes_are_left_out(self, wire: Wire) -> None:
        """A node with a job gets no other one, whether the world put it there or the queue did."""
        one_pool(wire, A, B, C, jobs={"there": {"pool": POOL, "nodes": [A]}})

        first, second = started(wire, "first", POOL), started(wire, "second", POOL)

        assert (nodes_of(wire, first), nodes_of(wire, second)) == ([B], [C])

    def test_drained_nodes_are_left_out(self, wire: Wire) -> None:
        """A drained node gets no new job."""
        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-drain", {"nodeNames": [OTHER]}).raise_for_status()

        first, second = created(wire, "first"), created(wire, "second")
        wire.emulator.clock.advance(STARTING)

        assert (nodes_of(wire, first), phase(wire, second)) == ([NODE], "Pending")

    def test_abnormal_nodes_are_left_out(self, wire: Wire) -> None:
        """An abnormal node gets no job until it has recovered."""
        one_pool(wire, A)
        wire.emulator.set_node_phase(POOL, A, "Abnormal")
        job_id = created(wire, pool=POOL)
        wire.emulator.clock.advance(HOUR)

        before = phase(wire, job_id)
        wire.emulator.set_node_phase(POOL, A, "Available")

        assert (before, phase(wire, job_id)) == ("Pending", "Running")
        assert show(wire, job_id)["status"]["start_time"] == int((EPOCH + HOUR) * 1000)

    def test_nodes_under_way_are_left_out(self, wire: Wire) -> None:
        """A node that is being migrated gets no job."""
        migrations.moved(wire, OTHER)

        job_id = started(wire)

        assert nodes_of(wire, job_id) == [NODE]

    def test_locked_nodes_are_not(self, wire: Wire) -> None:
        """A lock is against deletion, not against jobs."""
        document = {"nodeNames": [NODE, OTHER], "actions": ["delete"]}
        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-lock", document).raise_for_status()

        assert nodes_of(wire, started(wire, nodes=2)) == [OTHER, NODE]

    def test_new_nodes(self, wire: Wire) -> None:
        """A job that waits gets a new node at the moment at which that is ready."""
        one_pool(wire, A, timings={"spread": 0})
        job_id = created(wire, pool=POOL, nodes=2)
        wire.scale(cpu(2), pool=POOL).raise_for_status()

        wire.emulator.clock.advance(HOUR)

        assert show(wire, job_id)["status"]["start_time"] == int((EPOCH + 75) * 1000)

    def test_nodes_that_arrive(self, wire: Wire) -> None:
        """A job that waits gets a node that is migrated into its pool, once it is ready there."""
        job_id = created(wire, nodes=3)
        migrations.moved(wire, "os-node-created-b7f3q", source=INFER_POOL, target=TRAIN_POOL)

        wire.emulator.clock.advance(HOUR)

        assert nodes_of(wire, job_id) == ["os-node-created-b7f3q", OTHER, NODE]

    def test_cards(self, wire: Wire) -> None:
        """A job that asks for cards gets nodes that have as many."""
        wire.scale({"flavor": GPU, "count": 2}, cpu(1), pool=GPU_POOL).raise_for_status()
        wire.emulator.clock.advance(100)
        new = set(wire.nodes(GPU_POOL)) - {"os-node-created-72w8d", "os-node-created-p5ed5"}

        resource = {"pool_id": GPU_POOL, "flavor_id": "modelarts.pool.visual.xlarge", "node_count": 1}
        with_card, without = started(wire, "with", resource=resource), started(wire, "without", GPU_POOL)

        assert (nodes_of(wire, with_card), set(nodes_of(wire, without))) == (["os-node-created-p5ed5"], new)


class TestOrder:
    def test_oldest_first(self, wire: Wire) -> None:
        """Of jobs that wait the oldest gets nodes first, at the moment at which they are free."""
        one_pool(wire, A, timings={"training": 100})
        jobs = [created(wire, name, POOL) for name in ("one", "two", "three")]

        wire.emulator.clock.advance(HOUR)

        starts = [show(wire, job)["status"]["start_time"] - int(EPOCH * 1000) for job in jobs]
        assert starts == [10_000, 110_000, 210_000]

    def test_priority(self, wire: Wire) -> None:
        """A job of higher priority gets nodes before older ones of lower."""
        one_pool(wire, A)
        first = started(wire, "first", POOL)
        low = created(wire, "low", POOL)
        high = created(wire, "high", POOL, schedule_policy={"priority": 2})
        wire.emulator.clock.advance(STARTING)

        wire.emulator.finish_training_job(first)

        assert phases(wire, low, high) == ["Pending", "Running"]

    def test_smaller_ones_pass(self, wire: Wire) -> None:
        """A job that does not fit does not hold up those behind it."""
        one_pool(wire, A, B)
        large, small = created(wire, "large", POOL, nodes=3), created(wire, "small", POOL)

        wire.emulator.clock.advance(STARTING)

        assert phases(wire, large, small) == ["Pending", "Running"]


class TestDriver:
    def upgrade(self, wire: Wire, strategy: str) -> None:
        """Ask for another driver."""
        driver = {"gpuVersion": "515.65.01", "updateStrategy": strategy}
        wire.patch({"spec": {"driver": driver}}, GPU_POOL).raise_for_status()

    def test_being_upgraded(self, wire: Wire) -> None:
        """While the driver of a pool is being upgraded, no job starts on its nodes."""
        self.upgrade(wire, "force")
        job_id = created(wire, pool=GPU_POOL)

        wire.emulator.clock.advance(HOUR)

        assert show(wire, job_id)["status"]["start_time"] == int((EPOCH + 120) * 1000)

    @pytest.mark.parametrize("looks", [0, 1, 7])
    def test_waiting_for_jobs(self, wire: Wire, looks: int) -> None:
        """An upgrade that waits for jobs to end is not overtaken by new ones."""
        self.upgrade(wire, "idle")
        job_id = created(wire, pool=GPU_POOL)
        wire.emulator.clock.advance(50)
        wire.emulator.finish_training_job(TRAINING_JOB)

        for _ in range(looks):
            phase(wire, job_id)
            wire.emulator.clock.advance(11)
        wire.emulator.clock.advance(HOUR)

        assert show(wire, job_id)["status"]["start_time"] == int((EPOCH + 170) * 1000)


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


def test_other_projects_are_not_touched(wire: Wire) -> None:
    """Jobs queue for nodes of their own project."""
    job_id = started(wire, nodes=2)
    wire.project = "f" * 32

    assert wire.post("/training-job-searches", {}).json()["items"] == []
    wire.project = PROJECT
    assert phase(wire, job_id) == "Running"
