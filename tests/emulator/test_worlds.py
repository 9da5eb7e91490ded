import copy
from pathlib import Path
from typing import Any

import pytest

from modelarts_emulator import GPU_POOL, PROJECT, TRAIN_POOL, Emulator, Fault, ImpossibleWorldError
from modelarts_emulator.messages import Request
from modelarts_emulator.state.clock import EPOCH
from modelarts_emulator.worlds.documented import WORLD
from modelarts_emulator.worlds.flavors import FLAVORS
from tests.emulator.wire import CPU, GPU, cpu, world

POOL = f"pool-{PROJECT}"


def test_reset_returns_to_the_beginning() -> None:
    """A reset undoes every change, fault, exchange and second."""
    with Emulator() as emulator:
        before = emulator.world()
        patch = {"spec": {"resources": [cpu(3)], "scope": ["Train"]}}
        emulator.handle(Request.of_json("PATCH", f"/v2/{PROJECT}/pools/{GPU_POOL}", patch))
        emulator.faults.arm(Fault("showPool", status=500))
        emulator.clock.advance(50)

        emulator.reset()

        assert (emulator.world(), emulator.clock.now()) == (before, EPOCH)
        assert (emulator.faults.armed(), emulator.journal.exchanges()) == ([], [])


def test_reset_returns_to_the_world_last_seeded() -> None:
    """After a world of one's own was seeded, that is where a reset goes."""
    with Emulator() as emulator:
        emulator.seed(world(pool={"resources": [cpu(2)]}))
        before = emulator.world()
        emulator.set_node_phase(POOL, next(iter(before["pools"][POOL]["nodes"])), "Abnormal")

        emulator.reset()

        assert emulator.world() == before


def test_seeding_leaves_the_given_data_alone() -> None:
    """The documented world can be seeded any number of times, because requests never write into it."""
    before = copy.deepcopy(WORLD)

    with Emulator() as emulator:
        patch = {"spec": {"resources": [{"flavor": GPU, "count": 3}]}}
        emulator.handle(Request.of_json("PATCH", f"/v2/{PROJECT}/pools/{GPU_POOL}", patch))

    assert before == WORLD


def test_an_empty_world_is_a_world() -> None:
    """A world without anything is not replaced by the documented one."""
    with Emulator(world={}) as emulator:
        assert (emulator.projects(), emulator.world()["pools"]) == ([], {})


def grown(emulator: Emulator) -> list[str]:
    """Names of the training pool's nodes after it grew to six."""
    patch = {"spec": {"resources": [cpu(6)]}}
    emulator.handle(Request.of_json("PATCH", f"/v2/{PROJECT}/pools/{TRAIN_POOL}", patch))
    return list(emulator.world()["pools"][TRAIN_POOL]["nodes"])


def flavor(state: str, **stock: float) -> dict[str, Any]:
    """A flavor whose one zone, `a`, is in a state, and of which so much is in stock."""
    return {**FLAVORS[CPU], "zones": {"a": state}, "stock": stock}


def test_a_seed_decides_names() -> None:
    """One seed gives one set of names, as a number or as a text, and after a reset too."""
    with Emulator(seed=7) as one, Emulator(world={**WORLD, "seed": "7"}) as same, Emulator() as other:
        names = grown(one)
        one.reset()

        assert names == grown(one) == grown(same)
        assert len({*names, *grown(other)}) == 10  # two nodes of the documented world, and four new ones twice


def test_a_seed_names_the_nodes_that_a_world_leaves_nameless() -> None:
    """Nodes that a world only counts get names from the seed too."""
    given = world(pool={"resources": [cpu(2)]})
    with (
        Emulator(world=given, seed=7) as one,
        Emulator(world={**given, "seed": "7"}) as same,
        Emulator(world=given) as other,
    ):
        assert one.world() == same.world() != other.world()


