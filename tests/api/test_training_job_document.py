import pytest

from modelarts_emulator import GPU_POOL, TRAINING_JOB
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import UnreadableError
from pulumi_modelarts.api.settings import Settings
from tests.api.wires import Script, answer
from tests.clocks import FakeClock

RUN = {"start_at": 1701327093, "end_reason": "exit with 127", "end_recover": "job_reschedule", "recover_records": None}


def test_the_document_of_a_job(client: Client) -> None:
    """What decisions use is typed, and all of it is there as the service wrote it."""
    job, raw = client.training_jobs.document(TRAINING_JOB)

    assert (job.kind, job.status.phase, job.spec.resource.pool_id) == ("job", "Running", GPU_POOL)
    assert job.endpoints.jupyter_lab.token == raw["endpoints"]["jupyter_lab"]["token"]
    assert job.endpoints.jupyter_lab.token not in repr(job)
    assert raw["algorithm"]["engine"]["engine_name"] == "PyTorch"


def test_a_document_with_holes(settings: Settings, clock: FakeClock) -> None:
    """Fields may be absent or null, and there may be others (documented: ShowTrainingJobDetails, example)."""
    shown = {"metadata": {"id": "j", "new": 1}, "status": {"node_count_metrics": None, "running_records": [RUN]}}
    wire = Script(answer(body=shown))

    job, raw = Client(settings, transport=wire, clock=clock).training_jobs.document("j")

    (run,) = job.status.running_records
    assert (run.end_reason, run.end_recover, run.recover_records) == ("exit with 127", "job_reschedule", [])
    assert (job.status.node_count_metrics, job.spec.schedule_policy.priority, raw) == ([], None, shown)


def test_another_job(settings: Settings, clock: FakeClock) -> None:
    """The document of a job that nobody asked for is refused."""
    wire = Script(answer(body={"metadata": {"id": "other"}}))

    with pytest.raises(UnreadableError, match=r"show training job j: .* at metadata\.id: 'other'"):
        Client(settings, transport=wire, clock=clock).training_jobs.document("j")


def test_a_search(settings: Settings, clock: FakeClock) -> None:
    """Each workspace is searched with every filter, and what is found in several counts once."""
    items = [{"metadata": {"id": "j", "name": "a"}}]
    wire = Script(*[answer(body={"count": 1, "items": items})] * 2)

    found = Client(settings, transport=wire, clock=clock).training_jobs.search({"phase": ["Running"]}, ["0", "w"])

    assert [job.id for job in found] == ["j"]
    bodies = [request.read() for request in wire.requests]
    assert [b'"workspace_id":"0"' in bodies[0], b'"workspace_id":"w"' in bodies[1]] == [True, True]
    assert all(b'{"key":"phase","operator":"in","value":["Running"]}' in body for body in bodies)
