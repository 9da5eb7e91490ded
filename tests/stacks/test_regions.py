"""The driver of a fleet over three stacks, run as a user runs it."""

import os
import shutil
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from modelarts_emulator import INFER_POOL, TRAIN_POOL, Emulator
from pulumi_modelarts.api.credentials import PUBLIC_PASSPHRASE
from tests.resources.service import LONG_ENOUGH, Hand
from tests.stacks.command import CommandFailedError, Outcome, Running
from tests.stacks.harness import STACK, Project
from tests.stacks.pools import CPU, train, writes
from tests.stacks.test_documentation import blocks
from tools.paths import ROOT


def block(command: str, page: str) -> str:
    """Return what a page shows that a command prints."""
    return page.partition(f"<!-- output: {command} -->\n```\n")[2].partition("```")[0]


RECIPES = ROOT / "docs" / "cookbook"
OUTGROWING = (RECIPES / "outgrowing.md").read_text(encoding="utf-8")
SHOWN = block("driver.py preview", OUTGROWING)
DONE = block("driver.py up", OUTGROWING)
TOO_MANY = (
    "pulumi-python:dynamic/modelarts:FleetPlacement resource 'fleet-placement' has a problem: max_growth: this run "
    "would buy 6 nodes and max_growth allows 1. Raise max_growth to 6, or declare fewer"
)


@dataclass
class Regions:
    """A copy of the example, and the environment of its commands."""

    folder: Path
    env: dict[str, str]

    def start(self, *arguments: str) -> Running:
        """Start the driver and return at once."""
        return Running([sys.executable, "driver.py", *arguments], self.folder, self.env)

    def run(self, *arguments: str, code: int = 0) -> Outcome:
        """Run the driver to its end.

        Raises:
            CommandFailedError: It ended with another code.
        """
        outcome = self.start(*arguments).wait(300)
        if outcome.code != code:
            raise CommandFailedError(outcome)
        return outcome

    def declare(self, stack: str, text: str, into: str) -> None:
        """Replace something in the settings of a stack."""
        path = self.folder / f"Pulumi.{stack}.yaml"
        before = path.read_text(encoding="utf-8")
        assert text in before
        path.write_text(before.replace(text, into), encoding="utf-8")

    def world(self, stack: str) -> Emulator:
        """Open the world of a region."""
        return Emulator.open(self.folder / ".modelarts" / f"{stack}.db")

    def counts(self, stack: str) -> tuple[int, int]:
        """Return the nodes of both pools of a region."""
        hand = Hand(self.world(stack))
        return hand.counts(TRAIN_POOL)[CPU], hand.counts(INFER_POOL)[CPU]


@pytest.fixture
def regions(project: Project) -> Regions:
    """The example, on emulators in a hurry."""
    folder = project.folder / "regions"
    shutil.copytree(ROOT / "stacks" / "regions", folder, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    settings = folder / "Pulumi.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("../../.venv", sys.prefix), encoding="utf-8")
    env = {**project.environment(), "PULUMI_CONFIG_PASSPHRASE": PUBLIC_PASSPHRASE}
    del env["PULUMI_STACK"]
    made = Regions(folder, env)
    for stack in ("east", "north", "south"):
        made.declare(stack, "scaled:60 ", "scaled:600 ")
    return made


@pytest.mark.long
def test_one_driver_previews_and_runs_every_region(regions: Regions) -> None:
    """One report, a failure that hides nothing, a run of what was shown, and Ctrl-C that loses nothing."""
    regions.declare("south", "nodes: 1}", "nodes: 8}")
    failed = regions.run("preview", code=1)
    regions.declare("south", "nodes: 8}", "nodes: 1}")

    ran = regions.run("up", "--yes")
    settled = {stack: regions.counts(stack) for stack in ("east", "north", "south")}
    regions.declare("north", "nodes: 3}", "nodes: 4}")
    regions.declare("north", "scaled:600 ", "frozen ")
    with regions.world("north") as north:
        north.journal.clear()
    stopped = regions.start("up", "--yes", "--at-once", "1", "north", "south")
    stopped.until(lambda: "3/4 nodes" in stopped.so_far, timeout=120)
    os.killpg(stopped.pid, signal.SIGINT)
    end = stopped.wait()
    with regions.world("north") as north:
        north.clock.advance(LONG_ENOUGH)
    regions.declare("north", "frozen ", "scaled:600 ")
    again = regions.run("up", "--yes")

    assert failed.stdout.splitlines() == [
        *SHOWN.splitlines()[:4],
        "south: FAILED",
        f"    {TOO_MANY}",
        "together: 1 to move, 1 to buy, 0 to remove; 1 of 3 failed",
    ]
    assert ran.stdout.startswith(SHOWN)
    assert ran.stdout.endswith(f"\n{DONE}")
    assert "north fleet-placement: 0/1 moved · train -> infer: moving os-node-created-k9x2v" in ran.stdout
    assert settled == {"east": (2, 3), "north": (1, 3), "south": (2, 1)}
    assert end.code == 130
    assert "Stopping: what runs ends its wait, and nothing else is begun." in end.stderr
    assert "north: FAILED" in end.stdout
    assert f"stopped at 3/4 nodes of {CPU}. What the service has accepted goes on there by itself" in end.stdout
    assert end.stdout.endswith("\nsouth: not begun\n")
    assert "together: no node moves, comes or goes; 0 of 3 failed" in again.stdout
    assert regions.counts("north") == (1, 4)
    with regions.world("north") as north:
        assert [write.operation for write in north.journal.writes()] == ["patchPool"]


@pytest.mark.parametrize("page", ["stack-reference", "outgrowing"])
def test_a_recipe_shows_what_the_examples_say(page: str) -> None:
    """Every piece of a program on the page is a piece of the stacks that it is about."""
    stacks = [path.read_text(encoding="utf-8") for path in (ROOT / "stacks").rglob("*.py")]
    pieces = blocks((RECIPES / f"{page}.md").read_text(encoding="utf-8"), "py")

    assert pieces
    assert [piece for piece in pieces if not any(piece in text for text in stacks)] == []


@pytest.mark.long
def test_a_driver_decides_by_what_was_previewed(project: Project) -> None:
    """The recipe's program prints what its page shows, and runs nothing beyond its limit."""
    page = (RECIPES / "automation-api.md").read_text(encoding="utf-8")
    (program,) = blocks(page, "py")
    (project.folder / "driver.py").write_text(program.replace('"prod"', f'"{STACK}"'), encoding="utf-8")

    outcomes = []
    for count in (3, 5):
        project.program(train(count))
        outcomes.append(Running([sys.executable, "driver.py"], project.folder, project.environment()).wait())

    assert outcomes[0].stdout == page.partition("<!-- printed -->\n```\n")[2].partition("```")[0]
    assert (outcomes[1].code, outcomes[1].stderr) == (1, "more than is to change without a person\n")
    assert [operation for operation, _ in writes(project)] == ["patchPool"]
