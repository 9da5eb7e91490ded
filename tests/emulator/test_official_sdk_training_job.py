"""Training jobs and reboots through the vendor's own client, with signatures checked."""

from typing import Any

import huaweicloudsdkmodelarts.v1 as sdk  # type: ignore[import-untyped] # ships no types
import pytest
from huaweicloudsdkcore.exceptions.exceptions import (  # type: ignore[import-untyped] # ships no types
    ClientRequestException,
)

from modelarts_emulator import GPU_POOL, NODE, TRAIN_POOL, TRAINING_JOB, Emulator
from tests.emulator.training import STARTING, STOPPING


@pytest.fixture(autouse=True)
def _documented_world(strict: Emulator) -> None:
    strict.reset()


def wished(name: str = "resnet", **algorithm: object) -> Any:
    """The SDK's model of a job to be made."""
    engine = sdk.JobEngine(engine_id="pytorch-cp36-1.4.0-v2")
    return sdk.Job(
        kind="job",
        metadata=sdk.JobMetadata(name=name, description="nightly"),
        algorithm=sdk.JobAlgorithm(
            code_dir="obs://test/code/", boot_file="obs://test/code/train.py", engine=engine, **algorithm
        ),
        spec=sdk.Spec(
            resource=sdk.SpecResource(pool_id=TRAIN_POOL, node_count=2),
            log_export_path=sdk.LogExportPath(obs_url="/logs/"),
            schedule_policy=sdk.SchedulePolicy(priority=2),
            auto_stop=sdk.AutoStop(time_unit="HOURS", duration=1),
        ),
    )


def create(client: Any, **changes: Any) -> Any:
    """Let the SDK make a job."""
    return client.create_training_job(sdk.CreateTrainingJobRequest(body=wished(**changes)))


def show(client: Any, job_id: str) -> Any:
    """Let the SDK show a job."""
    return client.show_training_job_details(sdk.ShowTrainingJobDetailsRequest(training_job_id=job_id))


def test_create(client: Any, strict: Emulator) -> None:
    """The SDK makes a job, and reads back what it sent."""
    made = create(client)

    assert (made.status.phase, made.metadata.name, made.spec.resource.node_count) == ("Creating", "resnet", 2)
    strict.clock.advance(STARTING)
    shown = show(client, made.metadata.id)
    assert (shown.status.phase, shown.algorithm.engine.engine_id) == ("Running", "pytorch-cp36-1.4.0-v2")
    assert shown.status.task_ips is None


def test_every_part_of_the_documented_job(client: Any) -> None:
    """The SDK finds every part of a job where it looks for it, and makes a list of the map of environments."""
    job = show(client, TRAINING_JOB)

    assert job.spec.resource.main_container_allocated_resources.accelerator_type == "nvidia-t4"
    assert job.spec.volumes[0].nfs.read_only is False
    assert job.tasks[0].task_resource.flavor_info.gpu.unit_num == 1
    assert job.endpoints.ssh.task_urls[0].task == "worker-0"
    assert job.algorithm.environments == [{"NCCL_DEBUG": "INFO"}]
    assert job.algorithm.parameters[0].constraint.type == "Integer"
    assert job.status.running_records[0].start_type == "init_or_rescheduled"


def test_stop(client: Any, strict: Emulator) -> None:
    """The SDK stops a job, once."""
    job_id = create(client).metadata.id
    request = sdk.StopTrainingJobRequest(training_job_id=job_id, body=sdk.JobActionType(action_type="terminate"))

    stopping = client.stop_training_job(request)
    with pytest.raises(ClientRequestException) as caught:
        client.stop_training_job(request)
    strict.clock.advance(STOPPING)

    assert stopping.status.phase == "Terminating"
    assert (caught.value.status_code, caught.value.error_code) == (409, "ModelArts.2796")
    assert show(client, job_id).status.phase == "Terminated"


def test_delete(client: Any) -> None:
    """The SDK deletes a job, and is told then that there is none."""
    job_id = create(client).metadata.id

    client.delete_training_job(sdk.DeleteTrainingJobRequest(training_job_id=job_id))

    with pytest.raises(ClientRequestException) as caught:
        show(client, job_id)
    assert (caught.value.status_code, caught.value.error_code) == (400, "ModelArts.2775")


def test_change_description(client: Any) -> None:
    """The SDK changes the description of a job."""
    body = sdk.JobUpdateRequestBody(description="hahaha")

    client.change_training_job_description(
        sdk.ChangeTrainingJobDescriptionRequest(training_job_id=TRAINING_JOB, body=body)
    )

    assert show(client, TRAINING_JOB).metadata.description == "hahaha"


def test_tasks(client: Any, strict: Emulator) -> None:
    """The SDK lists where the tasks of a job run."""
    found = client.list_training_job_tasks(
        sdk.ListTrainingJobTasksRequest(training_job_id=TRAINING_JOB, schedule_count=1)
    ).body

    hosts = strict.world()["training_jobs"][TRAINING_JOB]["hosts"]
    assert [(item.task, item.host_ip, item.schedule_count) for item in found] == [("worker-0", hosts[0], 1)]


def test_search(client: Any) -> None:
    """The SDK searches with a filter."""
    made = create(client)
    condition = sdk.Filter(key="pool_id", operator="in", value=[TRAIN_POOL])
    body = sdk.JobSearches(offset=0, limit=10, workspace_id="0", filters=[condition])

    found = client.list_training_jobs(sdk.ListTrainingJobsRequest(body=body))

    assert (found.total, found.count, [item.metadata.id for item in found.items]) == (2, 1, [made.metadata.id])


def test_search_refused(client: Any) -> None:
    """The SDK is told what is wrong with a search."""
    body = sdk.JobSearches(filters=[sdk.Filter(key="color", operator="in", value=["red"])])

    with pytest.raises(ClientRequestException) as caught:
        client.list_training_jobs(sdk.ListTrainingJobsRequest(body=body))

    assert (caught.value.error_code, caught.value.error_msg) == (
        "ModelArts.2807",
        "Unsupported condition key (color)",
    )


def test_reboot(client: Any, strict: Emulator) -> None:
    """The SDK reboots a node, and finds the job in the list, as it does not read the id in the answer."""
    body = sdk.BatchRebootPoolNodesRequestBody(node_names=[NODE])

    answer = client.batch_reboot_pool_nodes(sdk.BatchRebootPoolNodesRequest(pool_name=TRAIN_POOL, body=body))
    strict.clock.advance(100)
    jobs = client.list_jobs(sdk.ListJobsRequest(resource="pools", name=TRAIN_POOL, type="reboot-node")).items

    assert (answer.node_names, hasattr(answer, "job_id")) == ([NODE], False)
    assert [item.phase for item in jobs] == ["Success"]


def test_reboot_of_a_busy_node(client: Any) -> None:
    """What ran on a node that the SDK reboots has failed."""
    body = sdk.BatchRebootPoolNodesRequestBody(node_names=["os-node-created-72w8d"])

    client.batch_reboot_pool_nodes(sdk.BatchRebootPoolNodesRequest(pool_name=GPU_POOL, body=body))

    assert show(client, TRAINING_JOB).status.phase == "Failed"
