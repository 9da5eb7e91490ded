import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, TRAIN_POOL, Emulator
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import BadRequestError, NotFoundError, RefusedError
from pulumi_modelarts.api.resource_pool import FlavorCount, ResourcePool

FLAVOR = "modelarts.vm.cpu.4ud"


class TestPool:
    def test_the_documented_pool(self, client: Client) -> None:
        """What the pages show is found under the names used here."""
        pool = client.resource_pools.get(TRAIN_POOL)

        assert (pool.name, pool.display_name, pool.phase) == (TRAIN_POOL, "auto-pool-os", "Running")
        assert (pool.description, pool.billing_mode, pool.prepaid, pool.order_name) == ("", "0", False, "")
        assert [(entry.flavor, entry.count, entry.effective_node_pool) for entry in pool.entries] == [
            (FLAVOR, 2, f"{FLAVOR}-default")
        ]
        assert [(group.count, group.azs[0].az) for group in pool.status.resources.available] == [(2, "cn-north-7c")]
        assert {scope.scope_type: scope.state for scope in pool.status.scope} == {
            "Train": "Enabled",
            "Infer": "Enabled",
        }
        assert pool.status.driver.gpu is None

    def test_drivers(self, client: Client) -> None:
        """A pool with accelerators says which driver it has and should have."""
        pool = client.resource_pools.get(GPU_POOL)

        assert pool.spec.driver is not None
        assert pool.status.driver.gpu is not None
        assert (pool.spec.driver.gpu_version, pool.status.driver.gpu.version) == ("440.33", "440.33")
        assert (pool.status.driver.gpu.state, pool.status.driver.npu) == ("Running", None)

    def test_a_pool_just_made_has_no_phase(self) -> None:
        """The answer to the creation of a pool has hardly a status (documented: CreatePool)."""
        pool = ResourcePool.model_validate({"metadata": {"name": "p"}, "status": {"resources": {}}})

        assert (pool.phase, pool.entries, pool.status.resources.creating) == ("", [], [])

    def test_an_unknown_phase_is_a_phase(self) -> None:
        """A word nobody documented is passed on as it is."""
        pool = ResourcePool.model_validate({"metadata": {"name": "p"}, "status": {"phase": "Hibernating"}})

        assert pool.phase == "Hibernating"

    @pytest.mark.parametrize(("node_pool", "effective"), [("", "f-default"), ("mine", "mine")])
    def test_an_empty_node_pool_is_the_default_one(self, node_pool: str, effective: str) -> None:
        """It goes by the name of its flavor."""
        assert FlavorCount(flavor="f", node_pool=node_pool).effective_node_pool == effective


class TestList:
    def test_all_pools(self, client: Client) -> None:
        """The pools of the project."""
        assert list(client.resource_pools.list().pools) == [TRAIN_POOL, GPU_POOL, INFER_POOL]

    def test_some_pools(self, client: Client, emulator: Emulator) -> None:
        """Workspace, status and labels go into the query; what is not asked for does not."""
        found = client.resource_pools.list(
            workspace_id="0", status="created", label_selector="os.modelarts/name=auto-pool-os"
        )
        client.resource_pools.list()

        queries = [exchange.query for exchange in emulator.journal.exchanges()]
        assert list(found.pools) == [TRAIN_POOL]
        assert queries == [
            {"labelSelector": "os.modelarts/name=auto-pool-os", "status": "created", "workspaceId": "0"},
            {},
        ]


class TestPatch:
    def test_it_replaces_the_list_and_merges_the_rest(self, client: Client) -> None:
        """The answer has the new counts at once, the work under way, and its order; unknown fields stay."""
        before = client.resource_pools.get(TRAIN_POOL)
        entries = [entry.to_wire() | {"count": 3} for entry in before.entries]

        after = client.resource_pools.patch(TRAIN_POOL, {"spec": {"resources": entries}}).value

        assert [entry.count for entry in after.entries] == [3]
        assert after.entries[0].to_wire() == before.entries[0].to_wire() | {"count": 3}
        assert [group.count for group in after.status.resources.creating] == [1]
        assert (after.phase, bool(after.order_name)) == ("Running", True)
        assert after.to_wire()["spec"] | {"resources": []} == before.to_wire()["spec"] | {"resources": []}

    def test_it_is_a_merge_patch(self, client: Client, emulator: Emulator) -> None:
        """No other content type is accepted (documented: PatchPool)."""
        client.resource_pools.patch(TRAIN_POOL, {"metadata": {"annotations": {"os.modelarts/description": "d"}}})

        sent = emulator.journal.exchanges()[0]
        assert (sent.method, sent.headers["content-type"]) == ("PATCH", "application/merge-patch+json")

    def test_what_is_impossible_is_refused_by_the_service(self, client: Client) -> None:
        """Its words are in the error."""
        with pytest.raises(BadRequestError, match=f"change resource pool {TRAIN_POOL}: "):
            client.resource_pools.patch(TRAIN_POOL, {"spec": {"resources": [{"flavor": FLAVOR, "count": -1}]}})

        assert client.resource_pools.get(TRAIN_POOL).entries[0].count == 2


class TestMissing:
    def test_a_missing_pool(self, client: Client) -> None:
        """The pool's own address says that it does not exist."""
        with pytest.raises(NotFoundError, match=r"show resource pool gone-pool: .* \(ModelArts.50015001, request"):
            client.resource_pools.get("gone-pool")

    def test_no_name_is_not_the_list(self, client: Client, emulator: Emulator) -> None:
        """An empty name asks nothing of the service."""
        with pytest.raises(RefusedError):
            client.resource_pools.get("")

        assert emulator.journal.exchanges() == []
