"""What a program loads: it declares, and the dynamic host acts."""

import subprocess
import sys

import pulumi_modelarts
from tests.resources.declaring import DECLARING

WATCHED = """
import sys
watched = ("pulumi_modelarts", "modelarts_emulator", "httpx", "pydantic", "pydantic_core", "sqlite3")
print(*(name for name in sys.modules if name.partition(".")[0] in watched))
"""


def test_loads_nothing_that_acts() -> None:
    """A program that declares every resource loads neither HTTP nor parsing, and of this package what declares."""
    names = {name for name in pulumi_modelarts.__all__ if f"modelarts.{name}(" in DECLARING}

    done = subprocess.run([sys.executable, "-c", DECLARING + WATCHED], capture_output=True, text=True, check=True)

    resources = {"Fleet", "Network", "NodeMigration", "NodeSelection", "Provider", "ResourcePool"}
    assert names == {*resources, "Driver", "NodePool", "PoolSpec", "Rollout"}
    assert set(done.stdout.split()) == {
        "pulumi_modelarts",
        "pulumi_modelarts.api",
        "pulumi_modelarts.api.errors",
        "pulumi_modelarts.resources",
        "pulumi_modelarts.resources._arguments",
        "pulumi_modelarts.resources._calls",
        "pulumi_modelarts.resources._errors",
        "pulumi_modelarts.resources._options",
        "pulumi_modelarts.resources._order",
        "pulumi_modelarts.resources._provider",
        "pulumi_modelarts.resources._secrets",
        "pulumi_modelarts.resources._stack",
        "pulumi_modelarts.resources._turns",
        "pulumi_modelarts.resources.fleet",
        "pulumi_modelarts.resources.network",
        "pulumi_modelarts.resources.node_migration",
        "pulumi_modelarts.resources.node_pool",
        "pulumi_modelarts.resources.node_selection",
        "pulumi_modelarts.resources.provider",
        "pulumi_modelarts.resources.resource_pool",
        "pulumi_modelarts.specs",
        "pulumi_modelarts.specs.fleet_names",
        "pulumi_modelarts.specs.paths",
    }
