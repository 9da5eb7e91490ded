"""Requests as clients send them that are written by others and work on the real service."""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import GPU_POOL, INFER_POOL, NETWORK, NODE, PROJECT, TRAIN_POOL, Credentials, Emulator, Request
from modelarts_emulator.state.clock import EPOCH
from tests.emulator.wire import CPU, GPU, Wire, cpu, error_code, world

HOUR = 3600.0
FORMS = {"x-sdk-date": "without the host", "host;x-sdk-date": "with the host"}


def signed(names: str, target: str, secret_key: str = "SKFAKE") -> Request:  # noqa: S107 - made up for these tests
    """A GET whose signature covers these header fields, signed after the vendor's page by nobody's code but this."""
    headers = {"host": "modelarts.test", "x-sdk-date": "20260101T000000Z"}
    path, _, query = target.partition("?")
    covered = "".join(f"{name}:{headers[name]}\n" for name in names.split(";"))
    request = "\n".join(["GET", f"{path}/", query, covered, names, hashlib.sha256(b"").hexdigest()])
    text = "\n".join(["SDK-HMAC-SHA256", headers["x-sdk-date"], hashlib.sha256(request.encode()).hexdigest()])
    signature = hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()
    authorization = f"SDK-HMAC-SHA256 Access=AKFAKE, SignedHeaders={names}, Signature={signature}"
    return Request("GET", target, {**headers, "authorization": authorization})


@pytest.fixture
def strict() -> Iterator[Emulator]:
    """An emulator that lets in one access key."""
    with Emulator(credentials=Credentials(access_keys={"AKFAKE": "SKFAKE"}), wall=lambda: EPOCH) as emulator:
        yield emulator


class TestSignature:
    @pytest.mark.parametrize("names", FORMS, ids=FORMS.values())
    def test_each_form(self, strict: Emulator, names: str) -> None:
        """A signature over the date is let in, whether it covers the host or not; one with another key is not."""
        target = f"/v2/{PROJECT}/pools?status=created"

        assert strict.handle(signed(names, target)).status == 200
        assert strict.handle(signed(names, target, "another")).status == 401

    def test_without_its_date(self, strict: Emulator) -> None:
        """A signature that does not cover the date could be used for ever: it is refused."""
        assert strict.handle(signed("host", f"/v2/{PROJECT}/pools")).status == 401


class TestMaxCount:
    """`count` decides; `maxCount` follows it, in every place that takes one."""

    @pytest.mark.parametrize("most", [0, 2, 99, None])
    def test_of_a_patch(self, wire: Wire, most: int | None) -> None:
        """A stale `maxCount`, or 0, beside a new `count` is what a client sends that keeps the two apart."""
        answer = wire.scale(cpu(3, maxCount=most)).raise_for_status().json()

        assert answer["spec"]["resources"] == [cpu(3) if most is None else cpu(3, maxCount=3)]
        assert wire.status() == {"available": {CPU: 2}, "creating": {CPU: 1}}

    def test_alone(self, wire: Wire) -> None:
        """A `maxCount` that alone differs orders nothing."""
        wire.scale(cpu(2, maxCount=7)).raise_for_status()

        assert wire.status() == {"available": {CPU: 2}}
        assert wire.pool()["spec"]["resources"] == [cpu(2, maxCount=2)]

    def test_of_a_new_pool(self, wire: Wire) -> None:
        """A pool is made with as many nodes as `count` says."""
        made = wire.post("/pools", new_pool(resources=[cpu(2, maxCount=0)])).raise_for_status().json()

        assert made["spec"]["resources"] == [cpu(2, maxCount=2)]
        assert wire.status(made["metadata"]["name"]) == {"creating": {CPU: 2}}

    def test_of_a_world(self, wire: Wire) -> None:
        """A pool of a world has as many nodes as `count` says."""
        wire.emulator.seed(world(pool={"resources": [cpu(2, maxCount=9)]}))

        assert wire.pool(f"pool-{PROJECT}")["spec"]["resources"] == [cpu(2, maxCount=2)]
        assert wire.status(f"pool-{PROJECT}") == {"available": {CPU: 2}}


def new_pool(**spec: Any) -> dict[str, Any]:
    """Body of CreatePool."""
    usual = {"type": "Dedicate", "scope": ["Train"], "network": {"name": NETWORK}, "resources": [cpu(1)]}
    labels = {"os.modelarts/name": "team-a"}
    return {"apiVersion": "v2", "kind": "Pool", "metadata": {"labels": labels}, "spec": {**usual, **spec}}


def test_orders_since_a_moment_of_the_wall_clock() -> None:
    """A client that looks for orders of the last hour by its own clock finds its order, where time begins now."""
    today = EPOCH + 300 * 24 * HOUR
    with (
        Emulator(begins="now", wall=lambda: today) as emulator,
        httpx.Client(transport=emulator.transport()) as client,
    ):
        wire = Wire(emulator, client)
        wire.scale(cpu(3)).raise_for_status()

        found = wire.get("/v1/orders", involvedName=TRAIN_POOL, since=str(int((today - HOUR) * 1000))).json()

    assert found == {"count": 1, "items": [IsPartialDict(resourceName=TRAIN_POOL, operation="modify")]}


