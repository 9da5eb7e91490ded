"""Calling `modelarts program`, and what its programs register with the engine.

`python -m tests.cli.programs` runs the programs that it reads as a JSON list, each under Pulumi's mocks, and prints
what each registers: a process of its own, since mocks stay, and leave event loops behind.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pulumi

from pulumi_modelarts.cli.__main__ import parsed
from pulumi_modelarts.cli.program.run import run
from tests.cli.doctor import ENVIRON, Done
from tests.clocks import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pulumi_modelarts.api.witness import Transport

OUTPUTS = ("changes", "phase", "nodeCounts", "nodeStates", "driverStatus", "__provider", "organization")
"""What a resource registers beside the inputs that its program gives."""


def program(*words: str, environ: Mapping[str, str] = ENVIRON, transport: Transport | None = None) -> Done:
    """Call it, as `modelarts program` with these words does."""
    out = io.StringIO()
    code = run(parsed(["program", *words]), environ=environ, clock=FakeClock(), transport=transport, out=out)
    return Done(code, out.getvalue())


def registered(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Return what each of some programs registers: inputs by the name of the resource."""
    command = [sys.executable, "-m", "tests.cli.programs"]
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


class _Mocks(pulumi.runtime.Mocks):
    """They keep what is registered, and echo it."""

    def __init__(self) -> None:
        self.seen: dict[str, Any] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        """Keep it."""
        self.seen[args.name] = {
            key: value for key, value in args.inputs.items() if key not in OUTPUTS and value is not None
        }
        return f"{args.name}-id", args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], None]:
        """Answer nothing."""
        del args
        return {}, None


def _registered(text: str) -> dict[str, Any]:
    mocks = _Mocks()
    pulumi.runtime.set_mocks(mocks)
    play: Callable[[], None] = pulumi.runtime.test(lambda: exec(text, {}))  # type: ignore[no-untyped-call]  # noqa: S102 - Pulumi's; the programs are ours
    play()
    return mocks.seen


if __name__ == "__main__":
    print(json.dumps([_registered(text) for text in json.load(sys.stdin)]))  # noqa: T201 - its purpose
