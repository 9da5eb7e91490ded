"""Rights: what a preview needs, what it finds out for the run, what is done without, and what a refusal leaves."""

from __future__ import annotations

from typing import Any

import pytest

from modelarts_emulator import NODE, TRAIN_POOL, Emulator, Fault
from modelarts_emulator.service.urls import ROUTES
from pulumi_modelarts.api.errors import PermissionDeniedError
from pulumi_modelarts.api.iam_token import CREATE_TOKEN
from pulumi_modelarts.api.rights import OPERATIONS
from pulumi_modelarts.handlers._rpc import PartlyDoneError
from pulumi_modelarts.reconcilers.rights import Rights
from pulumi_modelarts.resources.network import NetworkProvider
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.operations import LOOK, emulated
from tests.resources.migrations import EIGHT, batches, placing, seed_nine
from tests.resources.networks import making
from tests.resources.pools import CPU, JOB, train
from tests.resources.scenario import CheckFailedError, Stack, configured, connect
from tests.resources.service import Hand, world

PREVIEWS = {emulated(each) for each in OPERATIONS if each.previews and each is not CREATE_TOKEN}
"""What the page of permissions gives to previews."""
OF_SOURCES = {"showWorkspaceQuotas"}
"""What data sources alone ask."""

AHEAD = "pool_name: this user may not read what a run reads after its preview: "


def refuse(emulator: Emulator, *operations: str, times: int | None = None) -> None:
    """Let a user not be allowed some operations."""
    for operation in operations:
        emulator.faults.arm(Fault(operation, status=403, code="ModelArts.0112", message="no", times=times))


def asked(emulator: Emulator) -> list[str | None]:
    """What was asked since the journal was cleared last."""
    return [exchange.operation for exchange in emulator.journal.exchanges()]


