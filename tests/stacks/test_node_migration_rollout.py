"""How nodes move: in batches, around training jobs, and no faster than the program allows."""

import pytest

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL
from tests.resources.migrations import EIGHT, STAYING, seed_nine
from tests.resources.service import Hand, world
from tests.stacks.harness import Project
from tests.stacks.migrations import migrated, move, rollout
from tests.stacks.pools import IN_SLOW_MOTION, rows, writes

pytestmark = pytest.mark.long  # many commands; what a user sees first is tested in `make test`

JOB = "7a0e3c5e-0f5b-4f0e-9a60-2f1c5d3b8e11"
OTHER_NODE = "os-node-created-k9x2v"


def test_goes_in_batches_and_the_row_follows(project: Project) -> None:
    """Eight nodes, two away at a time, are four batches with a soak between them; the row says how far it is."""
    project.configure(IN_SLOW_MOTION)
    seed_nine(project.emulator())
    project.program(move(*EIGHT, strategy=rollout(max_unavailable=2, soak="1s")))

    up = project.up()

    pairs = [EIGHT[start : start + 2] for start in range(0, 8, 2)]
    expected = ["creating"]
    for done, pair in zip(range(0, 8, 2), pairs, strict=True):
        expected += [f"creating {done}/8 moved · soaking for 1s"] if done else []
        expected += [f"creating {done}/8 moved · {doing} {', '.join(pair)}" for doing in ("draining", "moving")]
    said = [row for row in rows(up, "move") if "getting ready" not in row]
    assert said == [*expected, "creating 8/8 moved", "created 8/8 moved"]
    assert migrated(project) == pairs
    assert Hand(project.emulator()).nodes(TRAIN_POOL) == [STAYING]


def test_waits_for_the_training_job_on_a_node_by_name(project: Project) -> None:
    """Under `wait` the row names the job and its node, and the node leaves when the job has ended."""
    project.configure(IN_SLOW_MOTION)
    job = {"pool": TRAIN_POOL, "nodes": [NODE], "ends_in": 1000}
    project.emulator().seed(world(pool=TRAIN_POOL, jobs={JOB: job}))
    project.program(move())

    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: f"0/1 moved · waiting for training job job-7a0e3c5e on {NODE}" in running.so_far)
    sent = writes(project)
    project.emulator().finish_training_job(JOB)
    up = running.wait()

    assert up.code == 0, up.text
    assert sent == []
    assert migrated(project) == [[NODE]]


def test_fails_before_touching_anything_if_so_told(project: Project) -> None:
    """Under `fail` the preview fails with the node and its job, although another node is idle."""
    job = {"pool": TRAIN_POOL, "nodes": [EIGHT[1]]}
    seed_nine(project.emulator(), jobs={JOB: job})
    project.program(move(*EIGHT[:2], on_running_jobs="fail"))

    refused = project.up(fails=True)

    assert (
        f"nodes[1]: '{EIGHT[1]}' in '{TRAIN_POOL}' runs training job job-7a0e3c5e; wait until that has ended, or "
        'set on_running_jobs="wait"'
    ) in refused.text
    assert writes(project) == []


def test_awaits_a_training_job_that_runs_elsewhere(project: Project) -> None:
    """Nothing is touched before an awaited job has ended; the row says what it is about and how it is."""
    project.configure(IN_SLOW_MOTION)
    job = {"pool": TRAIN_POOL, "nodes": [OTHER_NODE], "ends_in": 1000}
    project.emulator().seed(world(pool=TRAIN_POOL, jobs={JOB: job}))
    project.program(move(await_jobs=[JOB]))

    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: "0/1 moved · waiting for training job job-7a0e3c5e (Running)" in running.so_far)
    sent = writes(project)
    project.emulator().finish_training_job(JOB)
    up = running.wait()

    assert up.code == 0, up.text
    assert sent == []
    assert NODE in Hand(project.emulator()).nodes(INFER_POOL)


def test_says_which_awaited_training_job_does_not_exist(project: Project) -> None:
    """An unknown id fails the preview, with what the service said about it and its place in the program."""
    project.program(move(await_jobs=[JOB]))

    refused = project.preview(fails=True)

    assert f"await_jobs: show training job {JOB}: " in refused.text
    assert " (ModelArts.2775, request " in refused.text
    assert writes(project) == []


def test_skips_a_node_that_does_not_get_free_and_names_it_at_the_end(project: Project) -> None:
    """With `skip` the other nodes move, the run ends with an error about the busy one, and the next run moves it."""
    emulator = project.emulator()
    seed_nine(emulator, jobs={JOB: {"pool": TRAIN_POOL, "nodes": [EIGHT[0]]}})
    project.program(move(*EIGHT[:2], strategy=rollout(drain_timeout="1s", on_undrainable="skip")))

    failed, first = project.up(fails=True), migrated(project)
    emulator.finish_training_job(JOB)
    last = project.up("--diff")

    assert (
        f"Placing nodes in resource pool '{INFER_POOL}': 1 of 2 moved; skipped {EIGHT[0]}: not drained within 1s: "
        f"training job job-7a0e3c5e on {EIGHT[0]}. Raise drain_timeout, or wait until that has ended. "
        "Run `pulumi up` to resume."
    ) in failed.text
    assert first == [[EIGHT[1]]]
    assert migrated(project) == [[EIGHT[1]], [EIGHT[0]]]
    assert "2/2 moved" in last.text
