"""Whatever is said in a world: it is either a world, or refused with the reason, and then nothing has changed."""

import copy
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelarts_emulator import PROJECT, Emulator, ImpossibleWorldError, Request, read_world
from modelarts_emulator.commands import EXAMPLE
from modelarts_emulator.worlds.documented import WORLD
from tests.emulator.wire import CPU, GPU, cpu, world
from tests.examples import examples

POOL = f"pool-{PROJECT}"

COMPLETE: dict[str, Any] = {
    **copy.deepcopy(read_world(EXAMPLE)),
    "timings": {"queue": 1, "creating": 60.5},
}
"""The example with something of everything."""

JUNK: list[Any] = [
    *(None, True, False, -1, 0, 3, 1.5, 10**9, 10**30, float("nan"), float("inf"), -1e300, b"bytes", object()),
    *("", "x", "a/b", "\x00", "\ud800", "é", "5", "Running", CPU, POOL, "10.0.0.1", "0"),
    *([], {}, [[]], [None], {"x": 1}, {"": None}, [{"az": []}], {1: 2}, ["os-node-created-aaaaa"] * 2),
    *({"flavor": GPU, "count": 1}, {"metadata": {"name": 1}}, {"count": "2", "flavor": CPU}, (1, 2)),
]


LISTS = (
    *(("v1", "orders"), ("v1", "resourceflavors"), ("v1", "networks"), ("v1", "workspaces")),
    *(("v1", "pools/tags"), ("v2", "pools"), ("v2", "jobs")),
)
"""Version and kind of everything that is listed."""


def deep(levels: int) -> list[Any]:
    """Lists inside each other."""
    found: list[Any] = []
    for _ in range(levels):
        found = [found]
    return found


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every map and list with each of its keys."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    for key in keys:
        yield value, key
        yield from places(value[key])


@st.composite
def mutants(draw: st.DrawFn) -> Any:
    """A world in which one to three things are replaced, removed, renamed or added."""
    mutant = copy.deepcopy(draw(st.sampled_from([WORLD, COMPLETE])))
    for _ in range(draw(st.integers(1, 3))):
        holder, key = draw(st.sampled_from(list(places(mutant)) or [(mutant, "seed")]))
        junk = draw(st.sampled_from([*copy.deepcopy(JUNK), deep(70), deep(300)]))
        what = draw(st.sampled_from(["replace", "remove", "rename", "add"]))
        if isinstance(holder, list) or what == "replace":
            holder[key] = junk
        elif what == "add":
            holder[draw(st.sampled_from(["", "x", "count", "zone", "a/b", "spec", "nodes"]))] = junk
        else:
            held = holder.pop(key, None)
            if what == "rename":
                holder[str(key) + "x"] = held
    return mutant


def reads(emulator: Emulator) -> Iterator[int]:
    """Statuses of reading everything there is."""
    for project in emulator.projects():
        quoted = quote(project)
        pools = [f"v2/{quoted}/pools/{quote(pool)}" for pool in emulator.world(project)["pools"]]
        lists = [f"{path}/{quoted}/{kind}" for path, kind in LISTS]
        for path in [*lists, *pools, *(f"{pool}/nodes" for pool in pools)]:
            yield emulator.handle(Request("GET", f"/{path}")).status
        search = {"filters": [{"key": "name", "operator": "like", "value": ["x"]}]}
        yield emulator.handle(Request.of_json("POST", f"/v2/{quoted}/training-job-searches", search)).status


@settings(max_examples=examples(120))
@given(mutants())
def test_every_mutant_is_a_world_or_refused(mutant: Any) -> None:
    """A world is accepted and can be read, or refused as impossible with everything left as it was."""
    with Emulator(world=world(pool={"resources": [cpu(2)]})) as emulator:
        before = (emulator.snapshot(), emulator.world())

        try:
            emulator.seed(mutant)
        except ImpossibleWorldError:
            assert (emulator.snapshot(), emulator.world()) == before
        else:
            assert set(reads(emulator)) <= {200}
            emulator.reset()


@pytest.mark.parametrize(
    ("impossible", "reason"),
    [
        ([], "world: write a map with projects"),
        ({"projects": []}, "projects: a list stands where there must be a map"),
        ({"projects": {"a/b": {}}}, r"projects\[a/b\]: 'a/b' stands where there must be a name"),
        ({"seed": 7.5}, "seed: 7.5 is neither a text nor a whole number"),
        ({"timings": {"creating": True}}, "timings.creating: True stands where there must be seconds"),
        ({"timings": {"creating": 1e300}}, "timings.creating: 1e.300 stands where there must be seconds"),
        ({"choices": {"drain": ["wait"]}}, "choices.drain: a list is not one of wait, evict"),
        (
            world(pool={"resources": [cpu("2")]}),
            r"\.resources\[0\]\.count: '2' stands where there must be a whole number",
        ),
        (world(pool={"resources": [cpu(True)]}), "count: True stands where there must be a whole number"),
        (
            world(pool={"resources": [cpu(10**9)]}),
            "count: 1000000000 stands where there must be a whole number from 0 to",
        ),
        (world(pool={"resources": [cpu(10**99)]}), "count: a huge number stands where"),
        (world(pool={"resources": {"flavor": CPU}}), "resources: a map stands where there must be a list"),
        (world(pool={"resources": [{"flavor": CPU}]}), r"resources\[0\]: the field count is missing"),
        (
            world(pool={"resources": [cpu(1)], "labels": {"a": 1}}),
            r"labels\[a\]: 1 stands where there must be a string",
        ),
        (world(pool={"resources": [cpu(1)], "driver": {"gpu": "1"}}), "driver: unknown field 'gpu', use gpuVersion"),
        (
            world(pool={"resources": [cpu(1)], "spec": {"scope": []}}),
            "spec.scope: a pool states this in scope, not in spec",
        ),
        (world(pool={"resources": [cpu(1)], "clusters": ["a", "a"]}), "clusters: a name stands twice"),
        (
            world(pool={"resources": [cpu(1)], "tags": {"_sys_a": ""}}),
            r"pools\[pool-.*\]\.tags: the key '_sys_a' of a tag must be 1 to 128 letters",
        ),
        (
            world(pool={"resources": [cpu(1)], "tags": {str(number): "" for number in range(21)}}),
            r"\.tags: a pool has at most 20 tags, these would be 21",
        ),
        (
            world(pool={"resources": [cpu(1)], "annotations": {"os.modelarts/tms.tags": "[]"}}),
            r"annotations\[os.modelarts/tms.tags\]: a pool states its tags in tags",
        ),
        (
            world(pool={"resources": [cpu(1)], "nodes": {"a/b": {}}}),
            r"nodes\[a/b\]: 'a/b' stands where there must be a name",
        ),
        (
            world(pool={"resources": [cpu(1)], "nodes": {"a": {"locked": 1}}}),
            "locked: 1 stands where there must be true",
        ),
        (world(pool={"resources": [cpu(1, deep=deep(70))]}), "nested more than 64 deep"),
        (world(pool={"resources": [cpu(1, none=float("nan"))]}), "this is not plain data"),
        (world(pool={"resources": [cpu(1, odd=object())]}), "this is not plain data"),
    ],
)
def test_reasons(impossible: Any, reason: str) -> None:
    """A refusal names the place, what stands there and what to write."""
    with Emulator() as emulator, pytest.raises(ImpossibleWorldError, match=reason):
        emulator.seed(impossible)