@pytest.fixture
def migration(emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
    """A program with one migration, never run, in a world with nodes to take from."""
    seed_nine(emulator, jobs={JOB: {"pool": TRAIN_POOL, "nodes": [EIGHT[7]]}})
    return Stack(configured(NodeMigrationProvider(), **connect(emulator, request.node.nodeid)))


class TestPreview:
    def test_asks_what_the_page_says_and_no_more(self, stack: Stack, migration: Stack, emulator: Emulator) -> None:
        """Growing, shrinking, marking, changing, moving and making are previewed by a user who may do nothing else."""
        Hand(emulator).scale(TRAIN_POOL, CPU, 10)
        emulator.journal.clear()
        refuse(emulator, *({route.name for route in ROUTES} - PREVIEWS))
        network = Stack(configured(NetworkProvider(), **connect(emulator, "previews of a network")))

        network.preview(making())
        stack.preview(train(11, description="mine"))
        stack.preview(train(9, maxScaleIn=1.0))
        migration.preview(placing(EIGHT[0], awaitJobs=[JOB]))
        refuse(emulator, "listWorkloads")
        stack.preview(train(8, maxScaleIn=2.0))

        assert set(asked(emulator)) == PREVIEWS - OF_SOURCES
        emulator.faults.clear()

    @pytest.mark.parametrize("program", [train(4), train(3, description="mine"), train(2, maxScaleIn=1.0)])
    def test_finds_out_that_the_pool_may_not_be_shown(
        self, adopted: Stack, emulator: Emulator, program: dict[str, Any]
    ) -> None:
        """Which a run does before it writes: the preview fails, and names the action."""
        refuse(emulator, "showPool")
        renewed(adopted, emulator)

        with pytest.raises(CheckFailedError) as refused:
            adopted.preview(program)

        assert f"{AHEAD}show resource pool {TRAIN_POOL}: no (ModelArts.0112" in str(refused.value)
        assert "Grant the user the action modelarts:pool:get, which ShowPool takes in project " in str(refused.value)
        assert emulator.journal.writes() == []

    def test_finds_out_that_orders_may_not_be_shown(self, adopted: Stack, emulator: Emulator) -> None:
        """Which a run does while its pool grows: the preview fails before it buys anything, and names both."""
        refuse(emulator, "showOrder")

        with pytest.raises(CheckFailedError, match=f"{AHEAD}show order .* the user allowed ShowOrder in project "):
            adopted.up(train(4))

        assert emulator.journal.writes() == []

    def test_asks_for_no_order_that_no_run_will(self, adopted: Stack, emulator: Emulator) -> None:
        """What does not grow needs no right to orders."""
        refuse(emulator, "showOrder")

        adopted.up(train(3, description="mine"))

        assert emulator.journal.exchanges("showOrder") == []
        emulator.faults.clear()

    def test_asks_for_a_right_once(self, stack: Stack, emulator: Emulator) -> None:
        """The same process believes what it has seen; at rest nothing is asked at all."""
        stack.up(train(3))
        emulator.clock.advance(60)
        emulator.journal.clear()

        stack.preview(train(3))
        at_rest = asked(emulator)
        stack.preview(train(4))
        emulator.clock.advance(60)
        stack.preview(train(5))

        assert at_rest == ["listPools"]
        assert [name for name in asked(emulator) if name in {"showPool", "showOrder"}] == ["showOrder"]

    def test_sees_what_has_been_granted_meanwhile(self, stack: Stack, emulator: Emulator) -> None:
        """A refusal is not remembered."""
        refuse(emulator, "showPool", times=1)
        with pytest.raises(CheckFailedError, match=AHEAD):
            stack.preview(train(3))

        assert stack.preview(train(3))["changes"] == {f"flavors.{CPU}": "2 -> 3"}

    @pytest.mark.parametrize("answer", [{"status": 404, "code": "ModelArts.50015001"}, {"body": {}}])
    def test_takes_no_other_answer_for_a_missing_right(
        self, stack: Stack, emulator: Emulator, answer: dict[str, Any]
    ) -> None:
        """What else may be wrong with the one look is for the run to find."""
        emulator.faults.arm(Fault("showPool", **answer))

        assert stack.preview(train(3))["changes"] == {f"flavors.{CPU}": "2 -> 3"}


class TestFirstWrite:
    def test_of_a_pool_is_the_only_one(self, stack: Stack, emulator: Emulator) -> None:
        """A right to write cannot be tried: the run fails with the first request, and nothing else is sent."""
        refuse(emulator, "patchPool", times=1)

        with pytest.raises(PermissionDeniedError, match="the action modelarts:pool:update, which PatchPool takes"):
            stack.up(train(3))

        assert [exchange.operation for exchange in emulator.journal.writes()] == ["patchPool"]
        assert (stack.state, Hand(emulator).counts(TRAIN_POOL)) == (None, {CPU: 2})

    @pytest.mark.parametrize("inputs", [train(1, maxScaleIn=1.0, onRunningJobs="ignore"), placing(NODE)])
    def test_of_nodes_that_leave_is_their_drain(
        self, emulator: Emulator, request: pytest.FixtureRequest, inputs: dict[str, Any]
    ) -> None:
        """Who may not drain removes and moves nothing."""
        emulator.seed(world(jobs={}))
        provider = ResourcePoolProvider() if "flavors" in inputs else NodeMigrationProvider()
        leaving = Stack(configured(provider, **connect(emulator, request.node.nodeid)))
        before = Hand(emulator).nodes(TRAIN_POOL)
        refuse(emulator, "batchDrainPoolNodes", times=1)

        with pytest.raises(Exception, match="Have the user allowed BatchDrainPoolNodes in project "):
            leaving.up(inputs)

        assert [exchange.operation for exchange in emulator.journal.writes()] == ["batchDrainPoolNodes"]
        assert Hand(emulator).nodes(TRAIN_POOL) == before

    def test_of_a_move_without_the_right_to_move_leaves_its_node_drained(
        self, migration: Stack, emulator: Emulator
    ) -> None:
        """The drain comes first: the error names the right and the node."""
        refuse(emulator, "batchMigratePoolNodes", times=1)

        with pytest.raises(PartlyDoneError) as failed:
            migration.up(placing(EIGHT[0]))

        assert "Have the user allowed BatchMigratePoolNodes in project " in str(failed.value)
        assert f"{EIGHT[0]} is drained" in str(failed.value)
        assert batches(emulator) == []


class TestWithout:
    def test_a_job_that_may_not_be_shown_is_found_in_the_list(self, migration: Stack, emulator: Emulator) -> None:
        """No page names the action that ShowJob takes; it is asked once, and the list tells as much."""
        refuse(emulator, "showJob")

        migration.up(placing(EIGHT[0]))

        assert batches(emulator) == [[EIGHT[0]]]
        assert len(emulator.journal.exchanges("showJob")) == 1
        emulator.faults.clear()

    def test_what_is_not_told_is_said_once(self) -> None:
        """However often it is asked for, and whoever asks; graver things are known as such."""
        rights = Rights()

        rights.lose(LOOK, "nobody looks")
        rights.lose(LOOK, "nobody looks again", grave=True)
        first = [(loss.text, loss.grave) for loss in rights.untold()]
        rights.lose(LOOK, "nobody looks")

        assert first == [("Look is refused to this user, or not served here: nobody looks", False)]
        assert rights.untold() == []


def renewed(stack: Stack, emulator: Emulator) -> None:
    """Let a program run in a process that has asked nothing yet."""
    configured(stack.provider, **connect(emulator, f"renewed-{id(stack)}"))
