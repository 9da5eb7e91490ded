"""Making a pool is growth from nothing: what is asked for is what is declared, and what is shown is what is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_modelarts.api.network import Network
from pulumi_modelarts.api.resource_pool import ResourcePool
from pulumi_modelarts.plans.live_pool import LivePool
from pulumi_modelarts.plans.ownership import MARK, mark_of
from pulumi_modelarts.plans.pool_creation import Ground, Stage, allowed, blank, body, born, entry, obstacles, stage_of
from pulumi_modelarts.plans.resource_pool import PoolPlan, plan
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec
from pulumi_modelarts.specs.stack import Stack
from tests.plans.worlds import CPU, GPU, OFFER, ZONES

PROJECT = "86c13962597848eeb29c5861153a391f"
TEAM, NET = f"team-b-{PROJECT}", f"team-net-{PROJECT}"
STACK = Stack("acme/shop/prod", marks=False, resource="urn:pulumi:prod::shop::x::b")
NETWORK = Network.model_validate({"metadata": {"name": NET}, "status": {"phase": "Active"}})
UNREADY = Network.model_validate({"metadata": {"name": NET}, "status": {"phase": "Creating"}})
GROUND = Ground(NETWORK, True, 15, frozenset({"a", "b"}), frozenset({TEAM}))

counts = st.integers(min_value=0, max_value=3)
flavors = st.dictionaries(st.sampled_from([CPU, GPU]), counts, min_size=1)
pools = st.dictionaries(
    st.sampled_from(["gold", "silver"]),
    st.one_of(
        st.builds(lambda count: {"flavor": CPU, "count": count}, counts),
        st.builds(lambda azs: {"flavor": GPU, "azs": azs}, st.dictionaries(st.sampled_from(ZONES), counts, min_size=1)),
    ),
)


def declared(**inputs: Any) -> ResourcePoolSpec:
    """Return a declaration of a pool to make."""
    given = {"poolName": TEAM, "name": "team-b", "network": NET, "scope": ["Train"], **inputs}
    return ResourcePoolSpec.model_validate(given).of_stack(STACK)


def planned(spec: ResourcePoolSpec) -> PoolPlan:
    """Return the plan of growth from nothing."""
    live = LivePool(blank(spec, None), nodes=(), arrivals={}, offered=OFFER, addresses=float("inf"))
    return plan(spec, live, None, frozenset())


def pool(phase: str, *marks: str, **metadata: str) -> ResourcePool:
    """Return a live pool that carries some marks."""
    entries = [{"flavor": CPU, "count": 1, "tags": [{"key": MARK, "value": mark}]} for mark in marks]
    spec = {"resources": entries}
    return ResourcePool.model_validate(
        {"metadata": {"name": TEAM, **metadata}, "spec": spec, "status": {"phase": phase}}
    )


@given(flavors, pools)
def test_what_is_asked_for_is_what_is_declared(flavors: dict[str, int], pools: dict[str, Any]) -> None:
    """Every declared node is in the request and in what is shown, in its zone, and no other is."""
    spec = declared(flavors=flavors, **({"nodePools": pools} if pools else {}))

    made = planned(spec)
    sent = body(spec, made, None)["spec"].get("resources", [])

    wanted = {f"{flavor}-default": count for flavor, count in flavors.items() if count}
    zones = {
        name: {zone: count for zone, count in (each.get("azs") or {}).items() if count} for name, each in pools.items()
    }
    wanted |= {name: total for name, each in pools.items() if (total := each.get("count", sum(zones[name].values())))}
    assert {each.get("nodePool") or f"{each['flavor']}-default": each["count"] for each in sent} == wanted
    assert {
        name: {zone["az"]: zone["count"] for zone in each["azs"]}
        for each in sent
        if (name := each.get("nodePool")) and "azs" in each
    } == {name: found for name, found in zones.items() if found}
    assert sum(int(step.rpartition(" ")[2]) for key, step in made.changes.items() if key != "scope") == sum(
        wanted.values()
    )
    assert all({"key": MARK, "value": mark_of(STACK)} in each["tags"] for each in sent)


@given(flavors)
def test_what_others_see_of_it_is_what_is_asked_for(flavors: dict[str, int]) -> None:
    """The pool as it will be has the entries of the request, is Running, and counts no node yet."""
    spec = declared(flavors=flavors)
    made = planned(spec)

    seen = born(spec, made.body, blank(spec, None))

    assert (seen.name, seen.phase, seen.spec.network.name) == (TEAM, "Running", NET)
    assert [each.to_wire() for each in seen.entries] == body(spec, made, None)["spec"].get("resources", [])
    assert seen.status.resources.to_wire() == {}


def test_a_request_takes_the_workspace_of_the_settings() -> None:
    """Unless the program names one."""
    own, other = declared(flavors={CPU: 1}), declared(flavors={CPU: 1}, workspaceId="w1")

    labels = [
        body(spec, planned(spec), "w2")["metadata"]["labels"]["os.modelarts/workspace.id"] for spec in (own, other)
    ]

    assert labels == ["w2", "w1"]


OURS = mark_of(STACK)


@pytest.mark.parametrize(
    ("live", "recorded", "stage"),
    [
        (None, False, Stage.ABSENT),
        (None, True, Stage.ABSENT),
        (pool("", OURS), False, Stage.BEGUN),
        (pool("Creating", OURS), True, Stage.BEGUN),
        (pool("Waiting", OURS), False, Stage.BEGUN),
        (pool("Running", OURS), False, Stage.THERE),
        (pool("Abnormal", OURS), False, Stage.THERE),
        (pool("CreationFailed", OURS), False, Stage.FAILED),
        (pool("Deleting", "x"), False, Stage.GOING),
        (pool("Running", OURS, deletionTimestamp="2026-11-27T00:00:00Z"), True, Stage.GOING),
        (pool("Running"), False, Stage.FOREIGN),
        (pool("Running", "x"), False, Stage.FOREIGN),
        (pool("Running", OURS, "x"), False, Stage.FOREIGN),
        (pool("CreationFailed", "x"), False, Stage.FOREIGN),
        (pool("Running"), True, Stage.THERE),
    ],
)
def test_where_a_pool_stands(live: ResourcePool | None, recorded: bool, stage: Stage) -> None:  # noqa: FBT001 - a row
    """By its phase, and by its mark unless it is on record."""
    assert stage_of(declared(), live, recorded=recorded) is stage


def test_a_resource_without_a_name_marks_nothing_and_finds_nothing() -> None:
    """Where the engine does not tell the urn, no pool is anybody's."""
    nobody = declared().of_stack(Stack("acme/shop/prod"))

    assert mark_of(nobody.stack) == ""
    assert stage_of(nobody, pool("Running"), recorded=False) is Stage.FOREIGN