def test_a_seed_comes_before_that_of_the_world(tmp_path: Path) -> None:
    """The seed given to the emulator replaces that of a new world, and leaves that of a file alone."""
    path = tmp_path / "world.db"
    with Emulator(path, world={**WORLD, "seed": 1}, seed="two") as emulator, Emulator(seed="two") as same:
        assert (names := grown(emulator)) == grown(same)

    with Emulator(path, seed="three") as emulator:
        emulator.reset()

        assert grown(emulator) == names


@pytest.mark.parametrize("seed", [7.5, ["a"], True])
def test_a_seed_is_a_text_or_a_whole_number(seed: Any) -> None:
    """Anything else is refused."""
    with pytest.raises(ImpossibleWorldError, match=r"seed: .* is neither a text nor a whole number"):
        Emulator(seed=seed)


def test_world_of_one_s_own() -> None:
    """Names, zones, phases and locks of nodes come from the world; nodes it does not name are generated."""
    nodes = {
        "os-node-created-aaaaa": {"az": "cn-north-7b", "locked": True, "private_ip": "192.168.0.9"},
        "os-node-created-bbbbb": {"flavor": GPU, "phase": "Abnormal"},
    }
    entries = [cpu(2), {"flavor": GPU, "count": 1, "nodePool": "gpus"}]
    pool = {"resources": entries, "nodes": nodes, "driver": {"gpuVersion": "1"}}

    with Emulator(world=world(pool=pool)) as emulator:
        seen = emulator.world()["pools"][POOL]["nodes"]

    generated = (set(seen) - set(nodes)).pop()
    common = {"phase": "Available", "flavor": CPU, "node_pool": f"{CPU}-default", "locked": False, "drained": False}
    common |= {"spare": False, "supernode": ""}
    assert seen == {
        "os-node-created-aaaaa": {**common, "az": "cn-north-7b", "private_ip": "192.168.0.9", "locked": True},
        "os-node-created-bbbbb": {
            **common,
            "az": "cn-north-7a",
            "private_ip": "10.0.0.11",
            "phase": "Abnormal",
            "flavor": GPU,
            "node_pool": "gpus",
        },
        generated: {**common, "az": "cn-north-7a", "private_ip": "10.0.0.12"},
    }


def test_durations() -> None:
    """A world can be quicker or slower than others."""
    with Emulator(
        world={**world(pool={"resources": [cpu(1)]}), "timings": {"creating": 1, "checking": 1, "spread": 0}}
    ) as e:
        e.handle(Request.of_json("PATCH", f"/v2/{PROJECT}/pools/{POOL}", {"spec": {"resources": [cpu(2)]}}))
        e.clock.advance(2)

        assert [node["phase"] for node in e.world()["pools"][POOL]["nodes"].values()] == ["Available"] * 2


def one(**pool: Any) -> dict[str, Any]:
    """World of one pool of two nodes, changed by these fields."""
    return world(pool={"resources": [cpu(2)], **pool})


def job(**fields: Any) -> dict[str, Any]:
    """World of one pool with one training job."""
    content = one(nodes=["os-node-created-aaaaa"])
    content["projects"][PROJECT]["training_jobs"] = {"job-a": {"pool": POOL, **fields}}
    return content


def two_with_one_node() -> dict[str, Any]:
    """World of two pools that claim the same node."""
    pool = {"resources": [cpu(1)], "nodes": ["os-node-created-aaaaa"]}
    return world(**{"pool-a": pool, "pool-b": pool})


