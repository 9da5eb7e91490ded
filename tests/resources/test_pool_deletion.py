"""What becomes of a made pool when its resource goes: it is looked at each time anew, deleted once, and waited for."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import NETWORK, NODE, TRAIN_POOL, Emulator, Fault
from pulumi_modelarts.api.errors import CancelledError, OperationFailed, OperationTimeout, RefusedError
from pulumi_modelarts.plans.pool_deletion import MadePool
from pulumi_modelarts.reconcilers.pool_deletion import foretold
from pulumi_modelarts.reconcilers.stopped import DELETION_GOES_ON
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.blue import BLUE, QUICK, blue, pools, writes
from tests.resources.interference import Executioner, Killed, mortal
from tests.resources.pools import CPU
from tests.resources.scenario import PROVIDER_KEY, Stack, begin_anew, configured, connect
from tests.resources.stopping import URN, Process

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_modelarts.reconcilers.session import Session
    from tests.resources.service import Hand

LOOKS = 4
"""Requests that a destroy makes before it asks for the deletion: for the pool, its nodes, jobs and workloads."""


@pytest.fixture
def made(emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
    """A program that has made its pool, at a service that is quick."""
    emulator.seed(QUICK)
    stack = Stack(configured(ResourcePoolProvider(), **connect(emulator, request.node.nodeid)), urn=URN)
    stack.up(blue())
    emulator.clock.advance(60)
    emulator.journal.clear()
    return stack


def refused(stack: Stack) -> str:
    """Return why a destroy is refused, twice alike: the second one is another process, which remembers nothing."""
    told = []
    for _ in range(2):
        with pytest.raises(RefusedError) as error:
            stack.destroy()
        told.append(re.sub("request [0-9a-f]+", "request …", str(error.value)))
    assert told[0] == told[1]
    return told[0]


class TestDeletion:
    def test_of_a_pool_as_it_was_made(self, made: Stack, emulator: Emulator) -> None:
        """The pool is asked to go once, and the run ends when the service knows it no more."""
        others = pools(emulator) - {BLUE}

        made.destroy()

        assert (writes(emulator), pools(emulator), made.state) == (["deletePool"], others, None)

    def test_of_a_pool_that_has_grown(self, made: Stack, emulator: Emulator) -> None:
        """What the program itself has added is the pool's own."""
        made.up(blue(3))

        made.destroy()

        assert BLUE not in pools(emulator)

    def test_after_a_refresh(self, made: Stack, emulator: Emulator) -> None:
        """Whose the pool is outlives a refresh."""
        made.refresh()

        made.destroy()

        assert BLUE not in pools(emulator)

    def test_of_a_pool_that_the_service_has_repaired(self, made: Stack, emulator: Emulator, hand: Hand) -> None:
        """A node that came in the place of a broken one is the pool's own, as that was."""
        emulator.replace_node(BLUE, hand.nodes(BLUE)[0])
        emulator.clock.advance(1000)

        made.destroy()

        assert BLUE not in pools(emulator)

    def test_of_a_pool_whose_resource_was_renamed(self, made: Stack, emulator: Emulator) -> None:
        """The mark that it was made with is on record, whatever the resource is called now."""
        begin_anew(made.provider)
        made.urn = f"{URN}-renamed"
        made.up(blue(3))

        made.destroy()

        assert BLUE not in pools(emulator)

    def test_of_a_pool_that_is_gone(self, made: Stack, emulator: Emulator, hand: Hand) -> None:
        """There is nothing left to ask for."""
        hand.delete_pool(BLUE)
        emulator.clock.advance(100)
        emulator.journal.clear()

        made.destroy()

        assert (writes(emulator), made.state) == ([], None)

    def test_of_a_pool_that_is_going(self, made: Stack, emulator: Emulator, hand: Hand, session: Session) -> None:
        """It is waited for, whatever is in it: there is nothing to guard any more, and nothing to ask for."""
        hand.scale(BLUE, CPU, 3)
        hand.begin_to_delete(BLUE)
        emulator.journal.clear()
        pool = session.client.resource_pools.get(BLUE)

        told = foretold(session, pool, MadePool({}, frozenset(), frozenset()))
        made.destroy()

        assert told == [f"resource pool {BLUE!r} is being deleted"]
        assert (writes(emulator), BLUE in pools(emulator)) == ([], False)


