"""States that earlier versions have written, each with its program, its settings and what the service had then."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.stacks.harness import Project

FOLDER = Path(__file__).parent
EMULATOR_FILE = "EMULATOR_FILE"
"""What stands in a kept state for the file of the emulator, which is another one in each test."""
NAMES = sorted(path.stem for path in FOLDER.glob("20*.json"))
"""Each is the day of its version and the version, so that they are in the order of time."""
DYNAMIC = "pulumi-python:dynamic/"


@dataclass(frozen=True)
class Kept:
    """What one version has left.

    Attributes:
        program: The program that had run, as a stack's tests write it.
        config: Settings of its stack, beside those that lead to the emulator.
        world: What the service had, as a world of the emulator.
        state: The deployment of its stack.
    """

    program: str
    config: Mapping[str, Any]
    world: Mapping[str, Any]
    state: Mapping[str, Any]

    @classmethod
    def read(cls, name: str) -> Kept:
        """Return the one of a version, such as `2027-01-31-v0.2.0`."""
        return cls(**json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))

    def write(self, name: str) -> None:
        """Keep it as the one of a version."""
        (FOLDER / f"{name}.json").write_text(json.dumps(vars(self), indent=1, sort_keys=True) + "\n", encoding="utf-8")

    def resources(self) -> list[dict[str, Any]]:
        """Return what a provider of ours serves, in the order in which it was made."""
        return [each for each in self.state["resources"] if each["type"].startswith(DYNAMIC)]

    def plant(self, project: Project) -> None:
        """Make this the state, the program and the world of a project."""
        project.configure(self.config)
        project.program(self.program)
        with project.emulator() as emulator:
            emulator.seed(self.world)
        project.plant(json.loads(json.dumps(self.state).replace(EMULATOR_FILE, str(project.emulator_file))))
