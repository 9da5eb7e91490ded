import json
from typing import Any

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Fault, Outcome
from modelarts_emulator.state.clock import EPOCH
from tests.emulator.migrations import ONE, TWO, body, job, moved, names, two_pools
from tests.emulator.wire import Wire, cpu, error

DAY = 24 * 3600


def ids(wire: Wire, **query: object) -> list[str]:
    """Ids that a list shows."""
    items = wire.get("/jobs", **{name: str(value) for name, value in query.items()}).raise_for_status().json()["items"]
    return [item["jobId"] for item in items]


def ends(wire: Wire, job_id: str) -> None:
    """Let a job end, and its node be ready."""
    wire.emulator.clock.advance(100)
    assert job(wire, job_id)["phase"] == "Success"


class TestShow:
    @pytest.mark.loopback
    def test_running(self, wire: Wire) -> None:
        """A job tells what it was asked, and what it is about, as JSON in text."""
        job_id = moved(wire, NODE)

        shown = job(wire, job_id)

        start = int(EPOCH * 1000)
        assert shown == {
            "jobId": job_id,
            "jobName": "migrate-nodes-1",
            "type": "migrate-nodes",
            "phase": "Running",
            "message": "",
            "startTimestamp": start,
            "endTimestamp": 0,
            "involvedObjects": shown["involvedObjects"],
            "inputs": shown["inputs"],
            "suspend": False,
            "conditions": "[]",
        }
        assert json.loads(shown["inputs"]) == body(NODE)
        assert json.loads(shown["involvedObjects"]) == [
            {"kind": "Pool", "name": TRAIN_POOL},
            {"kind": "Pool", "name": INFER_POOL},
            {"kind": "Node", "name": NODE},
        ]

    @pytest.mark.parametrize(("good", "phase"), [(2, "Success"), (1, "Failed"), (0, "Failed")])
    def test_ended(self, wire: Wire, good: int, phase: str) -> None:
        """A job ends when its last node has arrived or the first one has failed, and tells when that was."""
        two_pools(wire, {"resources": [cpu(3)]}, {"resources": [cpu(1)]}, timings={"spread": 0})
        wire.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(nodes=good)))
        job_id = moved(wire, *names(wire)[:2], source=ONE, target=TWO)

        wire.emulator.clock.advance(45)

        assert job(wire, job_id) == IsPartialDict(phase=phase, endTimestamp=int((EPOCH + 45) * 1000))

    @pytest.mark.loopback
    def test_missing(self, wire: Wire) -> None:
        """A job that does not exist is a 404."""
        assert error(wire.get("/jobs/no-such")) == (404, "ModelArts.50015001", 'job "no-such" not found')


class TestList:
    def test_newest_first_in_pages(self, wire: Wire) -> None:
        """The newest job comes first, and pages follow each other by offset."""
        there = moved(wire, NODE)
        ends(wire, there)
        back = moved(wire, NODE, source=INFER_POOL, target=TRAIN_POOL)
        ends(wire, back)
        again = moved(wire, NODE)

        assert ids(wire) == [again, back, there]
        assert (ids(wire, limit=2), ids(wire, limit=2, offset=2)) == ([again, back], [there])
        assert wire.get("/jobs", limit="1").json()["count"] == 3

    def test_pool(self, wire: Wire) -> None:
        """A migration is a job of the pool that its nodes leave."""
        there = moved(wire, NODE)
        ends(wire, there)
        back = moved(wire, NODE, source=INFER_POOL, target=TRAIN_POOL)

        assert ids(wire, resource="pools", name=TRAIN_POOL) == [there]
        assert ids(wire, resource="pools", name=INFER_POOL) == [back]

    def test_type(self, wire: Wire) -> None:
        """A type leaves the jobs of that type."""
        job_id = moved(wire, NODE)

        assert (ids(wire, type="migrate-nodes"), ids(wire, type="reset-nodes")) == ([job_id], [])

    def test_span(self, wire: Wire) -> None:
        """Jobs of the last 30 days are listed, unless the request names another span."""
        job_id = moved(wire, NODE)
        wire.emulator.clock.advance(31 * DAY)

        start = int(EPOCH * 1000)
        assert (ids(wire), ids(wire, since=start), ids(wire, since=0, until=start - 1)) == ([], [job_id], [])

    @pytest.mark.parametrize(
        ("query", "reason"),
        [
            ({"type": "migrate"}, "type 'migrate' is not one of replace-node, reboot-node, reset-nodes, migrate-nodes"),
            ({"resource": "nodes"}, "resource must be pools"),
            ({"limit": "501"}, "limit must be a number from 0 to 500"),
            ({"offset": "x"}, "offset must be a number from 0 to 1000000000"),
            ({"since": "yesterday"}, "since must be a time in milliseconds"),
        ],
    )
    def test_bad_query(self, wire: Wire, query: dict[str, str], reason: str) -> None:
        """A wrong query is refused with the reason."""
        assert error(wire.get("/jobs", **query)) == (400, "ModelArts.50004000", f"Bad request. {reason}")


class TestControl:
    def control(self, wire: Wire, job_id: str, document: Any) -> tuple[int, Any]:
        """POST to the control API."""
        answer = wire.client.post(f"{wire.base}/_emulator/jobs/{job_id}", json=document)
        return answer.status_code, answer.json()

    def test_fail_a_stuck_job(self, wire: Wire) -> None:
        """Another process can end a stuck job."""
        wire.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(job="stuck")))
        job_id = moved(wire, NODE)

        answer = self.control(wire, job_id, {"phase": "Failed"})

        assert (answer, job(wire, job_id)["phase"]) == ((200, {}), "Failed")

    def test_a_job_that_ends_by_itself(self, wire: Wire) -> None:
        """A job that is not stuck keeps its end."""
        job_id = moved(wire, NODE)

        self.control(wire, job_id, {"phase": "Failed"})

        assert job(wire, job_id)["phase"] == "Running"
        ends(wire, job_id)

    @pytest.mark.parametrize(
        ("job_id", "document", "status"),
        [("no-such", {"phase": "Failed"}, 404), ("no-such", {"phase": "Success"}, 400)],
    )
    def test_refusals(self, wire: Wire, job_id: str, document: Any, status: int) -> None:
        """A job that does not exist, or that should succeed by force, is refused."""
        assert self.control(wire, job_id, document)[0] == status
