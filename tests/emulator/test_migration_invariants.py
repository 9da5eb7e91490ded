"""Whatever is asked in whatever order: every node is in exactly one pool, and pools count the nodes they have."""

from collections import Counter
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from modelarts_emulator import PROJECT, Emulator, Fault, Outcome, Request, Response
from modelarts_emulator.models.entry import counts_by_flavor
from tests.emulator.migrations import ONE, TWO, body
from tests.emulator.wire import CPU, CPU_8, cpu, world

THREE = f"three-{PROJECT}"
POOLS = [ONE, TWO, THREE]
BEGINNING = world(
    one={"resources": [cpu(4)], "nodes": ["os-node-created-aaaaa", "os-node-created-bbbbb"]},
    two={"resources": [cpu(2, azs=[{"az": "cn-north-7b", "count": 1}]), {"flavor": CPU_8, "count": 1}]},
    three={"resources": [{"flavor": CPU_8, "count": 2}], "capacity": 4},
)
SETTLED = 100_000.0

pools, picks = st.sampled_from(POOLS), st.lists(st.integers(0, 9), min_size=1, max_size=4)


class Interleaving(RuleBasedStateMachine):
    """Requests, faults and time in any order; what is refused has no effect."""

    def __init__(self) -> None:
        super().__init__()
        self.emulator = Emulator()
        self.emulator.seed(BEGINNING)
        self.deleted: set[str] = set()

    def teardown(self) -> None:
        """Close the world."""
        self.emulator.close()

    def ask(self, method: str, path: str, document: object) -> Response:
        """Send a request that is granted or refused, and nothing else."""
        before = self.emulator.world()
        answer = self.emulator.handle(Request.of_json(method, f"/v2/{PROJECT}/pools/{path}", document))
        assert answer.status in {200, 400}
        assert answer.status == 200 or self.emulator.world() == before
        return answer

    def names(self, pool: str, picked: list[int]) -> list[str]:
        """Some nodes of a pool."""
        there = list(self.emulator.world()["pools"][pool]["nodes"])
        return list(dict.fromkeys(there[index % len(there)] for index in picked))

    @rule(
        source=pools,
        to=pools,
        picked=picks,
        flavor=st.sampled_from([CPU, CPU_8]),
        node_pool=st.sampled_from(["", "fast"]),
    )
    def migrate(self, source: str, to: str, picked: list[int], flavor: str, node_pool: str) -> None:
        """Ask for a migration."""
        spec = {"flavor": flavor, "nodePool": node_pool}
        document = body(*self.names(source, picked), source=source, target=to, resourceSpec=spec)
        self.ask("POST", f"{source}/nodes/batch-migrate", document)

    @rule(pool=pools, index=st.integers(0, 3), count=st.integers(0, 5))
    def scale(self, pool: str, index: int, count: int) -> None:
        """Ask for another count of one entry; what would leave its nodes uncounted is the order's own affair."""
        entries: list[dict[str, Any]] = self.emulator.world()["pools"][pool]["resources"]
        entry = dict(entries[index % len(entries)]) | {"count": count}
        entry.pop("maxCount", None)
        entry.pop("azs", None)
        entries[index % len(entries)] = entry
        document = {"spec": {"resources": entries}}
        before = self.emulator.world()["pools"][pool]["nodes"]
        self.ask("PATCH", pool, document)
        self.note_deleted(pool, before)

    @rule(pool=pools, picked=picks)
    def delete(self, pool: str, picked: list[int]) -> None:
        """Ask to delete nodes."""
        before = self.emulator.world()["pools"][pool]["nodes"]
        self.ask("POST", f"{pool}/nodes/batch-delete", {"deleteNodeNames": self.names(pool, picked)})
        self.note_deleted(pool, before)

    def note_deleted(self, pool: str, before: dict[str, Any]) -> None:
        """Remember which nodes are being deleted since a moment ago."""
        after = self.emulator.world()["pools"][pool]["nodes"]
        self.deleted |= {n for n in before if after[n]["phase"] == "Deleting"}

    @rule(pool=pools, picked=picks, operation=st.sampled_from(["lock", "unlock", "drain"]))
    def touch(self, pool: str, picked: list[int], operation: str) -> None:
        """Ask to lock, unlock or drain nodes."""
        document = {"nodeNames": self.names(pool, picked), "actions": ["delete"]}
        self.ask("POST", f"{pool}/nodes/batch-{operation}", document)

    @rule(nodes=st.integers(0, 3), job=st.sampled_from([None, "stuck", "vanished"]))
    def spoil_migration(self, nodes: int, job: Any) -> None:
        """Let a migration end badly."""
        self.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(nodes=nodes, job=job)))

    @rule(nodes=st.integers(0, 2))
    def spoil_order(self, nodes: int) -> None:
        """Let an order end badly; the spec says then what the nodes are."""
        self.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=nodes, spec="real")))

    @rule(seconds=st.sampled_from([1.0, 30.0, 45.0, 100.0, 400.0]))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.emulator.clock.advance(seconds)

    @invariant()
    def every_node_is_in_one_pool(self) -> None:
        """No name stands in two pools."""
        seen = Counter(name for pool in self.emulator.world()["pools"].values() for name in pool["nodes"])
        assert set(seen.values()) <= {1}

    @invariant()
    def no_pool_is_empty(self) -> None:
        """A pool keeps at least one node that is not on its way out."""
        for pool in self.emulator.world()["pools"].values():
            assert any(item["phase"] != "Deleting" for item in pool["nodes"].values())

    @invariant()
    def named_nodes_are_never_lost(self) -> None:
        """A node that was there from the beginning is there, unless somebody deleted it."""
        there = {name for pool in self.emulator.world()["pools"].values() for name in pool["nodes"]}
        assert {"os-node-created-aaaaa", "os-node-created-bbbbb"} <= there | self.deleted

    @rule()
    def settle(self) -> None:
        """When everything has ended, each pool counts the nodes it has, and no node is held any more."""
        for job_id in self.emulator.world()["jobs"]:
            self.emulator.fail_job(job_id)
        self.emulator.clock.advance(SETTLED)

        for pool in self.emulator.world()["pools"].values():
            present = Counter(item["flavor"] for item in pool["nodes"].values())
            assert present == Counter({f: n for f, n in counts_by_flavor(pool["resources"]).items() if n})
            zones = [sum(zone["count"] for zone in entry.get("azs", [])) for entry in pool["resources"]]
            assert all(zone <= entry["count"] for zone, entry in zip(zones, pool["resources"], strict=True))


TestInterleaving = Interleaving.TestCase
TestInterleaving.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
