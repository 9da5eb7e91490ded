from typing import Any

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import NETWORK, NODE, PROJECT, TRAIN_POOL, Fault, Outcome
from tests.emulator.wire import CPU, Wire, cpu, error_code

NEW_POOL = f"team-a-{PROJECT}"


def items(wire: Wire) -> list[tuple[str, str]]:
    """Action and status of each node of the training pool's newest order."""
    shown = wire.get(f"/v1/orders/{wire.order()['orderName']}").json()["items"]
    return [(item["action"], item["status"]) for item in shown]


class TestNodesThatComeBroken:
    @pytest.mark.loopback
    def test_they_stay(self, wire: Wire) -> None:
        """New nodes that fail can stay in the pool Abnormal, where they count."""
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1, others="Abnormal", reason="no driver")))

        wire.scale(cpu(5))
        during = wire.status()
        wire.emulator.clock.advance(100)

        assert during == {"available": {CPU: 2}, "creating": {CPU: 3}}
        assert wire.status() == {"available": {CPU: 3}, "abnormal": {CPU: 2}}
        assert wire.order() == IsPartialDict(
            phase="partialSuccessed",
            failReason="2 of 3 nodes failed: no driver",
            resultCount=[{"flavor": CPU, "count": 5, "maxCount": 5}],
        )
        assert items(wire) == [("createNode", "succeed"), ("createNode", "failed"), ("createNode", "failed")]

    def test_none_succeeds(self, wire: Wire) -> None:
        """An order of which every node comes broken failed."""
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=0, others="Abnormal", spec="real")))

        wire.scale(cpu(3))
        wire.emulator.clock.advance(100)

        assert (wire.order()["phase"], wire.status()) == ("failed", {"available": {CPU: 2}, "abnormal": {CPU: 1}})
        assert wire.pool()["spec"]["resources"] == [cpu(3)]

    def test_mended_ones_still_failed(self, wire: Wire) -> None:
        """What an order says about a node does not change when somebody mends it."""
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=0, others="Abnormal")))
        wire.scale(cpu(3))
        wire.emulator.clock.advance(100)
        [broken] = [name for name, phase in wire.nodes().items() if phase == "Abnormal"]

        wire.emulator.set_node_phase(TRAIN_POOL, broken, "Available")

        assert (wire.status(), items(wire)) == ({"available": {CPU: 3}}, [("createNode", "failed")])

    def test_broken_ones_did_succeed(self, wire: Wire) -> None:
        """What an order says about a node does not change when it breaks later."""
        wire.scale(cpu(3))
        wire.emulator.clock.advance(100)
        [*_, newest] = wire.nodes()

        wire.emulator.set_node_phase(TRAIN_POOL, newest, "Abnormal")

        assert (wire.status()["abnormal"], items(wire)) == ({CPU: 1}, [("createNode", "succeed")])


