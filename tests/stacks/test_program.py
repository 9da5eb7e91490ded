"""A program printed of an account, run by the real CLI."""

import os
import subprocess
import sys

import pytest

from tests.stacks.harness import STACK, Project
from tests.stacks.pools import writes


def printed(project: Project) -> str:
    """Return what `modelarts program --stack` prints in a project's folder."""
    command = [sys.executable, "-m", "pulumi_modelarts.cli", "program", "--stack", STACK]
    done = subprocess.run(command, cwd=project.folder, env=os.environ, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.long
def test_a_printed_program_adopts_and_changes_nothing(project: Project) -> None:
    """Its first preview creates three resources with empty maps, and nothing is written by the run or after it."""
    project.program(printed(project))

    preview = project.run("preview", "--json")
    project.up()
    project.up("--expect-no-changes")
    project.refresh("--expect-no-changes")

    steps = [step for step in preview.json["steps"] if "ResourcePool" in step["urn"]]
    assert [(step["op"], step["newState"]["inputs"]["changes"]) for step in steps] == [("create", {})] * 3
    assert writes(project) == []
