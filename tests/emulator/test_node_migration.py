import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, TRAIN_POOL
from modelarts_emulator.worlds.documented import WORLD
from tests.emulator.migrations import ONE, OTHER, TWO, body, counts, job, migrate, moved, names, two_pools
from tests.emulator.wire import CPU, CPU_8, GPU, Wire, cpu, error, world

GPU_NODE = "os-node-created-p5ed5"
UNCHANGED = (400, "ModelArts.50004000")


class TestMove:
    @pytest.mark.loopback
    def test_on_its_way(self, wire: Wire) -> None:
        """Until it arrives, a node is where it was, as it was, and counts there."""
        before = (wire.pool(), wire.pool(INFER_POOL), wire.get(f"/pools/{TRAIN_POOL}/nodes").json())

        moved(wire, NODE)
        wire.emulator.clock.advance(44)

        assert (wire.pool(), wire.pool(INFER_POOL), wire.get(f"/pools/{TRAIN_POOL}/nodes").json()) == before

    def test_arrival(self, wire: Wire) -> None:
        """A node that has arrived has changed pools, counts and labels, and kept its name, zone and address."""
        before = wire.get(f"/pools/{TRAIN_POOL}/nodes/{NODE}").json()

        moved(wire, NODE)
        wire.emulator.clock.advance(75)

        after = wire.get(f"/pools/{INFER_POOL}/nodes/{NODE}").json()
        labels = before["metadata"]["labels"] | {"os.modelarts.node/cluster": INFER_POOL}
        assert after == before | {"metadata": before["metadata"] | {"labels": labels}}
        assert wire.get(f"/pools/{TRAIN_POOL}/nodes/{NODE}").status_code == 404
        assert (wire.status(), wire.status(INFER_POOL)) == ({"available": {CPU: 1}}, {"available": {CPU: 3}})
        entry = cpu(1, extendParams={"dockerBaseSize": "50"}, futureField={"kept": True})
        assert wire.pool()["spec"]["resources"] == [entry]
        assert wire.pool(INFER_POOL)["spec"]["resources"] == [cpu(3)]

    def test_checks_itself_first(self, wire: Wire) -> None:
        """A node that has just arrived checks itself, and counts as one that is being made."""
        moved(wire, NODE)

        wire.emulator.clock.advance(60)

        assert wire.nodes(INFER_POOL)[NODE] == "Checking"
        assert wire.status(INFER_POOL) == {"available": {CPU: 2}, "creating": {CPU: 1}}

    def test_a_few_at_once(self, wire: Wire) -> None:
        """Eight nodes go three at a time, one after the other."""
        two_pools(wire, {"resources": [cpu(9)]}, {"resources": [cpu(1)]}, timings={"spread": 0})
        moved(wire, *names(wire)[:8], source=ONE, target=TWO)

        seen = []
        for seconds in (44, 1, 39, 1, 39, 1):
            wire.emulator.clock.advance(seconds)
            seen.append(counts(wire, ONE, TWO))

        assert seen == [[9, 1], [6, 4], [6, 4], [3, 7], [3, 7], [1, 9]]

    def test_moved_node_is_the_newest(self, wire: Wire) -> None:
        """A list shows it last, and scaling in by count takes it first."""
        moved(wire, NODE)
        wire.emulator.clock.advance(100)
        listed = names(wire, INFER_POOL)

        wire.scale(cpu(2), pool=INFER_POOL)

        assert listed[-1] == NODE
        assert [name for name, phase in wire.nodes(INFER_POOL).items() if phase == "Deleting"] == [NODE]

    def test_new_entry(self, wire: Wire) -> None:
        """Where the target has no entry for the nodes it gets one, with what the request says about it."""
        two_pools(wire, {"resources": [cpu(2)]}, {"resources": [{"flavor": CPU_8, "count": 1}]})
        spec = {"flavor": CPU, "nodePool": "fast", "rootVolume": {"volumeType": "SSD", "size": "100"}}

        moved(wire, names(wire)[0], source=ONE, target=TWO, resourceSpec=spec)
        wire.emulator.clock.advance(100)

        entry = spec | {"count": 1, "maxCount": 1}
        assert wire.pool(TWO)["spec"]["resources"] == [{"flavor": CPU_8, "count": 1}, entry]
        nodes = wire.emulator.world()["pools"][TWO]["nodes"]
        assert [node["node_pool"] for node in nodes.values()] == [f"{CPU_8}-default", "fast"]

    def test_zones_follow(self, wire: Wire) -> None:
        """A node keeps its zone, and entries that count zones count it where it is."""
        zones = [{"az": "cn-north-7a", "count": 1}, {"az": "cn-north-7b", "count": 1}]
        two_pools(wire, {"resources": [cpu(2, azs=zones)]}, {"resources": [cpu(1, azs=zones[:1])]})
        second = next(
            n for n, node in wire.emulator.world()["pools"][ONE]["nodes"].items() if node["az"] == zones[1]["az"]
        )

        moved(wire, second, source=ONE, target=TWO)
        wire.emulator.clock.advance(100)

        assert wire.pool(ONE)["spec"]["resources"] == [cpu(1, azs=[zones[0], zones[1] | {"count": 0}])]
        assert wire.pool(TWO)["spec"]["resources"] == [cpu(2, azs=zones)]

    def test_takes_jobs_again(self, wire: Wire) -> None:
        """A drained node arrives undrained."""
        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-drain", {"nodeNames": [NODE]})

        moved(wire, NODE)
        wire.emulator.clock.advance(60)

        assert wire.get(f"/pools/{INFER_POOL}/nodes/{NODE}").json()["metadata"]["annotations"] == {}

    def test_there_and_back(self, wire: Wire) -> None:
        """Moved back, a node is where it was, and so are the counts."""
        before = counts(wire, TRAIN_POOL, INFER_POOL)
        moved(wire, NODE)
        wire.emulator.clock.advance(100)

        moved(wire, NODE, source=INFER_POOL, target=TRAIN_POOL)
        wire.emulator.clock.advance(100)

        assert (wire.nodes(), counts(wire, TRAIN_POOL, INFER_POOL)) == ({OTHER: "Available", NODE: "Available"}, before)

    def test_finished_order_stays_finished(self, wire: Wire) -> None:
        """The order that made a node is not reopened when the node moves."""
        wire.scale(cpu(3))
        wire.emulator.clock.advance(100)
        order = wire.pool()["metadata"]["labels"]["os.modelarts/order.name"]
        before = wire.get(f"/v1/orders/{order}").json()

        moved(wire, names(wire, TRAIN_POOL)[-1])
        wire.emulator.clock.advance(50)

        assert [item["status"] for item in wire.get(f"/v1/orders/{order}").json()["items"]] == ["succeed"]
        assert len(before["items"]) == 1

    def test_clock_jumps_from_arrival_to_end(self, wire: Wire) -> None:
        """On an `auto` clock, looking at a job leads to its end in a few looks."""
        job_id = moved(wire, NODE)
        wire.emulator.clock.set_mode("auto")

        phases = [job(wire, job_id)["phase"] for _ in range(2)]

        assert phases == ["Running", "Success"]


