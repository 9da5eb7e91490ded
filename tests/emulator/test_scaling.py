from typing import Any

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB, Emulator, Fault, Outcome
from modelarts_emulator.messages import Request
from tests.emulator.wire import CPU, CPU_8, GPU, Wire, cpu, error, world

POOL = f"pool-{PROJECT}"


def zones(wire: Wire, pool: str = POOL) -> list[str]:
    """Zones of a pool's nodes in the order they came."""
    return [facts["az"] for facts in wire.emulator.world()["pools"][pool]["nodes"].values()]


class TestGrowing:
    @pytest.mark.loopback
    def test_answer_shows_new_spec_and_old_nodes(self, wire: Wire) -> None:
        """The answer has the new count at once, one node being created, and the pool stays Running."""
        answer = wire.scale(cpu(3)).json()

        created = {"flavor": CPU, "maxCount": 1, "count": 1, "nodePool": f"{CPU}-default"}
        assert answer["spec"]["resources"] == [cpu(3)]
        assert answer["status"]["phase"] == "Running"
        assert answer["status"]["resources"] == {
            "creating": [{**created, "azs": [{"az": "cn-north-7c", "count": 1}]}],
            "available": [IsPartialDict(flavor=CPU, count=2)],
        }

    def test_node_goes_through_its_phases(self, wire: Wire) -> None:
        """A new node is Creating, then Checking, then Available, as time passes."""
        wire.scale(cpu(3))

        phases = []
        for _ in range(10):
            phases.append(list(wire.nodes().values())[2])
            wire.emulator.clock.advance(10)

        assert [phase for index, phase in enumerate(phases) if phase != phases[index - 1]] == [
            "Creating",
            "Checking",
            "Available",
        ]

    def test_nodes_of_one_order_come_one_after_the_other(self, wire: Wire) -> None:
        """Of many nodes some are quicker, always the same ones, and all come within a quarter of a minute."""
        wire.scale(cpu(22))
        wire.emulator.clock.advance(74)

        ready = []
        for _ in range(4):
            wire.emulator.clock.advance(4)
            ready.append(wire.status()["available"][CPU] - 2)

        assert 0 < ready[0] < ready[1] < ready[2] < ready[3] == 20

    def test_order_goes_through_its_phases(self, wire: Wire) -> None:
        """The pool's label names the order, which is pending, then processing, then successed."""
        name = wire.scale(cpu(3)).json()["metadata"]["labels"]["os.modelarts/order.name"]

        phases = []
        for _ in range(3):
            phases.append(wire.order()["phase"])
            wire.emulator.clock.advance(50)

        assert (wire.order()["orderName"], phases) == (name, ["pending", "processing", "successed"])

    def test_same_request_again(self, wire: Wire) -> None:
        """The same count sent again while the order is under way orders nothing more."""
        first = wire.scale(cpu(3)).json()

        second = wire.scale(cpu(3)).json()

        assert second == first
        assert len(wire.nodes()) == 3

    def test_node_names_depend_on_the_pool_alone(self) -> None:
        """Pools scaled in another order get the same node names."""
        patches = [
            Request.of_json("PATCH", f"/v2/{PROJECT}/pools/{pool}", {"spec": {"resources": [cpu(4)]}})
            for pool in (TRAIN_POOL, INFER_POOL)
        ]

        names = []
        for order in (patches, patches[::-1]):
            with Emulator() as emulator:
                for patch in order:
                    emulator.handle(patch)
                names.append({name: set(pool["nodes"]) for name, pool in emulator.world()["pools"].items()})

        assert names[0] == names[1]

    def test_new_flavor(self, wire: Wire) -> None:
        """An entry of another flavor adds nodes of it."""
        wire.scale(cpu(2), {"flavor": CPU_8, "count": 2})

        assert wire.status() == {"creating": {CPU_8: 2}, "available": {CPU: 2}}

    @pytest.mark.parametrize(
        ("azs", "placed"),
        [
            ([("cn-north-7a", 2), ("cn-north-7b", 2)], ["cn-north-7a", "cn-north-7b", "cn-north-7b"]),
            ([("cn-north-7b", 1)], ["cn-north-7b", "cn-north-7b", "cn-north-7b"]),
            ([], ["cn-north-7a", "cn-north-7a", "cn-north-7a"]),
        ],
    )
    def test_zones(self, wire: Wire, azs: list[tuple[str, int]], placed: list[str]) -> None:
        """New nodes go first to the zones that lack nodes, the rest to the first zone named, else to the pool's own."""
        wire.emulator.seed(world(pool={"zone": "cn-north-7a", "resources": [cpu(1)]}))

        wire.scale(cpu(4, azs=[{"az": az, "count": count} for az, count in azs]), pool=POOL)

        assert zones(wire)[1:] == placed

    def test_nodes_missing_from_the_spec_are_ordered(self, wire: Wire) -> None:
        """A request for the count that the spec has already orders what an earlier order failed to bring."""
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1)))
        wire.scale(cpu(4))
        wire.emulator.clock.advance(100)

        wire.scale(cpu(4))

        assert wire.status() == {"available": {CPU: 3}, "creating": {CPU: 1}}


