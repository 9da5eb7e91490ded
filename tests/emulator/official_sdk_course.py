"""Every operation that the official SDK has, once, in an order that makes sense."""

from collections.abc import Iterator
from typing import Any

import huaweicloudsdkmodelarts.v1 as sdk  # type: ignore[import-untyped] # ships no types

from modelarts_emulator import GPU_POOL, INFER_POOL, NETWORK, NODE, TRAIN_POOL, TRAINING_JOB, Emulator
from modelarts_emulator.messages import MERGE_PATCH
from tests.emulator.wire import CPU

NODE_POOL = f"{CPU}-default"


def pool_body(name: str, network: str = NETWORK) -> Any:
    """The SDK's model of a pool to be made: two CPU nodes."""
    labels = sdk.PoolLabelsCreation(os_modelarts_name=name)
    spec = sdk.PoolSpecCreation(
        type="Dedicate",
        scope=["Train"],
        resources=[sdk.PoolResourceFlavor(flavor=CPU, count=2)],
        network=sdk.PoolSpecCreationNetwork(name=network),
    )
    metadata = sdk.PoolMetadataCreation(labels=labels)
    return sdk.CreatePoolRequestBody(api_version="v2", kind="Pool", metadata=metadata, spec=spec)


def network_body(name: str) -> Any:
    """The SDK's model of a network to be made."""
    metadata = sdk.NetworkMetadataCreation(labels=sdk.NetworkMetadataLabels(os_modelarts_name=name))
    spec = sdk.NetworkSpec(cidr="192.168.0.0/16")
    return sdk.NetworkCreationRequest(api_version="v1", kind="Network", metadata=metadata, spec=spec)


def migration_body() -> Any:
    """The SDK's model of moving a node from the training pool to the inference pool."""
    return sdk.NodeBatchMigrationRequest(
        migrate_node_names=[NODE],
        from_cluster_name=TRAIN_POOL,
        to_cluster_name=INFER_POOL,
        to_pool_name=INFER_POOL,
        resource_spec=sdk.MigrateResourceSpec(flavor=CPU),
    )


def job_body(name: str) -> Any:
    """The SDK's model of a training job to be made, on a node of the training pool."""
    engine = sdk.JobEngine(engine_id="pytorch-cp36-1.4.0-v2")
    algorithm = sdk.JobAlgorithm(code_dir="obs://test/code/", boot_file="obs://test/code/train.py", engine=engine)
    spec = sdk.Spec(resource=sdk.SpecResource(pool_id=TRAIN_POOL, node_count=1))
    return sdk.Job(kind="job", metadata=sdk.JobMetadata(name=name), algorithm=algorithm, spec=spec)


def patch_pool(client: Any, pool: str, body: Any) -> Any:
    """PATCH as the API page wants it: the SDK's invoker takes the header that its method gets wrong."""
    request = sdk.PatchPoolRequest(pool_name=pool, body=body)
    return client.patch_pool_invoker(request).add_header("Content-Type", MERGE_PATCH).invoke()


def grown(count: int) -> Any:
    """The SDK's model of a change of the number of CPU nodes."""
    resources = [sdk.PoolSpecUpdateResources(flavor=CPU, count=count)]
    return sdk.PoolUpdateRequest(spec=sdk.PoolSpecUpdate(resources=resources))


def run(client: Any, emulator: Emulator) -> Iterator[Any]:
    """The SDK's answers, one by one."""
    yield from _networks(client, emulator)
    yield from _pools(client, emulator)
    yield from _tags(client)
    yield from _nodes(client, emulator)
    yield from _training_jobs(client, emulator)
    yield from _surroundings(client)
    yield client.list_events(sdk.ListEventsRequest(resource="pools", name=TRAIN_POOL))


def _networks(client: Any, emulator: Emulator) -> Iterator[Any]:
    made = client.create_network(sdk.CreateNetworkRequest(body=network_body("net-b")))
    yield made
    emulator.clock.advance(60)
    yield client.list_networks(sdk.ListNetworksRequest())
    yield client.show_network(sdk.ShowNetworkRequest(network_name=made.metadata.name))
    request = sdk.ShowNetworkAvailableIpRequest(network_name=made.metadata.name)
    yield client.show_network_available_ip(request)
    yield client.delete_network(sdk.DeleteNetworkRequest(network_name=made.metadata.name))


def _pools(client: Any, emulator: Emulator) -> Iterator[Any]:
    made = client.create_pool(sdk.CreatePoolRequest(body=pool_body("team-b")))
    yield made
    yield client.list_pools(sdk.ListPoolsRequest(status="creating"))
    emulator.clock.advance(600)
    patched = patch_pool(client, TRAIN_POOL, grown(3))
    yield patched
    yield client.show_order(sdk.ShowOrderRequest(order_name=patched.metadata.labels.os_modelarts_order_name))
    yield client.show_pool(sdk.ShowPoolRequest(pool_name=TRAIN_POOL))
    yield client.list_node_pools(sdk.ListNodePoolsRequest(pool_name=TRAIN_POOL))
    emulator.clock.advance(600)
    emulator.set_node_phase(
        made.metadata.name, next(iter(emulator.world()["pools"][made.metadata.name]["nodes"])), "Abnormal"
    )
    yield client.show_pool(sdk.ShowPoolRequest(pool_name=made.metadata.name))
    yield client.delete_pool(sdk.DeletePoolRequest(pool_name=made.metadata.name))
    yield client.list_pools(sdk.ListPoolsRequest())


