"""Commands of the Pulumi CLI, while they run and when they have ended."""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True)
class Outcome:
    """What one command did.

    Attributes:
        command: Program and arguments.
        code: Exit status, negative for the signal that ended it.
        stdout: What it printed.
        stderr: What it complained about.
        seconds: How long it took.
    """

    command: Sequence[str]
    code: int
    stdout: str
    stderr: str
    seconds: float

    @property
    def text(self) -> str:
        """Everything a person would have seen."""
        return self.stdout + self.stderr

    @cached_property
    def json(self) -> Any:
        """The parsed answer of a command with `--json`; for `up`, a list of events."""
        try:
            return json.loads(self.stdout)
        except json.JSONDecodeError:
            return [json.loads(line) for line in self.stdout.splitlines() if line.startswith("{")]

    def step(self, name: str) -> dict[str, Any]:
        """Return the step that a preview with `--json` plans for the resource called `name`.

        Raises:
            LookupError: It plans none.
        """
        for step in self.json["steps"]:
            if step["urn"].endswith(f"::{name}"):
                return dict(step)
        raise LookupError(f"no step for {name!r} among {[step['urn'] for step in self.json['steps']]}")


class CommandFailedError(AssertionError):
    """A command that was expected to succeed did not; the text is all it printed."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(f"{' '.join(outcome.command)} ended with {outcome.code}:\n{outcome.text}")
        self.outcome = outcome


def await_either(condition: Callable[[], bool], other: Callable[[], bool], timeout: float = 60) -> None:
    """Return when one of two conditions holds; they are tried every 20 milliseconds.

    Raises:
        TimeoutError: Neither holds after `timeout` seconds.
    """
    deadline = time.monotonic() + timeout
    while not condition() and not other():
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing that was waited for came true in {timeout} seconds")
        time.sleep(0.02)


class Running:
    """A command that goes on while the test does something else."""

    def __init__(self, command: Sequence[str], folder: Path, env: Mapping[str, str]) -> None:
        self._command = command
        self._folder = folder
        self._start = time.monotonic()
        # Of its own, as another command may run beside it.
        kept = Path(tempfile.mkdtemp(prefix=".said-", dir=folder))
        self._streams = (kept / "stdout", kept / "stderr")
        with self._streams[0].open("wb") as out, self._streams[1].open("wb") as err:
            # A group of its own, so that a kill reaches the CLI, the language host and the providers together.
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Process id of the CLI, which is also that of its group."""
        return self._process.pid

    @property
    def so_far(self) -> str:
        """What the command printed on standard output so far."""
        return self._streams[0].read_text(encoding="utf-8", errors="replace")

    def finished(self) -> bool:
        """Tell whether it ended."""
        return self._process.poll() is not None

    def until(self, condition: Callable[[], bool], timeout: float = 60) -> None:
        """Go on when `condition` holds; it is tried every 20 milliseconds.

        Raises:
            CommandFailedError: The command ended first, or `timeout` seconds passed; it is killed then.
        """
        try:
            await_either(condition, self.finished, timeout)
        except TimeoutError:
            raise CommandFailedError(self.kill()) from None
        if not condition():
            raise CommandFailedError(self.wait())

    def kill(self) -> Outcome:
        """End the CLI with no chance to tidy up (`kill -9`).

        Its language host would go on for ever, so it is ended too. Provider hosts of ours end by themselves; whatever
        is left in the project's folder after three seconds, such as the host of a toy, is ended then.
        """
        outcome = self._signal(signal.SIGKILL)
        _end(_processes("cmdline", self._folder))
        deadline = time.monotonic() + 3
        while _processes("cwd", self._folder) and time.monotonic() < deadline:
            time.sleep(0.02)
        _end(_processes("cwd", self._folder))
        return outcome

    def interrupt(self) -> None:
        """Send the CLI alone what Ctrl-C sends."""
        os.kill(self.pid, signal.SIGINT)

    def wait(self, timeout: float = 120) -> Outcome:
        """Return the outcome when it has ended.

        Raises:
            TimeoutExpired: It takes longer than `timeout` seconds; it is killed then.
        """
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()
            raise
        out, err = (path.read_text(encoding="utf-8", errors="replace") for path in self._streams)
        return Outcome(self._command, code, out, err, time.monotonic() - self._start)

    def _signal(self, number: signal.Signals) -> Outcome:
        os.killpg(self.pid, number)
        return self.wait()


def _processes(fact: Literal["cmdline", "cwd"], folder: Path) -> list[int]:
    """Return the processes that name a folder in their command line, or run in it, where the system tells."""
    found = []
    for path in Path("/proc").glob(f"[0-9]*/{fact}"):
        with suppress(OSError):  # it has ended meanwhile
            told = path.read_bytes().decode(errors="replace") if fact == "cmdline" else str(path.readlink())
            if str(folder) in told:
                found.append(int(path.parent.name))
    return found


def _end(pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
