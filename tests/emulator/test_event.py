from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelarts_emulator import INFER_POOL, NODE, PROJECT, TRAIN_POOL, Emulator
from modelarts_emulator.messages import Request
from modelarts_emulator.service.models import history
from modelarts_emulator.state.clock import EPOCH, rfc3339
from tests.emulator.wire import CPU, Wire, cpu, error
from tests.examples import examples

MOVE = {
    "migrateNodeNames": [NODE],
    "fromClusterName": TRAIN_POOL,
    "toClusterName": INFER_POOL,
    "toPoolName": INFER_POOL,
    "resourceSpec": {"flavor": CPU},
}


def events(wire: Wire, name: str = TRAIN_POOL, **query: str) -> list[tuple[str, int, str]]:
    """Events of a pool, oldest first: type, seconds since the beginning, and what changed."""
    answer = wire.get("/v1/events", resource="pools", name=name, ascend="true", **query).raise_for_status().json()
    moments = {rfc3339(EPOCH + second): second for second in range(1000)}
    return [
        (item["type"], moments[item["firstTimestamp"]], item["message"].partition(" from ")[2].partition(",")[0])
        for item in answer["items"]
    ]


class TestNodes:
    @pytest.mark.loopback
    def test_document(self, wire: Wire) -> None:
        """An event has the words of the page."""
        answer = wire.get("/v1/events", resource="pools", name=TRAIN_POOL).json()

        moment = rfc3339(EPOCH)
        counts = "available/abnormal/creating/deleting count from 0/0/0/0 to 2/0/0/0"
        event = {
            "kind": "Event",
            "apiVersion": "v1",
            "type": "Normal",
            "firstTimestamp": moment,
            "lastTimestamp": moment,
            "count": 1,
            "reason": "PoolResourcesStatusChange",
            "message": f"Pool resources status changed, {counts}, timestamp: {moment}",
        }
        assert answer == {"kind": "EventList", "apiVersion": "v1", "metadata": {}, "items": [event]}

    @pytest.mark.loopback
    def test_scaling(self, wire: Wire) -> None:
        """Nodes that come and go are counted by what they do, when they do it."""
        wire.scale(cpu(3))
        wire.emulator.clock.advance(100)
        wire.scale(cpu(2))
        wire.emulator.clock.advance(100)

        seen = events(wire)

        assert [changed for _, _, changed in seen] == [
            "0/0/0/0 to 2/0/1/0",
            "2/0/1/0 to 3/0/0/0",
            "3/0/0/0 to 2/0/0/1",
            "2/0/0/1 to 2/0/0/0",
        ]
        assert [at for _, at, _ in seen][2:] == [100, 160]

    def test_breaking_and_mending(self, wire: Wire) -> None:
        """A node that breaks is a warning, and stays in the past when somebody mends it."""
        wire.emulator.clock.advance(10)
        wire.emulator.set_node_phase(TRAIN_POOL, NODE, "Abnormal")
        wire.emulator.clock.advance(10)
        wire.emulator.set_node_phase(TRAIN_POOL, NODE, "Available")

        assert events(wire)[1:] == [
            ("Warning", 10, "2/0/0/0 to 1/1/0/0"),
            ("Normal", 20, "1/1/0/0 to 2/0/0/0"),
        ]

    def test_migration(self, wire: Wire) -> None:
        """A node that moves leaves one pool at the moment at which it comes to the other, where it gets ready."""
        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-migrate", MOVE)
        wire.emulator.clock.advance(100)

        source, target = events(wire)[1:], events(wire, INFER_POOL)[1:]

        assert [changed for _, _, changed in source] == ["2/0/0/0 to 1/0/0/0"]
        assert [changed for _, _, changed in target] == ["2/0/0/0 to 2/0/1/0", "2/0/1/0 to 3/0/0/0"]
        assert source[0][1] == target[0][1]

    def test_other_pools(self, wire: Wire) -> None:
        """What happens to one pool is no event of another."""
        before = events(wire, INFER_POOL)

        wire.scale(cpu(5))
        wire.emulator.clock.advance(100)

        assert events(wire, INFER_POOL) == before


class TestPhases:
    def test_deletion(self, wire: Wire) -> None:
        """A pool that is being deleted has changed its phase, before its nodes did."""
        wire.emulator.clock.advance(10)
        wire.client.delete(wire.url(f"/pools/{TRAIN_POOL}"))

        assert events(wire)[1:] == [("Normal", 10, "Running to Deleting"), ("Normal", 10, "2/0/0/0 to 0/0/0/2")]

    def test_creation(self, wire: Wire) -> None:
        """A pool that has been made went from Creating to Running."""
        spec = {"scope": ["Train"], "resources": [cpu(1)], "network": wire.pool()["spec"]["network"]}
        metadata = {"labels": {"os.modelarts/name": "team-a"}}
        wire.post("/pools", {"apiVersion": "v2", "kind": "Pool", "metadata": metadata, "spec": spec})
        during = events(wire, f"team-a-{PROJECT}")
        wire.emulator.clock.advance(100)

        after = events(wire, f"team-a-{PROJECT}")

        assert [changed for _, _, changed in during] == ["0/0/0/0 to 0/0/1/0"]
        assert {changed for _, _, changed in after[1:]} == {"Creating to Running", "0/0/1/0 to 1/0/0/0"}


