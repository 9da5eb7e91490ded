import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import GPU_POOL, TRAINING_JOB, Fault, Outcome
from tests.stacks.harness import Project
from tests.stacks.pools import IN_SLOW_MOTION, Code, pool, rows, writes

pytestmark = pytest.mark.long  # many commands; what a user sees first is tested in `make test`

IDLE = Code("modelarts.Driver(gpu_version='515.65.01')")
NAME = "trainjob--py14_mem06-108"


def test_waits_for_the_training_job_and_is_verified(project: Project) -> None:
    """An idle upgrade says which job it waits for; when that has ended, version and state are verified."""
    project.configure(IN_SLOW_MOTION)
    project.program(pool("gpu", GPU_POOL, driver=IDLE))

    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: NAME in running.so_far)
    project.emulator().finish_training_job(TRAINING_JOB)
    up = running.wait()

    step = "GPU driver 440.33 -> 515.65.01: Upgrading"
    assert up.code == 0, up.text
    assert rows(up, "gpu") == [
        "creating",
        "creating driver.gpu_version 440.33 -> 515.65.01",
        f"creating {step}, waiting for training job {NAME}",
        f"creating {step}",
        "creating done: driver.gpu_version 440.33 -> 515.65.01",
        "created done: driver.gpu_version 440.33 -> 515.65.01",
    ]
    assert writes(project) == [
        ("patchPool", {"spec": {"driver": {"gpuVersion": "515.65.01", "updateStrategy": "idle"}}})
    ]
    assert project.resource("gpu")["outputs"] == IsPartialDict(driverStatus={"gpu": "515.65.01 Running"})


def test_that_ends_abnormal_stays_in_state_as_unfinished(project: Project) -> None:
    """An upgrade that fails on the nodes is an error with both versions; the resource is kept, and tried again."""
    project.emulator().faults.arm(Fault("patchPool", outcome=Outcome(driver="Abnormal")))
    force = Code("modelarts.Driver(gpu_version='515.65.01', update_strategy='force')")
    project.program(pool("gpu", GPU_POOL, driver=force))

    failed = project.up(fails=True)
    kept = project.resource("gpu")
    project.up()

    assert "the GPU driver is Abnormal at version 440.33, 515.65.01 was asked for" in failed.text
    assert kept == IsPartialDict(id=GPU_POOL)
    assert len(kept["initErrors"]) == 1
    assert project.resource("gpu")["outputs"] == IsPartialDict(driverStatus={"gpu": "515.65.01 Running"})