class TestShrinking:
    def test_newest_go_first(self, wire: Wire) -> None:
        """The service deletes the newest nodes, which are Deleting for a while and then gone."""
        wire.scale(cpu(1))

        at_first = wire.nodes()
        wire.emulator.clock.advance(60)

        assert at_first == {NODE: "Available", "os-node-created-k9x2v": "Deleting"}
        assert wire.nodes() == {NODE: "Available"}
        assert wire.order()["phase"] == "successed"

    def test_pool_shows_deleting(self, wire: Wire) -> None:
        """The pool's status counts nodes on their way out apart."""
        wire.scale(cpu(1))

        assert wire.status() == {"available": {CPU: 1}, "deleting": {CPU: 1}}

    def test_locked_and_busy_nodes_are_not_spared(self, wire: Wire) -> None:
        """A lower count takes nodes whatever runs on them, and their training jobs fail."""
        wire.post(
            f"/pools/{GPU_POOL}/nodes/batch-lock", {"nodeNames": ["os-node-created-72w8d"], "actions": ["delete"]}
        )
        wire.scale({"flavor": GPU, "count": 1}, pool=GPU_POOL)
        wire.emulator.clock.advance(60)

        wire.scale({"flavor": CPU_8, "count": 1}, {"flavor": GPU, "count": 1}, pool=GPU_POOL)
        wire.emulator.clock.advance(100)
        wire.scale({"flavor": CPU_8, "count": 1}, pool=GPU_POOL)

        assert wire.nodes(GPU_POOL)["os-node-created-72w8d"] == "Deleting"
        assert wire.emulator.world()["training_jobs"][TRAINING_JOB]["phase"] == "Failed"

    def test_zone_with_too_many_goes_first(self, wire: Wire) -> None:
        """Where the entry names zones, the node to go is taken from a zone with more nodes than it names."""
        nodes = {"os-node-created-aaaaa": {"az": "cn-north-7a"}, "os-node-created-bbbbb": {"az": "cn-north-7b"}}
        wire.emulator.seed(world(pool={"resources": [cpu(2)], "nodes": nodes}))

        wire.scale(cpu(1, azs=[{"az": "cn-north-7b", "count": 1}]), pool=POOL)

        assert wire.nodes(POOL) == {"os-node-created-aaaaa": "Deleting", "os-node-created-bbbbb": "Available"}

    def test_dropped_entry(self, wire: Wire) -> None:
        """A flavor that the list no longer names loses its nodes."""
        wire.emulator.seed(world(pool={"resources": [cpu(2), {"flavor": CPU_8, "count": 1}]}))

        wire.scale(cpu(2), pool=POOL)

        assert wire.status(POOL) == {"available": {CPU: 2}, "deleting": {CPU_8: 1}}

    def test_prepaid_pool(self, wire: Wire) -> None:
        """Nodes that are paid by the month can be added but not taken away."""
        wire.emulator.seed(world(pool={"resources": [cpu(2)], "annotations": {"os.modelarts/billing.mode": "1"}}))

        refused, taken = wire.scale(cpu(1), pool=POOL), wire.scale(cpu(3), pool=POOL)

        assert (refused.status_code, taken.status_code) == (400, 200)
        assert wire.status(POOL) == {"available": {CPU: 2}, "creating": {CPU: 1}}


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        (None, "spec.resources must be a list"),
        ([], "cannot remove all flavors of a pool, delete the pool instead"),
        ([cpu(0)], "a pool keeps at least one node, delete the pool instead"),
        ([3], "spec.resources[0] must be an object"),
        ([cpu(-1)], "spec.resources[0].count must be at least 0"),
        ([cpu(2.5)], "spec.resources[0].count must be an integer"),
        ([cpu("3")], "spec.resources[0].count must be an integer"),
        ([cpu(True)], "spec.resources[0].count must be an integer"),
        ([cpu(3, nodePool=1)], "spec.resources[0].nodePool must be a string"),
        ([cpu(3, creatingStep="x")], "spec.resources[0].creatingStep must be an object"),
        ([cpu(2), {"flavor": "no.such", "count": 1}], "spec.resources[1].flavor 'no.such' not found"),
        ([{"count": 1}], "spec.resources[0].flavor is required"),
        ([cpu(2), cpu(1, nodePool=f"{CPU}-default")], f"flavor {CPU} stands twice in node pool {CPU}-default"),
        ([cpu(3, azs="a")], "spec.resources[0].azs must be a list"),
        ([cpu(3, azs=[{"az": "x", "count": 1}])], f"spec.resources[0].azs[0].az 'x' does not offer flavor {CPU}"),
        ([cpu(3, azs=[{"az": "cn-north-7a", "count": 4}])], "spec.resources[0].azs name more nodes than count"),
        (
            [cpu(1), {"flavor": CPU_8, "count": 1}],
            f"cannot add nodes of flavor {CPU_8} and remove nodes of flavor {CPU} in one request",
        ),
    ],
)
def test_refusals(wire: Wire, entries: Any, reason: str) -> None:
    """Resources that cannot be are refused with the path of the fault, and nothing is ordered."""
    before = wire.emulator.world()

    answer = wire.patch({"spec": {"resources": entries}})

    assert error(answer) == (400, "ModelArts.50004000", f"Bad request. {reason}")
    assert wire.emulator.world() == before
