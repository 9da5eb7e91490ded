from typing import Any

import pytest

from modelarts_emulator import GPU_POOL, PROJECT, TRAIN_POOL, TRAINING_JOB, Fault, Outcome
from tests.emulator.wire import GPU, Wire, error, world


def upgrade(wire: Wire, version: str = "515.65.01", strategy: str = "force") -> dict[str, Any]:
    """Ask for another driver and return the pool's driver status."""
    driver = {"gpuVersion": version, "updateStrategy": strategy}
    return dict(wire.patch({"spec": {"driver": driver}}, GPU_POOL).raise_for_status().json()["status"]["driver"]["gpu"])


def status(wire: Wire) -> tuple[str, str]:
    """Version and state of the GPU pool's driver."""
    driver = wire.pool(GPU_POOL)["status"]["driver"]["gpu"]
    return driver["version"], driver["state"]


def node_drivers(wire: Wire) -> list[dict[str, str]]:
    """Driver status of each node of the GPU pool."""
    return [item["status"]["driver"] for item in wire.get(f"/pools/{GPU_POOL}/nodes").json()["items"]]


@pytest.mark.loopback
def test_forced_upgrade_takes_its_time(wire: Wire) -> None:
    """A forced upgrade starts at once, shows the old version while it runs, and leaves the pool Running."""
    during = upgrade(wire)

    wire.emulator.clock.advance(119)
    before_the_end = status(wire)
    wire.emulator.clock.advance(1)

    assert during == {"version": "440.33", "state": "Upgrading"}
    assert before_the_end == ("440.33", "Upgrading")
    assert status(wire) == ("515.65.01", "Running")
    assert wire.pool(GPU_POOL)["status"]["phase"] == "Running"
    assert wire.pool(GPU_POOL)["spec"]["driver"] == {"gpuVersion": "515.65.01", "updateStrategy": "force"}


def test_nodes_follow(wire: Wire) -> None:
    """Nodes show their own driver phase and version during an upgrade and after it."""
    upgrade(wire)

    during = node_drivers(wire)
    wire.emulator.clock.advance(120)

    assert during == [{"phase": "Updating", "version": "440.33"}] * 2
    assert node_drivers(wire) == [{"phase": "Running", "version": "515.65.01"}] * 2


def test_idle_upgrade_waits_for_training_jobs(wire: Wire) -> None:
    """An idle upgrade starts when the last training job on the pool's nodes has ended, not before."""
    upgrade(wire, strategy="idle")
    wire.emulator.clock.advance(10_000)
    waiting = status(wire), node_drivers(wire)[0]["phase"]

    wire.emulator.finish_training_job(TRAINING_JOB)
    wire.emulator.clock.advance(119)
    started = status(wire), node_drivers(wire)[0]["phase"]
    wire.emulator.clock.advance(1)

    assert waiting == (("440.33", "Upgrading"), "Pending")
    assert started == (("440.33", "Upgrading"), "Updating")
    assert status(wire) == ("515.65.01", "Running")


@pytest.mark.loopback
def test_idle_upgrade_counts_from_the_end_of_the_job(wire: Wire) -> None:
    """An idle upgrade that nobody watched ended as long after the job as a watched one."""
    pool = {
        "resources": [{"flavor": GPU, "count": 1}],
        "driver": {"gpuVersion": "440.33"},
        "nodes": ["os-node-created-aaaaa"],
    }
    content = world(**{"gpu-pool-os": pool})
    jobs = {"job-1": {"pool": GPU_POOL, "nodes": ["os-node-created-aaaaa"], "ends_in": 300}}
    content["projects"][PROJECT]["training_jobs"] = jobs
    wire.emulator.seed(content)
    upgrade(wire, strategy="idle")

    wire.emulator.clock.advance(419)
    before = status(wire)
    wire.emulator.clock.advance(1)

    assert (before, status(wire)) == (("440.33", "Upgrading"), ("515.65.01", "Running"))


def test_idle_upgrade_of_an_idle_pool(wire: Wire) -> None:
    """An idle upgrade of a pool without jobs starts at once."""
    wire.emulator.finish_training_job(TRAINING_JOB)

    upgrade(wire, strategy="idle")
    wire.emulator.clock.advance(120)

    assert status(wire) == ("515.65.01", "Running")


def test_failed_upgrade(wire: Wire) -> None:
    """An upgrade that was armed to fail ends Abnormal with the old version, and can be asked for again."""
    wire.emulator.faults.arm(Fault("patchPool", {"pool": GPU_POOL}, outcome=Outcome(driver="Abnormal")))
    upgrade(wire)
    wire.emulator.clock.advance(120)
    failed = status(wire)

    upgrade(wire)
    wire.emulator.clock.advance(120)

    assert failed == ("440.33", "Abnormal")
    assert status(wire) == ("515.65.01", "Running")


def test_strategy_alone_upgrades_nothing(wire: Wire) -> None:
    """The update strategy is policy: changing it alone is kept in the spec and starts nothing."""
    wire.patch({"spec": {"driver": {"updateStrategy": "idle"}}}, GPU_POOL)

    assert status(wire) == ("440.33", "Running")
    assert wire.pool(GPU_POOL)["spec"]["driver"] == {"gpuVersion": "440.33", "updateStrategy": "idle"}


def test_same_upgrade_again(wire: Wire) -> None:
    """The same version asked for again while it is being installed does not start over."""
    upgrade(wire)
    wire.emulator.clock.advance(100)

    upgrade(wire)
    wire.emulator.clock.advance(20)

    assert status(wire) == ("515.65.01", "Running")


@pytest.mark.parametrize(
    ("pool", "driver", "reason"),
    [
        (GPU_POOL, {"gpuVersion": ""}, "spec.driver.gpuVersion must not be empty"),
        (GPU_POOL, {"gpuVersion": 5}, "spec.driver.gpuVersion must be a string"),
        (GPU_POOL, {"updateStrategy": "never"}, "spec.driver.updateStrategy 'never' is not one of 'force' or 'idle'"),
        (GPU_POOL, {"npuVersion": "C78"}, f"spec.driver.npuVersion: the pool {GPU_POOL} has no NPU flavor"),
        (TRAIN_POOL, {"gpuVersion": "1"}, f"spec.driver.gpuVersion: the pool {TRAIN_POOL} has no GPU flavor"),
    ],
)
def test_refusals(wire: Wire, pool: str, driver: dict[str, Any], reason: str) -> None:
    """A driver that the pool cannot have is refused with the field's name, and nothing changes."""
    before = wire.emulator.world()

    answer = wire.patch({"spec": {"driver": driver}}, pool)

    assert error(answer) == (400, "ModelArts.50004000", f"Bad request. {reason}")
    assert wire.emulator.world() == before
