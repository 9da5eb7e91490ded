"""A network from program to service and back, through the real CLI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import PROJECT, Fault, Outcome
from tests.resources.service import Hand
from tests.stacks.pools import AT_ONCE, writes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stacks.harness import Project

ID = f"team-net-{PROJECT}"
CIDR = "192.168.0.0/20"
FROZEN = {"modelarts:emulatorClock": "frozen"}
"""Whatever a run waits for never comes."""


def network(**arguments: Any) -> str:
    """Return a program with one network."""
    given = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
    return f"net = modelarts.Network('net', {given})\npulumi.export('network', net.network_name)\n"


MAKING = network(name="team-net", cidr=CIDR)
ADOPTING = network(network_name=ID)


def networks(project: Project) -> dict[str, tuple[str, str]]:
    """Return addresses and phase of each network, by id."""
    return Hand(project.emulator()).networks()


def sent(project: Project) -> list[str | None]:
    """Return what was sent to change something."""
    return [operation for operation, _ in writes(project)]


def owned(project: Project) -> tuple[str, bool]:
    """Return whose the network is by the state, and whether it is unfinished."""
    resource = project.resource("net")
    return resource["outputs"]["ownership"], bool(resource.get("initErrors"))


def killed(project: Project, command: str, until: Callable[[str], bool]) -> None:
    """Kill a command once its output shows something."""
    running = project.start(command, "--yes", "--skip-preview")
    running.until(lambda: until(running.so_far))
    running.kill()
    project.unlock()


@pytest.mark.long
def test_is_made_as_its_preview_says_and_once(project: Project) -> None:
    """Its id is known before it is there; a second run finds nothing to do."""
    project.program(MAKING)

    made = project.run("up", "--yes", "--diff")
    again = project.up("--expect-no-changes")

    assert made.stdout.count(f'networkName: "{ID}"') == 2
    assert "plan: network (none) -> created" in made.text
    assert f"sent: make network {ID} with addresses {CIDR} (request " in made.text
    assert "2 unchanged" in again.stdout
    assert (project.outputs(), owned(project)) == ({"network": ID}, ("made", False))
    assert (sent(project), networks(project)[ID]) == (["createNetwork"], (CIDR, "Active"))


@pytest.mark.long
def test_that_comes_abnormal_is_made_anew_and_goes_although_its_end_is_killed(project: Project) -> None:
    """A failure keeps it in the state; one run puts it right, as planned; two destroys see it to its end."""
    project.program(MAKING)
    project.emulator().faults.arm(Fault("createNetwork", outcome=Outcome(network="Abnormal")))

    failed = project.up(fails=True)
    begun = owned(project)
    preview = project.preview("--save-plan", "plan.json")
    project.up("--plan", "plan.json")
    finished = owned(project)
    project.configure(FROZEN)
    rest = project.up("--refresh", "--expect-no-changes")
    killed(project, "destroy", lambda shown: "network is being deleted" in shown)
    left = networks(project)
    project.emulator().clock.advance(60)
    project.destroy()

    assert "it came Abnormal. Run `pulumi up` again to delete it and make it anew" in failed.text
    assert '"Abnormal -> deleted and created anew"' in preview.stdout
    assert (begun, finished) == (("made", True), ("made", False))
    assert "2 unchanged" in rest.stdout
    assert ID in left
    assert ID not in networks(project)
    assert sent(project) == ["createNetwork", "deleteNetwork", "createNetwork", "deleteNetwork"]


@pytest.mark.long
def test_that_was_killed_while_it_was_made_is_taken_over_and_can_change_hands(project: Project) -> None:
    """Nothing is on record of a run that was killed: the preview says so, and the program may change that."""
    project.program(MAKING)
    project.configure(FROZEN)
    killed(project, "up", lambda shown: "network is Creating" in shown)
    project.configure(AT_ONCE)

    taken = project.run("up", "--yes", "--diff")
    first = owned(project)
    project.program(ADOPTING)
    project.up()
    project.program(MAKING)
    switched = project.preview()
    project.up()
    second = owned(project)
    project.destroy()

    assert 'network   : "exists -> managed"' in taken.stdout
    assert 'on destroy: "released"' in taken.stdout
    assert '"released -> deleted"' in switched.stdout
    assert (first, second) == (("adopted", False), ("made", False))
    assert (sent(project), ID in networks(project)) == (["createNetwork", "deleteNetwork"], False)


@pytest.mark.long
def test_that_is_replaced_by_itself_or_deleted_by_hand_is_there_after_the_run(project: Project) -> None:
    """What Pulumi takes for the old one is the new one, and stays; what somebody has deleted comes again."""
    project.program(MAKING)
    project.up()
    urn = project.resource("net")["urn"]

    replaced = project.up("--replace", urn)
    after = networks(project)[ID], owned(project)
    Hand(project.emulator()).delete_network(ID)
    project.emulator().clock.advance(60)
    again = project.run("up", "--yes", "--diff")
    project.destroy("--run-program")

    assert f"network {ID} stays as it is: 'net' declares it in this run" in replaced.text
    assert after == ((CIDR, "Active"), ("adopted", False))
    assert '=> "(none) -> created"' in again.stdout
    assert '=> "released -> deleted"' in again.stdout
    assert ID not in networks(project)
