"""What a program is told that declares something in a way that cannot work: one sentence, with what to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pytest

import pulumi_modelarts as modelarts
from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL
from tests.resources.subjects import CPU

if TYPE_CHECKING:
    from collections.abc import Callable

UNTYPED: Any = modelarts
"""The package as a program sees it that no type checker has looked at."""

POOL: dict[str, Any] = {"pool_name": TRAIN_POOL, "flavors": {CPU: 3}}
MOVE: dict[str, Any] = {"nodes": [NODE], "source_pool": TRAIN_POOL, "target_pool": INFER_POOL}
CHOICE: dict[str, Any] = {"pool": TRAIN_POOL, "flavor": CPU, "count": 2}


def pool(**changes: Any) -> modelarts.ResourcePool:
    """Declare a pool."""
    return modelarts.ResourcePool("train", **POOL | changes)


def move(**changes: Any) -> modelarts.NodeMigration:
    """Declare a migration."""
    return modelarts.NodeMigration("move", **MOVE | changes)


def choose(**changes: Any) -> modelarts.NodeSelection:
    """Declare a selection."""
    return modelarts.NodeSelection("two", **CHOICE | changes)


def ignoring(*paths: str) -> pulumi.ResourceOptions:
    """Return options that ignore some inputs."""
    return pulumi.ResourceOptions(ignore_changes=list(paths))


def told(program: Callable[[], object]) -> str:
    """Return what a program is told; Pulumi prints a `RunError` as its message alone."""
    with pytest.raises(pulumi.RunError) as failed:
        program()
    assert isinstance(failed.value, TypeError)
    return str(failed.value)


@pytest.mark.parametrize(
    ("program", "text"),
    [
        (
            lambda: pool(flavours={}, zone=1),
            "'flavours' is no argument; did you mean 'flavors'?; 'zone' is no argument",
        ),
        (
            lambda: UNTYPED.ResourcePool("train"),
            "ResourcePool 'train': pool_name is required to adopt a pool, or name and network to make one",
        ),
        (
            lambda: pool(name="team-b", network="team-net"),
            "ResourcePool 'train': pool_name adopts a pool, and name and network make one; give one of the two",
        ),
        (
            lambda: UNTYPED.ResourcePool("train", poolname="x"),
            "ResourcePool 'train': 'poolname' is no argument; did you mean 'pool_name'?",
        ),
        (lambda: UNTYPED.ResourcePool(pool_name="x"), "ResourcePool: resource_name is required"),
        (lambda: UNTYPED.ResourcePool("train", "x"), "takes only resource_name without a name; write pool_name=…"),
        (
            lambda: UNTYPED.NodeMigration("move"),
            "NodeMigration 'move': nodes is required; source_pool is required; target_pool is required",
        ),
        (
            lambda: UNTYPED.NodeSelection("two", pool_name=TRAIN_POOL, flavor=CPU),
            "NodeSelection 'two': 'pool_name' is no argument; did you mean 'pool'?; count is required",
        ),
        (lambda: UNTYPED.NodePool(flavour=CPU), "NodePool: 'flavour' is no argument; did you mean 'flavor'?"),
        (lambda: UNTYPED.NodePool(CPU, flavor=CPU), "NodePool: flavor is given twice"),
        (
            lambda: UNTYPED.Driver(gpu_versions="1"),
            "Driver: 'gpu_versions' is no argument; did you mean 'gpu_version'?",
        ),
        (lambda: UNTYPED.Rollout(sok="1"), "Rollout: 'sok' is no argument; did you mean 'soak'?"),
        (
            lambda: UNTYPED.Provider("north", regions="x"),
            "Provider 'north': 'regions' is no argument; did you mean 'region'?",
        ),
        (lambda: pool(after="move"), "ResourcePool 'train': after takes NodeMigration resources, got str"),
        (lambda: pool(after=[None, 3]), "after takes NodeMigration resources, got NoneType, int"),
    ],
)
def test_an_argument_that_does_not_fit_is_named_with_the_right_one(program: Callable[[], object], text: str) -> None:
    """All that is wrong with a call is said at once, with the word that was meant."""
    assert text in told(program)


@pytest.mark.parametrize(
    ("program", "text"),
    [
        (lambda: pool(opts=pulumi.ResourceOptions(import_=TRAIN_POOL)), "ResourceOptions(import_=…) cannot serve it"),
        (lambda: pool(opts=pulumi.ResourceOptions(id=TRAIN_POOL)), "ResourceOptions(id=…) cannot serve it"),
        (lambda: move(opts=pulumi.ResourceOptions(import_="x")), "takes over nodes that are in their pool already"),
        (lambda: choose(opts=pulumi.ResourceOptions(import_="x")), "export its nodes for other stacks"),
        (lambda: choose(opts=pulumi.ResourceOptions(id="x")), "ResourceOptions(id=…) cannot serve it"),
        (lambda: modelarts.NodeSelection.get("two", id="x"), "export its nodes for other stacks"),
        (lambda: modelarts.ResourcePool.get("train", TRAIN_POOL), "adopts a pool that exists"),
        (lambda: modelarts.Network.get("net", "x"), "Network(name, network_name=<id>) adopts a network that exists"),
        (lambda: modelarts.NodeMigration.get("move", id="x"), "takes over nodes that are in their pool already"),
    ],
)
def test_what_exists_is_declared_and_not_imported(program: Callable[[], object], text: str) -> None:
    """Importing and looking up have an answer: what to declare instead."""
    assert text in told(program)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("changes", "says what a run does"),
        ("changes.flavors", "says what a run does"),
        ("driver.gpu_versions", "did you mean 'driver.gpuVersion'?"),
        ("drivers", "did you mean 'driver'?"),
        ("phase", "there are "),
        (f"flavors.{CPU}", f"""write 'flavors["{CPU}"]'"""),
        ('flavors["modelarts.vm.cpu.4u"]', f"""did you mean 'flavors["{CPU}"]'?"""),
        ("nodePools.gold.azs.a.b", "write 'nodePools.gold.azs.a'"),
        ("nodePools.gold.zones", "there are azs, count, dataVolumes, flavor, labels, osImage"),
        ("scope[0]", "write 'scope'"),
        ("description.", "is not a property path"),
    ],
)
def test_a_path_that_names_nothing_is_told_with_the_right_one(path: str, text: str) -> None:
    """`ignore_changes` with a path that the engine would silently pass over says which one was meant."""
    said = told(lambda: pool(opts=ignoring(path)))

    assert said.startswith("ResourcePool 'train': ignore_changes")
    assert text in said


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("node_count", "names 'node_count', which is no output of it; did you mean 'nodeCounts'?"),
        ("zone", "names 'zone', which is no output of it; there are awaited, driverStatus, nodeCounts, nodeStates, "),
        ("description", "names 'description', which is an input as well, and as such would stay in plain"),
        ("changes", "names 'changes', which is an input as well, and as such would stay in plain"),
        ("pool_name", "Make what is secret of it a secret where it is given, by pulumi.Output.secret(…)"),
        ("id", "names 'id', which is no output of it"),
    ],
)
def test_an_output_that_cannot_be_made_secret_is_told(name: str, text: str) -> None:
    """`additional_secret_outputs` that names no output, or one that stays in plain elsewhere, would give it away."""
    said = told(lambda: pool(opts=pulumi.ResourceOptions(additional_secret_outputs=["phase", name])))

    assert said.startswith("ResourcePool 'train': additional_secret_outputs names ")
    assert text in said


@pytest.mark.parametrize("option", ["replace_on_changes", "hide_diffs"])
def test_paths_of_other_options_are_told_with_the_right_one(option: str) -> None:
    """What they name and the engine would silently pass over says which path was meant."""
    opts = pulumi.ResourceOptions()
    setattr(opts, option, ["driver.gpu_versions"])

    said = told(lambda: pool(opts=opts))

    assert said == (
        f"ResourcePool 'train': {option} names 'driver.gpu_versions', which is no input of it; did you mean "
        "'driver.gpuVersion'?"
    )


def test_what_a_migration_does_cannot_be_ignored() -> None:
    """`moves` says what a run does, as `changes` does."""
    assert "ignore_changes names 'moves'" in told(lambda: move(opts=ignoring("moves")))


def test_what_a_selection_has_chosen_cannot_be_ignored() -> None:
    """Nor can `nodes` of a selection; every other input can, `keepers` in part."""
    assert "ignore_changes names 'nodes'" in told(lambda: choose(opts=ignoring("nodes")))
    assert "did you mean 'keepers.round'?" in told(lambda: choose(keepers={"round": 1}, opts=ignoring("keepers.rund")))
