"""The Automation API on the embedded emulator: what drives it sees what a user of the CLI sees."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.stacks.pools import CPU, train, writes

if TYPE_CHECKING:
    from tests.stacks.harness import Project

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("form", ["inline", "local"])
def test_a_stack_from_its_making_to_its_end(project: Project, form: str) -> None:
    """Previews count, events carry `changes`, output carries the plan line, and a run at rest sends nothing."""
    project.program(train(3))
    driver = [sys.executable, "-m", "tests.stacks.automated", form, str(project.folder), json.dumps(project.config)]

    done = subprocess.run(driver, cwd=ROOT, env=project.environment(), capture_output=True, text=True, check=False)

    assert done.stderr == ""
    assert json.loads(done.stdout) == {
        "preview": {"create": 2},
        "planned": {f"flavors.{CPU}": "2 -> 3"},
        "lines": [f'plan: flavors["{CPU}"] 2 -> 3'],
        "up": {"create": 2},
        "outputs": {"nodes": {CPU: 3}},
        "again": {"same": 2},
        "refresh": {"same": 2},
        "destroy": {"delete": 2},
    }
    assert [operation for operation, _ in writes(project)] == ["patchPool"]
