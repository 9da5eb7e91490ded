"""Run the long steps of a set-up so that whoever waits sees what is going on.

Everything is said on standard error: standard output belongs to the answer, which for `make env` a shell
evaluates.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

HEARTBEAT = 15.0
"""Seconds between two signs of life of one step."""


class StepError(Exception):
    """A step did not succeed; the text says which, how it ended and what it printed last."""


def say(text: str) -> None:
    """Print one line for the person who waits."""
    print(f"[setup] {text}", file=sys.stderr, flush=True)


def run(
    doing: str,
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> None:
    """Run `command` quietly, with a sign of life every `HEARTBEAT` seconds.

    Args:
        doing: What the step does, as the start of a sentence: `building the Pulumi CLI`.
        command: Program and arguments.
        cwd: Folder to run in, default the current one.
        env: The whole environment, default the current one.
        timeout: Seconds after which the step is given up, default never.

    Raises:
        StepError: The program is missing, ended with an error, or took longer than `timeout`.
    """
    say(f"{doing} ...")
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        try:
            with output.open("wb") as sink:
                process = subprocess.Popen(
                    command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT
                )
        except OSError as error:
            raise StepError(f"{doing}: {command[0]} cannot be run: {error.strerror}") from error
        seconds = _watch(doing, process, output, timeout)
        if process.returncode != 0:
            raise StepError(f"{doing}: {command[0]} ended with status {process.returncode}\n{_tail(output, 12)}")
    say(f"{doing}: done in {seconds:.0f} s")


def _watch(doing: str, process: subprocess.Popen[bytes], output: Path, timeout: float | None) -> float:
    """Wait for the process to end, and end it on a timeout or an interrupt; return the seconds it took."""
    start = time.monotonic()
    try:
        while True:
            passed = time.monotonic() - start
            if timeout is not None and passed >= timeout:
                raise StepError(f"{doing}: given up after {passed:.0f} s\n{_tail(output, 3)}")
            try:
                process.wait(min(HEARTBEAT, timeout - passed) if timeout is not None else HEARTBEAT)
            except subprocess.TimeoutExpired:
                say(f"{doing}: {time.monotonic() - start:.0f} s  {_tail(output, 1)[:80]}")
            else:
                return time.monotonic() - start
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def _tail(output: Path, lines: int) -> str:
    """Return the last lines a program printed so far."""
    return "\n".join(output.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