def test_marks_tell_resources_and_organizations_apart_and_show_neither() -> None:
    """Each has a mark of its own, which is the same every time."""
    others = [replace(STACK, resource=f"{STACK.resource}2"), replace(STACK, name="other/shop/prod"), STACK]

    marks = [mark_of(stack) for stack in others]

    assert (len({*marks}), marks[2]) == (3, OURS)
    assert all(len(mark) == 32 and not {"acme", "shop"} & {mark} for mark in marks)


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (Stage.ABSENT, {"pool": f"(none) -> created in {NET}"}),
        (Stage.FAILED, {"pool": f"CreationFailed -> created in {NET}"}),
        (Stage.GOING, {"pool": f"Deleting -> created in {NET}"}),
        (Stage.BEGUN, {"pool": "creating (begun by an interrupted run) -> Running"}),
        (Stage.THERE, {}),
    ],
)
def test_what_a_preview_says_of_the_pool_itself(stage: Stage, said: dict[str, str]) -> None:
    """Nothing where it is there."""
    assert entry(declared(), stage) == said


def test_a_shorter_way_to_the_same_end_is_allowed() -> None:
    """A record that has gone since the preview; not a pool that no preview has shown."""
    planned = {"pool": f"(none) -> created in {NET}", "flavors.a": "0 -> 1"}

    shown = allowed(planned, {"pool": f"CreationFailed -> created in {NET}"})

    assert (shown, allowed(planned, {}), allowed(planned, None)) == ({"flavors.a": "0 -> 1"}, planned, planned)


@pytest.mark.parametrize(
    ("ground", "paths"),
    [
        (GROUND, []),
        (replace(GROUND, network=None), ["network"]),
        (replace(GROUND, network=None, tells_networks=False), []),
        (replace(GROUND, network=UNREADY), ["network"]),
        (replace(GROUND, quota=3), []),
        (replace(GROUND, quota=2), ["name"]),
        (replace(GROUND, quota=2, pools=frozenset({"a", TEAM})), []),
        (replace(GROUND, quota=3, further=frozenset({TEAM, "c"})), ["name"]),
        (replace(GROUND, quota=None), []),
        (replace(GROUND, namesakes=("team-b-4711",)), ["name"]),
    ],
)
def test_what_stands_against_it(ground: Ground, paths: list[str]) -> None:
    """At the input that it is about."""
    spec = declared(flavors={CPU: 1})

    assert [problem.path for problem in obstacles(spec, planned(spec), ground)] == paths