class TestStuckOrder:
    def test_for_ever(self, wire: Wire) -> None:
        """A stuck order is processed for ever, and so are its nodes, until it is failed by hand: then they are gone."""
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(order="stuck", reason="timed out")))
        wire.scale(cpu(4))
        wire.emulator.clock.advance(10**6)
        stuck, nodes = wire.order(), (wire.status(), items(wire))

        wire.emulator.fail_order(wire.order()["orderName"])

        assert stuck == IsPartialDict(phase="processing", endTimestamp=0, failReason="", resultCount=[])
        assert nodes == ({"available": {CPU: 2}, "creating": {CPU: 2}}, [("createNode", "processing")] * 2)
        assert wire.order() == IsPartialDict(
            phase="failed",
            endTimestamp=int(wire.emulator.clock.now() * 1000),
            failReason="2 of 2 nodes failed: timed out",
            resultCount=[{"flavor": CPU, "count": 2, "maxCount": 2}],
        )
        assert (wire.status(), items(wire)) == ({"available": {CPU: 2}}, [("createNode", "failed")] * 2)

    def test_after_some_nodes(self, wire: Wire) -> None:
        """A stuck order can have brought some of its nodes; those stay."""
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1, order="stuck")))
        wire.scale(cpu(4))
        wire.emulator.clock.advance(100)
        stuck = wire.order()["phase"], wire.status(), items(wire)

        wire.emulator.fail_order(wire.order()["orderName"])

        assert stuck == (
            "processing",
            {"available": {CPU: 3}, "creating": {CPU: 1}},
            [("createNode", "succeed"), ("createNode", "processing")],
        )
        assert (wire.order()["phase"], wire.status()) == ("partialSuccessed", {"available": {CPU: 3}})
        assert items(wire) == [("createNode", "succeed"), ("createNode", "failed")]

    def test_of_a_deletion(self, wire: Wire) -> None:
        """A stuck order deletes nothing that it was not allowed to."""
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(order="stuck")))

        wire.scale(cpu(1))
        wire.emulator.clock.advance(10**6)

        assert (wire.order()["phase"], wire.status()) == ("processing", {"available": {CPU: 2}})

    def test_is_no_event_to_wait_for(self, wire: Wire) -> None:
        """The clock that jumps to the next event stands still where only a stuck order is under way."""
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(order="stuck")))
        wire.emulator.clock.set_mode("auto")
        wire.scale(cpu(4))

        moments = {(wire.order()["phase"], wire.emulator.clock.now()) for _ in range(4)}

        assert len(moments) == 2

    def test_can_be_given_up_by_scaling_in(self, wire: Wire) -> None:
        """Nodes that never come can be taken back by another order."""
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(order="stuck")))
        wire.scale(cpu(4))

        wire.scale(cpu(2))
        wire.emulator.clock.advance(100)

        assert (wire.order()["phase"], wire.status()) == ("successed", {"available": {CPU: 2}})
        assert wire.nodes()[NODE] == "Available"

    def test_others_keep_their_end(self, wire: Wire) -> None:
        """An order that ends by itself is not changed by failing it, and a missing one is a 404."""
        wire.scale(cpu(3))
        name = wire.order()["orderName"]

        wire.emulator.fail_order(name)

        wire.emulator.clock.advance(10)
        during = wire.order()["phase"]
        wire.emulator.clock.advance(90)
        assert (during, wire.order()["phase"], wire.status()) == ("processing", "successed", {"available": {CPU: 3}})
        answer = wire.client.post(f"{wire.base}/_emulator/orders/none", json={"phase": "failed"})
        assert error_code(answer) == (404, "ModelArts.50015001")


def create(wire: Wire) -> None:
    """Begin to make a pool of two nodes."""
    spec = {"type": "Dedicate", "scope": ["Train"], "network": {"name": NETWORK}, "resources": [cpu(2)]}
    metadata = {"labels": {"os.modelarts/name": "team-a"}}
    wire.post("/pools", {"apiVersion": "v2", "kind": "Pool", "metadata": metadata, "spec": spec}).raise_for_status()


def made(wire: Wire) -> dict[str, Any]:
    """Status of the new pool."""
    status: dict[str, Any] = wire.pool(NEW_POOL)["status"]
    return status


class TestPoolThatIsNeverMade:
    @pytest.mark.parametrize(
        ("nodes", "phase", "order", "scope"),
        [(None, "CreationFailed", "failed", "EnableFailed"), (1, "Running", "partialSuccessed", "Enabled")],
    )
    def test_until_its_order_is_failed(self, wire: Wire, nodes: int | None, phase: str, order: str, scope: str) -> None:
        """A pool whose order is stuck is made for ever, and then is what its nodes make of it."""
        wire.emulator.faults.arm(Fault("createPool", outcome=Outcome(nodes=nodes, order="stuck")))
        create(wire)
        wire.emulator.clock.advance(10**6)
        stuck = made(wire)

        wire.emulator.fail_order(wire.order(NEW_POOL)["orderName"])

        assert stuck == IsPartialDict(phase="Creating", scope=[{"scopeType": "Train", "state": "Enabling"}])
        assert (made(wire)["phase"], wire.order(NEW_POOL)["phase"]) == (phase, order)
        assert list(wire.nodes(NEW_POOL).values()) == ["Available"] * (nodes or 0)
        wire.emulator.clock.advance(20)
        assert made(wire)["scope"] == [{"scopeType": "Train", "state": scope}]

    def test_deleted_instead(self, wire: Wire) -> None:
        """A pool that is never made can be deleted, and failing its order then brings it not back."""
        wire.emulator.faults.arm(Fault("createPool", outcome=Outcome(order="stuck")))
        create(wire)
        name = wire.order(NEW_POOL)["orderName"]

        wire.client.delete(wire.url(f"/pools/{NEW_POOL}")).raise_for_status()
        wire.emulator.fail_order(name)
        during = made(wire)["phase"]
        wire.emulator.clock.advance(60)

        assert (during, error_code(wire.get(f"/pools/{NEW_POOL}"))) == ("Deleting", (404, "ModelArts.50015001"))