class TestList:
    def history(self, wire: Wire) -> None:
        """Four events, one of them a warning."""
        wire.scale(cpu(3))
        wire.emulator.clock.advance(100)
        wire.emulator.set_node_phase(TRAIN_POOL, NODE, "Abnormal")
        wire.emulator.clock.advance(10)
        wire.emulator.set_node_phase(TRAIN_POOL, NODE, "Available")

    def test_pages(self, wire: Wire) -> None:
        """Pages follow each other, newest first."""
        self.history(wire)

        first = wire.get("/v1/events", resource="pools", name=TRAIN_POOL, limit="3").json()
        mark = first["metadata"]["continue"]
        rest = wire.get("/v1/events", resource="pools", name=TRAIN_POOL, **{"continue": mark}).json()

        assert (first["metadata"]["remainingItemCount"], rest["metadata"]) == (1, {})
        moments = [item["firstTimestamp"] for item in first["items"] + rest["items"]]
        assert moments == sorted(moments, reverse=True)
        assert len(moments) == 4

    @pytest.mark.parametrize(
        ("query", "seconds"),
        [
            ({"type": "Warning"}, [100]),
            ({"since": f"{EPOCH * 1000 + 100_000:.0f}"}, [100, 110]),
            ({"until": f"{EPOCH * 1000 + 1:.0f}"}, [0]),
        ],
    )
    def test_filters(self, wire: Wire, query: dict[str, str], seconds: list[int]) -> None:
        """Events are found by type and time."""
        self.history(wire)

        assert [at for _, at, _ in events(wire, **query)] == seconds

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ({"name": TRAIN_POOL}, "ModelArts.50004000"),
            ({"resource": "nodes", "name": TRAIN_POOL}, "ModelArts.50004000"),
            ({"resource": "pools"}, "ModelArts.50004000"),
            ({"resource": "pools", "name": "none"}, "ModelArts.50015001"),
            ({"resource": "pools", "name": TRAIN_POOL, "type": "Odd"}, "ModelArts.50004000"),
            ({"resource": "pools", "name": TRAIN_POOL, "ascend": "yes"}, "ModelArts.50004000"),
            ({"resource": "pools", "name": TRAIN_POOL, "continue": "x"}, "ModelArts.50004000"),
        ],
    )
    def test_refusals(self, wire: Wire, query: dict[str, str], code: str) -> None:
        """A list that cannot be is refused."""
        assert error(wire.get("/v1/events", **query))[1] == code


@settings(max_examples=examples(40))
@given(st.lists(st.sampled_from(["grow", "shrink", "break", "mend", "move", "wait"]), max_size=12))
def test_events_add_up_to_what_is_shown(steps: list[str]) -> None:
    """Whatever happens, the last event counts the nodes as the pool's status does, and each follows from the last."""
    count = 2
    with Emulator() as emulator:
        for step in steps:
            if step in {"grow", "shrink"}:
                count = max(1, count + (1 if step == "grow" else -1))
                ask(emulator, "PATCH", "", {"spec": {"resources": [cpu(count)]}})
            elif step in {"break", "mend"} and NODE in emulator.world()["pools"][TRAIN_POOL]["nodes"]:
                emulator.set_node_phase(TRAIN_POOL, NODE, "Abnormal" if step == "break" else "Available")
            elif step == "move":
                ask(emulator, "POST", "/nodes/batch-migrate", MOVE)
            emulator.clock.advance(37)

        for pool in (TRAIN_POOL, INFER_POOL):
            with emulator._in(PROJECT) as tenant:
                changes = history.changes(tenant, pool)
            groups = shown(emulator, pool)
            assert dict(zip(history.GROUPS, changes[-1].after, strict=True)) == groups
            assert all(one.after == other.before and one.at < other.at for one, other in pairwise(changes))


def ask(emulator: Emulator, method: str, path: str, body: object) -> None:
    """Ask something about the training pool; it may be refused."""
    emulator.handle(Request.of_json(method, f"/v2/{PROJECT}/pools/{TRAIN_POOL}{path}", body))


def shown(emulator: Emulator, pool: str) -> dict[str, int]:
    """Nodes of a pool by what its status says they do."""
    document = emulator.handle(Request("GET", f"/v2/{PROJECT}/pools/{pool}")).json()
    resources = document["status"]["resources"]
    return {group: sum(item["count"] for item in resources.get(group, [])) for group in history.GROUPS}
