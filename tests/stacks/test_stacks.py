"""The programs in `stacks/`, run as a user runs them."""

import shutil

import pytest

from tests.stacks.harness import STACK, Project
from tools.paths import ROOT

POOL = "auto-pool-os-86c13962597848eeb29c5861153a391f"
INFER_POOL = "infer-pool-os-86c13962597848eeb29c5861153a391f"
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
def test_the_example_for_an_account_buys_nothing_unasked(checkout: Project) -> None:
    """It takes pool and sizes from its configuration, and grows only as far as that allows."""
    _play(checkout, "dev")
    checkout.configure({"dev:pool": POOL, "dev:flavors": {FLAVOR: 3}})

    refused = checkout.preview(fails=True)
    checkout.configure({"dev:maxGrowth": 1})
    checkout.up()

    assert "max_growth" in refused.text
    assert checkout.outputs() == {"nodes": {FLAVOR: 3}}


def test_a_stack_without_a_program_is_told_which_have_one(checkout: Project) -> None:
    """The error names the missing file and the stacks that have theirs, without a traceback."""
    outcome = checkout.preview(fails=True)

    assert f"stacks/{STACK}.py is missing. Stacks with a program: dev, emulator." in outcome.text
    assert "Traceback" not in outcome.text


def test_no_plugin_is_looked_for(checkout: Project) -> None:
    """The package has no plugin, and the CLI is told so: it neither asks a release server for one nor waits for it."""
    _play(checkout, "emulator")

    outcome = checkout.preview("-v", "9", "--logtostderr")

    assert "GetRequired" in outcome.text
    assert "pulumi-resource-modelarts" not in outcome.text


def _play(project: Project, stack: str) -> None:
    """Give the project's stack the program of another."""
    shutil.copy(project.folder / "stacks" / f"{stack}.py", project.folder / "stacks" / f"{STACK}.py")
