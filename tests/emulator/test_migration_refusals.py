from typing import Any

import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB
from modelarts_emulator.worlds.documented import WORLD
from tests.emulator.migrations import ONE, OTHER, TWO, body, counts, migrate, moved, names, two_pools
from tests.emulator.wire import CPU, CPU_8, GPU, Wire, cpu, error, error_code

UNCHANGED = (400, "ModelArts.50004000")
MISSING = f"missing-{PROJECT}"
NOT_ITS_CLUSTER = (
    f"toClusterName '{INFER_POOL}' is not a cluster of pool {TRAIN_POOL}, "
    "toPoolName is required to migrate to another pool"
)


class TestRefusals:
    @pytest.mark.parametrize(
        ("document", "reason"),
        [
            ([], "the body must be an object"),
            (body(), "migrateNodeNames must not be empty"),
            (body(NODE, NODE), "migrateNodeNames names a node twice"),
            (body("os-node-created-zzzzz"), 'node "os-node-created-zzzzz" not found'),
            (body(NODE, migratenodenames=[NODE]), "migrateNodeNames stands twice"),
            (body(NODE, fromClusterName=None), "fromClusterName is required"),
            ({"migratenodenames": [NODE]}, "fromClusterName is required"),
            (body(NODE, toClusterName=""), "toClusterName must not be empty"),
            (body(NODE, toClusterName=5), "toClusterName must be a string"),
            (
                body(NODE, target=TRAIN_POOL),
                f"fromClusterName and toClusterName are the same cluster {TRAIN_POOL}",
            ),
            (
                body(NODE, fromClusterName=GPU_POOL),
                f"fromClusterName '{GPU_POOL}' is not a cluster of pool {TRAIN_POOL}",
            ),
            (body(NODE, toClusterName=GPU_POOL), f"toClusterName '{GPU_POOL}' is not a cluster of pool {INFER_POOL}"),
            (
                body(NODE, toPoolName=None),
                NOT_ITS_CLUSTER,
            ),
            (body(NODE, OTHER), f"at least one node must remain in the pool {TRAIN_POOL}"),
            (body(NODE, resourceSpec=None), "resourceSpec.flavor is required to migrate to another pool"),
            (body(NODE, resourceSpec=[1]), "resourceSpec must be an object"),
            (body(NODE, resourceSpec={"flavor": 4}), "resourceSpec.flavor must be a string"),
            (body(NODE, resourceSpec={"flavor": "no.such"}), "resourceSpec.flavor 'no.such' not found"),
            (body(NODE, resourceSpec={"flavor": CPU_8}), f'node "{NODE}" has flavor {CPU}, not {CPU_8}'),
            (
                body(NODE, resourceSpec={"flavor": CPU, "creatingStep": {"step": 8, "type": "hyperinstance"}}),
                f'resourceSpec.creatingStep is not that of node "{NODE}"',
            ),
            (
                body(NODE, resourceSpec={"flavor": CPU, "creatingStep": {"step": "8"}}),
                "resourceSpec.creatingStep.step must be an integer",
            ),
            (
                body(NODE, resourceSpec={"flavor": CPU, "labels": {"a": "b"}}),
                "resourceSpec.labels cannot be specified for a non-privileged pool",
            ),
        ],
    )
    def test_request(self, wire: Wire, document: Any, reason: str) -> None:
        """A request that cannot be granted is refused with the reason, and nothing is changed."""
        before = wire.emulator.world()

        answer = migrate(wire, document)

        assert error(answer) == (*UNCHANGED, f"Bad request. {reason}")
        assert wire.emulator.world() == before

    @pytest.mark.parametrize(
        ("pool", "document"),
        [(MISSING, body(NODE, source=MISSING)), (TRAIN_POOL, body(NODE, target=MISSING))],
    )
    def test_missing_pool(self, wire: Wire, pool: str, document: Any) -> None:
        """A missing source and a missing target are both a 404 that names the pool."""
        assert error(migrate(wire, document, pool)) == (404, "ModelArts.50015001", f'pool "{MISSING}" not found')

    @pytest.mark.parametrize(
        ("facts", "reason"),
        [
            ({"phase": "Abnormal"}, "is Abnormal, only Available nodes can be migrated"),
            ({"locked": True}, "is locked"),
        ],
    )
    def test_state_of_the_node(self, wire: Wire, facts: dict[str, Any], reason: str) -> None:
        """A node that is not Available, or locked, stays."""
        two_pools(wire, {"resources": [cpu(2)], "nodes": {NODE: facts}}, {"resources": [cpu(1)]})

        answer = migrate(wire, body(NODE, source=ONE, target=TWO), ONE)

        assert error(answer) == (*UNCHANGED, f'Bad request. node "{NODE}" {reason}')

    @pytest.mark.loopback
    def test_node_being_deleted(self, wire: Wire) -> None:
        """A node that is being deleted goes nowhere else."""
        two_pools(wire, {"resources": [cpu(3)], "nodes": [NODE]}, {"resources": [cpu(1)]})
        wire.post(f"/pools/{ONE}/nodes/batch-delete", {"deleteNodeNames": [NODE]})

        answer = migrate(wire, body(NODE, source=ONE, target=TWO), ONE)

        assert error(answer)[2] == f'Bad request. node "{NODE}" is being deleted'

    def test_busy_node(self, wire: Wire) -> None:
        """A node with a running training job stays until the job has ended."""
        busy = "os-node-created-72w8d"
        request = body(busy, source=GPU_POOL, resourceSpec={"flavor": GPU})

        refused = migrate(wire, request, GPU_POOL)
        wire.emulator.finish_training_job(TRAINING_JOB)
        taken = migrate(wire, request, GPU_POOL)

        assert error(refused) == (*UNCHANGED, f'Bad request. node "{busy}" runs training job {TRAINING_JOB}')
        assert taken.status_code == 200

    @pytest.mark.loopback
    def test_single_node(self, wire: Wire) -> None:
        """A pool with a single node is refused, as the page says."""
        two_pools(wire, {"resources": [cpu(1)]}, {"resources": [cpu(1)]})

        answer = migrate(wire, body(names(wire)[0], source=ONE, target=TWO), ONE)

        assert error(answer)[2] == f"Bad request. The pool {ONE} has only one node, the migration is not supported"

    @pytest.mark.parametrize(
        ("source", "target", "reason"),
        [
            ({"phase": "Abnormal"}, {}, f"The pool {ONE} is Abnormal, cannot migrate nodes unless it is Running"),
            ({}, {"phase": "Error"}, f"The pool {TWO} is Error, cannot migrate nodes unless it is Running"),
            ({"control_mode": 8}, {}, f"The pool {ONE} is frozen, cannot migrate nodes"),
            ({}, {"control_mode": 16}, f"The pool {TWO} is frozen, cannot migrate nodes"),
            ({}, {"network": "network-b"}, f"The pools {ONE} and {TWO} are in different networks"),
            ({}, {"capacity": 1}, f"insufficient resources in pool {TWO}"),
            (
                {},
                {"control_mode": 2, "resources": [{"flavor": CPU_8, "count": 1}]},
                f"The pool {TWO} does not allow its flavors to be changed now (controlMode)",
            ),
            (
                {},
                {"resources": [{"flavor": "modelarts.bm.npu.arm.8snt9b", "count": 1}], "driver": {"npuVersion": "1"}},
                f"The flavors of pool {TWO} have another CPU architecture",
            ),
        ],
    )
    def test_pools(self, wire: Wire, source: dict[str, Any], target: dict[str, Any], reason: str) -> None:
        """Pools in a wrong state, or that do not fit each other, exchange no nodes."""
        two_pools(wire, {"resources": [cpu(2)], **source}, {"resources": [cpu(1)], **target})
        before = wire.emulator.world()

        answer = migrate(wire, body(names(wire)[0], source=ONE, target=TWO), ONE)

        assert error(answer) == (*UNCHANGED, f"Bad request. {reason}")
        assert wire.emulator.world() == before

    def test_room_is_reserved(self, wire: Wire) -> None:
        """Nodes that are on their way take the room they will need."""
        two_pools(wire, {"resources": [cpu(4)]}, {"resources": [cpu(1)], "capacity": 2})
        first, second, *_ = names(wire)
        moved(wire, first, source=ONE, target=TWO)

        answer = migrate(wire, body(second, source=ONE, target=TWO), ONE)

        assert error(answer)[2] == f"Bad request. insufficient resources in pool {TWO}"


