"""What a user meets whose program makes pools: what is shown, refused, failed, replaced by hand and deleted."""

from __future__ import annotations

from typing import Any

import pytest

from modelarts_emulator import NETWORK, PROJECT
from tests.stacks.pools import CPU

pytestmark = pytest.mark.long

BLUE = f"team-blue-{PROJECT}"
URN = "urn:pulumi:test::modelarts-test::pulumi-python:dynamic/modelarts:ResourcePool::blue"


def made(resource: str = "blue", count: int = 2, **arguments: Any) -> str:
    """Return a program that makes one more pool, in the documented network."""
    own = {"name": f"team-{resource}", "network": NETWORK, "flavors": {CPU: count}, "scope": ["Train"]}
    given = ", ".join(f"{key}={value!r}" for key, value in {**own, **arguments}.items())
    return f"{resource} = modelarts.ResourcePool({resource!r}, {given})\n"


def test_what_cannot_be_made_is_refused_at_its_input(project: Project) -> None:
    """Both ways at once, a name, a network, a flavor, quotas of the whole program, a pool of somebody else."""
    refusals = {
        made(name="Blue!"): "",
        made(network=f"nowhere-{PROJECT}"): "",
        made(flavors={"modelarts.vm.cpu.4u": 1}): "",
        made(count=40): "",
        made(scope=[]): "",
    }
    for program in refusals:
        project.program(program)
        print(project.preview(fails=True).text)