@pytest.mark.parametrize(
    ("impossible", "reason"),
    [
        ({"pools": {}}, "world: unknown field 'pools'"),
        ({"timings": {"creation": 1}}, "timings: unknown field 'creation'"),
        ({"timings": {"creating": -1}}, "timings.creating: -1 stands where there must be seconds: a number from 0"),
        ({"flavors": {"f": {"cpu": "1"}}}, r"flavors\[f\]: the field cpuArch is missing"),
        ({"flavors": {"f": {**FLAVORS[CPU], "zones": {}}}}, r"flavors\[f\].zones: name the zones"),
        ({"projects": {"p": {"pool": {}}}}, r"projects\[p\]: unknown field 'pool'"),
        ({"projects": {"p": {"pools": {"short": {}}}}}, "a pool name has 36 to 63"),
        (one(flavor=CPU), "unknown field 'flavor'"),
        (one(nodes=[""]), r"nodes\[0\]: '' stands where there must be a name"),
        (one(phase="Fine"), "phase: 'Fine' is not one of"),
        (one(scope=[]), "scope: name at least one of"),
        (one(network=""), "network: a dedicated pool has a network"),
        (one(resources=[]), "cannot remove all flavors"),
        (one(resources=[{"flavor": "none", "count": 1}]), "flavor 'none' not found"),
        (one(resources=[cpu(-1)]), r"resources\[0\].count: -1 stands where there must be a whole number from 0"),
        (one(driver={"gpuVersion": "1"}), "driver.gpuVersion: stands exactly where the pool has GPU flavors"),
        (one(resources=[{"flavor": GPU, "count": 1}]), "driver.gpuVersion: stands exactly where"),
        (one(nodes=["a", "b", "c"]), r"nodes\[c\]: resources count no further node"),
        (one(nodes=["a", "a"]), "nodes: a name stands twice"),
        (one(nodes={"a": {"flavor": GPU}}), r"nodes\[a\]: resources count no further node"),
        (one(nodes={"a": {"phase": "Creating"}}), "a node begins Available or Abnormal"),
        (one(nodes={"a": {"zone": "x"}}), "unknown field 'zone'"),
        (two_with_one_node(), "the name is used by another pool"),
        (one(nodes={"a": {"mends_in": 5}}), "mends_in: a node mends after it has broken"),
        (one(nodes={"a": {"breaks_in": 5, "mends_in": 5}}), "mends_in: a node mends after it has broken"),
        (one(nodes={"a": {"phase": "Abnormal", "breaks_in": 5}}), "breaks_in: the node begins Abnormal"),
        (one(nodes={"a": {"breaks_in": -1}}), r"nodes\[a\].breaks_in: -1 stands where there must be"),
        (
            {"flavors": {"f": flavor("full")}},
            r"flavors\[f\].zones\[a\]: 'full' is not one of normal, soldout",
        ),
        (
            {"flavors": {"f": flavor("normal", b=1)}},
            r"stock\[b\]: the zone does not offer",
        ),
        (
            {"flavors": {"f": flavor("soldout", a=1)}},
            r"stock\[a\]: a zone that is sold out",
        ),
        (
            {"flavors": {"f": flavor("normal", a=0.5)}},
            r"stock\[a\]: 0.5 stands where there",
        ),
        (
            {"projects": {"p": {"quotas": {"node": 1}}}},
            r"projects\[p\].quotas: unknown field 'node', use networks, nodes",
        ),
        ({"projects": {"p": {"quotas": {"nodes": -1}}}}, r"projects\[p\].quotas.nodes: -1 stands where there must be"),
        ({"chances": {"nodes": {}}}, "chances: unknown field 'nodes', use driver, migration, node"),
        ({"chances": {"node": {"fails": 1}}}, "chances.node: unknown field 'fails', use Abnormal, Available, vanishes"),
        ({"chances": {"node": {"Available": 0}}}, "chances.node: give one of Available, Abnormal, vanishes a weight"),
        (job(nodes=["os-node-created-zzzzz"]), r"training_jobs\[job-a\].nodes: pool .* has no such node"),
        (job(phase="Busy"), "phase: 'Busy' is not one of"),
        (job(final_phase="Running"), "final_phase: 'Running' is not one of"),
        (job(ends_in=-1), "ends_in: -1 stands where there must be seconds"),
        (job(node="a"), "unknown field 'node'"),
    ],
)
def test_impossible_worlds(impossible: dict[str, Any], reason: str) -> None:
    """A world that cannot be is refused with the place and the reason, and the old one stays."""
    with Emulator() as emulator:
        before = emulator.world()

        with pytest.raises(ImpossibleWorldError, match=reason):
            emulator.seed(impossible)

        assert emulator.world() == before
