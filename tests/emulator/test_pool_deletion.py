import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB, Fault, Outcome
from modelarts_emulator.state.clock import EPOCH, rfc3339
from tests.emulator.pools import NAME, pool
from tests.emulator.wire import CPU, Wire, cpu, error, world


class TestDelete:
    @pytest.mark.loopback
    def test_course(self, wire: Wire) -> None:
        """A pool that is being deleted is shown with its nodes until it is gone, and others stay as they are."""
        others = wire.emulator.world()["pools"]
        del others[TRAIN_POOL]

        answer = wire.client.delete(wire.url(f"/pools/{TRAIN_POOL}"))
        wire.emulator.clock.advance(59)
        during = (wire.pool()["status"]["phase"], wire.status())
        wire.emulator.clock.advance(1)

        assert answer.json()["metadata"]["deletionTimestamp"] == rfc3339(EPOCH)
        assert during == ("Deleting", {"deleting": {CPU: 2}})
        assert error(wire.get(f"/pools/{TRAIN_POOL}")) == (404, "ModelArts.50015001", f'pool "{TRAIN_POOL}" not found')
        assert error(wire.get(f"/pools/{TRAIN_POOL}/nodes"))[0] == 404
        assert wire.emulator.world()["pools"] == others

    def test_order(self, wire: Wire) -> None:
        """The order of a deletion lists the pool beside its nodes, and outlives it."""
        deleted = wire.client.delete(wire.url(f"/pools/{TRAIN_POOL}")).json()
        wire.emulator.clock.advance(100)

        items = wire.get(f"/v1/orders/{deleted['metadata']['labels']['os.modelarts/order.name']}").json()["items"]

        assert (wire.order()["operation"], wire.order()["phase"]) == ("delete", "successed")
        assert [item["action"] for item in items] == ["deletePool", "deleteNode", "deleteNode"]

    def test_again(self, wire: Wire) -> None:
        """Deleting a pool again changes nothing."""
        wire.client.delete(wire.url(f"/pools/{TRAIN_POOL}"))
        wire.emulator.clock.advance(10)
        before = wire.emulator.world()

        answer = wire.client.delete(wire.url(f"/pools/{TRAIN_POOL}"))

        assert (answer.status_code, wire.emulator.world()) == (200, before)

    def test_locked_and_busy_nodes_go_too(self, wire: Wire) -> None:
        """A lock protects no node from the deletion of its pool, and a running training job fails."""
        name = "os-node-created-72w8d"
        wire.post(f"/pools/{GPU_POOL}/nodes/batch-lock", {"nodeNames": [name], "actions": ["delete"]})

        answer = wire.client.delete(wire.url(f"/pools/{GPU_POOL}"))

        assert answer.status_code == 200
        assert wire.emulator.world()["training_jobs"][TRAINING_JOB]["phase"] == "Failed"

    def test_name_is_free_again(self, wire: Wire) -> None:
        """A pool can be made under the name of one that is gone, and has nodes of its own."""
        wire.post("/pools", pool())
        wire.emulator.clock.advance(100)
        first = set(wire.nodes(NAME))
        wire.client.delete(wire.url(f"/pools/{NAME}"))
        taken = wire.post("/pools", pool())
        wire.emulator.clock.advance(100)

        answer = wire.post("/pools", pool())

        assert (error(taken)[0], answer.status_code) == (409, 200)
        assert len(wire.nodes(NAME)) == 2
        assert not first & set(wire.nodes(NAME))

    def test_prepaid(self, wire: Wire) -> None:
        """A pool that is paid by the year is not deleted."""
        wire.emulator.seed(world(one={"resources": [cpu(1)], "annotations": {"os.modelarts/billing.mode": "1"}}))

        answer = wire.client.delete(wire.url(f"/pools/one-{PROJECT}"))

        assert "unsubscribe from it" in error(answer)[2]
        assert wire.pool(f"one-{PROJECT}")["status"]["phase"] == "Running"

    @pytest.mark.parametrize("name", [TRAIN_POOL, INFER_POOL])
    def test_during_a_migration(self, wire: Wire, name: str) -> None:
        """Neither end of a migration is deleted while a node is on its way."""
        move = {
            "migrateNodeNames": [NODE],
            "fromClusterName": TRAIN_POOL,
            "toClusterName": INFER_POOL,
            "toPoolName": INFER_POOL,
            "resourceSpec": {"flavor": CPU},
        }
        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-migrate", move)

        early = wire.client.delete(wire.url(f"/pools/{name}"))
        wire.emulator.clock.advance(100)
        late = wire.client.delete(wire.url(f"/pools/{name}"))

        assert "while nodes are being migrated" in error(early)[2]
        assert late.status_code == 200


class TestUnderWay:
    @pytest.mark.parametrize("seconds", [0, 30, 60])
    def test_a_pool_that_is_being_made(self, wire: Wire, seconds: int) -> None:
        """Its order fails at once and says so for ever, with every node that it was to make."""
        order = wire.post("/pools", pool()).json()["metadata"]["labels"]["os.modelarts/order.name"]
        wire.emulator.clock.advance(seconds)

        wire.client.delete(wire.url(f"/pools/{NAME}"))
        at_once = wire.get(f"/v1/orders/{order}").json()
        wire.emulator.clock.advance(10**6)

        assert {(item["action"], item["status"]) for item in at_once["items"]} >= {("createPool", "failed")}
        assert at_once["count"] == 3
        assert "processing" not in {item["status"] for item in at_once["items"]}
        assert wire.get(f"/v1/orders/{order}").json() == at_once

    @pytest.mark.parametrize("outcome", [None, Outcome(order="stuck"), Outcome(nodes=0)])
    def test_an_auto_clock_sees_it_gone(self, wire: Wire, outcome: Outcome | None) -> None:
        """A client that deletes what is being made, stuck or about to fail, polls a few times and meets a 404."""
        wire.emulator.clock.set_mode("auto")
        if outcome is not None:
            wire.emulator.faults.arm(Fault("createPool", outcome=outcome))
        wire.post("/pools", pool())
        wire.client.delete(wire.url(f"/pools/{NAME}"))

        polls = 0
        while wire.get(f"/pools/{NAME}").status_code != 404:
            polls += 1

        assert polls < 10
        assert wire.emulator.clock.now() <= EPOCH + 60

    def test_a_scaling_in_goes_on(self, wire: Wire) -> None:
        """An order that only deletes nodes ends when they are gone, as it would have, and succeeds."""
        wire.scale(cpu(1))
        name = wire.order()["orderName"]
        wire.emulator.clock.advance(30)

        wire.client.delete(wire.url(f"/pools/{TRAIN_POOL}"))
        during = wire.get(f"/v1/orders/{name}").json()["items"][0]["status"]
        wire.emulator.clock.advance(30)

        (order,) = [item for item in wire.get("/v1/orders").json()["items"] if item["orderName"] == name]
        assert (during, order["phase"]) == ("processing", "successed")

    def test_other_pools_go_on(self, wire: Wire) -> None:
        """The order of another pool is none of it."""
        wire.post("/pools", pool())
        wire.client.delete(wire.url(f"/pools/{TRAIN_POOL}"))

        wire.emulator.clock.advance(100)

        assert (wire.pool(NAME)["status"]["phase"], wire.order(NAME)["phase"]) == ("Running", "successed")
