import json
from typing import Any

import httpx
import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import GPU_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB, Fault, Outcome
from modelarts_emulator.state.clock import EPOCH
from tests.emulator.migrations import OTHER, body, job, migrate, moved
from tests.emulator.training import POOL, A, B, C, created, one_pool, phase, show, started
from tests.emulator.wire import Wire, cpu, error, world

BUSY = "os-node-created-72w8d"
REBOOTING = 60


def reboot(wire: Wire, *names: str, pool: str = TRAIN_POOL) -> httpx.Response:
    """Ask for a reboot."""
    return wire.post(f"/pools/{pool}/nodes/batch-reboot", {"nodeNames": list(names)})


def rebooted(wire: Wire, *names: str, pool: str = TRAIN_POOL) -> str:
    """Id of the job of a reboot that was granted."""
    return str(reboot(wire, *names, pool=pool).raise_for_status().json()["job_id"])


def refused(wire: Wire, *names: str, pool: str = TRAIN_POOL) -> tuple[int, str, str]:
    """The refusal of a request, which changed nothing."""
    before = wire.emulator.world()
    answer = reboot(wire, *names, pool=pool)
    assert wire.emulator.world() == before
    return error(answer)


def bad_request(reason: str) -> tuple[int, str, str]:
    """The refusal with this reason."""
    return 400, "ModelArts.50004000", f"Bad request. {reason}"


def three(wire: Wire) -> None:
    """A world of three nodes that take equally long."""
    one_pool(wire, A, B, C, timings={"spread": 0})


class TestReboot:
    @pytest.mark.loopback
    def test_answer(self, wire: Wire) -> None:
        """The answer names the nodes and the job."""
        answer = reboot(wire, NODE, OTHER)

        job_id = answer.json()["job_id"]
        assert (answer.status_code, answer.json()) == (200, {"nodeNames": [NODE, OTHER], "job_id": job_id})
        assert list(wire.emulator.world()["jobs"]) == [job_id]

    def test_nodes_check_themselves(self, wire: Wire) -> None:
        """Nodes are Checking until they are back, all of them at the same time, and nothing else changes."""
        three(wire)
        before = wire.emulator.world()["pools"]
        rebooted(wire, A, B, pool=POOL)

        seen = [wire.nodes(POOL)]
        wire.emulator.clock.advance(REBOOTING - 1)
        seen.append(wire.nodes(POOL))
        wire.emulator.clock.advance(1)

        assert seen == [{A: "Checking", B: "Checking", C: "Available"}] * 2
        assert wire.emulator.world()["pools"] == before

    def test_job(self, wire: Wire) -> None:
        """The job runs until the last node is back, and tells what it was asked."""
        three(wire)
        job_id = rebooted(wire, A, B, pool=POOL)

        running = job(wire, job_id)
        wire.emulator.clock.advance(REBOOTING)

        assert running == IsPartialDict(
            type="reboot-node", jobName="reboot-node-1", phase="Running", message="", endTimestamp=0
        )
        assert json.loads(running["inputs"]) == {"nodeNames": [A, B]}
        assert json.loads(running["involvedObjects"]) == [
            {"kind": "Pool", "name": POOL},
            {"kind": "Node", "name": A},
            {"kind": "Node", "name": B},
        ]
        assert job(wire, job_id) == IsPartialDict(
            phase="Success", message="", endTimestamp=int((EPOCH + REBOOTING) * 1000)
        )

    @pytest.mark.loopback
    def test_later_by_name(self, wire: Wire) -> None:
        """A node comes back as much later than the quickest as its name says, and the job ends with the last."""
        names = [f"os-node-created-aaaa{letter}" for letter in "dab"]
        one_pool(wire, *names)
        job_id = rebooted(wire, *names, pool=POOL)

        seen: list[tuple[int, str]] = []
        for _ in range(4):
            wire.emulator.clock.advance(REBOOTING if not seen else 5)
            seen.append((list(wire.nodes(POOL).values()).count("Available"), job(wire, job_id)["phase"]))

        assert seen == [(1, "Running"), (2, "Running"), (3, "Success"), (3, "Success")]

    def test_mends(self, wire: Wire) -> None:
        """An abnormal node comes back Available."""
        wire.emulator.set_node_phase(TRAIN_POOL, NODE, "Abnormal")

        rebooted(wire, NODE)
        wire.emulator.clock.advance(100)

        assert wire.nodes()[NODE] == "Available"

    def test_locked_and_drained(self, wire: Wire) -> None:
        """A locked or drained node is rebooted too, and comes back locked or drained."""
        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-lock", {"nodeNames": [NODE], "actions": ["delete"]})
        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-drain", {"nodeNames": [OTHER]})
        before = wire.emulator.world()["pools"]

        rebooted(wire, NODE, OTHER)
        wire.emulator.clock.advance(100)

        assert wire.emulator.world()["pools"] == before

    def test_driver_of_a_node_that_moved(self, wire: Wire) -> None:
        """A node that once got another driver shows its pool's while it reboots."""
        content = world(
            one={"resources": [{"flavor": "modelarts.vm.gpu.t4u8", "count": 2}], "driver": {"gpuVersion": "1"}},
            two={"resources": [{"flavor": "modelarts.vm.gpu.t4u8", "count": 1}], "driver": {"gpuVersion": "2"}},
        )
        wire.emulator.seed(content)
        one, two = f"one-{PROJECT}", f"two-{PROJECT}"
        name = next(iter(wire.nodes(one)))
        moved(wire, name, source=one, target=two, resourceSpec={"flavor": "modelarts.vm.gpu.t4u8"})
        wire.emulator.clock.advance(1000)

        rebooted(wire, name, pool=two)

        shown = wire.get(f"/pools/{two}/nodes/{name}").json()["status"]
        assert (shown["phase"], shown["driver"]) == ("Checking", {"phase": "Running", "version": "2"})

    def test_auto_clock(self, wire: Wire) -> None:
        """A client that polls the job on the auto clock waits for nothing."""
        three(wire)
        wire.emulator.clock.set_mode("auto")
        job_id = rebooted(wire, A, pool=POOL)

        assert [job(wire, job_id)["phase"] for _ in range(2)] == ["Running", "Success"]