def _tags(client: Any) -> Iterator[Any]:
    tags = [sdk.Tag(key="team", value="vision"), sdk.Tag(key="cost", value="a/b")]
    added = sdk.CreateTagRequest(tags=tags)
    yield client.batch_create_pool_tags(sdk.BatchCreatePoolTagsRequest(pool_name=TRAIN_POOL, body=added))
    yield client.show_pool_tags(sdk.ShowPoolTagsRequest(pool_name=TRAIN_POOL))
    yield client.list_pool_tags(sdk.ListPoolTagsRequest(limit=10, offset=0))
    yield client.show_pool(sdk.ShowPoolRequest(pool_name=TRAIN_POOL))
    removed = sdk.DeleteTagRequest(tags=[sdk.DeleteTagItem(key="team")])
    yield client.batch_delete_pool_tags(sdk.BatchDeletePoolTagsRequest(pool_name=TRAIN_POOL, body=removed))


def _nodes(client: Any, emulator: Emulator) -> Iterator[Any]:
    lock = sdk.BatchLockPoolNodesRequestBody(node_names=[NODE], actions=["delete"])
    drain = sdk.BatchDrainPoolNodesReq(node_names=[NODE])
    spare = client.list_pool_nodes(sdk.ListPoolNodesRequest(pool_name=TRAIN_POOL)).items[-1].metadata.name
    yield client.list_pool_nodes(sdk.ListPoolNodesRequest(pool_name=GPU_POOL))
    yield client.batch_lock_pool_nodes(sdk.BatchLockPoolNodesRequest(pool_name=TRAIN_POOL, body=lock))
    yield client.show_pool_node(sdk.ShowPoolNodeRequest(pool_name=TRAIN_POOL, node_name=NODE))
    yield client.batch_unlock_pool_nodes(sdk.BatchUnlockPoolNodesRequest(pool_name=TRAIN_POOL, body=lock))
    yield client.batch_drain_pool_nodes(sdk.BatchDrainPoolNodesRequest(pool_name=TRAIN_POOL, body=drain))
    yield client.batch_delete_pool_nodes(
        sdk.BatchDeletePoolNodesRequest(pool_name=TRAIN_POOL, body={"deleteNodeNames": [spare]})
    )
    yield client.show_node_pool(sdk.ShowNodePoolRequest(pool_name=TRAIN_POOL, nodepool_name=NODE_POOL))
    yield client.list_node_pool_nodes(sdk.ListNodePoolNodesRequest(pool_name=TRAIN_POOL, nodepool_name=NODE_POOL))
    reboot = sdk.BatchRebootPoolNodesRequestBody(node_names=[NODE])
    yield client.batch_reboot_pool_nodes(sdk.BatchRebootPoolNodesRequest(pool_name=TRAIN_POOL, body=reboot))
    emulator.clock.advance(600)
    yield client.batch_migrate_pool_nodes(sdk.BatchMigratePoolNodesRequest(pool_name=TRAIN_POOL, body=migration_body()))
    yield client.list_jobs(sdk.ListJobsRequest(resource="pools", name=TRAIN_POOL))


def _training_jobs(client: Any, emulator: Emulator) -> Iterator[Any]:
    made = client.create_training_job(sdk.CreateTrainingJobRequest(body=job_body("resnet")))
    job = {"training_job_id": made.metadata.id}
    yield made
    emulator.clock.advance(600)
    yield client.show_training_job_details(sdk.ShowTrainingJobDetailsRequest(training_job_id=TRAINING_JOB))
    yield client.list_training_jobs(sdk.ListTrainingJobsRequest(body={"limit": 10}))
    yield client.list_training_job_tasks(sdk.ListTrainingJobTasksRequest(**job, schedule_count=1))
    description = sdk.JobUpdateRequestBody(description="nightly")
    yield client.change_training_job_description(sdk.ChangeTrainingJobDescriptionRequest(**job, body=description))
    emulator.start_workload(GPU_POOL, ["os-node-created-p5ed5"], "notebook", name="mine", user="ann")
    yield client.list_workloads(sdk.ListWorkloadsRequest(pool_name=GPU_POOL, limit=10, offset="0"))
    stop = sdk.JobActionType(action_type="terminate")
    yield client.stop_training_job(sdk.StopTrainingJobRequest(**job, body=stop))
    emulator.clock.advance(600)
    yield client.delete_training_job(sdk.DeleteTrainingJobRequest(**job))


def _surroundings(client: Any) -> Iterator[Any]:
    yield client.list_resource_flavors(sdk.ListResourceFlavorsRequest())
    yield client.list_workspace(sdk.ListWorkspaceRequest())
    yield client.show_workspace(sdk.ShowWorkspaceRequest(workspace_id="0"))
    yield client.show_workspace_quotas(sdk.ShowWorkspaceQuotasRequest(workspace_id="0"))
    yield client.show_os_quota(sdk.ShowOsQuotaRequest())
    yield client.show_os_config(sdk.ShowOsConfigRequest())
