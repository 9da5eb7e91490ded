"""The recipes that are about commands: each is followed to its end, as its page has it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from modelarts_emulator import NODE, TRAIN_POOL
from tests.resources.service import Hand
from tests.stacks.harness import STACK
from tests.stacks.pools import CPU, writes
from tests.stacks.test_documentation import blocks, output, settled
from tools.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stacks.command import Outcome
    from tests.stacks.harness import Project

FOLDER = ROOT / "docs" / "cookbook"


def page(name: str) -> str:
    """The text of a recipe."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def missing(shown: list[str], outcome: Outcome) -> list[str]:
    """What a page shows and the command has not printed."""
    printed = [settled(line) for line in outcome.text.splitlines()]
    return [line for line in shown if line not in printed]


def commands(workflow: str) -> Iterator[list[str]]:
    """The words of the Pulumi commands of a workflow, in their order, for the stack of a test."""
    for job in yaml.safe_load(workflow)["jobs"].values():
        for step in job["steps"]:
            if step.get("run", "").startswith("pulumi "):
                yield shlex.split(step["run"].replace("--stack prod", f"--stack {STACK}"))[1:]


def own(project: Project, arguments: str) -> str:
    """What `modelarts` prints in the project's folder."""
    command = [sys.executable, "-m", "pulumi_modelarts.cli", *shlex.split(arguments)]
    return subprocess.run(command, cwd=project.folder, capture_output=True, text=True, check=True).stdout


@pytest.mark.long
def test_nodes_go_before_maintenance_and_come_back(project: Project) -> None:
    """One setting sends them away and back, as the page shows, and nothing is bought or given up for it."""
    recipe = page("maintenance")
    (project.folder / "__main__.py").write_text(blocks(recipe, "python")[0], encoding="utf-8")
    project.up()
    at_home = writes(project)

    project.configure({"maintenance:train": "true"})
    away, outputs = project.up("--diff"), project.outputs()
    project.configure({"maintenance:train": "false"})
    home = project.up("--diff")

    assert at_home == []
    assert missing(output("pulumi preview --diff, away", recipe), away) == []
    assert missing(output("pulumi preview --diff, home", recipe), home) == []
    assert outputs == {"nodes": {"train": {CPU: 1}, "infer": {CPU: 3}}}
    assert project.outputs() == {"nodes": {"train": {CPU: 2}, "infer": {CPU: 2}}}
    assert [name for name, _ in writes(project)] == ["batchDrainPoolNodes", "batchMigratePoolNodes"] * 2


@pytest.mark.long
def test_ci_does_what_was_previewed(project: Project) -> None:
    """The workflows' commands: a plan that is overtaken is refused, another one runs, and drift is told at night."""
    recipe, hand = page("ci"), Hand(project.emulator())
    pools, drift = blocks(recipe, "yaml")
    (project.folder / "__main__.py").write_text(blocks(recipe, "python")[0], encoding="utf-8")
    preview, up, again = commands(pools)
    (night,) = commands(drift)

    planned = project.run(*preview)
    hand.scale(TRAIN_POOL, CPU, 3)
    project.emulator().journal.clear()
    refused, sent = project.run(*up, fails=True), writes(project)
    project.run(*preview)
    project.run(*up)
    rest = project.run(*again)
    hand.delete(TRAIN_POOL, NODE)
    drifted = project.run(*night, fails=True)

    assert missing(output("pulumi preview --diff", recipe), planned) == []
    assert missing(output("pulumi up --plan plan.json", recipe), refused) == []
    assert sent == []
    assert "2 unchanged" in rest.stdout
    assert missing(output("pulumi preview --diff --expect-no-changes", recipe), drifted) == []


@pytest.mark.long
def test_an_account_is_taken_over_without_a_change(project: Project) -> None:
    """The page's own commands adopt every pool, send nothing, and find nothing to do afterwards."""
    recipe = page("taking-over")
    shown = output("pulumi preview --diff", recipe)

    for command in "".join(blocks(recipe, "sh")).replace("--stack prod", f"--stack {STACK}").splitlines():
        program, _, arguments = command.partition(" ")
        words, _, file = arguments.partition(" > ")
        if program == "modelarts":
            printed = own(project, words)
            if file:
                (project.folder / file).write_text(printed, encoding="utf-8")
        elif words.startswith("preview"):
            preview = project.run(*shlex.split(words))
        else:
            project.run(*shlex.split(words))

    assert missing(shown, preview) == []
    assert preview.stdout.count("(create)") == 1 + len(re.findall(r"changes +: \{\}", preview.stdout)) > 3
    assert writes(project) == []
