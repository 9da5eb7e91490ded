import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import INFER_POOL, NODE, Fault, Outcome
from tests.emulator.migrations import ONE, TWO, body, counts, job, migrate, moved, names, two_pools
from tests.emulator.wire import Wire, cpu, error, error_code

UNCHANGED = (400, "ModelArts.50004000")


class TestFailure:
    @pytest.mark.loopback
    def test_after_some_nodes(self, wire: Wire) -> None:
        """A migration can fail after some nodes: those have moved, the others stay and are free again."""
        two_pools(wire, {"resources": [cpu(5)]}, {"resources": [cpu(1)]}, timings={"spread": 0})
        wire.emulator.faults.arm(
            Fault("batchMigratePoolNodes", {"pool": ONE}, outcome=Outcome(nodes=2, reason="no IPs"))
        )
        wanted = names(wire)[:4]
        job_id = moved(wire, *wanted, source=ONE, target=TWO)

        wire.emulator.clock.advance(60)

        assert job(wire, job_id) == IsPartialDict(phase="Failed", message="2 of 4 nodes failed: no IPs")
        assert (counts(wire, ONE, TWO), [name in wire.nodes(TWO) for name in wanted]) == (
            [3, 3],
            [True] * 2 + [False] * 2,
        )
        moved(wire, *wanted[2:], source=ONE, target=TWO)

    def test_at_once(self, wire: Wire) -> None:
        """A migration of which nothing succeeds ends Failed and leaves everything as it was."""
        before = wire.emulator.world()["pools"]
        wire.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(nodes=0)))

        job_id = moved(wire, NODE)
        wire.emulator.clock.advance(100)

        assert job(wire, job_id)["phase"] == "Failed"
        assert wire.emulator.world()["pools"] == before

    def test_stuck(self, wire: Wire) -> None:
        """A stuck job runs for ever and holds its nodes, until it is failed by hand."""
        wire.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(job="stuck")))
        job_id = moved(wire, NODE)
        wire.emulator.clock.advance(10**6)
        stuck = job(wire, job_id)["phase"], error_code(migrate(wire, body(NODE)))

        wire.emulator.fail_job(job_id)

        assert stuck == ("Running", UNCHANGED)
        assert job(wire, job_id) == IsPartialDict(phase="Failed", message="1 of 1 nodes failed: insufficient resources")
        assert migrate(wire, body(NODE)).status_code == 200

    def test_stuck_after_its_work(self, wire: Wire) -> None:
        """A job can hang although its nodes have arrived."""
        wire.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(nodes=1, job="stuck")))

        job_id = moved(wire, NODE)
        wire.emulator.clock.advance(10**6)

        assert (job(wire, job_id)["phase"], wire.nodes(INFER_POOL)[NODE]) == ("Running", "Available")

    def test_vanished(self, wire: Wire) -> None:
        """A job can be nowhere to be found and do its work all the same."""
        wire.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(job="vanished")))

        job_id = moved(wire, NODE)
        wire.emulator.clock.advance(100)

        assert error(wire.get(f"/jobs/{job_id}")) == (404, "ModelArts.50015001", f'job "{job_id}" not found')
        assert (wire.get("/jobs").json()["items"], NODE in wire.nodes(INFER_POOL)) == ([], True)

    @pytest.mark.loopback
    def test_lost_answer(self, wire: Wire) -> None:
        """A request whose answer is lost has its effect, and asked again it is refused."""
        wire.emulator.faults.arm(Fault("batchMigratePoolNodes", status=503, when="after"))

        lost, again = migrate(wire, body(NODE)), migrate(wire, body(NODE))

        assert (lost.status_code, error_code(again)) == (503, UNCHANGED)
        assert [item["phase"] for item in wire.get("/jobs").json()["items"]] == ["Running"]
