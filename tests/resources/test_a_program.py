"""What a program loads: it declares, and the dynamic host acts."""

import subprocess
import sys

import pulumi_modelarts

PROGRAM = """
import sys
import pulumi
import pulumi_modelarts as modelarts

class Engine(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return f"{args.name}-id", args.inputs

    def call(self, args):
        return {}

pulumi.runtime.set_mocks(Engine())

def declare():
    beijing = modelarts.Provider("beijing", region="cn-north-4", live_preview=False)
    move = modelarts.NodeMigration(
        "move", nodes=["node"], source_pool="a", target_pool="b", strategy=modelarts.Rollout(max_unavailable=2)
    )
    pool = modelarts.ResourcePool(
        "pool",
        pool_name="a",
        flavors={"cpu": 3},
        node_pools={"gold": modelarts.NodePool(flavor="cpu", count=1)},
        driver=modelarts.Driver(gpu_version="515.65.01"),
        after=[move],
        opts=pulumi.ResourceOptions(provider=beijing),
    )
    return pool.node_counts

pulumi.runtime.test(declare)()
watched = ("pulumi_modelarts", "modelarts_emulator", "httpx", "pydantic", "pydantic_core", "sqlite3")
print(*(name for name in sys.modules if name.partition(".")[0] in watched))
"""


def test_loads_nothing_that_acts() -> None:
    """A program that declares every resource loads neither HTTP nor parsing, and of this package what declares."""
    names = {name for name in pulumi_modelarts.__all__ if f"modelarts.{name}(" in PROGRAM}

    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    assert names == {"Driver", "NodeMigration", "NodePool", "Provider", "ResourcePool", "Rollout"}
    assert set(done.stdout.split()) == {
        "pulumi_modelarts",
        "pulumi_modelarts._version",
        "pulumi_modelarts.api",
        "pulumi_modelarts.api.errors",
        "pulumi_modelarts.resources",
        "pulumi_modelarts.resources._arguments",
        "pulumi_modelarts.resources._provider",
        "pulumi_modelarts.resources.node_migration",
        "pulumi_modelarts.resources.provider",
        "pulumi_modelarts.resources.resource_pool",
    }
