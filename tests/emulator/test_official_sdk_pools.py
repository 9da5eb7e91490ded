"""Whole pools and what surrounds them through the vendor's own client, with signatures checked."""

from typing import Any

import huaweicloudsdkmodelarts.v1 as sdk  # type: ignore[import-untyped] # ships no types
import pytest
from huaweicloudsdkcore.exceptions.exceptions import (  # type: ignore[import-untyped] # ships no types
    ClientRequestException,
)

from modelarts_emulator import INFER_POOL, NETWORK, PROJECT, TRAIN_POOL, Emulator
from modelarts_emulator.state.clock import EPOCH, rfc3339
from modelarts_emulator.worlds.documented import WORLD
from tests.emulator.official_sdk_course import NODE_POOL, grown, network_body, patch_pool, pool_body
from tests.emulator.wire import CPU, cpu

POOL = f"team-b-{PROJECT}"


@pytest.fixture(autouse=True)
def _documented_world(strict: Emulator) -> None:
    strict.seed(WORLD)


def show(client: Any, pool: str = TRAIN_POOL) -> Any:
    """Let the SDK show a pool."""
    return client.show_pool(sdk.ShowPoolRequest(pool_name=pool))


class TestPool:
    def test_life(self, client: Any, strict: Emulator) -> None:
        """The SDK makes a pool, waits for it, deletes it, and misses it."""
        made = client.create_pool(sdk.CreatePoolRequest(body=pool_body("team-b")))
        strict.clock.advance(600)
        running = show(client, made.metadata.name)
        deleted = client.delete_pool(sdk.DeletePoolRequest(pool_name=POOL))
        strict.clock.advance(600)

        with pytest.raises(ClientRequestException, match="not found"):
            show(client, POOL)
        assert (made.metadata.name, running.status.phase, running.spec.network.name) == (POOL, "Running", NETWORK)
        assert deleted.metadata.deletion_timestamp == rfc3339(EPOCH + 600)
        assert POOL not in strict.world()["pools"]

    def test_taken_name(self, client: Any, strict: Emulator) -> None:
        """The SDK raises the refusal of a second pool of one name, which changes nothing."""
        client.create_pool(sdk.CreatePoolRequest(body=pool_body("team-b")))
        before = strict.world()

        with pytest.raises(ClientRequestException) as caught:
            client.create_pool(sdk.CreatePoolRequest(body=pool_body("team-b")))

        assert (caught.value.status_code, caught.value.error_code) == (409, "ModelArts.50015000")
        assert strict.world() == before


class TestPatch:
    def test_header_by_the_invoker(self, client: Any, strict: Emulator) -> None:
        """The SDK's invoker takes the header that its method gets wrong, and then the pool grows under an order."""
        patched = patch_pool(client, TRAIN_POOL, grown(3))
        order = patched.metadata.labels.os_modelarts_order_name
        strict.clock.advance(600)
        items = client.show_order(sdk.ShowOrderRequest(order_name=order)).items

        assert [(item.action, item.status) for item in items] == [("createNode", "succeed")]
        assert strict.world()["pools"][TRAIN_POOL]["counts"] == {CPU: 3}

    def test_null(self, client: Any) -> None:
        """The SDK leaves out of its models what is None; a null that deletes goes as plain data."""
        annotated = {"metadata": {"annotations": {"os.modelarts/description": "ours"}}}
        patch_pool(client, INFER_POOL, annotated)
        annotations = sdk.PoolMetadataUpdateAnnotations(os_modelarts_description=None)
        model = sdk.PoolUpdateRequest(metadata=sdk.PoolMetadataUpdate(annotations=annotations))
        patch_pool(client, INFER_POOL, model)
        kept = show(client, INFER_POOL).metadata.annotations.os_modelarts_description

        patch_pool(client, INFER_POOL, {"metadata": {"annotations": {"os.modelarts/description": None}}})

        left = show(client, INFER_POOL).to_json_object()["metadata"]["annotations"]
        assert (kept, "os.modelarts/description" in left) == ("ours", False)

    def test_named_node_pool(self, client: Any, strict: Emulator) -> None:
        """The SDK's model of an entry has no node pool: a named one goes as plain data."""
        entries = [cpu(1), cpu(1, nodePool="special")]
        strict.seed({"projects": {PROJECT: {"pools": {POOL: {"network": NETWORK, "resources": entries}}}}})

        patch_pool(client, POOL, {"spec": {"resources": [cpu(1), cpu(2, nodePool="special")]}})

        found = client.list_node_pools(sdk.ListNodePoolsRequest(pool_name=POOL)).items
        assert [(item.metadata.name, item.spec.resources.count) for item in found] == [(NODE_POOL, 1), ("special", 2)]
        assert not hasattr(sdk.PoolSpecUpdateResources(), "node_pool")


