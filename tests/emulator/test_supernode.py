"""Supernodes: nodes that come, go and move together."""

from typing import Any

import pytest
from dirty_equals import IsPartialDict, IsStr

from modelarts_emulator import PROJECT, Emulator, Fault, ImpossibleWorldError, Outcome
from tests.emulator.migrations import ONE, TWO, body, migrate, moved, two_pools
from tests.emulator.wire import CPU, Wire, cpu, error, world

STEP = {"step": 2, "type": "hyperinstance"}
NODES = [f"os-node-created-{letter * 5}" for letter in "abcdef"]
BATCH = "os.modelarts.node/batch"
SPEC = {"flavor": CPU, "creatingStep": STEP}


def supernodes(wire: Wire, pool: str = ONE) -> list[list[str]]:
    """Names of a pool's nodes by supernode, in the order of the list."""
    found: dict[str, list[str]] = {}
    for item in wire.get(f"/pools/{pool}/nodes").raise_for_status().json()["items"]:
        found.setdefault(item["metadata"]["labels"][f"{BATCH}.uid"], []).append(item["metadata"]["name"])
    return list(found.values())


def begin(wire: Wire, **target: Any) -> None:
    """A pool of three supernodes of two named nodes each, and another pool."""
    source = {"resources": [cpu(6, creatingStep=STEP)], "nodes": NODES}
    two_pools(wire, source, {"resources": [cpu(2, creatingStep=STEP)], **target}, timings={"spread": 0})


def delete(wire: Wire, *names: str) -> Any:
    """Ask to delete nodes by name."""
    return wire.post(f"/pools/{ONE}/nodes/batch-delete", {"deleteNodeNames": list(names)})


class TestNodes:
    @pytest.mark.loopback
    def test_labels(self, wire: Wire) -> None:
        """The nodes of a supernode share their uid, and name its type and size."""
        begin(wire)

        items = wire.get(f"/pools/{ONE}/nodes").json()["items"]

        labels = [{key: text for key, text in item["metadata"]["labels"].items() if BATCH in key} for item in items]
        assert (
            labels
            == [
                {
                    f"{BATCH}.uid": IsStr(regex="[0-9a-f]{32}"),
                    f"{BATCH}.name": IsStr(regex="supernode-[0-9a-f]{5}"),
                    f"{BATCH}.type": "hyperinstance",
                    f"{BATCH}.count": "2",
                }
            ]
            * 6
        )
        assert supernodes(wire) == [NODES[:2], NODES[2:4], NODES[4:]]

    def test_plain_nodes(self, wire: Wire) -> None:
        """Nodes that come one by one, or in racks, are in no supernode."""
        entries = [cpu(1), cpu(3, creatingStep={"step": 2, "type": "rack"})]
        wire.emulator.seed(world(one={"resources": entries}))

        nodes = wire.emulator.world()["pools"][ONE]["nodes"].values()

        assert [node["supernode"] for node in nodes] == [""] * 4

    def test_order(self, wire: Wire) -> None:
        """New nodes come in supernodes of their own, in one zone each."""
        begin(wire)
        zones = [{"az": "cn-north-7a", "count": 8}, {"az": "cn-north-7b", "count": 2}]

        wire.scale(cpu(10, creatingStep=STEP, azs=zones), pool=ONE).raise_for_status()

        assert [len(names) for names in supernodes(wire)] == [2] * 5
        assert supernodes(wire)[:3] == [NODES[:2], NODES[2:4], NODES[4:]]

    def test_scaling_in(self, wire: Wire) -> None:
        """Scaling in takes the newest supernode as a whole, though its nodes are not behind each other."""
        begin(wire)
        moved(wire, NODES[1], NODES[2], NODES[0], NODES[3], source=ONE, target=TWO, resourceSpec=SPEC)
        wire.emulator.clock.advance(600)

        wire.scale(cpu(4, creatingStep=STEP), pool=TWO).raise_for_status()

        nodes = wire.emulator.world()["pools"][TWO]["nodes"]
        assert [name for name, node in nodes.items() if node["phase"] == "Deleting"] in (NODES[:2], NODES[2:4])