class TestOtherOperations:
    @pytest.mark.parametrize(
        ("operation", "document"),
        [
            ("batch-migrate", body(NODE)),
            ("batch-delete", {"deleteNodeNames": [NODE]}),
            ("batch-drain", {"nodeNames": [NODE]}),
            ("batch-lock", {"nodeNames": [NODE], "actions": ["delete"]}),
            ("batch-unlock", {"nodeNames": [NODE], "actions": ["delete"]}),
        ],
    )
    def test_on_a_node_on_its_way(self, wire: Wire, operation: str, document: Any) -> None:
        """A node that is being migrated takes no other operation, which says by which job."""
        wire.scale(cpu(4))
        wire.emulator.clock.advance(100)
        job_id = moved(wire, NODE)

        answer = wire.post(f"/pools/{TRAIN_POOL}/nodes/{operation}", document)

        assert error(answer) == (*UNCHANGED, f'Bad request. node "{NODE}" is being migrated by job {job_id}')

    def test_leaving_nodes_keep_no_pool_alive(self, wire: Wire) -> None:
        """Neither deletion, nor scaling, nor another migration takes the last node that stays."""
        moved(wire, NODE)

        answers = [
            wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-delete", {"deleteNodeNames": [OTHER]}),
            wire.scale(cpu(1)),
            migrate(wire, body(OTHER)),
        ]

        assert [error_code(answer) for answer in answers] == [UNCHANGED] * 3
        wire.emulator.clock.advance(100)
        assert wire.nodes() == {OTHER: "Available"}

    def test_scaling_in_spares_them(self, wire: Wire) -> None:
        """Scaling in by count takes other nodes, and is refused where there are too few."""
        two_pools(wire, {"resources": [cpu(4)]}, {"resources": [cpu(1)]})
        *_, third, newest = names(wire)
        moved(wire, newest, third, source=ONE, target=TWO)

        refused = wire.scale(cpu(1), pool=ONE)
        wire.scale(cpu(3), pool=ONE)
        wire.emulator.clock.advance(200)

        assert error(refused)[2].startswith(f"Bad request. The pool {ONE} has too few nodes that can be removed")
        assert counts(wire, ONE, TWO) == [1, 3]
        assert [len(wire.nodes(pool)) for pool in (ONE, TWO)] == [1, 3]

    def test_growing_meanwhile(self, wire: Wire) -> None:
        """An order of either pool and a migration do not stand in each other's way."""
        wire.scale(cpu(3), pool=INFER_POOL)
        moved(wire, NODE)
        wire.scale(cpu(3, extendParams={"dockerBaseSize": "50"}))

        wire.emulator.clock.advance(200)

        assert counts(wire, TRAIN_POOL, INFER_POOL) == [2, 4]
        assert [len(wire.nodes(pool)) for pool in (TRAIN_POOL, INFER_POOL)] == [2, 4]

    def test_eviction(self, wire: Wire) -> None:
        """In a world whose drain evicts, it ends the node's training jobs, and the node may leave."""
        wire.emulator.seed(WORLD | {"choices": {"drain": "evict"}})
        busy = "os-node-created-72w8d"

        wire.post(f"/pools/{GPU_POOL}/nodes/batch-drain", {"nodeNames": [busy]})
        answer = migrate(wire, body(busy, source=GPU_POOL, resourceSpec={"flavor": GPU}), GPU_POOL)

        assert wire.emulator.world()["training_jobs"][TRAINING_JOB]["phase"] == "Terminated"
        assert answer.status_code == 200