def test_lists_come_back_without_values(client: Any) -> None:
    """Where the SDK takes a list for one object it says nothing and holds nothing; the answer's JSON has it all."""
    pool = show(client)

    assert set(pool.status.resources.available.to_dict().values()) == {None}
    assert pool.to_json_object()["status"]["resources"]["available"][0]["count"] == 2


def test_node_pools(client: Any) -> None:
    """The SDK counts the nodes of a node pool by what they do, and lists them in pages."""
    patch_pool(client, TRAIN_POOL, grown(3))

    (listed,) = client.list_node_pools(sdk.ListNodePoolsRequest(pool_name=TRAIN_POOL)).items
    shown = client.show_node_pool(sdk.ShowNodePoolRequest(pool_name=TRAIN_POOL, nodepool_name=NODE_POOL))
    ask = {"pool_name": TRAIN_POOL, "nodepool_name": NODE_POOL}
    first = client.list_node_pool_nodes(sdk.ListNodePoolNodesRequest(**ask, limit="2"))
    rest = client.list_node_pool_nodes(sdk.ListNodePoolNodesRequest(**ask, _continue=first.metadata._continue))

    assert (listed.spec, listed.status) == (shown.spec, shown.status)
    assert (shown.status.resources.available.count, shown.status.resources.creating.count) == (2, 1)
    assert (len(first.items), first.metadata.remaining_item_count, len(rest.items)) == (2, 1, 1)


class TestNetworks:
    def test_life(self, client: Any, strict: Emulator) -> None:
        """The SDK makes a network, finds it, deletes it, and misses it."""
        made = client.create_network(sdk.CreateNetworkRequest(body=network_body("net-b")))
        name = made.metadata.name
        strict.clock.advance(60)
        shown = client.show_network(sdk.ShowNetworkRequest(network_name=name))
        listed = client.list_networks(sdk.ListNetworksRequest()).items
        client.delete_network(sdk.DeleteNetworkRequest(network_name=name))
        strict.clock.advance(60)

        with pytest.raises(ClientRequestException) as caught:
            client.show_network(sdk.ShowNetworkRequest(network_name=name))
        assert (caught.value.status_code, caught.value.error_code) == (404, "ModelArts.50025001")
        assert (name, shown.status.phase, shown.spec.cidr) == (f"net-b-{PROJECT}", "Active", "192.168.0.0/16")
        assert name in [item.metadata.name for item in listed]

    def test_in_use(self, client: Any, strict: Emulator) -> None:
        """The SDK raises the refusal to delete a network with pools in it."""
        before = strict.world()

        with pytest.raises(ClientRequestException) as caught:
            client.delete_network(sdk.DeleteNetworkRequest(network_name=NETWORK))

        assert (caught.value.status_code, caught.value.error_code) == (409, "ModelArts.50025002")
        assert strict.world() == before


def test_events(client: Any, strict: Emulator) -> None:
    """The SDK reads the events of a pool, page by page, the newest first."""
    strict.clock.advance(10)
    patch_pool(client, TRAIN_POOL, grown(3))

    ask = {"resource": "pools", "name": TRAIN_POOL}
    first = client.list_events(sdk.ListEventsRequest(**ask, limit=1))
    rest = client.list_events(sdk.ListEventsRequest(**ask, _continue=first.metadata._continue))

    assert {item.reason for item in first.items + rest.items} == {"PoolResourcesStatusChange"}
    assert "from 2/0/0/0 to 2/0/1/0" in first.items[0].message
    assert (first.metadata.remaining_item_count, len(rest.items)) == (1, 1)


def test_workspaces_and_quotas(client: Any) -> None:
    """The SDK reads the default workspace, and how much of the quotas is used."""
    (listed,) = client.list_workspace(sdk.ListWorkspaceRequest()).workspaces
    shown = client.show_workspace(sdk.ShowWorkspaceRequest(workspace_id="0"))
    quotas = client.show_os_quota(sdk.ShowOsQuotaRequest()).quotas.resources
    configuration = client.show_os_config(sdk.ShowOsConfigRequest())

    assert (listed.id, shown.id, shown.name) == ("0", "0", "default")
    assert [(item.type, item.quota, item.used) for item in quotas] == [("pool", "15", "3"), ("network", "15", "1")]
    assert (configuration.pool_quota, configuration.network_quota) == (15, 15)
