"""Pools of every shape, and programs that declare something about them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from pulumi_modelarts.plans.counts import cells
from tests.examples import examples
from tests.plans.worlds import ARM, CPU, GPU, OTHER_POOL, POOL, ZONES, Machine, World, declared, key_of

if TYPE_CHECKING:
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

thorough = settings(
    max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)

KEYS = ((CPU, f"{CPU}-default"), (CPU, "gold"), (GPU, f"{GPU}-default"), (GPU, "silver"))
UNKNOWN_FIELDS: tuple[dict[str, Any], ...] = (
    {},
    {"tags": [{"key": "team", "value": "a"}]},
    {"rootVolume": {"volumeType": "SSD", "size": "50"}, "extendParams": None},
)


@st.composite
def machines(draw: st.DrawFn, key: tuple[str, str], most: int, *, prefix: str = "n") -> list[Machine]:
    """Nodes of one entry: most of them can go, some cannot."""
    found = []
    for number in range(draw(st.integers(0, most))):
        kept = draw(st.sampled_from(["", "", "", "Abnormal", "locked", "prepaid", "busy"]))
        found.append(
            Machine(
                f"{prefix}-{key[1]}-{number}",
                *key,
                az=draw(st.sampled_from(ZONES[:2])),
                phase="Abnormal" if kept == "Abnormal" else "Available",
                locked=kept == "locked",
                prepaid=kept == "prepaid",
                jobs=("job-1",) if kept == "busy" else (),
            )
        )
    return found


@st.composite
def worlds(draw: st.DrawFn, *, most: int = 4, late: bool = True) -> World:
    """Pools of one to four entries; where `late`, orders may be unfinished or have come true in part only."""
    entries: list[dict[str, Any]] = []
    nodes: list[Machine] = []
    for key in draw(st.lists(st.sampled_from(KEYS), min_size=1, unique=True)):
        here = draw(machines(key, most))
        nodes += here
        entries.append(_entry(key, here, draw(st.integers(0, 2)) if late else 0, draw))
    if not nodes:
        nodes = [Machine("last", *key_of(entries[0]))]
        entries[0] = _entry(nodes[0].key, nodes, 0, draw)
    elsewhere = tuple(draw(machines(draw(st.sampled_from(KEYS)), 2, prefix="far")))
    return World(
        tuple(entries),
        tuple(nodes),
        elsewhere,
        order_pending=late and draw(st.booleans()),
        names_pools=draw(st.booleans()) or len({flavor for flavor, _ in map(key_of, entries)}) < len(entries),
    )


def _entry(key: tuple[str, str], nodes: list[Machine], missing: int, draw: st.DrawFn) -> dict[str, Any]:
    zones = Counter(machine.az for machine in nodes)
    if missing:
        zones[ZONES[0]] += missing
    entry: dict[str, Any] = {"flavor": key[0], "count": zones.total(), **draw(st.sampled_from(UNKNOWN_FIELDS))}
    if draw(st.booleans()) or not key[1].endswith("-default"):
        entry["nodePool"] = key[1]
    if draw(st.booleans()):
        entry["maxCount"] = entry["count"]
    if draw(st.booleans()) or missing:
        entry["azs"] = [{"az": az, "count": count, "kind": "x"} for az, count in sorted(zones.items())]
    return entry


counts = st.integers(0, 6)


@st.composite
def specs(draw: st.DrawFn, world: World | None = None, *, migrations: bool = False) -> ResourcePoolSpec:
    """Declarations of some entries, live or new, with every policy; with `migrations`, nodes come and go first."""
    keys = draw(st.lists(st.sampled_from([*KEYS, (ARM, f"{ARM}-default")]), unique=True))
    flavors: dict[str, int] = {}
    node_pools: dict[str, Any] = {}
    for flavor, node_pool in keys:
        if node_pool.endswith("-default") and draw(st.booleans()):
            flavors[flavor] = draw(counts)
        elif draw(st.booleans()):
            node_pools[node_pool] = {"flavor": flavor, "count": draw(counts)}
        else:
            zones = draw(st.dictionaries(st.sampled_from(ZONES), st.integers(0, 4), min_size=1))
            node_pools[node_pool] = {"flavor": flavor, "azs": zones}
    return declared(
        **({"flavors": flavors} if flavors else {}),
        **({"nodePools": node_pools} if node_pools else {}),
        maxScaleIn=draw(st.integers(0, 6)),
        maxGrowth=draw(st.none() | st.integers(0, 8)),
        onRunningJobs=draw(st.sampled_from(["wait", "fail", "ignore"])),
        ignoreCountDrift=draw(st.booleans()),
        after=draw(_after(world)) if world is not None and migrations else {},
    )


@st.composite
def _after(draw: st.DrawFn, world: World) -> dict[str, str]:
    leaving = draw(st.lists(st.sampled_from(world.machines), max_size=2, unique=True))
    coming = draw(st.lists(st.sampled_from(world.elsewhere), unique=True)) if world.elsewhere else []
    return {**{each.name: OTHER_POOL for each in leaving}, **{each.name: POOL for each in coming}}


@st.composite
def situations(
    draw: st.DrawFn, *, late: bool = True, migrations: bool = False
) -> tuple[World, ResourcePoolSpec, dict[str, int] | None]:
    """A pool, a program, and what the last run declared: nothing yet, or each count kept, lowered or raised."""
    world = draw(worlds(late=late))
    spec = draw(specs(world, migrations=migrations))
    if draw(st.booleans()):
        return world, spec, None
    shifts = st.sampled_from([0, 0, 0, -1, 1, 2])
    before = {cell.key: max(0, cell.declared + draw(shifts)) for cell in cells(spec, world.live())}
    return world, spec, before


def generous(spec: ResourcePoolSpec) -> ResourcePoolSpec:
    """Returns a declaration that lets a run buy and remove as many nodes as it wants."""
    return spec.model_copy(update={"max_scale_in": 99, "max_growth": None, "ignore_count_drift": False})


def unhindered(world: World) -> World:
    """Returns a pool whose nodes can all go."""
    able = tuple(replace(each, phase="Available", locked=False, prepaid=False, jobs=()) for each in world.machines)
    return replace(world, machines=able)
