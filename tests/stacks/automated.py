"""A driver of the Automation API, as a user writes one: `python -m tests.stacks.automated inline|local folder config`.

In a process of its own: an inline program leaves its settings in the process that runs it.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
from pulumi import automation

import pulumi_modelarts as modelarts
from modelarts_emulator import TRAIN_POOL

PROJECT, STACK = "modelarts", "automated"


@dataclass
class Seen:
    """What came in while a stack ran."""

    planned: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def event(self, event: automation.EngineEvent) -> None:
        """Keep what a pool is going to do."""
        planned = event.resource_pre_event and event.resource_pre_event.metadata.new
        inputs = planned.inputs if planned else None
        if inputs and "changes" in inputs:
            self.planned = inputs["changes"]

    def line(self, line: str) -> None:
        """Keep what a pool says that it will do."""
        if line.strip().startswith("plan: "):
            self.lines.append(line.strip())


def program() -> None:
    """The program that the local form has in a file."""
    train = modelarts.ResourcePool("train", pool_name=TRAIN_POOL, flavors={"modelarts.vm.cpu.4ud": 3})
    pulumi.export("nodes", train.node_counts)


def stack_of(form: str, folder: str) -> automation.Stack:
    """Return a new stack of an inline or of a local program."""
    if form == "local":
        return automation.create_stack(STACK, work_dir=folder)
    # The engine starts the provider with the first `python` of the path: it is to be the one that has the packages.
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"
    settings = automation.ProjectSettings(
        PROJECT, "python", backend=automation.ProjectBackend(os.environ["PULUMI_BACKEND_URL"])
    )
    options = automation.LocalWorkspaceOptions(project_settings=settings, env_vars={"PATH": path})
    return automation.create_stack(STACK, PROJECT, program, opts=options)


def main(form: str, folder: str, config: str) -> None:
    """Run a stack from its making to its end, and print what was seen."""
    seen, stack = Seen(), stack_of(form, folder)
    for key, value in json.loads(config).items():
        stack.set_config(key, automation.ConfigValue(value))
    preview = stack.preview(on_event=seen.event, on_output=seen.line)
    up = stack.up(on_output=lambda _: None)
    again, refreshed, destroyed = stack.up(), stack.refresh(), stack.destroy()
    stack.workspace.remove_stack(STACK)
    told = {
        "preview": preview.change_summary,
        "planned": seen.planned,
        "lines": seen.lines,
        "up": up.summary.resource_changes,
        "outputs": {name: output.value for name, output in up.outputs.items()},
        "again": again.summary.resource_changes,
        "refresh": refreshed.summary.resource_changes,
        "destroy": destroyed.summary.resource_changes,
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