class TestDriver:
    def test_of_the_target_is_installed(self, wire: Wire) -> None:
        """A node that ran another driver is Updating, then it runs the target's."""
        gpu = {"resources": [{"flavor": GPU, "count": 2}]}
        two_pools(wire, gpu | {"driver": {"gpuVersion": "440.33"}}, gpu | {"driver": {"gpuVersion": "515.65.01"}})
        name = names(wire)[0]
        moved(wire, name, source=ONE, target=TWO, resourceSpec={"flavor": GPU})

        wire.emulator.clock.advance(60)
        during = wire.get(f"/pools/{TWO}/nodes/{name}").json()["status"]
        wire.emulator.clock.advance(135)
        after = wire.get(f"/pools/{TWO}/nodes/{name}").json()["status"]

        assert during == IsPartialDict(phase="Checking", driver={"phase": "Updating", "version": "440.33"})
        assert after == IsPartialDict(phase="Available", driver={"phase": "Running", "version": "515.65.01"})

    def test_comes_with_the_first_node(self, wire: Wire) -> None:
        """A pool that never had such nodes takes over their driver."""
        moved(wire, GPU_NODE, source=GPU_POOL, target=TRAIN_POOL, resourceSpec={"flavor": GPU})

        wire.emulator.clock.advance(60)

        assert wire.pool()["status"]["driver"] == {"gpu": {"version": "440.33", "state": "Running"}}
        assert wire.pool()["spec"]["driver"] == {"gpuVersion": "440.33"}