class TestRefusal:
    @pytest.mark.parametrize("refreshed", [False, True], ids=["at-once", "after-a-refresh"])
    def test_for_nodes_added_by_hand(self, made: Stack, emulator: Emulator, hand: Hand, *, refreshed: bool) -> None:
        """More nodes than on record stay, each time it is asked for; a refresh does not change what is on record."""
        hand.scale(BLUE, CPU, 3)
        if refreshed:
            made.refresh()
        emulator.journal.clear()

        told = refused(made)

        first, second, third = hand.nodes(BLUE)
        assert told == (
            f"Deleting resource pool {BLUE!r} was refused, and nothing was sent:\n"
            f'    flavors["{CPU}"]: 3 nodes are there and 2 on record ({first}, {second}, {third}). Declare 3 and run '
            "`pulumi up`, or take the surplus away first\n"
            f"To keep the pool and manage it no longer, declare it with pool_name={BLUE!r} in place of name and "
            "network, run `pulumi up`, and take it out then. This refusal stops no other deletion of the run: only "
            "protect=True among the resource's options stops a whole `pulumi destroy` before it begins"
        )
        assert (writes(emulator), len(hand.nodes(BLUE))) == ([], 3)

    @pytest.mark.parametrize(
        ("happens", "named"),
        [
            (lambda hand: hand.migrate(TRAIN_POOL, BLUE, NODE), f"{NODE} was not made with it"),
            (
                lambda hand: hand.emulator.start_workload(BLUE, hand.nodes(BLUE)[:1], name="llm", user="ann"),
                "inference service llm (ann) on os-node-created-",
            ),
            (
                lambda hand: hand.emulator.start_workload(BLUE, hand.nodes(BLUE)[:1], "notebook", name="lab"),
                "notebook lab on os-node-created-",
            ),
            (lambda hand: hand.lock(BLUE, hand.nodes(BLUE)[0]), "is locked against deletion"),
            (lambda hand: hand.send_off(BLUE, TRAIN_POOL, hand.nodes(BLUE)[0]), "job "),
            (lambda hand: hand.send_off(TRAIN_POOL, BLUE, NODE), "job "),
            (lambda hand: hand.order(BLUE, CPU, 4), "4 nodes are there and 2 on record"),
        ],
        ids=["foreign", "service", "notebook", "locked", "leaving", "coming", "ordered"],
    )
    def test_for_what_would_be_lost(
        self, made: Stack, emulator: Emulator, hand: Hand, happens: Callable[[Hand], object], named: str
    ) -> None:
        """What happens to the pool behind the program's back keeps it, and is named."""
        happens(hand)
        emulator.journal.clear()

        told = refused(made)

        assert named in told
        assert (writes(emulator), emulator.world()["pools"][BLUE]["phase"]) == ([], "Running")

    def test_for_a_pool_of_the_same_name(self, made: Stack, emulator: Emulator, hand: Hand) -> None:
        """A pool that somebody has made in its place, by hand, is not the program's."""
        hand.delete_pool(BLUE)
        emulator.clock.advance(100)
        hand.make_pool("blue", NETWORK, CPU)
        emulator.journal.clear()

        told = refused(made)

        assert "it was not made by this resource" in told
        assert (writes(emulator), BLUE in pools(emulator)) == ([], True)

    @pytest.mark.parametrize(
        ("fault", "why"),
        [
            (Fault("listPoolNodes", status=403, times=None), "list nodes of resource pool"),
            (Fault("listJobs", status=403, times=None), "list jobs"),
            (Fault("listWorkloads", body={"items": None}, times=None), "list workloads of resource pool"),
        ],
        ids=["nodes", "jobs", "workloads"],
    )
    def test_for_what_cannot_be_read(self, made: Stack, emulator: Emulator, fault: Fault, why: str) -> None:
        """Nobody can tell what is in the pool, so it may be anything."""
        emulator.faults.arm(fault)

        told = refused(made)

        emulator.faults.clear()
        assert "what is in it could not be read, and may be anything" in told
        assert why in told
        assert (writes(emulator), BLUE in pools(emulator)) == ([], True)

    def test_for_work_that_nobody_tells(self, made: Stack, emulator: Emulator) -> None:
        """Who can list neither workloads nor training jobs deletes no pool, and is told which right is missing."""
        for operation in ("listWorkloads", "listTrainingJobs"):
            emulator.faults.arm(Fault(operation, status=403, times=None))

        told = refused(made)

        emulator.faults.clear()
        assert "this user can list neither its workloads nor its training jobs" in told
        assert writes(emulator) == []

    def test_ends_with_its_reason(self, made: Stack, emulator: Emulator, hand: Hand) -> None:
        """Once the node that came is back where it was, the same destroy deletes the pool, and not that node."""
        hand.migrate(TRAIN_POOL, BLUE, NODE)
        refused(made)
        hand.migrate(BLUE, TRAIN_POOL, NODE)

        made.destroy()

        assert (BLUE in pools(emulator), NODE in hand.nodes(TRAIN_POOL)) == (False, True)

    def test_is_told_beforehand(self, made: Stack, emulator: Emulator, hand: Hand, session: Session) -> None:
        """A look at the pool says in a line what a destroy would say, and what could not be found out."""
        hand.migrate(TRAIN_POOL, BLUE, NODE)
        assert made.state is not None
        record = MadePool.of(made.state.inputs, [made.state.outs["mark"]])
        pool = session.client.resource_pools.get(BLUE)

        told = foretold(session, pool, record)
        emulator.faults.arm(Fault("listJobs", status=403, times=None))
        untold = foretold(session, pool, record)

        emulator.faults.clear()
        begin = f"resource pool {BLUE!r} would not be deleted by a destroy as it is now: "
        move = "Move what is to stay to another pool by a NodeMigration, and run `pulumi up`"
        assert told == [f"{begin}{NODE} was not made with it, and would be deleted with it. {move}"]
        assert untold[0].startswith(f"{begin}what is in it could not be read")


