"""Drive the real Pulumi CLI on a project of its own: program, state, emulator and Pulumi home in one temporary folder.

A command takes about two seconds, most of it starting the CLI and Python twice, so a scenario spends its commands
with care: `up` once with a preview in it, rather than `preview`, `up`, `preview`.
"""

import json
import os
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modelarts_emulator import PROJECT as SERVED
from modelarts_emulator import Emulator
from tests.stacks.command import CommandFailedError, Outcome, Running
from tests.stacks.terminal import Terminal

PROJECT = "modelarts"
STACK = "test"

_PASSPHRASE = "test"  # noqa: S105 - the state of a test, on the machine of the test
_SALT = "v1:1Wbs4Sp2Hh8=:v1:fgmrl8UEtFpj3sp7:UIJzhoHieKvBP1SVsa0KHHfAZR92hA=="
"""What `pulumi stack init` writes for that passphrase; given, so that the file stays as the test wrote it."""

_NOT_INHERITED = ("PULUMI_", "MODELARTS_", "HW_", "OS_", "AWS_", "PG")
"""Beginnings of variables that would let the tester's own settings into a test."""


@dataclass
class Project:
    """A Pulumi project with one stack.

    Attributes:
        folder: Where everything is; the caller owns it.
        cli: Folder of the Pulumi CLI.
        config: Configuration of the stack; by default the embedded emulator, ten virtual minutes in a second.
        env: Further variables for the commands.
    """

    folder: Path
    cli: Path
    config: dict[str, Any] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Lay the project out and create its stack."""
        (self.folder / "state").mkdir(parents=True)
        self.config = {
            "modelarts:endpoint": "emulator",
            "modelarts:emulatorFile": str(self.emulator_file),
            "modelarts:emulatorClock": "scaled:600",
        } | self.config
        settings = f'name: {PROJECT}\nruntime:\n  name: python\n  options:\n    virtualenv: "{sys.prefix}"\n'
        (self.folder / "Pulumi.yaml").write_text(settings, encoding="utf-8")
        self.configure({})
        self.program("")
        self.run("stack", "init", STACK)

    @property
    def emulator_file(self) -> Path:
        """Where the world of this project's emulator is kept."""
        return self.folder / "emulator.db"

    def emulator(self) -> Emulator:
        """Open the world of this project, to arrange it or to see what became of it; use it in a `with` statement."""
        return Emulator.open(self.emulator_file)

    def program(self, text: str) -> None:
        """Replace the program of the stack; `pulumi` and `modelarts` are imported."""
        imports = "import pulumi\nimport pulumi_modelarts as modelarts\n\n"
        (self.folder / "__main__.py").write_text(imports + textwrap.dedent(text), encoding="utf-8")

    def configure(self, changes: Mapping[str, Any]) -> None:
        """Set keys of the stack's configuration; None removes one."""
        merged = self.config | dict(changes)
        self.config = {key: value for key, value in merged.items() if value is not None}
        # JSON is YAML, and needs no package to be written.
        settings = json.dumps({"config": self.config, "encryptionsalt": _SALT}, indent=2)
        (self.folder / f"Pulumi.{STACK}.yaml").write_text(settings, encoding="utf-8")

    def over_the_network(self, url: str, credentials: Mapping[str, str]) -> None:
        """Reach a server of the emulator, in place of the embedded one, with settings such as `token`."""
        nothing = dict.fromkeys(["modelarts:emulatorFile", "modelarts:emulatorClock"])
        place = {"region": "cn-north-7", "projectId": SERVED, "endpoint": url, "iamEndpoint": url}
        settings = {**place, **credentials}
        self.configure({**nothing, **{f"modelarts:{key}": value for key, value in settings.items()}})

    def up(self, *options: str, fails: bool = False) -> Outcome:
        """Run `pulumi up` without a preview before it."""
        return self.run("up", "--yes", "--skip-preview", *options, fails=fails)

    def preview(self, *options: str, fails: bool = False) -> Outcome:
        """Run `pulumi preview --diff`."""
        return self.run("preview", "--diff", *options, fails=fails)

    def plan(self, *options: str, fails: bool = False) -> Outcome:
        """Run `pulumi preview --json`; `Outcome.step` finds a resource in it."""
        return self.run("preview", "--json", *options, fails=fails)

    def refresh(self, *options: str, fails: bool = False) -> Outcome:
        """Run `pulumi refresh` without a preview before it."""
        return self.run("refresh", "--yes", "--skip-preview", *options, fails=fails)

    def destroy(self, *options: str, fails: bool = False) -> Outcome:
        """Run `pulumi destroy` without a preview before it."""
        return self.run("destroy", "--yes", "--skip-preview", *options, fails=fails)

    def run(self, *arguments: str, fails: bool = False) -> Outcome:
        """Run a Pulumi command to its end.

        Raises:
            CommandFailedError: It failed; with `fails`, it did not.
        """
        outcome = self.start(*arguments).wait()
        if (outcome.code != 0) is not fails:
            raise CommandFailedError(outcome)
        return outcome

    def start(self, *arguments: str) -> Running:
        """Start a Pulumi command and return at once."""
        command = ["pulumi", *arguments, "--non-interactive", "--color", "never"]
        return Running(command, self.folder, self.environment())

    def at_terminal(self, *arguments: str) -> Terminal:
        """Return a Pulumi command that runs with a person before it; enter it to start."""
        return Terminal(["pulumi", *arguments, "--color", "never"], self.folder, self.environment())

    def unlock(self) -> None:
        """Release the stack after a command was killed, as Pulumi's own message advises."""
        self.run("cancel", "--yes")

    def export(self) -> dict[str, Any]:
        """Return the deployment in the state: `manifest`, `resources`, `pending_operations`."""
        latest = json.loads(self._state.read_text(encoding="utf-8"))["checkpoint"]["latest"]
        return dict(latest or {})

    def plant(self, deployment: Mapping[str, Any]) -> None:
        """Put a deployment in place of the one in the state."""
        content = {"version": 3, "checkpoint": {"stack": f"organization/{PROJECT}/{STACK}", "latest": deployment}}
        self._state.write_text(json.dumps(content), encoding="utf-8")

    def resource(self, name: str) -> dict[str, Any]:
        """Return what the state says about the resource called `name`.

        Raises:
            LookupError: It is not in the state.
        """
        for resource in self.export().get("resources", []):
            if resource["urn"].endswith(f"::{name}"):
                return dict(resource)
        raise LookupError(f"{name!r} is not in the state")

    def outputs(self) -> dict[str, Any]:
        """Return what the program exported."""
        return dict(self.resource(f"{PROJECT}-{STACK}").get("outputs", {}))

    def everything_written(self) -> bytes:
        """Return the content of every file under the project: state, its history and backups, logs."""
        files = (path for path in self.folder.rglob("*") if path.is_file() and path != self.emulator_file)
        return b"\n".join(path.read_bytes() for path in files)

    @property
    def _state(self) -> Path:
        return self.folder / "state" / ".pulumi" / "stacks" / PROJECT / f"{STACK}.json"

    def environment(self) -> dict[str, str]:
        """Return the variables that a command runs with: nothing of the tester's own settings."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(_NOT_INHERITED)}
        own = {
            "PATH": f"{self.cli}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{self.folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": _PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_STACK": STACK,
        }
        return inherited | own | self.env
