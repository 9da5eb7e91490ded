from typing import Any

import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB, Emulator
from modelarts_emulator.state.clock import EPOCH
from tests.emulator.migrations import moved
from tests.emulator.wire import CPU, GPU, Wire, cpu, world

POOL = f"one-{PROJECT}"
BUSY = "os-node-created-72w8d"
"""The node that the training job of the documented world runs on."""


def phases(wire: Wire, *moments: float, pool: str = TRAIN_POOL, name: str = NODE) -> list[str]:
    """Phase of a node at moments since the beginning, in order."""
    seen = []
    for moment in moments:
        wire.emulator.clock.jump_to(EPOCH + moment)
        seen.append(wire.nodes(pool)[name])
    return seen


class TestMoments:
    @pytest.mark.loopback
    def test_breaks_by_itself(self, wire: Wire) -> None:
        """A node breaks at its moment and counts as abnormal from then on."""
        wire.emulator.break_node(TRAIN_POOL, NODE, after=300)

        assert phases(wire, 299, 300, 10**6) == ["Available", "Abnormal", "Abnormal"]
        assert wire.status() == {"available": {CPU: 1}, "abnormal": {CPU: 1}}

    def test_mends_by_itself(self, wire: Wire) -> None:
        """A failure can last a while."""
        wire.emulator.break_node(TRAIN_POOL, NODE, after=300, lasts=60)

        assert phases(wire, 299, 300, 359, 360) == ["Available", "Abnormal", "Abnormal", "Available"]

    def test_in_a_world(self, wire: Wire) -> None:
        """A world says when its nodes break and mend."""
        nodes = {
            "breaks": {"breaks_in": 10},
            "mends": {"breaks_in": 10, "mends_in": 20},
            "broken": {"phase": "Abnormal", "mends_in": 20},
        }
        wire.emulator.seed(world(one={"resources": [cpu(4)], "nodes": nodes}))

        seen = {name: [] for name in nodes}  # type: dict[str, list[str]]
        for moment in (0, 10, 20):
            wire.emulator.clock.jump_to(EPOCH + moment)
            for name in nodes:
                seen[name].append(wire.nodes(POOL)[name])

        assert seen == {
            "breaks": ["Available", "Abnormal", "Abnormal"],
            "mends": ["Available", "Abnormal", "Available"],
            "broken": ["Abnormal", "Abnormal", "Available"],
        }

    def test_nothing_is_written_then(self, modelarts: Emulator) -> None:
        """The phase follows from the moments in the row: looking at it changes nothing."""
        modelarts.break_node(TRAIN_POOL, NODE, after=10, lasts=10)
        modelarts.clock.advance(15)
        modelarts.world()
        with modelarts._store.transaction() as connection:
            before = list(map(tuple, connection.execute("SELECT * FROM nodes")))

        modelarts.clock.advance(10)
        phase = modelarts.world()["pools"][TRAIN_POOL]["nodes"][NODE]["phase"]

        with modelarts._store.transaction() as connection:
            assert (phase, list(map(tuple, connection.execute("SELECT * FROM nodes")))) == ("Available", before)

    def test_are_events_to_wait_for(self, wire: Wire) -> None:
        """The clock that jumps to the next event comes to both moments."""
        wire.emulator.break_node(TRAIN_POOL, NODE, after=300, lasts=60)
        wire.emulator.clock.set_mode("auto")

        moments = [(wire.nodes()[NODE], wire.emulator.clock.now() - EPOCH) for _ in range(3)]

        assert moments == [("Available", 300), ("Abnormal", 360), ("Available", 360)]


class TestPlans:
    def test_can_be_changed(self, wire: Wire) -> None:
        """What was planned last holds, and mending a node forgets it."""
        wire.emulator.break_node(TRAIN_POOL, NODE, after=10)
        wire.emulator.break_node(TRAIN_POOL, NODE, after=20)
        later = phases(wire, 15, 20)

        wire.emulator.break_node(TRAIN_POOL, NODE, after=10)
        wire.emulator.set_node_phase(TRAIN_POOL, NODE, "Available")

        assert (later, phases(wire, 40)) == (["Available", "Abnormal"], ["Available"])

    @pytest.mark.parametrize("times", [{"after": -1}, {"lasts": 0}])
    def test_impossible_ones(self, modelarts: Emulator, times: dict[str, Any]) -> None:
        """A node breaks neither in the past nor for no time."""
        with pytest.raises(ValueError, match="after is at least 0, lasts above 0"):
            modelarts.break_node(TRAIN_POOL, NODE, **times)

        assert modelarts.world()["pools"][TRAIN_POOL]["nodes"][NODE]["phase"] == "Available"

    @pytest.mark.loopback
    def test_a_node_under_way_arrives_broken(self, wire: Wire) -> None:
        """A node that breaks while it moves arrives all the same, and is Abnormal in its new place."""
        wire.emulator.break_node(TRAIN_POOL, NODE, after=20)
        moved(wire, NODE)

        assert phases(wire, 20) == ["Abnormal"]
        assert phases(wire, 200, pool=INFER_POOL) == ["Abnormal"]

    def test_a_deleted_node_breaks_no_more(self, wire: Wire) -> None:
        """A node on its way out is Deleting and then gone, whatever was planned."""
        wire.emulator.break_node(TRAIN_POOL, NODE, after=20)
        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-delete", {"deleteNodeNames": [NODE]})

        assert phases(wire, 30) == ["Deleting"]
        wire.emulator.clock.advance(100)
        assert NODE not in wire.nodes()


class TestTrainingJobs:
    def job(self, wire: Wire) -> tuple[str, float]:
        """Phase and duration in seconds of the documented job."""
        status = wire.get(f"/training-jobs/{TRAINING_JOB}").json()["status"]
        return status["phase"], status["duration"] / 1000

    def test_job_of_a_node_that_breaks(self, wire: Wire) -> None:
        """A running job fails at the moment at which its node breaks, however late somebody looks."""
        wire.emulator.break_node(GPU_POOL, BUSY, after=300)

        wire.emulator.clock.advance(299)
        before = self.job(wire)
        wire.emulator.clock.advance(1000)

        assert (before, self.job(wire)) == (("Running", 299), ("Failed", 300))

    def test_job_of_another_node(self, wire: Wire) -> None:
        """A job on other nodes runs on."""
        wire.emulator.break_node(GPU_POOL, "os-node-created-p5ed5")

        assert wire.status(GPU_POOL) == {"available": {GPU: 1}, "abnormal": {GPU: 1}}
        assert self.job(wire)[0] == "Running"

    def test_plan_that_was_dropped(self, wire: Wire) -> None:
        """A node that was mended before its moment leaves its job alone."""
        wire.emulator.break_node(GPU_POOL, BUSY, after=300)

        wire.emulator.set_node_phase(GPU_POOL, BUSY, "Available")
        wire.emulator.clock.advance(1000)

        assert self.job(wire) == ("Running", 1000)

    def test_an_idle_upgrade_begins_then(self, wire: Wire) -> None:
        """A driver upgrade that waits for the job begins when the job's node breaks."""
        wire.emulator.break_node(GPU_POOL, BUSY, after=300)
        wire.patch({"spec": {"driver": {"gpuVersion": "515.65.01", "updateStrategy": "idle"}}}, GPU_POOL)

        wire.emulator.clock.advance(419)
        before = wire.pool(GPU_POOL)["status"]["driver"]["gpu"]["state"]
        wire.emulator.clock.advance(1)

        assert (before, wire.pool(GPU_POOL)["status"]["driver"]["gpu"]["state"]) == ("Upgrading", "Running")


def test_over_http(wire: Wire) -> None:
    """Another process plans a failure through the control API; nonsense is refused."""

    def ask(**more: object) -> int:
        body = {"pool": TRAIN_POOL, "phase": "Abnormal", **more}
        return wire.client.post(f"{wire.base}/_emulator/nodes/{NODE}", json=body).status_code

    refused = [ask(after="soon"), ask(after=-1), ask(phase="Available", after=5), ask(lasts=True)]

    assert (refused, ask(after=10, lasts=5)) == ([400] * 4, 200)
    assert phases(wire, 9, 10, 15) == ["Available", "Abnormal", "Available"]
