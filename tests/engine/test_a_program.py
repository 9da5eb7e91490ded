"""What a program passes on about its inputs, with every supported SDK: which are secret, and which are left alone."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL
from tests.resources.subjects import CPU
from tools.paths import ROOT

SECRET = f"""
secret = pulumi.Output.secret
both = pulumi.Output.all(secret("blue"), "green").apply(lambda words: " ".join(words))

async def later():
    return "green"

modelarts.ResourcePool(
    "outer", pool_name="{TRAIN_POOL}", description=both, driver=secret(modelarts.Driver(gpu_version="1")),
    max_growth=secret(4), scope=["Train", secret("Infer")],
)
modelarts.ResourcePool(
    "inner", pool_name="{TRAIN_POOL}",
    flavors={{"{CPU}": secret(3), "plain": 4}},
    node_pools=pulumi.Output.from_input("gold").apply(lambda name: {{
        name: modelarts.NodePool(flavor="{CPU}", azs={{"north-7c": secret(1), "north-7a": 2}})
    }}),
    driver=modelarts.Driver(gpu_version=secret("1"), npu_version="2"),
)
modelarts.ResourcePool(
    "none", pool_name=pulumi.Output.unsecret(secret("{TRAIN_POOL}")), description=later(),
    job_flavors=[pulumi.Output.from_input("a")], max_growth=secret(None),
)
modelarts.NodeMigration(
    "move", nodes=["{NODE}", secret("other")], source_pool="{TRAIN_POOL}", target_pool=secret("{INFER_POOL}"),
    strategy=modelarts.Rollout(soak=secret("5m")),
)
"""

IGNORED = f"""
options = lambda *paths: pulumi.ResourceOptions(ignore_changes=list(paths))
given = {{"pool_name": "{TRAIN_POOL}", "flavors": {{"{CPU}": 3}}}}
opts = options("node_pools", 'flavors["{CPU}"]', "driver.gpu_version", "__provider")
move = modelarts.NodeMigration("move", nodes=["{NODE}"], source_pool="a", target_pool="b", opts=options("target_pool"))
stay = modelarts.NodeMigration("stay", nodes=["{NODE}"], source_pool="a", target_pool="b", opts=options("strategy"))
modelarts.ResourcePool("some", **given, opts=opts, after=[move, stay])
modelarts.ResourcePool("again", **given, opts=opts, after=stay)
modelarts.ResourcePool("none", **given, opts=pulumi.ResourceOptions(protect=True), after=move)
modelarts.ResourcePool("star", **given, opts=options("*"))
modelarts.ResourcePool("parts", **given, opts=options("nodePools.*.count", "flavors[*]", "job_flavors", "jobFlavors"))
"""


def registered(program: str, python: Path) -> dict[str, dict[str, Any]]:
    """Return what the resources of a program register, None left out."""
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "provider")])}
    command = [str(python), "-m", "tests.resources.declared", program]
    answer = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, dict[str, Any]] = json.loads(answer.stdout)
    del found["project-stack"]
    return {name: {key: value for key, value in seen.items() if value} for name, seen in found.items()}


def test_says_which_inputs_are_secret(python: Path) -> None:
    """However deep a secret is, its path is passed on; nothing is where nothing is secret."""
    found = registered(SECRET, python)

    assert {name: seen.get("secrets") for name, seen in found.items()} == {
        "outer": ["description", "driver", "maxGrowth", "scope"],
        "inner": ["driver.gpuVersion", f'flavors["{CPU}"]', 'nodePools.gold.azs["north-7c"]'],
        "none": None,
        "move": ["nodes", "strategy.soak", "targetPool"],
    }


def test_says_which_inputs_are_left_alone(python: Path) -> None:
    """Paths go to the engine in its own spelling, and to the provider; the options that were given stay as they are."""
    some = ["driver.gpuVersion", f'flavors["{CPU}"]', "nodePools"]
    placed = {NODE: "b"}

    found = registered(IGNORED, python)

    assert found["some"] == {
        "engine": ["nodePools", f'flavors["{CPU}"]', "driver.gpuVersion", "__provider"],
        "ignored": some,
        "after": placed,
    }
    assert found["again"] == found["some"]
    assert found["none"] == {}
    assert found["star"]["ignored"] == ["*"]
    assert {"poolName", "flavors", "driver", "onRunningJobs"} <= {*found["star"]["engine"]}
    assert found["star"]["engine"] == sorted(found["star"]["engine"])
    assert found["parts"]["engine"] == ["nodePools.*.count", "flavors.*", "jobFlavors"]
    assert found["parts"]["ignored"] == ["flavors.*", "jobFlavors", "nodePools.*.count"]
    assert (found["move"]["ignored"], found["stay"]["ignored"]) == (["targetPool"], ["strategy"])
