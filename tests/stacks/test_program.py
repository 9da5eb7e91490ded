"""A program printed of an account, run by the real CLI."""

import copy
import os
import subprocess
import sys
from typing import Any

import pytest

from modelarts_emulator import PROJECT as SERVED
from modelarts_emulator import TRAIN_POOL
from modelarts_emulator.worlds.documented import WORLD
from tests.cli.accounts import PLANTED, SCRIPT
from tests.resources.fleets import CPU8
from tests.resources.pools import CPU
from tests.stacks.harness import STACK, Project
from tests.stacks.pools import writes


def account() -> dict[str, Any]:
    """Return the documented account, in which one pool has a node pool with a script and a name that is a keyword."""
    found = copy.deepcopy(WORLD)
    gold = {"flavor": CPU8, "count": 1, "nodePool": "gold", "extendParams": {"postInstall": SCRIPT}}
    found["projects"][SERVED]["pools"][TRAIN_POOL] |= {
        "labels": {"os.modelarts/name": 'class "A"\n'},
        "resources": [{"flavor": CPU, "count": 2}, gold],
        "nodes": {},
    }
    return found


def printed(project: Project, *words: str) -> str:
    """Return what `modelarts program --stack` prints in a project's folder."""
    command = [sys.executable, "-m", "pulumi_modelarts.cli", "program", "--stack", STACK, *words]
    done = subprocess.run(command, cwd=project.folder, env=os.environ, capture_output=True, text=True, check=True)
    return done.stdout


def adopted(project: Project) -> dict[str, str]:
    """Preview, run, run again and refresh a program; return what its first preview says, by the resource's name."""
    preview = project.run("preview", "--json")
    project.up()
    project.up("--expect-no-changes")
    project.refresh("--expect-no-changes")
    steps = {step["urn"].rpartition("::")[2]: step for step in preview.json["steps"]}
    said = {name: step["newState"].get("inputs", {}) for name, step in steps.items() if "odelarts:" in step["urn"]}
    return {
        name: f"{steps[name]['op']} {inputs.get('changes', inputs.get('moves', ''))}".strip()
        for name, inputs in said.items()
        if name != f"modelarts-{STACK}"
    }


@pytest.mark.long
def test_a_printed_program_adopts_and_changes_nothing(project: Project) -> None:
    """With pools or with a fleet: its first preview creates with empty maps, and nothing is written or left to do."""
    with project.emulator() as emulator:
        emulator.seed(account())
    program = printed(project)
    project.program(program)
    project.run("config", "set", "--secret", "classAGoldPostInstall", PLANTED)

    pools = adopted(project)
    project.destroy()
    project.program(printed(project, "--fleet"))
    fleet = adopted(project)

    assert pools == dict.fromkeys(["network-maos", "class-A", "gpu-pool-os", "infer-pool-os"], "create {}")
    members = ["fleet-placement", "fleet-class-A", "fleet-gpu-pool-os", "fleet-infer-pool-os"]
    assert fleet == {"fleet": "create", **dict.fromkeys(["network-maos", *members], "create {}")}
    assert writes(project) == []
    assert PLANTED.encode() not in program.encode() + project.everything_written()
