"""Whatever is asked in whatever order: every node is in exactly one pool, and pools count the nodes they have."""

from collections import Counter
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from modelarts_emulator import PROJECT, Emulator, Fault, Outcome, Request, Response
from modelarts_emulator.service.models.entry import counts_by_flavor
from tests.emulator.migrations import ONE, TWO, body
from tests.emulator.wire import CPU_8, cpu, world
from tests.examples import examples

THREE = f"three-{PROJECT}"
POOLS = [ONE, TWO, THREE]
BEGINNING = world(
    one={"resources": [cpu(4)]},
    two={"resources": [cpu(3, azs=[{"az": "cn-north-7b", "count": 1}]), {"flavor": CPU_8, "count": 1}]},
    three={"resources": [{"flavor": CPU_8, "count": 2}], "capacity": 5},
)
SETTLED = 100_000.0

some_pool = st.sampled_from(POOLS)
ways = st.sampled_from([(a, b) for a in POOLS for b in POOLS if a != b])
picks = st.lists(st.integers(0, 5), min_size=1, max_size=3)


class Interleaving(RuleBasedStateMachine):
    """Requests, faults and time in any order; what is refused has no effect."""

    def __init__(self) -> None:
        super().__init__()
        self.emulator = Emulator()
        self.emulator.seed(BEGINNING)
        self.seen: set[str] = set()
        self.gone: set[str] = set()

    def teardown(self) -> None:
        """Close the world."""
        self.emulator.close()

    def pools(self) -> dict[str, Any]:
        """The pools as they are now."""
        pools: dict[str, Any] = self.emulator.world()["pools"]
        return pools

    def ask(self, method: str, path: str, document: object) -> Response:
        """Send a request, which is granted or refused."""
        before = self.emulator.world()
        answer = self.emulator.handle(Request.of_json(method, f"/v2/{PROJECT}/pools/{path}", document))
        assert answer.status in {200, 400}
        assert answer.status == 200 or self.emulator.world() == before
        return answer

    def names(self, pool: str, picked: list[int]) -> list[str]:
        """Some nodes of a pool."""
        there = list(self.pools()[pool]["nodes"])
        return list(dict.fromkeys(there[index % len(there)] for index in picked))

    @rule(way=ways, picked=picks, node_pool=st.sampled_from(["", "", "fast"]))
    def migrate(self, way: tuple[str, str], picked: list[int], node_pool: str) -> None:
        """Ask for a migration of nodes of one flavor."""
        source, target = way
        nodes, names = self.pools()[source]["nodes"], self.names(source, picked)
        flavor = nodes[names[0]]["flavor"]
        alike = [name for name in names if nodes[name]["flavor"] == flavor]
        spec = {"flavor": flavor, "nodePool": node_pool}
        document = body(*alike, source=source, target=target, resourceSpec=spec)
        self.ask("POST", f"{source}/nodes/batch-migrate", document)

    @rule(pool=some_pool, index=st.integers(0, 3), by=st.sampled_from([-3, -2, -1, 1]))
    def scale(self, pool: str, index: int, by: int) -> None:
        """Ask for more or fewer nodes of one entry, wherever they are."""
        entries: list[dict[str, Any]] = self.pools()[pool]["resources"]
        entry = entries[index % len(entries)]
        changed = {name: value for name, value in entry.items() if name not in {"maxCount", "azs"}}
        entries[index % len(entries)] = changed | {"count": max(0, entry["count"] + by)}
        self.ask("PATCH", pool, {"spec": {"resources": entries}})

    @rule(pool=some_pool, picked=picks)
    def delete(self, pool: str, picked: list[int]) -> None:
        """Ask to delete nodes."""
        self.ask("POST", f"{pool}/nodes/batch-delete", {"deleteNodeNames": self.names(pool, picked)})

    @rule(pool=some_pool, index=st.integers(0, 5), operation=st.sampled_from(["lock", "unlock", "drain"]))
    def touch(self, pool: str, index: int, operation: str) -> None:
        """Ask to lock, unlock or drain a node."""
        document = {"nodeNames": self.names(pool, [index]), "actions": ["delete"]}
        self.ask("POST", f"{pool}/nodes/batch-{operation}", document)

    @rule(nodes=st.integers(0, 2), job=st.sampled_from([None, "stuck", "vanished"]))
    def spoil_migration(self, nodes: int, job: Any) -> None:
        """Let a migration end badly."""
        self.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(nodes=nodes, job=job)))

    @rule(nodes=st.integers(0, 2))
    def spoil_order(self, nodes: int) -> None:
        """Let an order end badly; the spec says then what the nodes are."""
        self.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=nodes, spec="real")))

    @rule()
    def fail_jobs(self) -> None:
        """Let stuck jobs fail."""
        for job_id in self.emulator.world()["jobs"]:
            self.emulator.fail_job(job_id)

    @rule(seconds=st.sampled_from([1.0, 45.0, 100.0, 400.0]))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.emulator.clock.advance(seconds)

    @rule()
    def settle(self) -> None:
        """When everything has ended, each pool counts the nodes it has, and no more of them in zones."""
        self.fail_jobs()
        self.emulator.clock.advance(SETTLED)

        for pool in self.pools().values():
            present = Counter(item["flavor"] for item in pool["nodes"].values())
            assert present == Counter({f: n for f, n in counts_by_flavor(pool["resources"]).items() if n})
            zones = [sum(zone["count"] for zone in entry.get("azs", [])) for entry in pool["resources"]]
            assert all(zone <= entry["count"] for zone, entry in zip(zones, pool["resources"], strict=True))

    @invariant()
    def no_node_is_lost_and_no_pool_empty(self) -> None:
        """A node is in one pool until somebody deletes it, and each pool has one that is there to stay."""
        pools = self.pools()
        phases = [(name, node["phase"]) for pool in pools.values() for name, node in pool["nodes"].items()]
        there = {name for name, _ in phases}

        assert len(there) == len(phases)
        assert self.seen - self.gone <= there
        assert all(any(node["phase"] != "Deleting" for node in pool["nodes"].values()) for pool in pools.values())

        self.seen |= {name for name, phase in phases if phase == "Available"}
        self.gone |= {name for name, phase in phases if phase == "Deleting"}


TestInterleaving = Interleaving.TestCase
TestInterleaving.settings = settings(max_examples=examples(80), stateful_step_count=25)
