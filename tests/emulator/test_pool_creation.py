from typing import Any

import pytest

from modelarts_emulator import NETWORK, PROJECT, TRAIN_POOL, Fault, Outcome
from modelarts_emulator.state.clock import EPOCH, rfc3339
from modelarts_emulator.worlds.flavors import FLAVORS
from tests.emulator.pools import NAME, pool
from tests.emulator.wire import CPU, GPU, Wire, cpu, error, world

NPU = "modelarts.bm.npu.arm.8snt9b"


def states(wire: Wire, name: str = NAME) -> dict[str, str]:
    """State of each job type of a pool."""
    return {item["scopeType"]: item["state"] for item in wire.pool(name)["status"]["scope"]}


class TestCreate:
    @pytest.mark.loopback
    def test_answer(self, wire: Wire) -> None:
        """The answer names the pool, its order and its billing, and has no phase yet."""
        answer = wire.post("/pools", pool())

        document = answer.json()
        order = document["metadata"]["labels"].pop("os.modelarts/order.name")
        resource = document["metadata"]["labels"].pop("os.modelarts/resource.id")
        assert answer.status_code == 200
        assert (order.rpartition("-")[0], resource.rpartition("-")[0]) == ("order.team-a", "maos-team-a")
        assert document == {
            "kind": "Pool",
            "apiVersion": "v2",
            "metadata": {
                "name": NAME,
                "creationTimestamp": rfc3339(EPOCH),
                "labels": {
                    "os.modelarts/name": "team-a",
                    "os.modelarts/workspace.id": "0",
                    "os.modelarts/tenant.project.id": PROJECT,
                    "os.modelarts.pool/biz": "public",
                },
                "annotations": {"os.modelarts/billing.mode": "0"},
            },
            "spec": {
                "type": "Dedicate",
                "scope": ["Train"],
                "resources": [cpu(2, maxCount=2)],
                "network": {"name": NETWORK},
            },
            "status": {"resources": {}},
        }

    def test_course(self, wire: Wire) -> None:
        """A pool is Creating while its order is, then Running; its job types are enabled after that."""
        others = wire.emulator.world()["pools"]
        wire.post("/pools", pool())

        seen = []
        for seconds in (0, 4, 6, 55, 25, 20):
            wire.emulator.clock.advance(seconds)
            seen.append((wire.pool(NAME)["status"]["phase"], wire.status(NAME), states(wire)["Train"]))

        creating = ("Creating", {"creating": {CPU: 2}}, "Enabling")
        assert seen[:4] == [creating] * 4
        assert seen[4:] == [
            ("Running", {"available": {CPU: 2}}, "Enabling"),
            ("Running", {"available": {CPU: 2}}, "Enabled"),
        ]
        assert {name: there for name, there in wire.emulator.world()["pools"].items() if name != NAME} == others

    def test_order(self, wire: Wire) -> None:
        """The order applies for the pool, and lists it beside its nodes."""
        name = wire.post("/pools", pool()).json()["metadata"]["labels"]["os.modelarts/order.name"]
        pending = wire.order(NAME)
        wire.emulator.clock.advance(100)

        items = wire.get(f"/v1/orders/{name}").json()["items"]

        assert (pending["operation"], pending["phase"], pending["initCount"]) == ("apply", "pending", [])
        assert (wire.order(NAME)["phase"], wire.order(NAME)["orderName"]) == ("successed", name)
        assert [(item["action"], item["status"]) for item in items] == [("createPool", "succeed")] + [
            ("createNode", "succeed")
        ] * 2
        assert items[0]["resourceName"] == NAME

    def test_lists_by_status(self, wire: Wire) -> None:
        """A pool is listed as creating, then as created."""
        wire.post("/pools", pool())

        def listed(status: str) -> bool:
            return NAME in {item["metadata"]["name"] for item in wire.get("/pools", status=status).json()["items"]}

        assert (listed("creating"), listed("created"), listed("failed")) == (True, False, False)
        wire.emulator.clock.advance(100)
        assert (listed("creating"), listed("created"), listed("failed")) == (False, True, False)

    def test_takes_nothing_before_it_runs(self, wire: Wire) -> None:
        """A pool that is being made cannot be scaled, and can afterwards."""
        wire.post("/pools", pool())

        early = wire.scale(cpu(3), pool=NAME)
        wire.emulator.clock.advance(100)
        late = wire.scale(cpu(3), pool=NAME)

        text = f"Bad request. The pool {NAME} is Creating, cannot scale unless it is Running"
        assert (error(early)[2], late.status_code) == (text, 200)

    @pytest.mark.parametrize(
        ("flavor", "driver", "kind", "version"),
        [(GPU, {"gpuVersion": "515.65.01"}, "gpu", "515.65.01"), (GPU, {}, "gpu", "440.33"), (NPU, {}, "npu", "C78")],
    )
    def test_driver(self, wire: Wire, flavor: str, driver: dict[str, str], kind: str, version: str) -> None:
        """A pool with accelerators has the driver asked for, or a default one, once it runs."""
        wire.post("/pools", pool(resources=[{"flavor": flavor, "count": 1}], driver=driver))
        wire.emulator.clock.advance(100)

        document = wire.pool(NAME)

        assert document["spec"]["driver"] == {f"{kind}Version": version}
        assert document["status"]["driver"] == {kind: {"version": version, "state": "Running"}}

    def test_prefix(self, wire: Wire) -> None:
        """Nodes are named with the prefix that was asked for."""
        wire.post("/pools", pool(labels={"os.modelarts/node.prefix": "gold"}))

        names = list(wire.nodes(NAME))

        assert [name.rpartition("-")[0] for name in names] == ["gold", "gold"]

    def test_no_node_comes(self, wire: Wire) -> None:
        """A pool for which no node comes is recorded as failed for three days, and its name is free again then."""
        wire.emulator.faults.arm(Fault("createPool", outcome=Outcome(nodes=0, reason="sold out")))
        wire.post("/pools", pool())
        wire.emulator.clock.advance(100)

        failed = [item["metadata"]["name"] for item in wire.get("/pools", status="failed").json()["items"]]
        shown = wire.pool(NAME)["status"]
        wire.emulator.clock.advance(3 * 24 * 3600)

        assert (failed, shown["phase"], shown["message"]) == (
            [NAME],
            "CreationFailed",
            "2 of 2 nodes failed: sold out",
        )
        assert error(wire.get(f"/pools/{NAME}")) == (404, "ModelArts.50015001", f'pool "{NAME}" not found')
        assert wire.post("/pools", pool()).status_code == 200

    def test_some_nodes_come(self, wire: Wire) -> None:
        """A pool for which some nodes come runs with those."""
        wire.emulator.faults.arm(Fault("createPool", outcome=Outcome(nodes=1)))
        wire.post("/pools", pool())
        wire.emulator.clock.advance(100)

        assert (wire.pool(NAME)["status"]["phase"], wire.status(NAME)) == ("Running", {"available": {CPU: 1}})
        assert wire.order(NAME)["phase"] == "partialSuccessed"

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ({}, "apiVersion is required"),
            ({**pool(), "kind": "Network"}, "kind 'Network' is not one of 'Pool'"),
            (pool(labels={"os.modelarts/name": "Big"}), "'Big' must be 4 to 30 lower-case letters"),
            (pool(labels={"os.modelarts/name": "a" * 31}), "must be 4 to 30 lower-case letters"),
            (pool(labels={"os.modelarts/node.prefix": "-x"}), "'-x' cannot begin a node's name"),
            (pool(annotations={"os.modelarts/description": "a<b"}), "the description must not contain <"),
            (pool(annotations={"os.modelarts/billing.mode": "1"}), "os.modelarts/billing.mode 1 needs"),
            (pool(network={"name": "nowhere"}), "spec.network.name 'nowhere' not found"),
            (pool(network=None), "spec.network must be an object"),
            (pool(scope=[]), "spec.scope must not be empty"),
            (pool(resources=[]), "a pool is made with at least one node, and it names no flavor"),
            (pool(resources=[cpu(0)]), "a pool is made with at least one node, and every count is 0"),
            (pool(resources=[cpu(1), cpu(2)]), "stands twice"),
            (pool(resources=[cpu(1), {"flavor": NPU, "count": 1}]), "have one CPU architecture"),
            (pool(driver={"npuVersion": "C78"}), "spec.driver.npuVersion: the pool has no NPU flavor"),
            (pool(scope=["Train", "Train"]), "spec.scope names a job type twice"),
            (pool(resources=[cpu(1, tags=[{"key": "CCE-a", "value": "b"}])]), "tags[0].key 'CCE-a' must be a text"),
            (pool(resources=[cpu(1, tags=[{"value": "b"}])]), "tags[0].key '' must be a text"),
            (pool(resources=[cpu(1, taints=[{"key": "a", "effect": "No"}])]), "taints[0].effect 'No' is not one of"),
            (pool(resources=[cpu(1, rootVolume={"volumeType": "HDD"})]), "rootVolume.volumeType 'HDD' is not one of"),
            (pool(resources=[cpu(1, dataVolumes=[{"size": "1"}])]), "dataVolumes[0].volumeType None is not one of"),
            (pool(type="Logical"), "spec.type 'Logical' is not one of 'Dedicate'"),
        ],
    )
    def test_refusals(self, wire: Wire, body: dict[str, Any], reason: str) -> None:
        """A pool that cannot be is refused with the reason, and nothing is made."""
        before = wire.emulator.world()

        answer = wire.post("/pools", body)

        assert error(answer)[:2] == (400, "ModelArts.50004000")
        assert reason in error(answer)[2]
        assert wire.emulator.world() == before

    def test_name_taken(self, wire: Wire) -> None:
        """A name that a pool has is refused with the documented conflict."""
        answer = wire.post("/pools", pool(labels={"os.modelarts/name": "auto-pool-os"}))

        assert error(answer) == (409, "ModelArts.50015000", f'Pool "{TRAIN_POOL}" already exists.')

    def test_unknown_workspace(self, wire: Wire) -> None:
        """A workspace that is not there takes no pool; one of the world does, and lists it."""
        entries = {"resources": [cpu(1)]}
        wire.emulator.seed(
            {"projects": {PROJECT: {"workspaces": {"w1": {}}, **world(one=entries)["projects"][PROJECT]}}}
        )
        network = {"name": "network-a"}

        unknown = wire.post("/pools", pool(labels={"os.modelarts/workspace.id": "w2"}, network=network))
        known = wire.post("/pools", pool(labels={"os.modelarts/workspace.id": "w1"}, network=network))

        assert error(unknown) == (400, "ModelArts.0102", "The workspace 'w2' does not exist.")
        assert known.status_code == 200
        assert [item["metadata"]["name"] for item in wire.get("/pools", workspaceId="w1").json()["items"]] == [NAME]

    def test_quota(self, wire: Wire) -> None:
        """A project has 15 pools at most."""
        names = [f"pool-{number:02}" for number in range(13)]

        answers = [wire.post("/pools", pool(labels={"os.modelarts/name": name})) for name in names]

        assert [answer.status_code for answer in answers] == [200] * 12 + [400]
        assert error(answers[-1])[1] == "ModelArts.0118"


