import httpx
import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Emulator, Fault
from modelarts_emulator.worlds.documented import WORLD
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import BadRequestError, NotFoundError, ServerError, TransportError
from pulumi_modelarts.api.node_migration import Move
from pulumi_modelarts.api.settings import Settings
from tests.api.wires import Script, answer
from tests.clocks import FakeClock

CPU = "modelarts.vm.cpu.4ud"
MOVE = Move((NODE,), from_cluster=TRAIN_POOL, to_cluster=INFER_POOL, to_pool=INFER_POOL, flavor=CPU)


def sent(emulator: Emulator) -> int:
    """How many requests for a migration have reached the service."""
    return len(emulator.journal.exchanges("batchMigratePoolNodes"))


class TestStart:
    def test_job(self, client: Client, emulator: Emulator) -> None:
        """A move makes a job whose id is returned, and is sent in camel case."""
        job = client.node_migrations.start(TRAIN_POOL, MOVE).value

        assert emulator.world()["jobs"][job] == IsPartialDict(nodes=[NODE], phase="Running", spelling="camelCase")
        assert emulator.journal.exchanges("batchMigratePoolNodes")[0].body == {
            "migrateNodeNames": [NODE],
            "fromClusterName": TRAIN_POOL,
            "toClusterName": INFER_POOL,
            "toPoolName": INFER_POOL,
            "resourceSpec": {"flavor": CPU},
        }

    def test_everything_said(self) -> None:
        """Node pool and supernode are sent where they are given; what is empty is left out."""
        step = {"step": 8, "type": "hyperinstance"}
        full = Move(("a", "b"), "left", "right", "", CPU, node_pool="fast", creating_step=step)

        assert full.to_wire() == {
            "migrateNodeNames": ["a", "b"],
            "fromClusterName": "left",
            "toClusterName": "right",
            "resourceSpec": {"flavor": CPU, "nodePool": "fast", "creatingStep": step},
        }

    def test_document_of_the_page(self, client: Client, emulator: Emulator) -> None:
        """From the training job that the page describes the id is taken."""
        emulator.seed(WORLD | {"choices": {"migration_answer": "document"}})

        job = client.node_migrations.start(TRAIN_POOL, MOVE).value

        assert client.jobs.get(job).node_names == {NODE}

    def test_document_without_id(self, client: Client, emulator: Emulator) -> None:
        """A document without an id gives none, and the list of jobs has it."""
        emulator.seed(WORLD | {"choices": {"migration_answer": "document_without_id"}})

        job = client.node_migrations.start(TRAIN_POOL, MOVE).value

        assert (job, [item.node_names for item in client.jobs.list(TRAIN_POOL)]) == ("", [frozenset({NODE})])

    @pytest.mark.parametrize(
        ("body", "job"),
        [
            ({"job_id": "j-1"}, "j-1"),
            ({"jobId": "j-1"}, "j-1"),
            ({"job_id": 7}, "7"),
            ({"job_id": None, "metadata": {"id": "j-1"}}, "j-1"),
            ({"kind": "job", "metadata": None}, ""),
            ({}, ""),
            (["j-1"], ""),
            ("j-1", ""),
            ({"job_id": {"id": "j-1"}}, ""),
            ({"job_id": [], "metadata": {"id": "j-1"}}, "j-1"),
        ],
    )
    def test_answers(self, settings: Settings, clock: FakeClock, body: object, job: str) -> None:
        """The id is found wherever the answer has one; whatever it says, it has been accepted."""
        client = Client(settings, transport=Script(answer(200, body)), clock=clock)

        accepted = client.node_migrations.start(TRAIN_POOL, MOVE)

        assert (accepted.value, accepted.handle) == (job, f"job {job}" if job else "")

    def test_empty_answer(self, settings: Settings, clock: FakeClock) -> None:
        """An answer without a body is a success without an id."""
        client = Client(settings, transport=Script(httpx.Response(200)), clock=clock)

        assert client.node_migrations.start(TRAIN_POOL, MOVE).value == ""


class TestTrouble:
    @pytest.mark.parametrize("drop", ["reset", "close", "truncate"])
    def test_lost_answer(self, client: Client, emulator: Emulator, drop: str) -> None:
        """A request whose answer is lost is not sent again, and its job is in the list."""
        emulator.faults.arm(Fault.parse({"operation": "batchMigratePoolNodes", "drop": drop, "when": "after"}))

        with pytest.raises(TransportError, match=f"move {NODE} from resource pool {TRAIN_POOL}") as caught:
            client.node_migrations.start(TRAIN_POOL, MOVE)

        assert (caught.value.may_have_arrived, sent(emulator)) == (True, 1)
        assert [item.node_names for item in client.jobs.list(TRAIN_POOL)] == [{NODE}]

    def test_server_error(self, client: Client, emulator: Emulator) -> None:
        """After an error of the server nobody knows what it did, so the request is not sent again."""
        emulator.faults.arm(Fault("batchMigratePoolNodes", status=500, when="after"))

        with pytest.raises(ServerError):
            client.node_migrations.start(TRAIN_POOL, MOVE)

        assert (sent(emulator), len(client.jobs.list())) == (1, 1)

    def test_throttled(self, client: Client, emulator: Emulator, clock: FakeClock) -> None:
        """A request that was refused for being too many was not processed, and is sent again when it may be."""
        emulator.faults.arm(Fault("batchMigratePoolNodes", status=429, code="APIGW.0308", retry_after=7, times=2))

        client.node_migrations.start(TRAIN_POOL, MOVE)

        assert (sent(emulator), len(client.jobs.list())) == (3, 1)
        assert [int(slept) for slept in clock.sleeps] == [7, 7]

    def test_no_connection(self, settings: Settings, clock: FakeClock) -> None:
        """A request that never left is sent again."""
        wire = Script(httpx.ConnectError("refused"), answer(200, {"job_id": "j-1"}))

        job = Client(settings, transport=wire, clock=clock).node_migrations.start(TRAIN_POOL, MOVE).value

        assert (job, len(wire.requests)) == ("j-1", 2)

    def test_missing_pool(self, client: Client) -> None:
        """A pool that does not exist is an error of its own."""
        with pytest.raises(NotFoundError, match="move os-node-created-mnmcf from resource pool no-such"):
            client.node_migrations.start("no-such", MOVE)

    def test_refusal(self, client: Client, emulator: Emulator) -> None:
        """A refusal says what was attempted and why not."""
        emulator.set_node_phase(TRAIN_POOL, NODE, "Abnormal")

        with pytest.raises(BadRequestError) as caught:
            client.node_migrations.start(TRAIN_POOL, MOVE)

        assert str(caught.value).startswith(
            f"move {NODE} from resource pool {TRAIN_POOL} to {INFER_POOL}: Bad request. "
            f'node "{NODE}" is Abnormal, only Available nodes can be migrated (ModelArts.50004000, request '
        )
