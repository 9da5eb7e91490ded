"""The programs in `stacks/`, run as a user runs them."""

import shutil
from collections import Counter

import pytest

from modelarts_emulator import PROJECT
from tests.resources.service import Hand
from tests.stacks.harness import STACK, Project
from tests.stacks.pools import writes
from tools.paths import ROOT

POOL = "auto-pool-os-86c13962597848eeb29c5861153a391f"
INFER_POOL = "infer-pool-os-86c13962597848eeb29c5861153a391f"
BLUE = f"team-blue-{PROJECT}"
NODE = "os-node-created-mnmcf"
FLAVOR = "modelarts.vm.cpu.4ud"


@pytest.fixture
def checkout(project: Project) -> Project:
    """A project with the root program and the stacks of this one, and no program for its own stack yet."""
    shutil.copy(ROOT / "__main__.py", project.folder)
    shutil.copytree(ROOT / "stacks", project.folder / "stacks")
    return project


def test_the_example_moves_and_grows_once(checkout: Project) -> None:
    """The first run moves one node and buys what is then missing; a second one and a refresh find nothing to do."""
    _play(checkout, "emulator")

    checkout.up()
    checkout.up("--expect-no-changes")
    checkout.refresh("--expect-no-changes")

    moves = {NODE: f"{POOL} -> {INFER_POOL}"}
    assert checkout.outputs() == {"moves": moves, "train": {FLAVOR: 3}, "infer": {FLAVOR: 3}}
    with checkout.emulator() as emulator:
        assert [exchange.operation for exchange in emulator.journal.writes()] == [
            "batchDrainPoolNodes",
            "batchMigratePoolNodes",
            "patchPool",
        ]


@pytest.mark.long
def test_the_example_of_a_team_makes_borrows_and_goes(checkout: Project) -> None:
    """A saved plan makes all of it, an edit grows it, looking finds nothing; protected until it is not, it goes."""
    _play(checkout, "team")
    hand = Hand(checkout.emulator())

    checkout.preview("--save-plan", "plan.json")
    checkout.up("--plan", "plan.json")
    made = {name: hand.counts(f"{name}-{PROJECT}") for name in ("team-green", "team-blue", "auto-pool-os")}
    checkout.up("--expect-no-changes")
    _edit(checkout, "flavors={CPU: 3}", "flavors={CPU: 4}")
    checkout.up()
    checkout.refresh("--expect-no-changes")
    guarded = checkout.destroy(fails=True)
    left = hand.counts(BLUE)
    checkout.run("state", "unprotect", "--all", "--yes")
    hand.migrate(BLUE, POOL, NODE)
    checkout.destroy()

    assert made == {"team-green": {FLAVOR: 1}, "team-blue": {FLAVOR: 3}, "auto-pool-os": {FLAVOR: 1}}
    assert "because it is protected" in guarded.text
    assert left == {FLAVOR: 4}
    assert hand.counts(POOL) == {FLAVOR: 2}
    assert not checkout.emulator().world()["pools"].keys() & {BLUE, f"team-green-{PROJECT}"}
    assert Counter(name for name, _ in writes(checkout)) == {
        "createNetwork": 1,
        "createPool": 2,
        "patchPool": 1,
        "deletePool": 2,
        "deleteNetwork": 1,
        "batchDrainPoolNodes": 1,
        "batchMigratePoolNodes": 2,
    }


@pytest.mark.long
def test_the_example_for_an_account_buys_nothing_unasked(checkout: Project) -> None:
    """It takes pool and sizes from its configuration, and grows only as far as that allows."""
    _play(checkout, "dev")
    checkout.configure({"dev:pool": POOL, "dev:flavors": {FLAVOR: 3}})

    refused = checkout.preview(fails=True)
    checkout.configure({"dev:maxGrowth": 1})
    checkout.up()

    assert "max_growth" in refused.text
    assert checkout.outputs() == {"nodes": {FLAVOR: 3}}


@pytest.mark.long
def test_a_stack_without_a_program_is_told_which_have_one(checkout: Project) -> None:
    """The error names the missing file and the stacks that have theirs, without a traceback."""
    outcome = checkout.preview(fails=True)

    assert (
        f"stacks/{STACK}.py is missing. Stacks with a program: dev, emulator, platform, team, team-blue."
        in outcome.text
    )
    assert "Traceback" not in outcome.text


@pytest.mark.long
def test_no_plugin_is_looked_for(checkout: Project) -> None:
    """The package has no plugin, and the CLI is told so: it neither asks a release server for one nor waits for it."""
    _play(checkout, "emulator")

    outcome = checkout.preview("-v", "9", "--logtostderr")

    assert "GetRequired" in outcome.text
    assert "pulumi-resource-modelarts" not in outcome.text


def _play(project: Project, stack: str) -> None:
    """Give the project's stack the program of another."""
    shutil.copy(project.folder / "stacks" / f"{stack}.py", project.folder / "stacks" / f"{STACK}.py")


def _edit(project: Project, text: str, into: str) -> None:
    """Replace something in the program of the project's stack."""
    program = project.folder / "stacks" / f"{STACK}.py"
    program.write_text(program.read_text(encoding="utf-8").replace(text, into), encoding="utf-8")
