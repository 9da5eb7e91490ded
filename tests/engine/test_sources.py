"""Data sources on every SDK: in a program under mocks, and in one whose preview knows only some of what it asks."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.sources.dependent import CASES

ROOT = Path(__file__).parents[2]


def printed(python: Path, module: str) -> list[str]:
    """Return the lines that a module of the tests prints with that interpreter.

    Pulumi's mocks leave event loops in their threads that nobody closes, at which some interpreters complain at their
    end: what is printed and how the process ends is looked at, not whether it is silent.
    """
    path = os.pathsep.join([str(ROOT / "provider"), str(ROOT)])
    command = [str(python), "-m", module]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.long
def test_a_preview_knows_what_does_not_change(python: Path) -> None:
    """Every SDK resolves the outputs of what is to change as unknown."""
    found = [set(json.loads(line)) for line in printed(python, "tests.sources.dependent")]

    assert found == [known for _, known in CASES]


@pytest.mark.long
def test_mocks_answer(python: Path) -> None:
    """Every SDK hands questions to a user's mocks in the same form."""
    questions, resources = map(json.loads, printed(python, "tests.sources.mocked"))

    assert questions["asked again"] is True
    assert questions["asked"]["modelarts:index:getNetworks"] == {"freeAddresses": True}
    assert resources[-1] == "auto-pool-os"
