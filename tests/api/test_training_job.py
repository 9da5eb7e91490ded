from typing import Any

import httpx
import pytest
from pydantic_core import from_json

from modelarts_emulator import GPU_POOL, TRAIN_POOL, TRAINING_JOB, Emulator
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import NotFoundError, UnreadableError
from pulumi_modelarts.api.listing import LOOKS
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.api.training_job import TrainingJob
from tests.api.wires import Script, answer
from tests.clocks import FakeClock


def job(number: int, *, pool: str = "train", phase: str = "Running", hosts: list[str] | None = None) -> dict[str, Any]:
    """A training job; without hosts it is shown as a list may show it."""
    status: dict[str, Any] = {"phase": phase}
    if hosts is not None:
        status["task_ips"] = [{"task": f"worker-{n}", "host_ip": host} for n, host in enumerate(hosts)]
    return {"metadata": {"id": f"j{number}"}, "spec": {"resource": {"pool_id": pool}}, "status": status}


class Jobs:
    """A training service with these jobs in the default workspace, fifty to a page.

    Args:
        jobs: what a search in the default workspace finds.
        known: jobs that can be shown, by id.
        hosts: where the tasks of jobs run, by id; a job that is left out is not known to that operation.
        elsewhere: what a search finds in further workspaces, by their ids.
    """

    def __init__(
        self,
        *jobs: dict[str, Any],
        known: dict[str, dict[str, Any]] | None = None,
        hosts: dict[str, list[str]] | None = None,
        elsewhere: dict[str, list[dict[str, Any]]] | None = None,
    ) -> None:
        self.jobs = {"0": list(jobs), **(elsewhere or {})}
        self.known = known or {}
        self.hosts = hosts or {}
        self.bodies: list[Any] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a search, or show a job or where its tasks run."""
        if request.method == "GET":
            return self._shown(*request.url.path.partition("/training-jobs/")[2].split("/"))
        body = from_json(request.content)
        self.bodies.append(body)
        jobs = self.jobs[body["workspace_id"]]
        page = jobs[body["offset"] * body["limit"] :][: body["limit"]]
        return httpx.Response(200, json={"total": 999, "count": len(jobs), "items": page})

    def _shown(self, job_id: str, what: str = "") -> httpx.Response:
        tasks = [{"task": f"worker-{n}", "host_ip": host} for n, host in enumerate(self.hosts.get(job_id, []))]
        shown = (tasks if job_id in self.hosts else None) if what else self.known.get(job_id)
        missing = {"error_code": "ModelArts.2775", "error_msg": "not found"}
        return httpx.Response(400, json=missing) if shown is None else httpx.Response(200, json=shown)


def running_in_train(settings: Settings, clock: FakeClock, jobs: Jobs) -> list[TrainingJob]:
    """The jobs found in the pool `train`."""
    return Client(settings, transport=Script(jobs), clock=clock).training_jobs.running_in("train")


class TestJob:
    def test_the_documented_job(self, client: Client) -> None:
        """What the page shows is found under the names used here."""
        shown = client.training_jobs.get(TRAINING_JOB)

        assert (shown.id, shown.phase, shown.pool_id, shown.terminal) == (TRAINING_JOB, "Running", GPU_POOL, False)
        assert shown.name.startswith("trainjob")
        hosts = {node.private_ip for node in client.nodes.list(GPU_POOL)}
        assert len({task.host_ip for task in client.training_jobs.tasks(TRAINING_JOB)} & hosts) == 1

    @pytest.mark.parametrize(
        ("phase", "terminal"),
        [("Completed", True), ("Failed", True), ("Terminated", True), ("Abnormal", True)]
        + [(phase, False) for phase in ("Creating", "Pending", "Running", "Terminating", "Dreaming", "")],
    )
    def test_an_unknown_phase_is_not_an_end(self, phase: str, terminal: bool) -> None:  # noqa: FBT001 - by name
        """Only what is documented as an end is one: nothing is taken from a job that may be running."""
        assert TrainingJob.model_validate(job(1, phase=phase)).terminal is terminal

    def test_a_missing_job_is_not_found_although_the_status_is_400(self, client: Client) -> None:
        """The service says so with a code of its own (documented: error codes)."""
        with pytest.raises(NotFoundError, match=r"show training job gone: .*ModelArts.2775"):
            client.training_jobs.get("gone")


class TestRunning:
    def test_the_documented_job_is_found_until_it_ends(self, client: Client, emulator: Emulator) -> None:
        """It is in its own pool only, and no longer once it has completed."""
        found = [client.training_jobs.running_in(pool) for pool in (GPU_POOL, TRAIN_POOL)]

        emulator.finish_training_job(TRAINING_JOB)

        assert [[running.id for running in jobs] for jobs in found] == [[TRAINING_JOB], []]
        assert client.training_jobs.running_in(GPU_POOL) == []

    def test_all_pages(self, settings: Settings, clock: FakeClock) -> None:
        """Pages of fifty by the index of the page; the filters name the pool and the phases that hold nodes."""
        service = Jobs(*(job(number, hosts=["10.0.0.1"]) for number in range(120)))

        found = running_in_train(settings, clock, service)

        assert [running.id for running in found] == [f"j{number}" for number in range(120)]
        filters = [
            {"key": "phase", "operator": "in", "value": ["Creating", "Running", "Terminating"]},
            {"key": "pool_id", "operator": "in", "value": ["train"]},
        ]
        common = {"limit": 50, "sort_by": "create_time", "order": "asc", "workspace_id": "0", "filters": filters}
        assert service.bodies == [common | {"offset": page} for page in range(3)]

    def test_a_service_that_ignores_the_page(self, settings: Settings, clock: FakeClock) -> None:
        """One that counts more than it shows does not keep us, and is not believed."""
        first = {"count": 200, "items": [job(1, hosts=["10.0.0.1"])]}
        wire = Script(answer(body=first))

        with pytest.raises(UnreadableError, match="at items: 1 item, where the answer counts 200"):
            Client(settings, transport=wire, clock=clock).training_jobs.running_in("train")

        assert len(wire.requests) == 2 * LOOKS

    def test_a_service_that_ignores_the_filters(self, settings: Settings, clock: FakeClock) -> None:
        """Jobs of other pools and jobs that have ended are left out."""
        service = Jobs(
            job(1, hosts=["10.0.0.1"]),
            job(2, pool="other", hosts=["10.0.0.2"]),
            job(3, phase="Completed", hosts=["10.0.0.3"]),
        )

        assert [running.id for running in running_in_train(settings, clock, service)] == ["j1"]

    def test_where_a_job_runs_is_told_by_its_tasks(self, settings: Settings, clock: FakeClock) -> None:
        """A list shows no nodes: each job is asked for its tasks. One that ended or went meanwhile is left out."""
        known = {"j2": job(2, phase="Completed")}
        service = Jobs(job(1), job(2), job(3), known=known, hosts={"j1": ["10.0.0.1", "10.0.0.2"], "j2": []})

        found = running_in_train(settings, clock, service)

        assert {running.id: running.host_ips for running in found} == {"j1": {"10.0.0.1", "10.0.0.2"}}

    def test_a_job_of_which_nobody_tells_where_it_runs(self, settings: Settings, clock: FakeClock) -> None:
        """It may be on any node, so none of them is taken for idle; one that is being created is on none yet."""
        known = {"j1": job(1), "j2": job(2, phase="Creating")}
        service = Jobs(job(1), job(2, phase="Creating"), known=known)

        found = running_in_train(settings, clock, service)

        assert {running.id: running.holds_nodes for running in found} == {"j1": True, "j2": False}

    def test_every_workspace_that_is_named(self, settings: Settings, clock: FakeClock) -> None:
        """A search looks at one workspace: a node is not taken for idle because its job is in another one."""
        service = Jobs(job(1, hosts=["10.0.0.1"]), elsewhere={"w" * 32: [job(2, hosts=["10.0.0.2"])]})
        client = Client(settings, transport=Script(service), clock=clock)

        found = client.training_jobs.running_in("train", ["0", "w" * 32])

        assert [running.id for running in found] == ["j1", "j2"]
        assert [body["workspace_id"] for body in service.bodies] == ["0", "w" * 32]