class TestTrouble:
    @pytest.mark.long
    @pytest.mark.parametrize("answered", [False, True], ids=["before", "after"])
    def test_killed(self, emulator: Emulator, *, answered: bool) -> None:
        """Wherever a destroy is killed, the next one finishes it, and asks again only for what was not asked for."""
        for requests in range(1, LOOKS + 4):
            emulator.seed(QUICK)
            executioner = Executioner(emulator)
            stack = Stack(provider(emulator, executioner, requests), urn=URN)
            stack.up(blue())
            emulator.journal.clear()
            executioner.requests, executioner.answered = requests, answered
            with suppress(Killed):
                stack.destroy()
            killed, asked = executioner.requests is None, writes(emulator).count("deletePool")
            stack.provider = provider(emulator, executioner, requests)
            stack.destroy()

            assert (killed, asked) == (True, requests > LOOKS + (not answered))
            assert (writes(emulator).count("deletePool"), BLUE in pools(emulator)) == (1, False)

    def test_an_answer_that_is_lost(self, made: Stack, emulator: Emulator) -> None:
        """The pool is looked for, and goes."""
        emulator.faults.arm(Fault("deletePool", drop="reset", when="after"))

        made.destroy()

        assert (BLUE in pools(emulator), made.state) == (False, None)

    def test_a_request_that_never_arrives(self, made: Stack, emulator: Emulator, hand: Hand) -> None:
        """A pool that stays is not waited for without end; the next destroy asks again."""
        emulator.faults.arm(Fault("deletePool", drop="reset", times=None))

        with pytest.raises(OperationFailed) as failed:
            made.destroy()
        emulator.faults.clear()
        nodes = len(hand.nodes(BLUE))
        made.destroy()

        assert "the answer was lost (" in str(failed.value)
        assert "and the pool is Running. Run the same command again to delete it" in str(failed.value)
        assert (nodes, BLUE in pools(emulator)) == (2, False)

    def test_a_service_that_refuses(self, made: Stack, emulator: Emulator) -> None:
        """Its words are told, and the pool stays in the state."""
        emulator.faults.arm(Fault("deletePool", status=400))

        with pytest.raises(Exception, match=f"delete resource pool {BLUE}"):
            made.destroy()

        assert (BLUE in pools(emulator), made.state is None) == (True, False)

    def test_a_limit_that_passes(self, made: Stack, emulator: Emulator) -> None:
        """What was asked for goes on, and the next destroy sees it to its end."""
        made.timeout = 10

        with pytest.raises(OperationTimeout) as late:
            made.destroy()
        made.timeout = 0
        made.destroy()

        assert str(late.value).startswith(
            f"deleting resource pool {BLUE!r}: not finished after 10 s; last seen: deleting: 2 nodes left. It may"
        )
        assert (writes(emulator), BLUE in pools(emulator)) == (["deletePool"], False)

    def test_ctrl_c(self, made: Stack, emulator: Emulator) -> None:
        """The run ends at once: what was asked for goes on by itself, and before that nothing is."""
        ends = []
        for at in (1, LOOKS + 2):
            process = Process(emulator, ResourcePoolProvider())
            process.button.at = at
            with pytest.raises(CancelledError) as stopped:
                process.destroy(made)
            ends.append((str(stopped.value), writes(emulator), process.button.written_since))

        (early, late) = ends
        assert early == (
            f"delete resource pool {BLUE}: stopped before it was sent. Nothing was sent: run the same command again",
            [],
            [],
        )
        assert late == (
            f"deleting resource pool {BLUE!r}: stopped at deleting: 2 nodes left. {DELETION_GOES_ON}",
            ["deletePool"],
            [],
        )