class TestSpelling:
    def test_lower_case(self, wire: Wire) -> None:
        """The lower-case fields of the 2025 page are understood, and the world tells the two apart."""
        document = {key.lower(): value for key, value in body(NODE).items()}
        lower = migrate(wire, document | {"resourcespec": {"flavor": CPU, "nodepool": "fast"}}).json()["job_id"]
        wire.emulator.clock.advance(100)

        camel = moved(wire, NODE, source=INFER_POOL, target=TRAIN_POOL)

        jobs = wire.emulator.world()["jobs"]
        assert (jobs[lower]["spelling"], jobs[camel]["spelling"]) == ("lowercase", "camelCase")
        assert wire.emulator.journal.exchanges("batchMigratePoolNodes")[0].body["migratenodenames"] == [NODE]
        assert wire.pool(INFER_POOL)["spec"]["resources"][1]["nodePool"] == "fast"

    def test_mixture(self, wire: Wire) -> None:
        """A mixture is understood and told as such."""
        mixed = moved(wire, NODE, fromClusterName=None, fromclustername=TRAIN_POOL)

        assert wire.emulator.world()["jobs"][mixed]["spelling"] == "mixed"

    def test_unknown_fields_are_passed_over(self, wire: Wire) -> None:
        """A field that nobody knows changes nothing."""
        moved(wire, NODE, futureField=1, resourceSpec={"flavor": CPU, "futureField": 1})

        wire.emulator.clock.advance(100)

        assert wire.pool(INFER_POOL)["spec"]["resources"] == [cpu(3)]


class TestAnswer:
    @pytest.mark.loopback
    def test_document(self, wire: Wire) -> None:
        """A world can answer with the training job of the page, whose id is the job's."""
        wire.emulator.seed(WORLD | {"choices": {"migration_answer": "document"}})

        answer = migrate(wire, body(NODE)).json()

        assert answer == IsPartialDict(kind="job", metadata=IsPartialDict(id=next(iter(wire.emulator.world()["jobs"]))))
        assert job(wire, answer["metadata"]["id"])["phase"] == "Running"

    def test_document_without_id(self, wire: Wire) -> None:
        """A world can keep the id to itself; the job does its work all the same."""
        wire.emulator.seed(WORLD | {"choices": {"migration_answer": "document_without_id"}})

        answer = migrate(wire, body(NODE)).json()
        wire.emulator.clock.advance(100)

        assert answer["metadata"]["id"] == ""
        assert NODE in wire.nodes(INFER_POOL)


class TestBetweenClusters:
    @pytest.fixture(autouse=True)
    def _one_pool_of_two_clusters(self, wire: Wire) -> None:
        nodes = {"os-node-created-aaaaa": {}, "os-node-created-bbbbb": {"cluster": "right"}}
        pool = {"resources": [cpu(3)], "clusters": ["left", "right"], "nodes": nodes}
        wire.emulator.seed(world(one=pool))

    def clusters(self, wire: Wire) -> list[str]:
        """Cluster of each node in the order of the list."""
        items = wire.get(f"/pools/{ONE}/nodes").json()["items"]
        return [item["metadata"]["labels"]["os.modelarts.node/cluster"] for item in items]

    @pytest.mark.parametrize("to_pool", [None, ONE])
    def test_only_the_cluster_changes(self, wire: Wire, to_pool: str | None) -> None:
        """Within one pool a node changes its cluster, the pool keeps its counts, and no flavor need be given."""
        before = wire.pool(ONE)
        assert self.clusters(wire) == ["left", "right", "left"]
        request = body("os-node-created-aaaaa", source="left", target="right", toPoolName=to_pool, resourceSpec=None)

        answer = migrate(wire, request, ONE)
        wire.emulator.clock.advance(100)

        assert answer.status_code == 200
        assert (wire.pool(ONE), self.clusters(wire)) == (before, ["right", "left", "right"])
        assert before["status"]["clusters"] == [{"name": "left"}, {"name": "right"}]

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"source": "right"}, 'node "os-node-created-aaaaa" is not in cluster right'),
            ({"target": "middle"}, f"toClusterName 'middle' is not a cluster of pool {ONE}, toPoolName is required"),
            ({"source": "middle"}, f"fromClusterName 'middle' is not a cluster of pool {ONE}"),
        ],
    )
    def test_wrong_cluster(self, wire: Wire, changes: dict[str, str], reason: str) -> None:
        """A cluster that the pool or the node is not in is refused."""
        target = "left" if changes.get("source") == "right" else "right"
        request = body("os-node-created-aaaaa", **{"source": "left", "target": target} | changes, toPoolName=None)

        answer = migrate(wire, request, ONE)

        assert error(answer)[:2] == UNCHANGED
        assert error(answer)[2].startswith(f"Bad request. {reason}")
