from typing import Any

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import GPU_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB
from tests.emulator.migrations import OTHER
from tests.emulator.wire import CPU, Wire, cpu, error, error_code, fill, world

NODES = f"/pools/{TRAIN_POOL}/nodes"
POOL = f"pool-{PROJECT}"


class TestShow:
    @pytest.mark.loopback
    def test_documented_node(self, wire: Wire) -> None:
        """A node shows its pool, node pool, zone, address and resources."""
        resources = {"cpu": "3920m", "memory": "16Gi"}

        assert wire.get(f"{NODES}/{NODE}").json() == {
            "kind": "Node",
            "apiVersion": "v2",
            "metadata": {
                "name": NODE,
                "creationTimestamp": "2026-01-01T00:00:00Z",
                "labels": {
                    "os.modelarts.node/cluster": TRAIN_POOL,
                    "os.modelarts.node/nodepool": f"{CPU}-default",
                    "os.modelarts/tenant.project.id": PROJECT,
                },
                "annotations": {},
            },
            "spec": {"flavor": CPU},
            "status": {
                "phase": "Available",
                "az": "cn-north-7c",
                "privateIp": "10.0.0.10",
                "resources": resources,
                "availableResources": resources,
            },
        }

    @pytest.mark.parametrize("path", [f"{NODES}/os-node-created-zzzzz", f"/pools/{GPU_POOL}/nodes/{NODE}"])
    def test_missing_node(self, wire: Wire, path: str) -> None:
        """A node that does not exist, or lives in another pool, is a 404."""
        assert error_code(wire.get(path)) == (404, "ModelArts.50015001")

    def test_node_that_failed(self, wire: Wire) -> None:
        """A node that became Abnormal counts as abnormal in its pool until it recovers."""
        wire.emulator.set_node_phase(TRAIN_POOL, NODE, "Abnormal")
        broken = wire.status()

        wire.emulator.set_node_phase(TRAIN_POOL, NODE, "Available")

        assert broken == {"abnormal": {CPU: 1}, "available": {CPU: 1}}
        assert wire.status() == {"available": {CPU: 2}}


class TestDrain:
    @pytest.mark.loopback
    def test_idle_node(self, wire: Wire) -> None:
        """A node without jobs is drained at once and stays Available."""
        answer = wire.post(f"{NODES}/batch-drain", {"nodeNames": [NODE]})

        assert (answer.status_code, answer.json()) == (200, {})
        assert wire.get(f"{NODES}/{NODE}").json()["metadata"]["annotations"] == {"os.modelarts.node/drain": "drained"}
        assert wire.nodes() == {NODE: "Available", OTHER: "Available"}

    def test_busy_node(self, wire: Wire) -> None:
        """A node with a running job is draining until the job has ended; the job goes on."""
        path = f"/pools/{GPU_POOL}/nodes"
        wire.post(f"{path}/batch-drain", {"nodeNames": ["os-node-created-72w8d"]})

        during = wire.get(f"{path}/os-node-created-72w8d").json()["metadata"]["annotations"]
        wire.emulator.finish_training_job(TRAINING_JOB)

        assert during == {"os.modelarts.node/drain": "draining"}
        after = wire.get(f"{path}/os-node-created-72w8d").json()["metadata"]["annotations"]
        assert after == {"os.modelarts.node/drain": "drained"}

    def test_at_most_ten(self, wire: Wire) -> None:
        """Ten nodes can be drained by one request, eleven cannot."""
        fill(wire, 11)
        names = list(wire.nodes(POOL))

        ten, eleven = (wire.post(f"/pools/{POOL}/nodes/batch-drain", {"nodeNames": names[:n]}) for n in (10, 11))

        assert ten.status_code == 200
        assert error(eleven)[2] == "Bad request. nodeNames takes at most 10 items"


