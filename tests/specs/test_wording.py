"""Whatever is wrong with an input is said in the words of the input, with what to write; no parser's words appear."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pulumi_modelarts.specs._spec import Problem, parse
from pulumi_modelarts.specs.fleet import FleetPlacementSpec
from pulumi_modelarts.specs.network import NetworkSpec
from pulumi_modelarts.specs.node_migration import NodeMigrationSpec
from pulumi_modelarts.specs.node_selection import NodeSelectionSpec
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

POOL = "auto-pool-os-86c13962597848eeb29c5861153a391f"
TARGET = "infer-pool-os-86c13962597848eeb29c5861153a391f"
NODE_POOL = {"flavor": "a", "count": 1.0}

WRONG: list[Any] = [
    *(None, True, "", "text", "3", 3.0, 2.5, -1.0, 1e300, float("nan"), float("inf")),
    *([], ["text"], [""], [3.0], [None], [[]], [{}]),
    *({}, {"": 1.0}, {"a": 1.0}, {"a": None}, {"a": "text"}, {"a": {}}, {"a": []}, {"a": {"flavour": "x"}}),
    object(),
]
"""Values of each kind that JSON has, whole and in parts, and one that it has not."""

BASES: dict[str, tuple[Any, dict[str, Any]]] = {
    "adopted pool": (ResourcePoolSpec, {"poolName": POOL}),
    "made pool": (
        ResourcePoolSpec,
        {"name": "team-b", "network": "team-net", "flavors": {"a": 1.0}, "scope": ["Train"]},
    ),
    "migration": (NodeMigrationSpec, {"nodes": ["n1"], "sourcePool": POOL, "targetPool": TARGET}),
    "selection": (NodeSelectionSpec, {"pool": POOL, "flavor": "a", "count": 1.0}),
    "network": (NetworkSpec, {"name": "team-net", "cidr": "192.168.0.0/20"}),
    "fleet": (FleetPlacementSpec, {"pools": {"gold": {"poolName": POOL, "flavors": {"a": 1.0}}}}),
}
DETAILS = ("labels", "taints", "tags", "rootVolume", "dataVolumes", "osImage", "postInstall")
GROUPS: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "driver": ("adopted pool", {"gpuVersion": "515"}, ("gpuVersion", "npuVersion", "updateStrategy", "other")),
    "nodePools": ("made pool", {"gold": NODE_POOL}, ("flavor", "count", "azs", *DETAILS, "other")),
    "strategy": ("migration", {}, ("maxUnavailable", "drain", "drainTimeout", "soak", "onUndrainable", "other")),
}

PARSERS_WORDS = re.compile(
    r"input should|valid (tuple|list|string|dict|integer|number|boolean)|type=[a-z]|should have|field required|pydantic"
    r"|dictionary|tuple|bool\b|\bstr\b|instance of|value error",
    re.IGNORECASE,
)
WAYS_OUT = re.compile(
    r"must be .+|is required: give .+|give .+|did you mean '.+'|take it out|Take it out|leave .+ out|leave it out"
    r"|name (a|the) (job type|pools)|is required, with \w+, to |declare |name the nodes|use '|set gpu_version|write "
)


@pytest.mark.parametrize("base", BASES)
def test_a_value_of_the_wrong_kind_is_answered_with_what_to_write(base: str) -> None:
    """For every input and every value of another kind."""
    spec, _ = BASES[base]
    names = [field.alias for name, field in spec.model_fields.items() if name in spec.arguments()]

    found = [problem for name in [*names, "other"] for value in WRONG for problem in _problems(base, **{name: value})]

    assert len(found) > 60
    assert [problem for problem in found if not _is_plain(problem)] == []


@pytest.mark.parametrize("group", GROUPS)
def test_a_value_inside_a_group_is_answered_so_too(group: str) -> None:
    """For every argument of `Driver`, `NodePool` and `Rollout`."""
    base, given, names = GROUPS[group]

    found: list[Problem] = []
    for name in names:
        for value in WRONG:
            inside = {"gold": {**NODE_POOL, name: value}} if group == "nodePools" else {**given, name: value}
            found += _problems(base, **{group: inside})

    assert len(found) > 50
    assert [problem for problem in found if not _is_plain(problem)] == []


@pytest.mark.parametrize(
    ("spec", "given", "missing"),
    [
        (NodeMigrationSpec, {}, {"nodes", "source_pool", "target_pool"}),
        (NodeSelectionSpec, {}, {"pool", "flavor", "count"}),
        (FleetPlacementSpec, {}, {"pools"}),
        (ResourcePoolSpec, {}, {"pool_name"}),
        (ResourcePoolSpec, {"name": "team-b"}, {"network"}),
        (ResourcePoolSpec, {"network": "team-net"}, {"name"}),
    ],
)
def test_what_is_missing_is_told_with_what_it_takes(spec: type[Any], given: dict[str, Any], missing: set[str]) -> None:
    """Each required input, and an example of it."""
    found = parse(spec, given, lambda _: False).problems

    assert {problem.path for problem in found} == missing
    assert [problem for problem in found if not re.match(r"is required.*: give .+ such as .+", problem.reason)] == []


def _problems(base: str, **inputs: Any) -> tuple[Problem, ...]:
    spec, given = BASES[base]
    return parse(spec, {**given, **inputs}, lambda _: False).problems


def _is_plain(problem: Problem) -> bool:
    """Tells whether a problem is in plain words, in one spelling, and says what to do."""
    whole = f"{problem.path}: {problem.reason}"
    camel = re.search(r"\b[a-z]+[A-Z]", whole.replace("os-node", ""))
    return not PARSERS_WORDS.search(whole) and not camel and bool(WAYS_OUT.search(problem.reason))
