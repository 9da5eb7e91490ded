import pytest
from dirty_equals import IsPartialDict, IsStr

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB, Emulator, Fault, Outcome
from modelarts_emulator.console.page.tiles import PER_POOL
from modelarts_emulator.service.models import node
from modelarts_emulator.service.models.node import Node
from modelarts_emulator.state.clock import EPOCH
from modelarts_emulator.worlds.documented import WORLD
from tests.emulator.migrations import OTHER, moved
from tests.emulator.page import pool, state, tile
from tests.emulator.wire import CPU, GPU, Wire, cpu, world


@pytest.fixture
def even(wire: Wire) -> Wire:
    """The documented world, in which all nodes take the same time."""
    wire.emulator.seed({**WORLD, "timings": {"spread": 0}})
    return wire


def nodes_of(emulator: Emulator, name: str) -> list[Node]:
    """Nodes of a pool in the order they came."""
    with emulator.moment() as tenant_of:
        return node.in_pool(tenant_of(PROJECT), name)


class TestState:
    @pytest.mark.loopback
    def test_the_documented_world(self, wire: Wire) -> None:
        """One document holds everything that the page shows."""
        assert state(wire) == {
            "version": IsStr(),
            "clock": {"mode": "frozen", "rate": 0.0, "now": EPOCH, "next": None},
            "projects": [PROJECT],
            "project": PROJECT,
            "pools": [
                {
                    "id": TRAIN_POOL,
                    "name": "auto-pool-os",
                    "phase": "Running",
                    "message": "",
                    "flavors": [{"flavor": CPU, "declared": 2, "phases": {"Available": 2}}],
                    "drivers": [],
                    "scopes": [{"type": "Train", "state": "Enabled"}, {"type": "Infer", "state": "Enabled"}],
                    "total": 2,
                    "nodes": [tile(NODE, "10.0.0.10"), tile(OTHER, "10.0.0.11")],
                },
                {
                    "id": GPU_POOL,
                    "name": "gpu-pool-os",
                    "phase": "Running",
                    "message": "",
                    "flavors": [{"flavor": GPU, "declared": 2, "phases": {"Available": 2}}],
                    "drivers": [
                        {
                            "kind": "gpu",
                            "version": "440.33",
                            "target": "440.33",
                            "state": "Running",
                            "waiting": False,
                            "progress": None,
                        }
                    ],
                    "scopes": [{"type": "Train", "state": "Enabled"}],
                    "total": 2,
                    "nodes": [
                        tile("os-node-created-72w8d", "10.0.0.14", GPU, busy=TRAINING_JOB, busy_with="training job"),
                        tile("os-node-created-p5ed5", "10.0.0.15", GPU),
                    ],
                },
                {
                    "id": INFER_POOL,
                    "name": "infer-pool-os",
                    "phase": "Running",
                    "message": "",
                    "flavors": [{"flavor": CPU, "declared": 2, "phases": {"Available": 2}}],
                    "drivers": [],
                    "scopes": [{"type": "Infer", "state": "Enabled"}],
                    "total": 2,
                    "nodes": [tile("os-node-created-b7f3q", "10.0.0.12"), tile("os-node-created-w4l2n", "10.0.0.13")],
                },
            ],
            "orders": [],
            "jobs": [],
            "training_jobs": [
                {
                    "id": TRAINING_JOB,
                    "name": "trainjob--py14_mem06-108",
                    "pool": GPU_POOL,
                    "phase": "Running",
                    "nodes": ["os-node-created-72w8d"],
                    "created": EPOCH,
                    "ends": None,
                }
            ],
            "workloads": [],
            "faults": [],
            "journal": {"first": 1, "last": 0, "items": []},
        }

    def test_reading_it_changes_nothing(self, wire: Wire) -> None:
        """Looking moves no `auto` clock, spends no fault and leaves no trace in the journal."""
        wire.scale(cpu(4))
        wire.emulator.clock.set_mode("auto")
        wire.emulator.faults.arm(Fault("listPools", status=500))
        before = (wire.emulator.world(), wire.emulator.clock.state, wire.emulator.faults.armed())
        journal = wire.emulator.journal.exchanges()

        first = state(wire)

        assert state(wire) == first
        assert (wire.emulator.world(), wire.emulator.clock.state, wire.emulator.faults.armed()) == before
        assert wire.emulator.journal.exchanges() == journal

    def test_scaling(self, even: Wire) -> None:
        """An order shows what it changes and how far it is, by virtual time; nodes are counted by what they do."""
        even.scale(cpu(3))
        name = even.order()["orderName"]
        even.emulator.clock.advance(40)

        shown = state(even)

        assert shown["orders"] == [
            {
                "name": name,
                "pool": TRAIN_POOL,
                "operation": "modify",
                "phase": "processing",
                "progress": 0.5,
                "created": EPOCH,
                "ends": EPOCH + 75,
                "change": {CPU: [2, 3]},
                "reason": "",
            }
        ]
        assert shown["clock"] == {"mode": "frozen", "rate": 0.0, "now": EPOCH + 40, "next": EPOCH + 60}
        assert pool(even)["flavors"] == [{"flavor": CPU, "declared": 3, "phases": {"Available": 2, "Creating": 1}}]
        assert pool(even)["nodes"][2] == IsPartialDict(phase="Creating", created=EPOCH)

    def test_an_order_that_ended_badly(self, even: Wire) -> None:
        """The reason shows when the order has ended, not before."""
        even.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=0, reason="sold out")))
        even.scale(cpu(3))

        before = state(even)["orders"][0]
        even.emulator.clock.advance(75)

        assert before == IsPartialDict(phase="pending", progress=0.0, reason="")
        assert state(even)["orders"][0] == IsPartialDict(
            phase="failed", progress=1.0, reason="1 of 1 nodes failed: sold out"
        )

    def test_an_order_without_end(self, even: Wire) -> None:
        """A stuck order has neither an end nor progress."""
        even.emulator.faults.arm(Fault("patchPool", outcome=Outcome(order="stuck")))
        even.scale(cpu(3))

        even.emulator.clock.advance(600)

        assert state(even)["orders"] == [IsPartialDict(phase="processing", progress=None, ends=None, reason="")]

    def test_a_migration(self, even: Wire) -> None:
        """A job shows how many nodes have arrived; a node names its job while it moves, and then checks itself."""
        job = moved(even, NODE)
        even.emulator.clock.advance(9)

        under_way, moving = state(even), pool(even)["nodes"]
        even.emulator.clock.advance(36)

        assert under_way["jobs"] == [
            {
                "id": job,
                "type": "migrate-nodes",
                "source": TRAIN_POOL,
                "target": INFER_POOL,
                "phase": "Running",
                "arrived": 0,
                "total": 1,
                "progress": 0.2,
                "created": EPOCH,
                "ends": EPOCH + 45,
                "stuck": False,
                "hidden": False,
                "reason": "",
            }
        ]
        assert moving == [tile(NODE, "10.0.0.10", moving=job), tile(OTHER, "10.0.0.11")]
        assert state(even)["jobs"][0] == IsPartialDict(phase="Success", arrived=1, progress=1.0)
        assert pool(even)["nodes"] == [tile(OTHER, "10.0.0.11")]
        assert pool(even, INFER_POOL)["nodes"][2] == tile(NODE, "10.0.0.10", phase="Checking")

    def test_reboot(self, even: Wire) -> None:
        """Nodes that are rebooted check themselves and do not move, and the job says what it does."""
        document = {"nodeNames": [NODE]}
        job = even.post(f"/pools/{TRAIN_POOL}/nodes/batch-reboot", document).raise_for_status().json()["job_id"]

        assert state(even)["jobs"] == [IsPartialDict(id=job, type="reboot-node", arrived=0, total=1)]
        assert pool(even)["nodes"][0] == tile(NODE, "10.0.0.10", phase="Checking")

    def test_jobs_that_clients_cannot_follow(self, even: Wire) -> None:
        """A stuck job counts its nodes instead of its time, and a hidden one is shown here."""
        even.emulator.seed(world(one={"resources": [cpu(6)]}, two={"resources": [cpu(1)]}))
        one, two = (f"{name}-{PROJECT}" for name in ("one", "two"))
        first, second, third, *_ = even.nodes(one)
        even.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(job="stuck", nodes=1)))
        moved(even, first, second, source=one, target=two)
        even.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(job="vanished")))
        moved(even, third, source=one, target=two)

        even.emulator.clock.advance(600)

        assert state(even)["jobs"] == [
            IsPartialDict(phase="Running", arrived=1, total=2, progress=0.5, ends=None, stuck=True, hidden=False),
            IsPartialDict(phase="Success", arrived=1, total=1, progress=1.0, stuck=False, hidden=True),
        ]

    def test_a_driver(self, even: Wire) -> None:
        """An upgrade that waits for training jobs has no progress; from their end on it has."""
        driver = {"gpuVersion": "515.65.01", "updateStrategy": "idle"}
        even.patch({"spec": {"driver": driver}}, GPU_POOL)

        waiting = pool(even, GPU_POOL)["drivers"]
        even.emulator.finish_training_job(TRAINING_JOB)
        even.emulator.clock.advance(30)

        common = {"kind": "gpu", "version": "440.33", "target": "515.65.01", "state": "Upgrading"}
        assert waiting == [{**common, "waiting": True, "progress": None}]
        assert pool(even, GPU_POOL)["drivers"] == [{**common, "waiting": False, "progress": 0.25}]
        assert state(even)["training_jobs"][0] == IsPartialDict(phase="Completed", ends=EPOCH)

    def test_flags_of_nodes(self, wire: Wire) -> None:
        """Locks, drains and defects show on their nodes alone."""
        names = {"nodeNames": [NODE]}
        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-drain", names)
        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-lock", {**names, "actions": ["delete"]})
        wire.emulator.set_node_phase(TRAIN_POOL, OTHER, "Abnormal")

        assert pool(wire)["nodes"] == [
            tile(NODE, "10.0.0.10", locked=True, drained=True),
            tile(OTHER, "10.0.0.11", phase="Abnormal"),
        ]

    @pytest.mark.loopback
    def test_a_large_pool(self, wire: Wire) -> None:
        """All nodes are counted, some are shown: those that differ, wherever they stand, then the first ones."""
        wire.emulator.seed(world(large={"resources": [cpu(1000)]}))
        name = f"large-{PROJECT}"
        nodes = [item.name for item in nodes_of(wire.emulator, name)]
        wire.emulator.set_node_phase(name, nodes[999], "Abnormal")

        shown = pool(wire, name)

        assert (shown["total"], shown["flavors"][0]["phases"]) == (1000, {"Available": 999, "Abnormal": 1})
        assert [item["name"] for item in shown["nodes"]] == [*nodes[: PER_POOL - 1], nodes[999]]

    def test_projects(self, wire: Wire) -> None:
        """Another project is shown on request, and one without pools is empty."""
        twin = f"pool-of-another-project-{PROJECT[::-1]}"
        pools = {twin: {"network": "network-a", "resources": [cpu(1)]}}
        wire.emulator.seed({"projects": {"other": {"pools": pools}, **world(one={"resources": [cpu(1)]})["projects"]}})

        other, nothing = state(wire, "?project=other"), state(wire, "?project=nothing")

        assert state(wire)["project"] == PROJECT
        assert (other["projects"], [item["id"] for item in other["pools"]]) == ([PROJECT, "other"], [twin])
        assert (nothing["project"], nothing["pools"]) == ("nothing", [])
