"""The vendor's own client, which shares no code with this project, against the emulator with signatures checked."""

from dataclasses import replace
from typing import Any

import huaweicloudsdkmodelarts.v1 as sdk  # type: ignore[import-untyped] # ships no types
import pytest
from huaweicloudsdkcore.exceptions.exceptions import (  # type: ignore[import-untyped] # ships no types
    ClientRequestException,
)

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB, Emulator, Request
from tests.emulator.official_sdk import USER, client_of
from tests.emulator.wire import CPU, cpu

LOGIN = {"auth": {"identity": {"methods": ["password"], "password": {"user": USER}}}}


@pytest.fixture(autouse=True)
def _documented_world(strict: Emulator) -> None:
    strict.reset()


def test_pools(client: Any) -> None:
    """The SDK reads pools into its own models."""
    pools = client.list_pools(sdk.ListPoolsRequest(label_selector="os.modelarts/name=auto-pool-os")).items
    pool = client.show_pool(sdk.ShowPoolRequest(pool_name=TRAIN_POOL))

    assert [item.metadata.name for item in pools] == [TRAIN_POOL]
    assert (pool.status.phase, pool.spec.resources[0].flavor, pool.spec.resources[0].count) == ("Running", CPU, 2)


def test_nodes(client: Any) -> None:
    """The SDK pages through nodes and shows one of them."""
    first = client.list_pool_nodes(sdk.ListPoolNodesRequest(pool_name=TRAIN_POOL, limit=1))
    rest = client.list_pool_nodes(sdk.ListPoolNodesRequest(pool_name=TRAIN_POOL, _continue=first.metadata._continue))
    node = client.show_pool_node(sdk.ShowPoolNodeRequest(pool_name=TRAIN_POOL, node_name=NODE))

    assert [item.metadata.name for item in first.items + rest.items] == [NODE, "os-node-created-k9x2v"]
    assert (node.status.phase, node.spec.flavor) == ("Available", CPU)


def test_drain_lock_and_delete(client: Any, strict: Emulator) -> None:
    """The SDK drains a node, locks it, is refused its deletion, and deletes it once it is unlocked."""
    lock = sdk.BatchLockPoolNodesRequestBody(node_names=[NODE], actions=["delete"])
    delete = sdk.BatchDeletePoolNodesRequest(pool_name=TRAIN_POOL, body={"deleteNodeNames": [NODE]})
    drain = sdk.BatchDrainPoolNodesReq(node_names=[NODE])
    client.batch_drain_pool_nodes(sdk.BatchDrainPoolNodesRequest(pool_name=TRAIN_POOL, body=drain))
    client.batch_lock_pool_nodes(sdk.BatchLockPoolNodesRequest(pool_name=TRAIN_POOL, body=lock))

    with pytest.raises(ClientRequestException, match="locked against deletion"):
        client.batch_delete_pool_nodes(delete)
    client.batch_unlock_pool_nodes(sdk.BatchUnlockPoolNodesRequest(pool_name=TRAIN_POOL, body=lock))
    client.batch_delete_pool_nodes(delete)

    node = strict.world()["pools"][TRAIN_POOL]["nodes"][NODE]
    assert (node["drained"], node["phase"]) == (True, "Deleting")


def test_training_jobs(client: Any) -> None:
    """The SDK shows and searches training jobs."""
    job = client.show_training_job_details(sdk.ShowTrainingJobDetailsRequest(training_job_id=TRAINING_JOB))
    found = client.list_training_jobs(sdk.ListTrainingJobsRequest(body={"limit": 10}))

    assert (job.metadata.id, job.status.phase, job.spec.resource.pool_id) == (TRAINING_JOB, "Running", GPU_POOL)
    assert (found.total, [item.metadata.id for item in found.items]) == (1, [TRAINING_JOB])


