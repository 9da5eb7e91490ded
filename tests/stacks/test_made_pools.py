"""What a user meets whose program makes pools: what is refused, what fails, and what is killed."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from modelarts_emulator import NETWORK, PROJECT, Fault, Outcome
from tests.resources.service import Hand
from tests.stacks.pools import AS_IT_IS, AT_ONCE, CPU, writes

if TYPE_CHECKING:
    from modelarts_emulator import Emulator
    from tests.stacks.harness import Project

pytestmark = pytest.mark.long

A_WHILE = 100
"""Seconds that a request waits to be repeated: longer than it takes to kill, and not so long that it is given up."""
BLUE = f"team-blue-{PROJECT}"


def made(resource: str = "blue", count: int = 2, **arguments: Any) -> str:
    """Return a program that makes one more pool, in the documented network."""
    own = {"name": f"team-{resource}", "network": NETWORK, "flavors": {CPU: count}, "scope": ["Train"]}
    given = ", ".join(f"{key}={value!r}" for key, value in {**own, **arguments}.items())
    return f"{resource} = modelarts.ResourcePool({resource!r}, {given})\n"


def test_what_cannot_be_made_is_refused_at_its_input(project: Project) -> None:
    """Network, flavor and growth are told at once; so is a pool of somebody else, with the way to adopt it."""
    labels = {"os.modelarts/name": "team-blue"}
    resources = [{"flavor": CPU, "count": 1}]
    spec = {"type": "Dedicate", "scope": ["Train"], "network": {"name": NETWORK}, "resources": resources}
    by_hand = {"apiVersion": "v2", "kind": "Pool", "metadata": {"labels": labels}, "spec": spec}
    project.program(made(network=f"nowhere-{PROJECT}", flavors={CPU: 40, "modelarts.vm.cpu.4u": 1}))

    refused = project.preview(fails=True)
    assert Hand(project.emulator()).ask("pools", by_hand).is_success
    project.program(made())
    foreign = project.preview(fails=True)

    assert f"network: there is no network 'nowhere-{PROJECT}'" in refused.text
    assert "did you mean 'modelarts.vm.cpu.4ud'?" in refused.text
    assert "32 are the most unless max_growth says otherwise" in refused.text
    assert f"exists and was not made by this resource. Adopt it with pool_name='team-blue-{PROJECT}'" in foreign.text
    assert [name for name, _ in writes(project)] == ["createPool"]


def test_what_fails_or_is_lost_is_made_by_the_next_run(project: Project) -> None:
    """One fails, one comes in part, of one the answer is lost: the next run shows and does the rest, and each once."""
    emulator = project.emulator()
    hand = Hand(emulator)
    for outcome in (Outcome(nodes=0), Outcome(nodes=1)):
        emulator.faults.arm(Fault("createPool", outcome=outcome))
    emulator.faults.arm(Fault("createPool", drop="reset", when="after"))
    five = ["one", "two", "three", "four", "five"]
    project.program("".join(made(name) for name in five))

    failed = project.up("--continue-on-error", "--parallel", "16", fails=True)
    preview = project.preview()
    project.up()
    project.up("--expect-no-changes")

    assert failed.text.count("insufficient resources") >= 2
    assert "CreationFailed -> created in" in preview.text
    assert f'plan: flavors["{CPU}"] 1 -> 2' in preview.text
    assert [hand.counts(f"team-{name}-{PROJECT}") for name in five] == [{CPU: 2}] * 5
    assert Counter(name for name, _ in writes(project)) == {"createPool": 6, "deletePool": 1, "patchPool": 1}


def test_a_creation_is_finished_wherever_it_was_killed(project: Project) -> None:
    """`kill -9` at one request after the other, until the pool is asked for, and then a refresh: it is made once."""
    emulator = project.emulator()
    project.configure(AS_IT_IS)
    project.program(made())

    requests = 0
    while "createPool" not in answered(emulator):
        requests += 1
        killed_at(project, requests)
    killed_at(project, 1)
    project.refresh("--clear-pending-creates")
    project.configure(AT_ONCE)
    shown = project.preview()
    project.up()
    project.up("--expect-no-changes")

    assert requests > 8
    assert f"resource pool {BLUE!r} is there and carries the mark of this resource" in shown.text
    assert answered(emulator).count("createPool") == 1
    assert Hand(emulator).counts(BLUE) == {CPU: 2}


def killed_at(project: Project, request: int) -> None:
    """Kill the program just before the service acts on one of its requests, and release the stack."""
    emulator = project.emulator()
    emulator.faults.arm(Fault("*", status=429, code="APIGW.0308", retry_after=A_WHILE, after=request - 1))
    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: emulator.faults.unfired() == [] and at_rest(project))
    running.kill()
    project.unlock()


def at_rest(project: Project) -> bool:
    """Tell whether the state has the stack: a file that is killed while it is written is Pulumi's affair."""
    with suppress(ValueError):
        return bool(project.export().get("resources"))
    return False


def answered(emulator: Emulator) -> list[str | None]:
    """Return the operations that the service has acted on."""
    return [exchange.operation for exchange in emulator.journal.exchanges() if exchange.status == httpx.codes.OK]