class TestTraining:
    def test_running_jobs_fail(self, wire: Wire) -> None:
        """A training job on a node that is rebooted fails, with the reason."""
        rebooted(wire, BUSY, pool=GPU_POOL)

        status = show(wire, TRAINING_JOB)["status"]
        assert (status["phase"], status["running_records"][-1]["end_reason"]) == ("Failed", "node rebooted")

    def test_no_job_starts_meanwhile(self, wire: Wire) -> None:
        """A job that waits gets the node at the moment at which it is back."""
        one_pool(wire, A, timings={"spread": 0})
        rebooted(wire, A, pool=POOL)
        job_id = created(wire, pool=POOL)

        wire.emulator.clock.advance(1000)

        assert show(wire, job_id)["status"]["start_time"] == int((EPOCH + REBOOTING) * 1000)

    def test_jobs_elsewhere_go_on(self, wire: Wire) -> None:
        """Jobs on other nodes are not touched."""
        one_pool(wire, A, B)
        job_id = started(wire, pool=POOL)

        rebooted(wire, B, pool=POOL)

        assert phase(wire, job_id) == "Running"


class TestRefusals:
    def test_missing_pool(self, wire: Wire) -> None:
        """A pool that does not exist is a 404 that names it."""
        answer = reboot(wire, NODE, pool="no-such-pool")

        assert error(answer) == (404, "ModelArts.50015001", 'pool "no-such-pool" not found')

    @pytest.mark.parametrize(
        ("names", "reason"),
        [
            ([], "nodeNames must not be empty"),
            ([NODE, NODE], "nodeNames names a node twice"),
            ([NODE, "no-such"], 'node "no-such" not found'),
        ],
    )
    def test_names(self, wire: Wire, names: list[str], reason: str) -> None:
        """Names that are none refuse the whole request."""
        assert refused(wire, *names) == bad_request(reason)

    def test_pool_not_running(self, wire: Wire) -> None:
        """Nodes of a pool that is not Running are not rebooted."""
        wire.emulator.seed(world(pool={"resources": [cpu(1)], "nodes": [A], "phase": "Abnormal"}))

        assert refused(wire, A, pool=POOL) == bad_request(
            f"The pool {POOL} is Abnormal, cannot reboot nodes unless it is Running"
        )

    def test_being_deleted(self, wire: Wire) -> None:
        """A node that is being deleted is not rebooted."""
        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-delete", {"deleteNodeNames": [NODE]}).raise_for_status()

        assert refused(wire, NODE) == bad_request(
            f'node "{NODE}" is Deleting, only Available and Abnormal nodes can be rebooted'
        )

    def test_under_way(self, wire: Wire) -> None:
        """A node that is being migrated or rebooted is not rebooted."""
        job_id = moved(wire, NODE)

        assert refused(wire, NODE) == bad_request(f'node "{NODE}" is being migrated by job {job_id}')
        again = rebooted(wire, OTHER)
        assert refused(wire, OTHER) == bad_request(f'node "{OTHER}" is being rebooted by job {again}')

    @pytest.mark.parametrize(
        ("operation", "document"),
        [
            ("batch-drain", {"nodeNames": [NODE]}),
            ("batch-delete", {"deleteNodeNames": [NODE]}),
            ("batch-lock", {"nodeNames": [NODE], "actions": ["delete"]}),
        ],
    )
    def test_other_operations_meanwhile(self, wire: Wire, operation: str, document: dict[str, Any]) -> None:
        """A node that is being rebooted takes no other operation."""
        job_id = rebooted(wire, NODE)

        answer = wire.post(f"/pools/{TRAIN_POOL}/nodes/{operation}", document)

        assert error(answer) == bad_request(f'node "{NODE}" is being rebooted by job {job_id}')

    def test_migration_meanwhile(self, wire: Wire) -> None:
        """A node that is being rebooted is not migrated."""
        job_id = rebooted(wire, NODE)

        assert error(migrate(wire, body(NODE))) == bad_request(f'node "{NODE}" is being rebooted by job {job_id}')


