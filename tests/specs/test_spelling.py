"""The program's spelling of inputs, of property paths and of keys of the `changes` map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args, get_origin

import pytest

from pulumi_modelarts.specs.fleet import FleetPlacementSpec
from pulumi_modelarts.specs.network import NetworkSpec
from pulumi_modelarts.specs.node_migration import NodeMigrationSpec, RolloutSpec
from pulumi_modelarts.specs.node_pool import NodePoolSpec
from pulumi_modelarts.specs.node_selection import NodeSelectionSpec
from pulumi_modelarts.specs.resource_pool import DriverSpec, ResourcePoolSpec
from pulumi_modelarts.specs.spelling import MAPS, property_path, property_steps, spoken

SPECS = (
    NetworkSpec,
    ResourcePoolSpec,
    NodePoolSpec,
    DriverSpec,
    NodeMigrationSpec,
    RolloutSpec,
    NodeSelectionSpec,
    FleetPlacementSpec,
)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("poolName",), "pool_name"),
        (("strategy", "maxUnavailable"), "strategy.max_unavailable"),
        (("flavors", "modelarts.vm.cpu.4ud"), 'flavors["modelarts.vm.cpu.4ud"]'),
        (("flavors", "vmCpu"), 'flavors["vmCpu"]'),
        (("nodePools", "goldPool", "azs", "cn-north-7c"), 'node_pools["goldPool"].azs["cn-north-7c"]'),
        (("nodePools", "azs", "flavor"), 'node_pools["azs"].flavor'),
        (("after", "os-node-created-mnmcf"), 'after["os-node-created-mnmcf"]'),
        (("nodes", 1), "nodes[1]"),
        (("flavors", 'a"b\\c'), 'flavors["a\\"b\\\\c"]'),
        (("flavors", ""), 'flavors[""]'),
        (("driver", "gpu version"), 'driver["gpu version"]'),
    ],
)
def test_a_path_is_written_as_in_a_program(path: tuple[str | int, ...], text: str) -> None:
    """Arguments in snake_case after a dot, whatever somebody has named in brackets and as it is."""
    assert property_path(path) == text
    assert property_steps(text) == tuple(map(str, path))


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("flavors.modelarts.vm.cpu.4ud", 'flavors["modelarts.vm.cpu.4ud"]'),
        ("nodePools.gold", 'node_pools["gold"]'),
        ("nodePools.modelarts.vm.cpu.4ud-default", 'node_pools["modelarts.vm.cpu.4ud-default"]'),
        ("nodePools.goldPool.azs.cn-north-7c", 'node_pools["goldPool"].azs["cn-north-7c"]'),
        ("nodePools.a.b-default.azs.z1", 'node_pools["a.b-default"].azs["z1"]'),
        ("nodePools.azs", 'node_pools["azs"]'),
        ("driver.gpuVersion", "driver.gpu_version"),
        ("jobFlavors", "job_flavors"),
        ("scope", "scope"),
        ("nodes.os-node-created-mnmcf", "node os-node-created-mnmcf"),
        ("os-node-created-mnmcf", "os-node-created-mnmcf"),
    ],
)
def test_a_key_of_the_changes_is_said_as_in_a_program(key: str, text: str) -> None:
    """Ids, node pools, zones and nodes stay as they are; a key of the moves, which is a node, does."""
    assert spoken(key) == text


def test_the_inputs_that_are_maps_are_known() -> None:
    """What follows one of them in a path is a key, which no rule of spelling may touch."""
    maps = {name for spec in SPECS for name, field in spec.model_fields.items() if _is_map(field.annotation)}

    assert maps == MAPS


def _is_map(annotation: object) -> bool:
    return get_origin(annotation) is Mapping or any(_is_map(each) for each in get_args(annotation))
