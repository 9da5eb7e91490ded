import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB
from modelarts_emulator.state.clock import EPOCH
from tests.emulator import migrations
from tests.emulator.migrations import OTHER
from tests.emulator.training import (
    HOUR,
    POOL,
    STARTING,
    A,
    B,
    C,
    created,
    nodes_of,
    one_pool,
    phase,
    phases,
    show,
    started,
)
from tests.emulator.wire import GPU, Wire, cpu


class TestNodes:
    @pytest.mark.loopback
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

    @pytest.mark.loopback
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


def test_other_projects_are_not_touched(wire: Wire) -> None:
    """Jobs queue for nodes of their own project."""
    job_id = started(wire, nodes=2)
    wire.project = "f" * 32

    assert wire.post("/training-job-searches", {}).json()["items"] == []
    wire.project = PROJECT
    assert phase(wire, job_id) == "Running"
