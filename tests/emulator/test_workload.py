"""What occupies nodes: training jobs, inference services and notebooks, in one list and in every rule."""

import pytest
from dirty_equals import IsPartialDict, IsStr

from modelarts_emulator import (
    GPU_POOL,
    INFER_POOL,
    NODE,
    TRAIN_POOL,
    TRAINING_JOB,
)
from modelarts_emulator.state.clock import EPOCH
from modelarts_emulator.worlds.documented import WORLD
from tests.emulator.migrations import OTHER, body
from tests.emulator.wire import Wire, cpu, error
from tests.emulator.workloads import ids, listed, running

GPU_NODE, GPU_OTHER = "os-node-created-72w8d", "os-node-created-p5ed5"
DRIVER = {"gpuVersion": "515.65.01", "updateStrategy": "idle"}


class TestList:
    @pytest.mark.loopback
    def test_training_job(self, wire: Wire) -> None:
        """A training job of the world is in the list of its pool, with every field that the official SDK has."""
        wire.emulator.clock.advance(90)

        assert listed(wire, GPU_POOL) == [
            {
                "apiVersion": "v1",
                "kind": "Workload",
                "type": "train",
                "namespace": "modelarts",
                "name": f"modelarts-train-{TRAINING_JOB}",
                "jobName": "trainjob--py14_mem06-108",
                "uid": IsStr(regex="[0-9a-f]{32}"),
                "jobUUID": TRAINING_JOB,
                "flavor": IsStr(),
                "status": "Running",
                "userName": IsStr(),
                "resourceRequirement": {"cpu": "8", "memory": "32Gi"},
                "priority": "1",
                "runningDuration": 90,
                "pendingDuration": 0,
                "pendingPosition": 0,
                "createTime": int(EPOCH * 1000),
                "gvk": "batch.volcano.sh/v1alpha1, Kind=Job",
                "hostIps": "10.0.0.14",
                "nodes": [{"hostIp": "10.0.0.14"}],
            }
        ]

    def test_service(self, wire: Wire) -> None:
        """A service that is started on two nodes names both, its user and its flavor."""
        names = wire.emulator.start_workload(
            TRAIN_POOL, [NODE, OTHER], "x-infer", name="chat", user="ann", flavor="modelarts.vm.cpu.2u"
        )

        assert listed(wire) == [
            IsPartialDict(
                type="x-infer",
                jobUUID=names,
                jobName="chat",
                userName="ann",
                flavor="modelarts.vm.cpu.2u",
                status="Running",
                hostIps="10.0.0.10,10.0.0.11",
                nodes=[{"hostIp": "10.0.0.10"}, {"hostIp": "10.0.0.11"}],
            )
        ]
        assert listed(wire, GPU_POOL) == [IsPartialDict(jobUUID=TRAINING_JOB)]

    def test_hidden_hosts(self, wire: Wire) -> None:
        """Nobody tells on which nodes a service with hidden hosts is, asked by address or not; the node is busy."""
        hidden = running(wire, hosts_hidden=True)

        assert listed(wire) == [IsPartialDict(jobUUID=hidden, status="Running", hostIps="", nodes=[])]
        assert ids(wire, hostip="10.0.0.10") == []
        assert error(wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-migrate", body(NODE)))[2].endswith(hidden)

    def test_filters_and_pages(self, wire: Wire) -> None:
        """Type and status leave what fits, `offset` and `limit` cut a page, and addresses leave these aside."""
        first, second, third = (running(wire, node, type=kind) for node, kind in _STARTED)
        wire.emulator.set_workload_status(second, "Abnormal")

        assert ids(wire) == [third, second, first]
        assert ids(wire, sort="create_time", ascend="true") == [first, second, third]
        assert ids(wire, limit="1", offset="1") == [second]
        assert (ids(wire, type="notebook"), ids(wire, status="Abnormal")) == ([second], [second])
        assert ids(wire, hostip="10.0.0.10,10.9.9.9", limit="1") == [third, first]

    @pytest.mark.parametrize("query", [{"type": "job"}, {"status": "Over"}, {"sort": "name"}, {"limit": "501"}])
    def test_wrong_words(self, wire: Wire, query: dict[str, str]) -> None:
        """A word that the service does not know is refused."""
        assert wire.get(f"/pools/{TRAIN_POOL}/workloads", **query).status_code == 400

    def test_waiting_training_job(self, wire: Wire) -> None:
        """A training job that waits for nodes names its place in the queue and no addresses."""
        running(wire, NODE)
        running(wire, OTHER)
        resource = {"pool_id": TRAIN_POOL, "node_count": 1}
        algorithm = {"code_dir": "obs://t/", "boot_file": "obs://t/a.py", "engine": {"engine_id": "pytorch"}}
        job = {"kind": "job", "metadata": {"name": "late"}, "algorithm": algorithm, "spec": {"resource": resource}}
        wire.post("/training-jobs", job).raise_for_status()

        wire.emulator.clock.advance(60)

        (found,) = listed(wire, type="train")
        assert found == IsPartialDict(status="Pending", pendingPosition=1, pendingDuration=50, hostIps="", nodes=[])


_STARTED = ((NODE, "infer"), (OTHER, "notebook"), (NODE, "infer"))


class TestOccupation:
    def test_migration(self, wire: Wire) -> None:
        """A node with a service on it is refused to migrate until the service ends."""
        service = running(wire)
        path = f"/pools/{TRAIN_POOL}/nodes/batch-migrate"

        refused = error(wire.post(path, body(NODE)))
        wire.emulator.end_workload(service)
        moved = wire.post(path, body(NODE))

        text = f'Bad request. node "{NODE}" runs inference service {service}'
        assert (refused, moved.status_code) == ((400, "ModelArts.50004000", text), 200)

    def test_migration_with_what_runs_there(self, wire: Wire) -> None:
        """In a world that chooses it a busy node moves, and its service goes on and is in the list of either pool."""
        wire.emulator.seed({**WORLD, "choices": {"busy_migration": "move"}})
        service = running(wire)

        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-migrate", body(NODE)).raise_for_status()
        wire.emulator.clock.advance(600)

        assert NODE in wire.nodes(INFER_POOL)
        shown = IsPartialDict(jobUUID=service, status="Running", hostIps="10.0.0.10", runningDuration=600)
        assert [*listed(wire), *listed(wire, INFER_POOL)] == [shown, shown]

    def test_drain(self, wire: Wire) -> None:
        """A drained node is draining as long as a notebook is on it, and the notebook goes on."""
        notebook = running(wire, type="notebook")
        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-drain", {"nodeNames": [NODE]}).raise_for_status()
        during = _annotations(wire)

        wire.emulator.end_workload(notebook)

        assert (during, _annotations(wire)) == (
            {"os.modelarts.node/drain": "draining"},
            {"os.modelarts.node/drain": "drained"},
        )

    @pytest.mark.parametrize("drain", ["wait", "evict"])
    def test_drain_evicts_no_service(self, wire: Wire, drain: str) -> None:
        """Services go on whatever a drain does about training jobs."""
        wire.emulator.seed({**WORLD, "choices": {"drain": drain}})
        service = running(wire)

        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-drain", {"nodeNames": [NODE]}).raise_for_status()

        assert wire.emulator.world()["services"][service]["status"] == "Running"

    @pytest.mark.parametrize("how", ["delete", "scale", "pool"])
    def test_deletion(self, wire: Wire, how: str) -> None:
        """What is on a node fails when the node is deleted by name, by scaling in or with its pool."""
        service = running(wire, OTHER)

        if how == "delete":
            wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-delete", {"deleteNodeNames": [OTHER]}).raise_for_status()
        elif how == "scale":
            wire.scale(cpu(1)).raise_for_status()
        else:
            wire.client.delete(wire.url(f"/pools/{TRAIN_POOL}")).raise_for_status()

        assert wire.emulator.world()["services"] == {
            service: {
                "pool": TRAIN_POOL,
                "type": "infer",
                "status": "Failed",
                "hosts": ["10.0.0.11"],
                "hosts_hidden": False,
            }
        }

    def test_idle_upgrade(self, wire: Wire) -> None:
        """A driver that upgrades when nothing runs waits for a notebook, too, and begins at the moment it ends."""
        wire.emulator.finish_training_job(TRAINING_JOB)
        notebook = wire.emulator.start_workload(GPU_POOL, [GPU_OTHER], "notebook")
        wire.patch({"spec": {"driver": DRIVER}}, GPU_POOL).raise_for_status()
        wire.emulator.clock.advance(1000)
        waiting = wire.emulator.world()["pools"][GPU_POOL]["drivers"]["gpu"]

        wire.emulator.end_workload(notebook)
        wire.emulator.clock.advance(120)

        assert waiting == {"version": "440.33", "state": "Upgrading"}
        assert wire.emulator.world()["pools"][GPU_POOL]["drivers"]["gpu"] == {
            "version": "515.65.01",
            "state": "Running",
        }

    def test_page(self, wire: Wire) -> None:
        """The page says which node a notebook is on, and that nobody is told."""
        notebook = running(wire, type="notebook", name="mine", hosts_hidden=True)

        state = wire.client.get(f"{wire.base}/_emulator/state").json()

        tile = next(node for pool in state["pools"] for node in pool["nodes"] if node["name"] == NODE)
        assert tile == IsPartialDict(busy=notebook, busy_with="notebook")
        assert state["workloads"] == [
            {
                "id": notebook,
                "name": "mine",
                "kind": "notebook",
                "pool": TRAIN_POOL,
                "phase": "Running",
                "nodes": [NODE],
                "hidden": True,
                "created": EPOCH,
                "ends": None,
            }
        ]


def _annotations(wire: Wire) -> dict[str, str]:
    annotations: dict[str, str] = wire.get(f"/pools/{TRAIN_POOL}/nodes/{NODE}").json()["metadata"]["annotations"]
    return annotations
