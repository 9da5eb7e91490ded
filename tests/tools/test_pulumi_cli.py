"""Which Pulumi CLI the set-up takes, and why it refuses another."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.paths import ROOT

FIND = """
import json
from tools.pulumi_cli import find
refusals = []
print(json.dumps([str(find(refusals)), refusals]))
"""


@dataclass(frozen=True)
class Machine:
    """A machine with nothing but what a test puts there."""

    folder: Path

    def install(self, place: str, version: str, *, language_host: bool = True) -> Path:
        """Put a CLI of that version into `place`."""
        folder = self.folder / place
        folder.mkdir(parents=True)
        _script(folder / "pulumi", f"echo {version}")
        if language_host:
            _script(folder / "pulumi-language-python", "")
        return folder

    def find(self) -> tuple[str, list[str]]:
        """Return the folder that is taken and the refusals before it."""
        env = {
            "PATH": f"{self.folder / 'path'}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "HOME": str(self.folder),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
        }
        command = [sys.executable, "-c", FIND]
        answer = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
        taken, refusals = json.loads(answer.stdout)
        return taken, refusals


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine without any CLI."""
    return Machine(tmp_path)


def test_one_on_path_is_taken(machine: Machine) -> None:
    """A recent CLI on PATH wins over the other places."""
    on_path = machine.install("path", "v3.250.0")
    machine.install(".pulumi/bin", "v3.272.0")

    taken, refusals = machine.find()

    assert (taken, refusals) == (str(on_path), [])


def test_one_that_is_too_old_gives_way(machine: Machine) -> None:
    """An old CLI on PATH is named as the reason, and the one in the home folder is taken."""
    machine.install("path", "v3.215.9")
    at_home = machine.install(".pulumi/bin", "v3.216.0")

    taken, refusals = machine.find()

    assert taken == str(at_home)
    assert refusals == ["the Pulumi CLI on PATH is not taken: it is v3.215.9, older than 3.216.0"]


def test_one_that_cannot_run_python_is_refused(machine: Machine) -> None:
    """A CLI without a Python language host is of no use."""
    machine.install("path", "v3.250.0", language_host=False)

    taken, refusals = machine.find()

    assert taken == "None"
    assert refusals[0] == "the Pulumi CLI on PATH is not taken: it has no pulumi-language-python beside it"


def test_every_place_that_was_looked_at_is_named(machine: Machine) -> None:
    """Where there is no CLI, the reasons say where it was looked for."""
    assert machine.find() == (
        "None",
        ["no Pulumi CLI on PATH", "no Pulumi CLI in ~/.pulumi/bin", "no Pulumi CLI in the user's cache"],
    )


def _script(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
