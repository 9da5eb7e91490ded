import json
from typing import Any

import pytest

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Emulator, Fault, Outcome
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import NotFoundError
from pulumi_modelarts.api.job import PAGE, PoolJob
from pulumi_modelarts.api.node_migration import Move
from pulumi_modelarts.api.settings import Settings
from tests.api.wires import Script, answer
from tests.clocks import FakeClock

OTHER = "os-node-created-k9x2v"


def start(client: Client, source: str = TRAIN_POOL, target: str = INFER_POOL) -> str:
    """Move a node, and return the job's id."""
    flavor = "modelarts.vm.cpu.4ud"
    return client.node_migrations.start(source, Move((NODE,), source, target, target, flavor)).value


class TestGet:
    def test_running_then_done(self, client: Client, emulator: Emulator) -> None:
        """A job runs, and then it has succeeded."""
        job_id = start(client)
        running = client.jobs.get(job_id)

        emulator.clock.advance(100)
        done = client.jobs.get(job_id)

        assert (running.finished, running.succeeded, running.failed) == (False, False, False)
        assert (done.finished, done.succeeded, done.failed, done.message) == (True, True, False, "")
        assert (done.job_id, done.type, done.node_names) == (job_id, "migrate-nodes", frozenset({NODE}))
        assert done.end_timestamp > done.start_timestamp

    def test_failed(self, client: Client, emulator: Emulator) -> None:
        """A job that failed says why."""
        emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(nodes=0, reason="no addresses left")))
        job_id = start(client)

        emulator.clock.advance(100)
        job = client.jobs.get(job_id)

        assert (job.finished, job.succeeded, job.failed) == (True, False, True)
        assert job.message == "1 of 1 nodes failed: no addresses left"

    def test_missing(self, client: Client) -> None:
        """A job that the service does not know is an error of its own."""
        with pytest.raises(NotFoundError, match="show job no-such"):
            client.jobs.get("no-such")

    @pytest.mark.parametrize(
        ("body", "finished"),
        [
            ({"phase": ""}, False),
            ({"phase": "Suspended"}, False),
            ({"phase": "SUCCESS"}, True),
            ({"phase": "failed", "endTimestamp": None}, True),
        ],
    )
    def test_answers_of_little(self, settings: Settings, clock: FakeClock, body: object, finished: bool) -> None:  # noqa: FBT001 - a value of the table
        """A phase nobody knows means running, and the id is the one asked for where the answer has none."""
        job = Client(settings, transport=Script(answer(200, body)), clock=clock).jobs.get("j-1")

        assert (job.job_id, job.finished) == ("j-1", finished)


class TestList:
    def test_of_a_pool_and_of_all(self, client: Client, emulator: Emulator) -> None:
        """Jobs are listed by the pool that the nodes leave, or all of them, newest first."""
        there = start(client)
        emulator.clock.advance(100)
        back = start(client, INFER_POOL, TRAIN_POOL)

        found = [[job.job_id for job in client.jobs.list(pool)] for pool in (TRAIN_POOL, INFER_POOL, None)]

        assert found == [[there], [back], [back, there]]

    def test_pages(self, settings: Settings, clock: FakeClock) -> None:
        """Pages are read until as many jobs are there as the service counts, each once."""
        items = [{"jobId": f"j-{number}"} for number in range(PAGE + 2)]
        pages = [answer(200, {"count": len(items), "items": items[start : start + PAGE]}) for start in (0, PAGE)]
        wire = Script(*pages)

        jobs = Client(settings, transport=wire, clock=clock).jobs.list(TRAIN_POOL)

        assert [job.job_id for job in jobs] == [item["jobId"] for item in items]
        asked = [dict(request.url.params) for request in wire.requests]
        same = {"resource": "pools", "name": TRAIN_POOL, "limit": "500"}
        assert asked == [same | {"offset": "0"}, same | {"offset": "500"}]

    def test_service_that_does_not_count(self, settings: Settings, clock: FakeClock) -> None:
        """A page that is not full ends the list."""
        wire = Script(answer(200, {"items": [{"jobId": "j-1"}]}))

        jobs = Client(settings, transport=wire, clock=clock).jobs.list()

        assert ([job.job_id for job in jobs], len(wire.requests)) == (["j-1"], 1)


class TestNodeNames:
    @pytest.mark.parametrize(
        ("fields", "names"),
        [
            ({"inputs": json.dumps({"migrateNodeNames": [NODE, "my-node"]})}, {NODE, "my-node"}),
            ({"inputs": json.dumps({"migratenodenames": [NODE]})}, {NODE}),
            ({"inputs": {"request": {"nodeNames": ["my-node"]}}}, {"my-node"}),
            ({"inputs": json.dumps({"body": json.dumps({"migrateNodeNames": [NODE]})})}, {NODE}),
            ({"involvedObjects": json.dumps([{"kind": "Node", "name": "my-node"}])}, {"my-node"}),
            ({"involvedObjects": json.dumps({"nodes": [{"name": "my-node"}]})}, {"my-node"}),
            ({"involvedObjects": f"nodes={NODE},{OTHER}; pool={TRAIN_POOL}"}, {NODE, OTHER}),
            ({"inputs": f"map[nodes:[{NODE} {OTHER}]]", "involvedObjects": "gpu-a1b2c"}, {NODE, OTHER, "gpu-a1b2c"}),
            ({"involvedObjects": json.dumps([{"kind": "Pool", "name": TRAIN_POOL}])}, set()),
            ({"inputs": "", "involvedObjects": None}, set()),
            ({"inputs": 5}, set()),
            ({"inputs": "{broken"}, set()),
            ({}, set()),
        ],
    )
    def test_texts(self, fields: Any, names: set[str]) -> None:
        """Names of nodes are found in texts of any format, and in objects; names of pools are not."""
        assert PoolJob.model_validate(fields).node_names == names
