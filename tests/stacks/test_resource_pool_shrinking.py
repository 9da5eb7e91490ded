import pytest

from modelarts_emulator import TRAIN_POOL, Fault
from tests.resources.service import Hand, world
from tests.stacks.harness import Project
from tests.stacks.pools import CPU, IN_SLOW_MOTION, rows, train, writes

NODES = [f"os-node-created-{letter * 5}" for letter in "abcdef"]
JOB = "7a0e3c5e-0f5b-4f0e-9a60-2f1c5d3b8e11"


@pytest.fixture
def hand(project: Project) -> Hand:
    """Somebody at the console, who has locked the first node of six; a training job runs on the second."""
    emulator = project.emulator()
    resources = [{"flavor": CPU, "count": 6}]
    jobs = {JOB: {"pool": TRAIN_POOL, "nodes": [NODES[1]], "document": {"metadata": {"name": "resnet"}}}}
    emulator.seed(world(pool=TRAIN_POOL, resources=resources, nodes={name: {} for name in NODES}, jobs=jobs))
    hand = Hand(emulator)
    hand.lock(TRAIN_POOL, NODES[0])
    emulator.journal.clear()
    return hand


@pytest.mark.long
def test_has_to_be_allowed_and_takes_exactly_the_nodes_it_named(project: Project, hand: Hand) -> None:
    """Fewer nodes fail with the path and the ways out; with a budget two idle, unlocked nodes are named and go."""
    project.configure(IN_SLOW_MOTION)
    project.program(train(4))
    refused = project.preview(fails=True)
    project.program(train(4, max_scale_in=2))

    preview, up = project.preview(), project.up()

    assert (
        f'problem: flavors["{CPU}"]: declares 4 nodes where 6 are live; 2 would be removed and max_scale_in allows 0. '
        "To have nodes named in the preview, drained and deleted, set max_scale_in=2; to keep them, declare 6, or "
        "leave this key out to stop managing its count"
    ) in refused.text
    assert (
        f'flavors.{CPU}: "6 -> 4"\n            nodes.{NODES[2]} : "removed"\n            nodes.{NODES[3]} : "removed"\n'
    ) in preview.stdout
    assert writes(project) == [
        ("batchDrainPoolNodes", {"nodeNames": NODES[2:4]}),
        ("batchDeletePoolNodes", {"deleteNodeNames": NODES[2:4]}),
    ]
    assert hand.nodes(TRAIN_POOL) == [*NODES[:2], *NODES[4:]]
    assert rows(up)[1:4] == [
        f"creating draining {NODES[2]}, {NODES[3]}",
        "creating 0/2 nodes removed",
        f'creating done: flavors["{CPU}"] 6 -> 4; node {NODES[2]} removed; node {NODES[3]} removed',
    ]
    assert project.outputs() == {"nodes": {CPU: 4}}


@pytest.mark.long
def test_waits_for_the_training_job_of_a_node_that_has_to_go(project: Project, hand: Hand) -> None:
    """Where only a busy node is left to go, its row says which job it waits for, and the node goes after that."""
    project.program(train(1, max_scale_in=5))

    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: f"waiting for training job resnet on {NODES[1]}" in running.so_far)
    before = writes(project)
    hand.emulator.finish_training_job(JOB)
    up = running.wait()

    assert up.code == 0, up.text
    assert before == []
    assert hand.nodes(TRAIN_POOL) == NODES[:1]


@pytest.mark.long
def test_of_more_than_was_named_is_refused(project: Project, hand: Hand) -> None:
    """When the pool grows after the engine has named the nodes that go, the run takes none of them."""
    emulator = project.emulator()
    emulator.faults.arm(Fault("showPool", status=429, code="APIGW.0308", retry_after=3))
    project.program(train(4, max_scale_in=5))

    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: bool(emulator.journal.exchanges("showPool")))
    hand.scale(TRAIN_POOL, CPU, 7)
    emulator.journal.clear()
    refused = running.wait()

    assert refused.code != 0
    assert "was refused before anything was sent" in refused.text
    assert writes(project) == []
    assert len(hand.nodes(TRAIN_POOL)) == 7
