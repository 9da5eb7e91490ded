"""Random worlds and programs: what may run on nodes, what nodes may be, and what may be declared about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from modelarts_emulator import GPU_POOL, INFER_POOL, PROJECT, TRAIN_POOL
from modelarts_emulator.worlds.documented import NETWORK
from modelarts_emulator.worlds.flavors import FLAVORS, ZONES
from tests.resources.pools import CPU

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

    from tests.resources.host import Program

POOLS = (TRAIN_POOL, INFER_POOL, GPU_POOL)
CPU8 = "modelarts.vm.cpu.8ud"
NPU = "modelarts.bm.npu.arm.8snt9b"
STEP = {"step": 2, "type": "hyperinstance"}
POLICIES = st.sampled_from(["wait", "fail", "ignore"])
NEVER = None

NODES: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        *({}, {}, {}, {}, {}, {}, {"spare": True}, {"locked": True}, {"phase": "Abnormal"}),
        *({"az": "cn-north-7a"}, {"az": "cn-north-7a", "spare": True}),
    ]
)
"""What a node of its own may be."""

SUPERNODES: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {}, {}, {}, {}, {}, {}, {"spare": True}, {"locked": True}, {"phase": "Abnormal"}]
)
"""What a node of a supernode may be; all of one entry are in one zone, as they come from one rack."""

ODD_BODIES = st.sampled_from([{}, {"items": None}, [], "<html>", {"items": [{}]}, {"metadata": {"name": "another"}}])
"""Answers that say nothing about what was asked."""


@dataclass(frozen=True)
class Chance:
    """Something that happens to the runs, once.

    Attributes:
        write: Just before this one of their writes, a service starts on a node that it names, if the node takes any; 0
            for none.
        request: This one of their requests, if it is a read, is answered with `body`; 0 for none.
        body: What no API page describes.
    """

    write: int = 0
    request: int = 0
    body: Any = None


CHANCES = st.one_of(
    st.just(Chance()),
    st.builds(Chance, write=st.integers(1, 4)),
    st.builds(Chance, request=st.integers(1, 40), body=ODD_BODIES),
)


@dataclass(frozen=True, repr=False)
class Case:
    """A world, the programs that run in it one after the other, and what happens meanwhile."""

    world: dict[str, Any]
    programs: tuple[Program, ...]
    chance: Chance

    def __repr__(self) -> str:
        """Say what tells this case from others, short enough to be read."""
        project = {key: value for key, value in self.world["projects"][PROJECT].items() if value}
        stock = {key: value.get("stock") for key, value in self.world["flavors"].items() if value.get("stock")}
        pools = {
            name: [pool["annotations"]["os.modelarts/billing.mode"], pool["resources"], pool["nodes"]]
            for name, pool in project.pop("pools").items()
        }
        return f"\n{pools}\n{project}\n{next(iter(stock.values()), None)}\n{self.programs}\n{self.chance}\n"

    def _repr_pretty_(self, printer: Any, _cycle: object) -> None:
        printer.text(repr(self))

    @property
    def lasting(self) -> bool:
        """Whether nothing in the world begins or ends by itself, so that a preview stays true."""
        jobs = self.world["projects"][PROJECT]["training_jobs"].values()
        return not self.chance.write and all(job["ends_in"] is NEVER for job in jobs)


@st.composite
def cases(draw: DrawFn) -> Case:
    """A world with two or three pools, and one or two programs about them."""
    supernodes = draw(st.booleans())
    names = POOLS[: draw(st.integers(2, 3))]
    pools = {name: draw(_pools(index, supernodes=supernodes)) for index, name in enumerate(names)}
    named = {name: list(pool["nodes"]) for name, pool in pools.items()}
    works = draw(st.lists(_works(named), max_size=2))
    project: dict[str, Any] = {"pools": pools, "training_jobs": {}, "services": {}, "notebooks": {}}
    for number, (kind, facts) in enumerate(works):
        project[kind][f"{kind[:-1].replace('_', '-')}-{number}"] = facts
    if draw(st.booleans()):
        project["quotas"] = {"nodes": sum(map(len, named.values())) + draw(st.integers(0, 2))}
    world = {"flavors": draw(_flavors()), "projects": {PROJECT: project}, "choices": draw(_choices())}
    first = draw(_programs(named, NPU if supernodes else CPU))
    edited = draw(st.lists(_edits(first), max_size=1))
    return Case(world, (first, *edited), draw(CHANCES))


@st.composite
def _pools(draw: DrawFn, index: int, *, supernodes: bool) -> dict[str, Any]:
    """A pool with some nodes of the flavor that all pools have, and perhaps of another."""
    counts = {NPU: draw(st.sampled_from([2, 4, 4, 6]))} if supernodes else {CPU: draw(st.integers(2, 4))}
    if not supernodes and draw(st.booleans()):
        counts[CPU8] = draw(st.integers(1, 2))
    nodes: dict[str, Any] = {}
    resources: list[dict[str, Any]] = []
    for flavor, count in counts.items():
        letter = "abc"[index] + flavor[-1]
        for number in range(count):
            facts = draw(SUPERNODES if supernodes else NODES)
            nodes[f"os-node-created-{letter}{number}"] = {**facts, "flavor": flavor}
        resources.append({"flavor": flavor, "count": count} | ({"creatingStep": STEP} if supernodes else {}))
    billing = draw(st.sampled_from(["0", "0", "0", "0", "0", "0", "0", "1"]))
    return {
        "network": NETWORK,
        "scope": ["Train", "Infer", "Notebook"],
        "zone": "cn-north-7c",
        "annotations": {"os.modelarts/billing.mode": billing, "os.modelarts/description": ""},
        "resources": resources,
        "nodes": nodes,
        **({"driver": {"npuVersion": "C78"}} if supernodes else {}),
    }


@st.composite
def _works(draw: DrawFn, named: dict[str, list[str]]) -> tuple[str, dict[str, Any]]:
    """Something that runs on one or two nodes of a pool."""
    pool = draw(st.sampled_from(sorted(named)))
    nodes = draw(st.lists(st.sampled_from(named[pool]), min_size=1, max_size=2, unique=True))
    kind = draw(st.sampled_from(["training_jobs", "services", "notebooks"]))
    if kind == "training_jobs":
        return kind, {"pool": pool, "nodes": nodes, "ends_in": draw(st.sampled_from([NEVER, 100, 400, 3000]))}
    return kind, {"pool": pool, "nodes": nodes, "hosts_hidden": draw(st.sampled_from([False, False, True]))}


@st.composite
def _flavors(draw: DrawFn) -> dict[str, Any]:
    """Flavors as documented, of which little may be in stock."""
    left = draw(st.sampled_from([None, None, 0, 1, 2]))
    if left is None:
        return FLAVORS
    return {name: {**flavor, "stock": dict.fromkeys(ZONES, left)} for name, flavor in FLAVORS.items()}


def _choices() -> st.SearchStrategy[dict[str, Any]]:
    """A service that moves busy nodes when it is asked to shows what one that refuses hides."""
    return st.sampled_from([{"busy_migration": "move"}, {"busy_migration": "move"}, {"busy_migration": "refuse"}])


@st.composite
def _programs(draw: DrawFn, named: dict[str, list[str]], flavor: str) -> Program:
    """Up to two migrations, then pools that know of them."""
    program: Program = {}
    after: dict[str, str] = {}
    for number in range(draw(st.sampled_from([0, 1, 1, 2]))):
        moving = draw(_migrations(named, whole=flavor == NPU))
        program[f"move-{number}"] = ("moves", moving)
        after |= dict.fromkeys(moving["nodes"], moving["targetPool"])
    for pool in draw(st.lists(st.sampled_from(sorted(named)), min_size=0 if program else 1, max_size=3, unique=True)):
        declared = draw(_declared(pool, flavor, len(named[pool])))
        program[pool.partition("-")[0]] = ("changes", {**declared, "after": after})
    return program


@st.composite
def _migrations(draw: DrawFn, named: dict[str, list[str]], *, whole: bool) -> dict[str, Any]:
    """One or two nodes, or mostly a whole supernode, from one pool to another."""
    source, target = draw(st.permutations(sorted(named)))[:2]
    single = st.lists(st.sampled_from(named[source]), min_size=1, max_size=2, unique=True)
    supernodes = st.sampled_from([named[source][begin : begin + 2] for begin in range(0, len(named[source]), 2)])
    return {
        "nodes": draw(st.one_of(single, *[supernodes] * 5) if whole else single),
        "sourcePool": source,
        "targetPool": target,
        "onRunningJobs": draw(POLICIES),
        "strategy": {
            "maxUnavailable": float(draw(st.sampled_from([2, 2, 1]))),
            "drainTimeout": draw(st.sampled_from(["2m", "10m"])),
            "onUndrainable": draw(st.sampled_from(["fail", "skip"])),
        },
    }


@st.composite
def _declared(draw: DrawFn, pool: str, flavor: str, nodes: int) -> dict[str, Any]:
    """Counts of a pool, by flavor or by zone, with budgets."""
    count = max(0, nodes + draw(st.sampled_from([-1, 0, 1, -2, 2] if flavor == CPU else [-2, 0, 2, -4, 1])))
    declared: dict[str, Any] = {"flavors": {flavor: float(count)}}
    if flavor == CPU and draw(st.sampled_from([False, False, True])):
        zones = {"cn-north-7a": float(draw(st.integers(0, 2))), "cn-north-7c": float(count)}
        declared = {"nodePools": {f"{CPU}-default": {"flavor": CPU, "azs": zones}}}
    growth = draw(st.sampled_from([None, None, None, 1.0, 2.0]))
    return {
        "poolName": pool,
        **declared,
        "maxScaleIn": float(draw(st.sampled_from([4, 4, 4, 2, 0]))),
        "onRunningJobs": draw(POLICIES),
        **({} if growth is None else {"maxGrowth": growth}),
    }


@st.composite
def _edits(draw: DrawFn, program: Program) -> Program:
    """The same program with other counts."""
    edited = dict(program)
    for name, (computed, inputs) in program.items():
        if "flavors" in inputs:
            counts = {flavor: float(draw(st.integers(0, 5))) for flavor in inputs["flavors"]}
            edited[name] = (computed, {**inputs, "flavors": counts})
    return edited