class TestWhatTheProgramGoesOnDeclaring:
    def test_stays(self, made: Stack, emulator: Emulator) -> None:
        """A pool that is replaced by itself is found by its creation, and its deletion leaves it alone."""
        state = made.state
        assert state is not None
        begin_anew(made.provider)
        made.state = None
        made.up(blue())

        made.provider.delete(state.id, {**state.outs, PROVIDER_KEY: ""})

        assert (writes(emulator), BLUE in pools(emulator)) == ([], True)

    def test_keeps_its_mark(self, emulator: Emulator, request: pytest.FixtureRequest) -> None:
        """So does an adopted pool, whose mark would otherwise be taken off although the stack goes on managing it."""
        config = connect(emulator, request.node.nodeid, claim="true")
        stack = Stack(configured(ResourcePoolProvider(), **config), urn=URN)
        stack.up({"poolName": TRAIN_POOL})
        state, stack.state = stack.state, None
        assert state is not None
        emulator.journal.clear()
        stack.up({"poolName": TRAIN_POOL})

        stack.provider.delete(state.id, {**state.outs, PROVIDER_KEY: ""})

        assert writes(emulator) == []

    def test_goes_once_it_is_declared_no_more(self, made: Stack, emulator: Emulator) -> None:
        """In a process in which another pool is declared it is deleted as always."""
        state = made.state
        assert state is not None
        begin_anew(made.provider)
        other = Stack(made.provider, urn=f"{URN}-other")
        other.preview({"poolName": TRAIN_POOL})

        made.provider.delete(state.id, {**state.outs, PROVIDER_KEY: ""})

        assert (writes(emulator), BLUE in pools(emulator)) == (["deletePool"], False)


def provider(emulator: Emulator, executioner: Executioner, number: int) -> ResourcePoolProvider:
    """Return the provider of a new process, which may be killed."""
    found = configured(ResourcePoolProvider(), **mortal(emulator, executioner, f"destroyed {number}"))
    assert isinstance(found, ResourcePoolProvider)
    return found