class TestFailed:
    @pytest.mark.parametrize("path", ["/pools", f"/pools/{NAME}", f"/pools/{NAME}/nodes", "/v1/orders"])
    def test_its_record_does_not_hurry_an_auto_clock(self, wire: Wire, path: str) -> None:
        """Who looks at what has failed waits for nothing: time rests, and the record stays to be read."""
        wire.emulator.clock.set_mode("auto")
        wire.emulator.faults.arm(Fault("createPool", outcome=Outcome(nodes=0)))
        wire.post("/pools", pool())
        while wire.pool(NAME)["status"]["phase"] == "Creating":
            pass
        failed, moment = wire.pool(NAME), wire.emulator.clock.now()

        for _ in range(3):
            wire.get(path, status="failed") if path == "/pools" else wire.get(path)

        assert (wire.pool(NAME), wire.emulator.clock.now()) == (failed, moment)
        assert wire.emulator.clock.now() < EPOCH + 600

    def test_an_old_order_does_not_end_a_new_creation(self, wire: Wire) -> None:
        """A pool that is made anew is another one: giving up the order of the first leaves it being made."""
        wire.emulator.faults.arm(Fault("createPool", outcome=Outcome(order="stuck")))
        old = wire.post("/pools", pool()).json()["metadata"]["labels"]["os.modelarts/order.name"]
        wire.client.delete(wire.url(f"/pools/{NAME}"))
        wire.emulator.clock.advance(60)
        wire.emulator.faults.arm(Fault("createPool", outcome=Outcome(order="stuck")))
        wire.post("/pools", pool())

        wire.emulator.fail_order(old)

        assert wire.pool(NAME)["status"]["phase"] == "Creating"

    def test_with_nothing_but_a_scarce_flavor(self, wire: Wire) -> None:
        """A zone that has one node left makes a pool of one, and what it lacks stands in the order."""
        flavors = {**FLAVORS, CPU: {**FLAVORS[CPU], "stock": {"cn-north-7c": 1}}}
        wire.emulator.seed({**world(one={"resources": [cpu(1)]}), "flavors": flavors})

        entry = cpu(2, azs=[{"az": "cn-north-7c", "count": 2}])
        wire.post("/pools", pool(network={"name": "network-a"}, resources=[entry]))
        wire.emulator.clock.advance(100)

        assert wire.status(NAME) == {"available": {CPU: 1}}
        assert (wire.order(NAME)["phase"], wire.order(NAME)["failReason"]) == (
            "partialSuccessed",
            "1 of 2 nodes failed: insufficient resources",
        )


