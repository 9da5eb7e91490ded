"""What a program may declare about a pool, and what it is told when it may not."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_modelarts.specs._spec import Problem, parse
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

POOL = "auto-pool-os-86c13962597848eeb29c5861153a391f"
NUMBER = "must be a whole number of 0 or more, got {}"
ID = (
    "{} is not the id of a resource pool; give its metadata.name, 36 to 63 lowercase letters, digits and hyphens such "
    "as 'auto-pool-os-86c13962597848eeb29c5861153a391f' (the display name is only a label)"
)
OTHER_DEFAULT = (
    "is named like the default node pool of another flavor; the one of 'b' is 'b-default', and other "
    "node pools have names that do not end in -default"
)
VERSION = 'a version such as "515.65.01"'
FLAVOR = 'the id of a flavor such as "modelarts.vm.cpu.4ud"'

MISTAKES: list[tuple[dict[str, Any], str, str]] = [
    ({"flavors": {"a.b": -1.0}}, 'flavors["a.b"]', NUMBER.format("-1")),
    ({"flavors": {"a.b": 2.5}}, 'flavors["a.b"]', NUMBER.format("2.5")),
    ({"flavors": {"a.b": "three"}}, 'flavors["a.b"]', NUMBER.format("'three'")),
    ({"flavors": {"a.b": "3"}}, 'flavors["a.b"]', NUMBER.format("'3'; write it without quotes: 3")),
    ({"flavors": {"a.b": True}}, 'flavors["a.b"]', NUMBER.format("True")),
    ({"flavors": {"a.b": None}}, 'flavors["a.b"]', NUMBER.format("None")),
    ({"flavors": {"a.b": float("inf")}}, 'flavors["a.b"]', NUMBER.format("inf")),
    ({"flavors": {"a.b": float("nan")}}, 'flavors["a.b"]', NUMBER.format("nan")),
    ({"flavors": {"a.b": 1e300}}, 'flavors["a.b"]', "must be 1000000 at most, got 1e+300"),
    ({"maxScaleIn": -1.0}, "max_scale_in", NUMBER.format("-1")),
    ({"maxGrowth": 1.5}, "max_growth", NUMBER.format("1.5")),
    ({"flavors": {}}, "flavors", "is empty; leave it out to manage no counts, or declare a flavor with its count"),
    (
        {"flavors": {"": 1.0}},
        "flavors",
        "names a flavor with an empty id; give the flavor's id such as 'modelarts.vm.cpu.4ud'",
    ),
    (
        {"flavors": "a.b"},
        "flavors",
        "must be a map of flavor ids and counts such as {\"modelarts.vm.cpu.4ud\": 3}, got 'a.b'",
    ),
    ({"poolName": ""}, "pool_name", ID.format("''")),
    ({"poolName": "train"}, "pool_name", ID.format("'train'")),
    ({"poolName": f"-{POOL}"}, "pool_name", ID.format(f"'-{POOL}'")),
    ({"poolName": f"{POOL}-"}, "pool_name", ID.format(f"'{POOL}-'")),
    ({"poolName": POOL.upper()}, "pool_name", ID.format(f"'{POOL.upper()}'")),
    ({"poolName": "a" * 64}, "pool_name", ID.format(f"'{'a' * 64}'")),
    ({"poolName": f"{POOL}\n"}, "pool_name", ID.format(f"'{POOL}\\n'")),
    ({"poolName": 7.0}, "pool_name", f'must be the id of a resource pool such as "{POOL}", got 7'),
    (
        {"driver": {"gpuVersion": "515", "updateStrategy": "later"}},
        "driver.update_strategy",
        "must be 'force' or 'idle', got 'later'",
    ),
    (
        {"driver": {"updateStrategy": "idle"}},
        "driver",
        "names no version; set gpu_version or npu_version, or leave driver out",
    ),
    ({"driver": {"gpuVersion": ""}}, "driver.gpu_version", f"is empty; give {VERSION}, or leave it out"),
    (
        {"driver": {"gpuVersion": 515.65}},
        "driver.gpu_version",
        f'must be {VERSION}, got 515.65; write it in quotes: "515.65"',
    ),
    (
        {"driver": {"gpuversion": "515", "npuVersion": "C78"}},
        "driver.gpuversion",
        "is not an argument of Driver; did you mean 'gpu_version'?",
    ),
    ({"scope": ["Train", "train"]}, "scope[1]", "'train' is not a job type; did you mean 'Train'?"),
    ({"scope": ["Cooking"]}, "scope[0]", "'Cooking' is not a job type; use 'Infer', 'Notebook' or 'Train'"),
    ({"scope": []}, "scope", "is empty; name a job type or more that the pool serves, or leave the input out"),
    ({"scope": [1.0]}, "scope[0]", 'must be a job type such as "Train", got 1'),
    (
        {"scope": "Train"},
        "scope",
        "must be a list of job types such as [\"Infer\", \"Train\"], got 'Train'; for one alone write ['Train']",
    ),
    (
        {"jobFlavors": ["a", ""]},
        "job_flavors[1]",
        'is empty; give the id of a job flavor such as "modelarts.vm.cpu.4ud"',
    ),
    (
        {"description": "a < b & c"},
        "description",
        "contains & <; leave that out, the service takes none of ! < > = & \" '",
    ),
    (
        {"onRunningJobs": "kill"},
        "on_running_jobs",
        "must be 'wait', 'fail' or 'ignore', got 'kill'",
    ),
    ({"flavours": {"a": 1.0}}, "flavours", "is not an input of this resource; did you mean 'flavors'?"),
    (
        {"zzz": 1.0},
        "zzz",
        (
            "is not an input of this resource; take it out, or use one of after, arrivals, description, driver, "
            "flavors, ignore_count_drift, job_flavors, max_growth, max_scale_in, name, network, node_pools, "
            "on_running_jobs, pool_name, prefix, scope, tags, take_over, workspace_id"
        ),
    ),
    ({"nodePools": {}}, "node_pools", "is empty; leave it out, or declare a node pool"),
    (
        {"nodePools": {"": {"flavor": "a", "count": 1.0}}},
        'node_pools[""]',
        "is a node pool with an empty name; give its name",
    ),
    (
        {"nodePools": {"gold": {"flavor": "a"}}},
        'node_pools["gold"]',
        "needs a count, or azs with a count for each availability zone; declare one of the two",
    ),
    (
        {"nodePools": {"gold": {"flavor": "a", "count": 3.0, "azs": {"z": 2.0}}}},
        'node_pools["gold"]',
        "declares count 3, and 2 nodes in azs; make them agree, or leave one of the two out",
    ),
    (
        {"nodePools": {"gold": {"flavor": "a", "count": 3.0, "azs": {"z": 1.0}}}},
        'node_pools["gold"]',
        "declares count 3, and 1 node in azs; make them agree, or leave one of the two out",
    ),
    ({"nodePools": {"gold": {"count": 1.0}}}, 'node_pools["gold"].flavor', f"is required: give {FLAVOR}"),
    ({"nodePools": {"gold": {"flavor": "", "count": 1.0}}}, 'node_pools["gold"].flavor', f"is empty; give {FLAVOR}"),
    (
        {"nodePools": {"g-1": {"flavor": "a", "azs": {"z-1": 0.5}}}},
        'node_pools["g-1"].azs["z-1"]',
        NUMBER.format("0.5"),
    ),
    (
        {"flavors": {"a.b": 1.0}, "nodePools": {"a.b-default": {"flavor": "a.b", "count": 1.0}}},
        'node_pools["a.b-default"]',
        'is the same entry of the pool as flavors["a.b"]; declare one of the two',
    ),
    (
        {"nodePools": {"a-default": {"flavor": "b", "count": 1.0}}},
        'node_pools["a-default"]',
        OTHER_DEFAULT,
    ),
    (
        {"after": {"no node": POOL}},
        'after["no node"]',
        "'no node' is not the name of a node; give its name as the service lists it, such as 'os-node-created-mnmcf'",
    ),
    ({"after": {"n1": "train"}}, 'after["n1"]', ID.format("'train'")),
]


@pytest.mark.parametrize(("inputs", "path", "reason"), MISTAKES)
def test_a_mistake_is_told_at_its_path(inputs: dict[str, Any], path: str, reason: str) -> None:
    """Each mistake that shows without asking the service is one problem: where, what, and what to do."""
    assert _problems({"poolName": POOL, **inputs}) == (Problem(path, reason),)


def test_all_mistakes_are_told_at_once() -> None:
    """A program with many mistakes is told all of them in one preview."""
    raw = {
        "flavors": {"a.b": -1.0, "c": 2.5},
        "nodePools": {"gold": {"flavor": "a"}},
        "driver": {"gpuVersion": "515", "updateStrategy": "later"},
        "scope": ["Training"],
        "description": "!",
        "nodepools": {},
    }

    assert [problem.path for problem in _problems(raw)] == [
        "pool_name",
        'flavors["a.b"]',
        'flavors["c"]',
        'node_pools["gold"]',
        "driver.update_strategy",
        "scope[0]",
        "description",
        "nodepools",
    ]


def test_a_pool_may_be_adopted_without_declaring_anything_about_it() -> None:
    """The id alone is a declaration."""
    assert _problems({"poolName": POOL}) == ()


def test_a_default_node_pool_may_be_declared_by_its_name() -> None:
    """`{flavor}-default` is a node pool like others, as long as `flavors` does not name its flavor too."""
    pools = {"a.b-default": {"flavor": "a.b", "azs": {"z1": 1.0}}}

    assert _problems({"poolName": POOL, "flavors": {"c": 0.0}, "nodePools": pools}) == ()


def _problems(raw: dict[str, Any]) -> tuple[Problem, ...]:
    return parse(ResourcePoolSpec, raw, lambda _: False).problems