class TestNulls:
    """A client that knows no empty value but null sends one for whatever its user left out."""

    def test_of_a_new_pool(self, wire: Wire) -> None:
        """A pool is made as if what is null had been left out."""
        entry = cpu(1, nodePool=None, azs=None, maxCount=None, taints=None, extendParams=None, rootVolume=None, os=None)
        sent = new_pool(resources=[entry], clusters=None, userLogin=None, driver=None, jobFlavors=None)
        sent["metadata"] |= {"annotations": None}

        made = wire.post("/pools", sent).raise_for_status().json()

        wire.emulator.reset()
        assert wire.post("/pools", new_pool()).json() == made

    def test_of_a_patch(self, wire: Wire) -> None:
        """In a list of a merge patch null is like nothing, as lists are replaced; elsewhere it deletes."""
        annotations = {"os.modelarts/description": None}
        entry = cpu(3, azs=None, nodePool=None, creatingStep=None, labels=None)

        answer = wire.patch({"metadata": {"annotations": annotations}, "spec": {"resources": [entry]}})

        assert answer.status_code == 200
        assert wire.pool()["spec"]["resources"] == [cpu(3, creatingStep=None)]
        assert error_code(wire.patch({"spec": {"resources": None}})) == (400, "ModelArts.50004000")

    def test_of_a_migration(self, wire: Wire) -> None:
        """Nodes move as if what is null had been left out."""
        nowhere = {"creatingStep": None, "nodePool": None, "rootVolume": None, "dataVolumes": None, "labels": None}
        sent = {
            "migrateNodeNames": [NODE],
            "fromClusterName": TRAIN_POOL,
            "toClusterName": INFER_POOL,
            "toPoolName": INFER_POOL,
            "resourceSpec": {"flavor": CPU, **nowhere},
        }

        job = wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-migrate", sent).raise_for_status().json()["job_id"]
        wire.emulator.clock.advance(100)

        assert wire.get(f"/jobs/{job}").json()["phase"] == "Success"
        assert NODE in wire.nodes(INFER_POOL)

    def test_of_a_network(self, wire: Wire) -> None:
        """A network is made as if what is null had been left out."""
        labels = {"os.modelarts/name": "net-a", "os.modelarts/workspace.id": None}
        spec = {"cidr": "192.168.128.0/17", "connection": None}
        sent = {"apiVersion": "v1", "kind": "Network", "metadata": {"labels": labels}, "spec": spec}

        made = wire.post("/v1/networks", sent).raise_for_status().json()

        assert made["spec"] == {"cidr": "192.168.128.0/17"}
        assert made["metadata"]["labels"] == {"os.modelarts/name": "net-a", "os.modelarts/workspace.id": "0"}


@pytest.mark.parametrize(
    "path", ["/pools", f"/pools/{TRAIN_POOL}/nodes", "/v1/networks", "/v1/resourceflavors", "/v1/orders", "/jobs"]
)
def test_query_parameters_that_nobody_knows(wire: Wire, path: str) -> None:
    """A list asked for with parameters that the service does not have is the same list."""
    assert wire.get(path, colour="blue", project_id=PROJECT).json() == wire.get(path).json()


SELECTORS = {
    "os.modelarts/name=gpu-pool-os": {GPU_POOL},
    "os.modelarts/name==gpu-pool-os, os.modelarts/workspace.id = 0": {GPU_POOL},
    "os.modelarts/name!=gpu-pool-os": {TRAIN_POOL, INFER_POOL},
    "os.modelarts/name in (gpu-pool-os, auto-pool-os)": {GPU_POOL, TRAIN_POOL},
    "os.modelarts/name notin (gpu-pool-os,auto-pool-os),os.modelarts/workspace.id": {INFER_POOL},
    "os.modelarts/workspace.id": {TRAIN_POOL, INFER_POOL, GPU_POOL},
    "!os.modelarts/workspace.id": set(),
    "!team": {TRAIN_POOL, INFER_POOL, GPU_POOL},
    "team!=a": {TRAIN_POOL, INFER_POOL, GPU_POOL},
    "team": set(),
    "": {TRAIN_POOL, INFER_POOL, GPU_POOL},
}


class TestLabelSelectors:
    @pytest.mark.parametrize("selector", SELECTORS)
    def test_each_form(self, wire: Wire, selector: str) -> None:
        """Every form that Kubernetes knows leaves the pools that it means."""
        items = wire.get("/pools", labelSelector=selector).json()["items"]

        assert {item["metadata"]["name"] for item in items} == SELECTORS[selector]

    @pytest.mark.parametrize("selector", ["a=b c", "a in b", "a in (b", "=b", "a,,b", "a>b", "a=b;c", "! ", "a notin"])
    def test_no_form(self, wire: Wire, selector: str) -> None:
        """What is no selector is refused instead of being ignored."""
        assert error_code(wire.get("/pools", labelSelector=selector)) == (400, "ModelArts.50004000")

    @pytest.mark.parametrize(
        ("path", "label"), [("/v1/networks", "os.modelarts/name"), ("/v1/resourceflavors", "os.modelarts/scope")]
    )
    def test_of_other_lists(self, wire: Wire, path: str, label: str) -> None:
        """Networks and flavors are selected likewise."""
        everything = wire.get(path).json()["items"]

        assert wire.get(path, labelSelector=label).json()["items"] == everything != []
        assert wire.get(path, labelSelector=f"!{label}").json()["items"] == []


def test_sizes_of_accelerators(wire: Wire) -> None:
    """How many accelerators a node has is a text, as the vendor's SDK has it."""
    items = {item["metadata"]["name"]: item["spec"] for item in wire.get("/v1/resourceflavors").json()["items"]}

    assert items[GPU]["gpu"]["size"] == "1"
    assert items["modelarts.bm.npu.arm.8snt9b"]["npu"]["size"] == "8"


def test_subnet_of_the_network_of_a_world(wire: Wire) -> None:
    """A network that was there from the beginning names its subnet, by which its addresses are asked for."""
    subnet = wire.get(f"/v1/networks/{NETWORK}").json()["status"]["subnets"][0]["networkId"]

    addresses = wire.get(f"/v1/networks/{NETWORK}/network-ip-availabilities", network_id=subnet).json()

    assert addresses["networkId"] == subnet != ""