class TestDetails:
    def test_a_node_of_a_world_may_have_other_tags(self, wire: Wire) -> None:
        """Nodes have the tags of their entry, but for those that the world gives some of their own, or none."""
        tags = [{"key": "team", "value": "vision"}]
        nodes = {"os-node-created-aaaaa": {"tags": {"team": "speech"}}, "os-node-created-bbbbb": {"tags": {}}}
        wire.emulator.seed(world(one={"resources": [cpu(3, tags=tags)], "nodes": nodes}))

        items = wire.get(f"/pools/one-{PROJECT}/nodes").json()["items"]

        seen = [item["metadata"]["annotations"].get("os.modelarts/tms.tags") for item in items]
        assert seen == ['[{"key":"team","value":"speech"}]', None, '[{"key":"team","value":"vision"}]']

    def test_what_replaces_a_node_has_its_tags(self, wire: Wire) -> None:
        """A node that the service replaces goes on as another one with the same tags and volumes."""
        entry = cpu(1, tags=[{"key": "team", "value": "vision"}], rootVolume={"volumeType": "SSD", "size": "100"})
        wire.emulator.seed(world(one={"resources": [entry], "nodes": ["os-node-created-aaaaa"]}))
        wire.emulator.replace_node(f"one-{PROJECT}", "os-node-created-aaaaa")
        wire.emulator.clock.advance(3600)

        (item,) = wire.get(f"/pools/one-{PROJECT}/nodes").json()["items"]

        assert item["metadata"]["name"] != "os-node-created-aaaaa"
        assert item["metadata"]["annotations"] == {"os.modelarts/tms.tags": '[{"key":"team","value":"vision"}]'}
        assert item["spec"]["rootVolume"] == {"volumeType": "SSD", "size": "100"}