class TestDelete:
    def test_named_nodes_go(self, wire: Wire) -> None:
        """The named nodes are deleted, the count is lower at once, and no order appears."""
        wire.scale(cpu(2, futureField=1))

        answer = wire.post(f"{NODES}/batch-delete", {"deleteNodeNames": [NODE]})
        during = wire.nodes()
        wire.emulator.clock.advance(60)

        assert (answer.status_code, answer.content) == (200, b"")
        assert during == {NODE: "Deleting", OTHER: "Available"}
        assert wire.nodes() == {OTHER: "Available"}
        assert wire.pool()["spec"]["resources"] == [cpu(1, futureField=1)]
        assert wire.emulator.world()["orders"] == {}

    def test_deleted_names_are_not_used_again(self, wire: Wire) -> None:
        """A node made later has another name than any before it."""
        wire.scale(cpu(3))
        wire.emulator.clock.advance(100)
        first = list(wire.nodes())[2]
        wire.post(f"{NODES}/batch-delete", {"deleteNodeNames": [first]})
        wire.emulator.clock.advance(60)

        wire.scale(cpu(3))

        assert first not in wire.nodes()

    def test_running_job_fails(self, wire: Wire) -> None:
        """A training job loses its node and fails."""
        wire.post(f"/pools/{GPU_POOL}/nodes/batch-delete", {"deleteNodeNames": ["os-node-created-72w8d"]})

        assert wire.emulator.world()["training_jobs"][TRAINING_JOB]["phase"] == "Failed"

    def test_max_count_follows(self, wire: Wire) -> None:
        """Where an entry has a maximum count, it stays equal to the count."""
        wire.post(f"/pools/{GPU_POOL}/nodes/batch-delete", {"deleteNodeNames": ["os-node-created-p5ed5"]})

        assert wire.pool(GPU_POOL)["spec"]["resources"] == [IsPartialDict(count=1, maxCount=1)]

    def test_zones_follow(self, wire: Wire) -> None:
        """Where an entry counts zones, the zone of the node counts one less."""
        zones = [{"az": "cn-north-7a", "count": 1}, {"az": "cn-north-7b", "count": 1}]
        wire.emulator.seed(world(pool={"resources": [cpu(2, azs=zones)]}))
        first = next(iter(wire.nodes(POOL)))

        wire.post(f"/pools/{POOL}/nodes/batch-delete", {"deleteNodeNames": [first]})

        left = [zones[0] | {"count": 0}, zones[1]]
        assert wire.pool(POOL)["spec"]["resources"] == [cpu(1, azs=left)]

    def test_locked_node(self, wire: Wire) -> None:
        """A locked node refuses the whole request until it is unlocked."""
        lock = {"nodeNames": [NODE], "actions": ["delete"]}
        wire.post(f"{NODES}/batch-lock", lock)
        before = wire.emulator.world()

        refused = wire.post(f"{NODES}/batch-delete", {"deleteNodeNames": [NODE]})
        unchanged = wire.emulator.world() == before
        wire.post(f"{NODES}/batch-unlock", lock)
        taken = wire.post(f"{NODES}/batch-delete", {"deleteNodeNames": [NODE]})

        assert error(refused) == (400, "ModelArts.50004000", f'Bad request. node "{NODE}" is locked against deletion')
        assert (unchanged, taken.status_code) == (True, 200)

    def test_last_node(self, wire: Wire) -> None:
        """A pool keeps at least one node."""
        answer = wire.post(f"{NODES}/batch-delete", {"deleteNodeNames": [NODE, OTHER]})

        assert error(answer)[2] == "Bad request. at least one node must remain in the pool"

    def test_node_on_its_way_out(self, wire: Wire) -> None:
        """A node that is being deleted cannot be deleted again."""
        wire.post(f"{NODES}/batch-delete", {"deleteNodeNames": [OTHER]})

        answer = wire.post(f"{NODES}/batch-delete", {"deleteNodeNames": [OTHER]})

        assert error(answer)[2] == f'Bad request. node "{OTHER}" is being deleted'

    @pytest.mark.parametrize("state", [{"phase": "Abnormal"}, {"annotations": {"os.modelarts/billing.mode": "1"}}])
    def test_pool_that_gives_no_node(self, wire: Wire, state: dict[str, Any]) -> None:
        """A pool that is not Running, or prepaid, keeps its nodes."""
        wire.emulator.seed(world(pool={"resources": [cpu(2)], **state}))
        name = next(iter(wire.nodes(POOL)))

        answer = wire.post(f"/pools/{POOL}/nodes/batch-delete", {"deleteNodeNames": [name]})

        assert error_code(answer) == (400, "ModelArts.50004000")
        assert wire.nodes(POOL)[name] == "Available"


class TestLock:
    def test_lock_shows(self, wire: Wire) -> None:
        """A locked node carries the annotation of the lock."""
        answer = wire.post(f"{NODES}/batch-lock", {"nodeNames": [NODE], "actions": ["delete"]})

        assert answer.json() == {"nodes": [{"name": NODE, "status": "success"}]}
        annotations = wire.get(f"{NODES}/{NODE}").json()["metadata"]["annotations"]
        assert annotations == {"os.modelarts.node/lock.action": "delete"}

    @pytest.mark.parametrize(
        ("actions", "reason"),
        [
            (None, "actions must be a list"),
            ([], "actions must not be empty"),
            (["reboot"], "actions[0] 'reboot' is not one of 'delete'"),
        ],
    )
    def test_other_actions(self, wire: Wire, actions: Any, reason: str) -> None:
        """Deletion is the only thing that can be locked."""
        answer = wire.post(f"{NODES}/batch-lock", {"nodeNames": [NODE], "actions": actions})

        assert error(answer)[2] == f"Bad request. {reason}"


@pytest.mark.parametrize(
    ("operation", "field"),
    [("drain", "nodeNames"), ("delete", "deleteNodeNames"), ("lock", "nodeNames"), ("unlock", "nodeNames")],
)
@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (None, "{field} must be a list"),
        ([], "{field} must not be empty"),
        ([1], "{field}[0] must be a string"),
        ([""], "{field}[0] must not be empty"),
        ([NODE, NODE], "{field} names a node twice"),
        ([NODE, "os-node-created-zzzzz"], 'node "os-node-created-zzzzz" not found'),
    ],
)
def test_bad_names(wire: Wire, operation: str, field: str, names: Any, reason: str) -> None:
    """A batch operation with a wrong list of names does nothing to any node."""
    before = wire.emulator.world()

    answer = wire.post(f"{NODES}/batch-{operation}", {field: names, "actions": ["delete"]})

    assert error(answer) == (400, "ModelArts.50004000", "Bad request. " + reason.format(field=field))
    assert wire.emulator.world() == before
