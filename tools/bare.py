"""A virtual environment with nothing in it but what is put there, as a user's is before the first installation."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tools.packages import UV
from tools.steps import StepError

_OWN = ("PULUMI_", "MODELARTS_", "HW_", "OS_", "PYTHON", "VIRTUAL_ENV")
"""Beginnings of variables that would let the settings of this machine's user in."""


@dataclass(frozen=True)
class Bare:
    """A virtual environment and a folder beside it to work in, which is no checkout.

    Attributes:
        folder: Where both are; made when absent.
        python: Interpreter to make it of.
        variables: Further variables for all commands.
    """

    folder: Path
    python: Path = Path(sys.executable)
    variables: Mapping[str, str] = field(default_factory=dict)

    def make(self) -> None:
        """Make the environment, with pip in it like one of `python -m venv`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.run(UV, "venv", "--quiet", "--clear", "--seed", "--python", self.python, ".venv")

    def program(self, name: str) -> Path:
        """Return where the environment has a program."""
        return self.folder / ".venv" / "bin" / name

    def install(self, *what: str | Path) -> None:
        """Install requirements or options of `uv pip install`.

        Raises:
            StepError: They cannot be installed.
        """
        self.run(UV, "pip", "install", "--quiet", "--python", self.program("python"), *what)

    def uninstall(self, name: str) -> None:
        """Remove one distribution."""
        self.run(UV, "pip", "uninstall", "--quiet", "--python", self.program("python"), name)

    def run(self, *command: str | Path, **variables: str) -> str:
        """Run a command and return what it printed.

        Raises:
            StepError: It failed; the text has all it printed.
        """
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OWN)}
        env = inherited | {"UV_PYTHON_DOWNLOADS": "never"} | dict(self.variables) | variables
        done = subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            words = " ".join(map(str, command))
            raise StepError(f"`{words}` ended with status {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout
