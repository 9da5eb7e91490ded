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
EMPTY_NAME = "string should have at least 1 character, got ''"

MISTAKES: list[tuple[dict[str, Any], str, str]] = [
    ({"flavors": {"a.b": -1.0}}, 'flavors["a.b"]', NUMBER.format("-1.0")),
    ({"flavors": {"a.b": 2.5}}, 'flavors["a.b"]', NUMBER.format("2.5")),
    ({"flavors": {"a.b": "three"}}, 'flavors["a.b"]', NUMBER.format("'three'")),
    ({"flavors": {"a.b": "3"}}, 'flavors["a.b"]', NUMBER.format("'3'")),
    ({"flavors": {"a.b": True}}, 'flavors["a.b"]', NUMBER.format("True")),
    ({"flavors": {"a.b": None}}, 'flavors["a.b"]', NUMBER.format("None")),
    ({"flavors": {"a.b": float("inf")}}, 'flavors["a.b"]', NUMBER.format("inf")),
    ({"flavors": {"a.b": float("nan")}}, 'flavors["a.b"]', NUMBER.format("nan")),
    ({"maxScaleIn": -1.0}, "maxScaleIn", NUMBER.format("-1.0")),
    ({"maxGrowth": 1.5}, "maxGrowth", NUMBER.format("1.5")),
    ({"flavors": {}}, "flavors", "is empty; leave it out to manage no counts, or declare a flavor with its count"),
    (
        {"flavors": {"": 1.0}},
        "flavors",
        "names a flavor with an empty id; give the flavor's id such as 'modelarts.vm.cpu.4ud'",
    ),
    ({"flavors": "a.b"}, "flavors", "input should be a valid dictionary, got 'a.b'"),
    ({"poolName": ""}, "poolName", ID.format("''")),
    ({"poolName": "train"}, "poolName", ID.format("'train'")),
    ({"poolName": f"-{POOL}"}, "poolName", ID.format(f"'-{POOL}'")),
    ({"poolName": f"{POOL}-"}, "poolName", ID.format(f"'{POOL}-'")),
    ({"poolName": POOL.upper()}, "poolName", ID.format(f"'{POOL.upper()}'")),
    ({"poolName": "a" * 64}, "poolName", ID.format(f"'{'a' * 64}'")),
    ({"poolName": f"{POOL}\n"}, "poolName", ID.format(f"'{POOL}\\n'")),
    ({"poolName": 7.0}, "poolName", "input should be a valid string, got 7.0"),
    (
        {"driver": {"gpuVersion": "515", "updateStrategy": "later"}},
        "driver.updateStrategy",
        "input should be 'force' or 'idle', got 'later'",
    ),
    (
        {"driver": {"updateStrategy": "idle"}},
        "driver",
        "names no version; set gpu_version or npu_version, or leave driver out",
    ),
    ({"driver": {"gpuVersion": ""}}, "driver.gpuVersion", EMPTY_NAME),
    (
        {"driver": {"gpuversion": "515", "npuVersion": "C78"}},
        "driver.gpuversion",
        "is not an input of this resource; did you mean 'gpuVersion'?",
    ),
    ({"scope": ["Train", "train"]}, "scope", "knows no job type 'train'; use any of 'Infer', 'Notebook', 'Train'"),
    ({"scope": []}, "scope", "is empty; a pool serves at least one job type, or leave the input out"),
    ({"scope": [1.0]}, "scope[0]", "input should be a valid string, got 1.0"),
    ({"jobFlavors": ["a", ""]}, "jobFlavors[1]", EMPTY_NAME),
    ({"description": "a < b & c"}, "description", "contains & <; the service takes none of ! < > = & \" '"),
    (
        {"onRunningJobs": "kill"},
        "onRunningJobs",
        "input should be 'wait', 'fail' or 'ignore', got 'kill'",
    ),
    ({"flavours": {"a": 1.0}}, "flavours", "is not an input of this resource; did you mean 'flavors'?"),
    ({"zzz": 1.0}, "zzz", "is not an input of this resource; remove it"),
    ({"nodePools": {}}, "nodePools", "is empty; leave it out, or declare a node pool"),
    (
        {"nodePools": {"": {"flavor": "a", "count": 1.0}}},
        'nodePools[""]',
        "is a node pool with an empty name; give its name",
    ),
    (
        {"nodePools": {"gold": {"flavor": "a"}}},
        "nodePools.gold",
        "needs a count, or azs with a count for each availability zone",
    ),
    (
        {"nodePools": {"gold": {"flavor": "a", "count": 3.0, "azs": {"z": 2.0}}}},
        "nodePools.gold",
        "declares count 3 but 2 nodes in azs; make them agree or drop one",
    ),
    ({"nodePools": {"gold": {"count": 1.0}}}, "nodePools.gold.flavor", "is required"),
    ({"nodePools": {"gold": {"flavor": "", "count": 1.0}}}, "nodePools.gold.flavor", EMPTY_NAME),
    ({"nodePools": {"g-1": {"flavor": "a", "azs": {"z-1": 0.5}}}}, 'nodePools["g-1"].azs["z-1"]', NUMBER.format("0.5")),
    (
        {"flavors": {"a.b": 1.0}, "nodePools": {"a.b-default": {"flavor": "a.b", "count": 1.0}}},
        'nodePools["a.b-default"]',
        'is the same entry of the pool as flavors["a.b"]; declare one of the two',
    ),
    (
        {"nodePools": {"a-default": {"flavor": "b", "count": 1.0}}},
        'nodePools["a-default"]',
        OTHER_DEFAULT,
    ),
    ({"after": {"no node": POOL}}, "after", "'no node' is not the name of a node such as 'os-node-created-mnmcf'"),
    ({"after": {"n1": "train"}}, "after", ID.format("'train'")),
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
        "poolName",
        'flavors["a.b"]',
        "flavors.c",
        "nodePools.gold",
        "driver.updateStrategy",
        "scope",
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