class TestFaults:
    def test_of_one_pool_alone(self, wire: Wire) -> None:
        """Of two pools that are made at once a rule hits the one whose id it names, an answer and an ending alike."""
        other = {"os.modelarts/name": "team-b"}
        wire.emulator.faults.arm(Fault("createPool", {"pool": NAME}, status=503, when="after"))
        wire.emulator.faults.arm(Fault("createPool", {"pool": NAME}, outcome=Outcome(nodes=0)))

        answers = [wire.post("/pools", pool(other)).status_code, wire.post("/pools", pool()).status_code]
        wire.emulator.clock.advance(100)

        phases = [wire.pool(f"team-b-{PROJECT}")["status"]["phase"], wire.pool(NAME)["status"]["phase"]]
        assert (answers, phases) == ([200, 503], ["Running", "CreationFailed"])

    @pytest.mark.parametrize("body", [[], "team-a", {"metadata": None}, {"metadata": {"labels": {}}}])
    def test_of_a_request_that_names_nothing(self, wire: Wire, body: Any) -> None:
        """A rule for a pool lets a request pass that says of none that it is to be made."""
        wire.emulator.faults.arm(Fault("createPool", {"pool": NAME}, status=503))

        assert error(wire.post("/pools", body))[0] == 400
        assert wire.emulator.faults.unfired() != []
