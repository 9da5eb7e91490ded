"""Options that name inputs and outputs, in the spelling of a program, as the engine gets them."""

from __future__ import annotations

from typing import Any, NamedTuple

import pulumi
import pytest

import pulumi_modelarts as modelarts
from pulumi_modelarts.resources import network, node_migration, node_selection, resource_pool
from pulumi_modelarts.resources._options import spelt
from tests.resources.subjects import CPU


class Case(NamedTuple):
    """A class, with names as a program may write them and as the engine reads them."""

    kind: type[Any]
    inputs: Any
    computed: str
    outputs: dict[str, str]
    paths: dict[str, str]


CASES = [
    Case(
        modelarts.ResourcePool,
        resource_pool._INPUTS,
        "changes",
        {"node_counts": "nodeCounts", "nodeStates": "nodeStates", "driver_status": "driverStatus"},
        {"max_scale_in": "maxScaleIn", f'flavors["{CPU}"]': f'flavors["{CPU}"]', "changes": "changes", "*": "*"},
    ),
    Case(
        modelarts.NodeMigration,
        node_migration._INPUTS,
        "moves",
        {"placed": "placed"},
        {"target_pool": "targetPool", "strategy.max_unavailable": "strategy.maxUnavailable", "moves": "moves"},
    ),
    Case(
        modelarts.Network,
        network._INPUTS,
        "changes",
        {"free_addresses": "freeAddresses", "ownership": "ownership"},
        {"cidr": "cidr", "workspace_id": "workspaceId"},
    ),
    Case(modelarts.NodeSelection, node_selection._INPUTS, "nodes", {}, {"keepers.round": "keepers.round"}),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind.__name__)
def test_are_as_the_engine_spells_them(case: Case) -> None:
    """Both spellings will do; the other options, and what the program has given, are left as they were."""
    outputs, paths = list(case.outputs), list(case.paths)
    opts = pulumi.ResourceOptions(
        additional_secret_outputs=outputs, replace_on_changes=paths, hide_diffs=paths, protect=True
    )

    found = spelt("it", case.kind, opts, case.inputs, case.computed, {"flavors": {CPU: 1}, "keepers": {"round": 1}})

    assert {
        "additional_secret_outputs": found.additional_secret_outputs,
        "replace_on_changes": found.replace_on_changes,
        "hide_diffs": found.hide_diffs,
        "protect": found.protect,
    } == {
        "additional_secret_outputs": list(case.outputs.values()),
        "replace_on_changes": list(case.paths.values()),
        "hide_diffs": list(case.paths.values()),
        "protect": True,
    }
    assert (opts.additional_secret_outputs, opts.replace_on_changes) == (outputs, paths)