class TestRefusals:
    @pytest.mark.parametrize(
        ("entry", "reason"),
        [
            (cpu(7, creatingStep=STEP), "spec.resources[0].count 7 must be a multiple of creatingStep.step 2"),
            (
                cpu(8, creatingStep=STEP, azs=[{"az": "cn-north-7a", "count": 3}]),
                "spec.resources[0].azs[0].count 3 must be a multiple of creatingStep.step 2",
            ),
        ],
    )
    def test_counts(self, wire: Wire, entry: dict[str, Any], reason: str) -> None:
        """Counts with which a supernode would not be whole are refused, of a pool and of one to be made."""
        begin(wire)
        before = wire.emulator.world()
        spec = {"type": "Dedicate", "scope": ["Train"], "resources": [entry], "network": {"name": "network-a"}}
        made = {"apiVersion": "v2", "kind": "Pool", "metadata": {"labels": {"os.modelarts/name": "new-pool"}}}

        answers = [wire.scale(entry, pool=ONE), wire.post("/pools", {**made, "spec": spec})]

        assert [error(answer) for answer in answers] == [(400, "ModelArts.50004000", f"Bad request. {reason}")] * 2
        assert wire.emulator.world() == before

    def test_worlds(self, modelarts: Emulator) -> None:
        """A world with a part of a supernode cannot be."""
        with pytest.raises(ImpossibleWorldError, match=r"count 3 must be a multiple of creatingStep\.step 2"):
            modelarts.seed(world(one={"resources": [cpu(3, creatingStep=STEP)]}))

    def test_deleting_a_part(self, wire: Wire) -> None:
        """A part of a supernode is not deleted by name; nothing is."""
        begin(wire)
        uid = wire.emulator.world()["pools"][ONE]["nodes"][NODES[0]]["supernode"]

        answer = delete(wire, NODES[0], NODES[2], NODES[3])

        text = f'Bad request. node "{NODES[1]}" is in supernode {uid}, whose nodes are deleted together'
        assert error(answer) == (400, "ModelArts.50004000", text)
        assert set(wire.nodes(ONE).values()) == {"Available"}

    def test_migrating_a_part(self, wire: Wire) -> None:
        """A part of a supernode is not migrated."""
        begin(wire)
        uid = wire.emulator.world()["pools"][ONE]["nodes"][NODES[0]]["supernode"]

        answer = migrate(wire, body(NODES[1], source=ONE, target=TWO, resourceSpec=SPEC), ONE)

        text = f'Bad request. node "{NODES[0]}" is in supernode {uid}, whose nodes are migrated together'
        assert error(answer) == (400, "ModelArts.50004000", text)

    def test_migrating_without_the_step(self, wire: Wire) -> None:
        """A supernode is migrated with its creating step, or not at all."""
        begin(wire)

        answer = migrate(wire, body(*NODES[:2], source=ONE, target=TWO), ONE)

        assert error(answer)[2] == f'Bad request. resourceSpec.creatingStep is not that of node "{NODES[0]}"'


class TestWholeOnes:
    def test_deleting(self, wire: Wire) -> None:
        """A whole supernode is deleted, and the counts follow."""
        begin(wire)

        delete(wire, *NODES[2:4]).raise_for_status()
        wire.emulator.clock.advance(60)

        assert supernodes(wire) == [NODES[:2], NODES[4:]]
        assert wire.pool(ONE)["spec"]["resources"] == [cpu(4, creatingStep=STEP)]

    def test_migrating(self, wire: Wire) -> None:
        """The nodes of a supernode arrive at the same moment, keep its uid, and the counts of both pools follow."""
        begin(wire)
        uids = [node["supernode"] for node in wire.emulator.world()["pools"][ONE]["nodes"].values()]
        moved(wire, NODES[2], NODES[0], NODES[3], NODES[1], source=ONE, target=TWO, resourceSpec=SPEC)
        wire.emulator.clock.advance(44)
        before = supernodes(wire)

        wire.emulator.clock.advance(1)

        assert (before, supernodes(wire)) == ([NODES[:2], NODES[2:4], NODES[4:]], [NODES[4:]])
        nodes = wire.emulator.world()["pools"][TWO]["nodes"]
        assert [nodes[name]["supernode"] for name in NODES[:4]] == uids[:4]
        assert wire.pool(TWO)["spec"]["resources"] == [IsPartialDict(cpu(6, creatingStep=STEP))]

    def test_migration_that_fails(self, wire: Wire) -> None:
        """A migration that fails in the middle of a supernode leaves the whole of it behind."""
        begin(wire)
        wire.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(nodes=3)))

        moved(wire, *NODES[:4], source=ONE, target=TWO, resourceSpec=SPEC)
        wire.emulator.clock.advance(600)

        assert supernodes(wire) == [NODES[2:4], NODES[4:]]


class TestSpares:
    @pytest.mark.loopback
    def test_label_and_counts(self, wire: Wire) -> None:
        """A spare says that it is one, and counts among the nodes of its pool."""
        wire.emulator.seed(world(one={"resources": [cpu(2)], "nodes": {NODES[0]: {"spare": True}, NODES[1]: {}}}))

        items = wire.get(f"/pools/{ONE}/nodes").json()["items"]

        label = "os.modelarts.node/ha.redundant.enabled"
        assert [item["metadata"]["labels"].get(label) for item in items] == ["true", None]
        assert wire.status(ONE)["available"] == {CPU: 2}
        assert wire.emulator.world()["pools"][ONE]["nodes"][NODES[0]] == IsPartialDict(spare=True)

    def test_training_jobs(self, wire: Wire) -> None:
        """A training job waits rather than to run on a spare."""
        wire.emulator.seed(world(one={"resources": [cpu(2)], "nodes": {NODES[0]: {"spare": True}, NODES[1]: {}}}))
        job = {"kind": "job", "metadata": {"name": "late"}, "spec": {"resource": {"pool_id": ONE, "node_count": 1}}}
        job["algorithm"] = {"code_dir": "obs://t/", "boot_file": "obs://t/a.py", "engine": {"engine_id": "pytorch"}}
        for name in ("one", "two"):
            wire.post("/training-jobs", {**job, "metadata": {"name": name}}).raise_for_status()

        wire.emulator.clock.advance(60)

        jobs = wire.emulator.world(PROJECT)["training_jobs"].values()
        address = wire.emulator.world()["pools"][ONE]["nodes"][NODES[1]]["private_ip"]
        assert sorted((job["phase"], job["hosts"]) for job in jobs) == [("Pending", []), ("Running", [address])]
