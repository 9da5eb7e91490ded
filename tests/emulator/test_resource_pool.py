import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, NETWORK, TRAIN_POOL
from tests.emulator.wire import CPU, Wire, cpu, error, error_code, world

AVAILABLE = {"flavor": CPU, "count": 2, "maxCount": 2, "nodePool": f"{CPU}-default"}


class TestList:
    @pytest.mark.loopback
    def test_pools_by_name(self, wire: Wire) -> None:
        """The list holds every pool of the project as its own page shows it."""
        document = wire.get("/pools").json()

        assert document == {"kind": "PoolList", "apiVersion": "v2", "items": document["items"]}
        assert document["items"] == [wire.pool(name) for name in (TRAIN_POOL, GPU_POOL, INFER_POOL)]

    @pytest.mark.parametrize(("workspace", "count"), [("0", 3), ("other", 0)])
    def test_workspace(self, wire: Wire, workspace: str, count: int) -> None:
        """A workspace leaves its own pools."""
        assert len(wire.get("/pools", workspaceId=workspace).json()["items"]) == count

    @pytest.mark.parametrize(
        ("status", "names"),
        [
            ({}, ["creating-pool-aaaa", "running-pool-aaaaa"]),
            ({"status": "created"}, ["running-pool-aaaaa"]),
            ({"status": "creating"}, ["creating-pool-aaaa"]),
            ({"status": "failed"}, ["failed-pool-aaaaaa"]),
        ],
    )
    def test_status(self, wire: Wire, status: dict[str, str], names: list[str]) -> None:
        """A status leaves its phases, and without one the failed records are left out."""
        pool = {"network": "network-a", "resources": [cpu(1)]}
        phases = {"creating": "Creating", "running": "Running", "failed": "CreationFailed"}
        pools = {
            name: {**pool, "phase": phases[name.partition("-")[0]]}
            for name in ("creating-pool-aaaa", "running-pool-aaaaa", "failed-pool-aaaaaa")
        }
        wire.emulator.seed(world(**pools))

        items = wire.get("/pools", **status).json()["items"]

        assert [item["metadata"]["labels"]["os.modelarts/name"] for item in items] == names

    @pytest.mark.loopback
    def test_unknown_status(self, wire: Wire) -> None:
        """A status that is none is refused with those there are."""
        answer = wire.get("/pools", status="running")

        assert error(answer)[2] == "Bad request. status 'running' is not one of created, creating, failed"

    def test_another_project_is_empty(self, wire: Wire) -> None:
        """The documented pools belong to one project; every other one has none."""
        wire.project = "0123456789abcdef0123456789abcdef"

        assert wire.get("/pools").json()["items"] == []
        assert error_code(wire.get(f"/pools/{TRAIN_POOL}")) == (404, "ModelArts.50015001")


class TestShow:
    def test_documented_pool(self, wire: Wire) -> None:
        """The training pool is that of the API pages, with more fields where newer pages have them."""
        assert wire.pool() == {
            "kind": "Pool",
            "apiVersion": "v2",
            "metadata": {
                "name": TRAIN_POOL,
                "creationTimestamp": "2022-09-16T03:10:40Z",
                "labels": {
                    "os.modelarts/name": "auto-pool-os",
                    "os.modelarts/workspace.id": "0",
                    "os.modelarts/resource.id": "maos-auto-pool-os-72w8d",
                },
                "annotations": {
                    "os.modelarts/description": "",
                    "os.modelarts/billing.mode": "0",
                    "os.modelarts/external-access": "elb",
                },
            },
            "spec": {
                "type": "Dedicate",
                "scope": ["Train", "Infer"],
                "resources": [
                    cpu(2, extendParams={"dockerBaseSize": "50"}, futureField={"kept": True}),
                ],
                "network": {"name": NETWORK},
                "futureSpec": "kept",
            },
            "status": {
                "phase": "Running",
                "message": "",
                "root": TRAIN_POOL,
                "parent": "",
                "scope": [{"scopeType": "Train", "state": "Enabled"}, {"scopeType": "Infer", "state": "Enabled"}],
                "resources": {"available": [{**AVAILABLE, "azs": [{"az": "cn-north-7c", "count": 2}]}]},
            },
        }

    def test_missing_pool(self, wire: Wire) -> None:
        """A pool that does not exist is the documented 404."""
        answer = wire.get("/pools/no-such-pool")

        assert error(answer) == (404, "ModelArts.50015001", 'pool "no-such-pool" not found')