def test_workloads(client: Any, strict: Emulator) -> None:
    """The SDK lists what is on given hosts, oldest first, and reads addresses and requirements."""
    notebook = strict.start_workload(GPU_POOL, ["os-node-created-p5ed5"], "notebook")

    hosts = ["10.0.0.14", "10.0.0.15"]
    request = sdk.ListWorkloadsRequest(pool_name=GPU_POOL, hostip=hosts, sort="create_time", ascend=True)
    found = client.list_workloads(request).items

    assert [(item.type, item.job_uuid, item.host_ips, item.nodes[0].host_ip) for item in found] == [
        ("train", TRAINING_JOB, "10.0.0.14", "10.0.0.14"),
        ("notebook", notebook, "10.0.0.15", "10.0.0.15"),
    ]
    assert found[0].resource_requirement.memory == "32Gi"


def test_flavors(client: Any) -> None:
    """The SDK lists flavors."""
    items = client.list_resource_flavors(sdk.ListResourceFlavorsRequest()).items

    assert CPU in [item.metadata.name for item in items]


def test_migration(client: Any, strict: Emulator) -> None:
    """The SDK moves a node to another pool, and finds the job in the list."""
    spec = sdk.MigrateResourceSpec(flavor=CPU)
    body = sdk.NodeBatchMigrationRequest(
        migrate_node_names=[NODE],
        from_cluster_name=TRAIN_POOL,
        to_cluster_name=INFER_POOL,
        to_pool_name=INFER_POOL,
        resource_spec=spec,
    )

    answer = client.batch_migrate_pool_nodes(sdk.BatchMigratePoolNodesRequest(pool_name=TRAIN_POOL, body=body))
    strict.clock.advance(100)
    jobs = client.list_jobs(sdk.ListJobsRequest(resource="pools", name=TRAIN_POOL)).items

    assert [(item.job_id, item.phase) for item in jobs] == [(answer.job_id, "Success")]
    assert NODE in strict.world()["pools"][INFER_POOL]["nodes"]


def test_errors(client: Any) -> None:
    """The SDK finds code, message and request id of an error where it looks for them."""
    with pytest.raises(ClientRequestException) as caught:
        client.show_pool(sdk.ShowPoolRequest(pool_name="no-such-pool"))

    error = caught.value
    assert (error.status_code, error.error_code) == (404, "ModelArts.50015001")
    assert error.error_msg == 'pool "no-such-pool" not found'
    assert len(error.request_id) == 32


def test_patch_is_what_the_sdk_gets_wrong(client: Any, strict: Emulator) -> None:
    """The SDK sends PATCH as plain JSON, which the API page forbids: it is refused and changes nothing."""
    before = strict.world()
    body = {"spec": {"resources": [{"flavor": CPU, "count": 3}]}}

    with pytest.raises(ClientRequestException, match="Content type not supported: application/json"):
        client.patch_pool(sdk.PatchPoolRequest(pool_name=INFER_POOL, body=body))

    assert strict.world() == before


def test_wrong_key(strict: Emulator) -> None:
    """The SDK with a wrong secret key is let in nowhere."""
    with strict.serve() as server:
        client = client_of(server.url, "wrong")

        with pytest.raises(ClientRequestException, match="signature not match"):
            client.list_pools(sdk.ListPoolsRequest())


def test_order(client: Any, strict: Emulator) -> None:
    """The SDK shows an order by the name in the pool's label."""
    order = ordered(strict)

    shown = client.show_order(sdk.ShowOrderRequest(order_name=order))

    assert [(item.action, item.status) for item in shown.items] == [("createNode", "processing")]


def ordered(strict: Emulator) -> str:
    """Let the training pool grow by one node, without the SDK, and name the order."""
    token = strict.handle(Request.of_json("POST", "/v3/auth/tokens", LOGIN)).headers["x-subject-token"]
    patch = Request.of_json("PATCH", f"/v2/{PROJECT}/pools/{TRAIN_POOL}", {"spec": {"resources": [cpu(3)]}})
    answer = strict.handle(replace(patch, headers={**patch.headers, "x-auth-token": token}))
    return str(answer.json()["metadata"]["labels"]["os.modelarts/order.name"])
