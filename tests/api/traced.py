"""A client whose requests are written down, and what was written."""

import json
from pathlib import Path
from typing import Any

import httpx

from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.api.trace_file import TraceFile
from tests.clocks import FakeClock


def untold(text: str) -> None:
    """Fail: every line can be written."""
    raise AssertionError(text)


class Traced:
    """A client with a trace of its own.

    Attributes:
        path: Where the trace is.
        client: The client.
    """

    def __init__(self, folder: Path, settings: Settings, transport: httpx.BaseTransport, clock: FakeClock) -> None:
        self.path = folder / "trace.jsonl"
        self.client = Client(settings, transport=transport, clock=clock, trace=TraceFile(self.path, untold))

    @property
    def text(self) -> str:
        """What was written."""
        return self.path.read_text(encoding="utf-8")

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines, parsed, without what differs from run to run."""
        parsed = [json.loads(line) for line in self.text.splitlines()]
        return [{name: value for name, value in line.items() if name != "process"} for line in parsed]

    @property
    def ends(self) -> list[tuple[str, str, list[str]]]:
        """Of each request its operation, how it ended, and how each of its tries did."""
        return [(line["operation"], line["outcome"], [one["outcome"] for one in line["tries"]]) for line in self.lines]