class TestFailures:
    def test_some_do_not_come_back(self, wire: Wire) -> None:
        """Nodes that an outcome lets fail stay Abnormal, and the job says how many and why."""
        three(wire)
        wire.emulator.faults.arm(Fault("batchRebootPoolNodes", outcome=Outcome(nodes=1, reason="no answer")))
        job_id = rebooted(wire, A, B, pool=POOL)

        wire.emulator.clock.advance(REBOOTING)

        assert job(wire, job_id) == IsPartialDict(phase="Failed", message="1 of 2 nodes failed: no answer")
        assert wire.nodes(POOL) == {A: "Available", B: "Abnormal", C: "Available"}
        assert wire.emulator.world()["jobs"][job_id] == IsPartialDict(type="reboot-node", nodes=[A, B], arrived=[A])

    def test_second_try(self, wire: Wire) -> None:
        """A node that did not come back can be rebooted again."""
        wire.emulator.faults.arm(Fault("batchRebootPoolNodes", outcome=Outcome(nodes=0)))
        rebooted(wire, NODE)
        wire.emulator.clock.advance(100)

        rebooted(wire, NODE)
        wire.emulator.clock.advance(100)

        assert wire.nodes()[NODE] == "Available"


class TestJobs:
    def test_type(self, wire: Wire) -> None:
        """Reboots and migrations are told apart in the list of jobs."""
        there, again = moved(wire, NODE), rebooted(wire, OTHER)

        found = [
            [item["jobId"] for item in wire.get("/jobs", type=kind).json()["items"]]
            for kind in ("reboot-node", "migrate-nodes", "replace-node", "")
        ]

        assert found == [[again], [there], [], [again, there]]

    def test_ends_by_itself(self, wire: Wire) -> None:
        """A reboot is never stuck, so there is nothing to end."""
        job_id = rebooted(wire, NODE)

        wire.emulator.fail_job(job_id)

        assert job(wire, job_id)["phase"] == "Running"
