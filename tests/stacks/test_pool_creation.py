"""A user's view of pools that a program makes: together in a network, one by one, and stopped in the middle."""

import json
import re

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import NETWORK, PROJECT
from tests.resources.service import LONG_ENOUGH, Hand
from tests.stacks.harness import Project
from tests.stacks.pools import AT_ONCE, CPU, operations, writes

pytestmark = pytest.mark.long

BLUE, GREEN = (f"team-{name}-{PROJECT}" for name in ("blue", "green"))

URN = "urn:pulumi:test::modelarts::pulumi-python:dynamic/modelarts:ResourcePool::{}"


def program(blue: int = 1, green: int = 1) -> str:
    """Return a program that makes a network and two pools in it, one of them with a secret script."""
    return (
        'net = modelarts.Network("net", name="team-net", cidr="192.168.0.0/24")\n'
        'own = {"network": net.network_name, "scope": ["Train"]}\n'
        f'modelarts.ResourcePool("blue", name="team-blue", flavors={{"{CPU}": {blue}}}, **own)\n'
        f'gold = modelarts.NodePool("{CPU}", {green}, post_install=pulumi.Output.secret("echo hidden-4711"))\n'
        'modelarts.ResourcePool("green", name="team-green", node_pools={"gold": gold}, **own)\n'
    )


def test_a_network_and_its_pools_are_made_together_and_changed_one_by_one(project: Project) -> None:
    """One run makes them at once; a target changes one alone; a secret stays one; at rest nothing is said."""
    project.program(program())

    project.up()
    made = operations(project).count("createPool")
    project.program(program(blue=2, green=2))
    targeted = project.run("up", "--yes", "--target", URN.format("blue"))
    project.up()
    rest = project.up("--expect-no-changes")

    hand = Hand(project.emulator())
    assert (made, [operation for operation, _ in writes(project)].count("patchPool")) == (2, 2)
    assert f'flavors["{CPU}"] 1 -> 2' in targeted.stdout
    assert "node_pools" not in targeted.stdout
    assert (hand.counts(BLUE), hand.counts(GREEN)) == ({CPU: 2}, {CPU: 2})
    assert project.resource("green")["outputs"] == IsPartialDict(poolName=GREEN, ownership="made", phase="Running")
    assert not re.search("hidden-4711|ZWNobyBoaWRkZW4tNDcxMQ", json.dumps(project.export()) + targeted.text)
    assert "4 unchanged" in rest.stdout


def test_a_creation_that_is_stopped_is_finished_by_the_next_run(project: Project) -> None:
    """Ctrl-C leaves what the service has accepted; the preview says that it is being made, and one `up` ends it."""
    project.configure({"modelarts:emulatorClock": "frozen"})
    given = f'name="team-blue", network="{NETWORK}", flavors={{"{CPU}": 2}}, scope=["Train"]'
    project.program(f'modelarts.ResourcePool("blue", {given})')
    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: "the pool is Creating" in running.so_far)

    running.interrupt()
    stopped = running.wait()
    preview = project.preview("--diff")
    project.emulator().clock.advance(LONG_ENOUGH)
    project.configure(AT_ONCE)
    project.up()

    assert "What the service has accepted goes on there by itself. Run `pulumi up` to go on from there" in stopped.text
    assert re.search(
        r'pool +: "creating \(begun by an interrupted run\) -> Running"|"\(none\) -> created in .*" => '
        r'"creating \(begun by an interrupted run\) -> Running"',
        preview.stdout,
    )
    assert [operation for operation, _ in writes(project)] == ["createPool"]
    assert Hand(project.emulator()).counts(BLUE) == {CPU: 2}
    project.up("--expect-no-changes")
