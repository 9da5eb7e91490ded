"""What a program will make: seen by its other checks as it will be, and by no run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import NETWORK, NODE, TRAIN_POOL
from pulumi_modelarts.api.errors import RefusedError
from pulumi_modelarts.resources._provider import Provider
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from tests.resources.migrations import placing
from tests.resources.scenario import CheckFailedError, Stack, configured, connect
from tests.resources.selections import choosing, selection
from tests.resources.unborn import MADE, MAKER, NET, unborn_network, unborn_pool

if TYPE_CHECKING:
    from modelarts_emulator import Emulator
    from pulumi_modelarts.reconcilers.session import Session

MOVE = "urn:pulumi:test::x::x::move"
NOW = float("-inf")


def test_a_check_sees_the_pool_among_all_others(session: Session) -> None:
    """It is listed as it was posted, without a node, beside what the service lists."""
    session.unborn.post_pool(MAKER, unborn_pool())

    ahead = session.ahead()

    assert {**ahead.snapshot().pools} == {**session.snapshot().pools, MADE: unborn_pool()}
    assert (ahead.foretold(MADE), ahead.foretold(TRAIN_POOL)) == (unborn_pool(), None)
    assert ahead.nodes_of(MADE, read_after=NOW) == ()


def test_a_run_sees_what_is_live(session: Session) -> None:
    """Neither the pool nor its network is there for a run, nor for a check's look at what there is."""
    session.unborn.post_pool(MAKER, unborn_pool())

    seen = [each.snapshot().pools.keys() & {MADE} for each in (session, session.ahead().live())]

    assert (seen, session.foretold(MADE)) == ([set(), set()], None)


def test_what_a_resource_posts_replaces_what_it_posted_before(session: Session) -> None:
    """A resource that is checked again makes one thing, the last one that it said."""
    session.unborn.post_pool(MAKER, unborn_pool())

    session.unborn.post_pool(MAKER, unborn_pool("team-c", count=3))

    assert session.unborn.pools() == {"team-c": unborn_pool("team-c", count=3)}
    assert (session.unborn.maker("team-c"), session.unborn.maker(MADE)) == ("'b'", "")


def test_what_is_made_is_live_from_then_on(session: Session) -> None:
    """A resource that has made its pool takes it back, and nobody sees it but where the service shows it."""
    session.unborn.post_pool(MAKER, unborn_pool())

    session.unborn.take_back(MAKER)

    assert session.ahead().snapshot().pools == session.snapshot().pools


def test_a_pool_that_has_been_begun_is_seen_as_it_will_be(session: Session) -> None:
    """Where the service shows a pool that is not finished, checks see what becomes of it, and its nodes as they are."""
    begun = unborn_pool(TRAIN_POOL, count=5)
    session.unborn.post_pool(MAKER, begun)

    ahead = session.ahead()

    assert ahead.snapshot().pools[TRAIN_POOL] == begun
    assert ahead.nodes_of(TRAIN_POOL, read_after=NOW) == session.nodes_of(TRAIN_POOL, read_after=NOW) != ()


def test_all_addresses_of_a_network_that_will_be_made_are_free(session: Session) -> None:
    """Nobody asks the service about a network that is not there; it has as many addresses as its CIDR."""
    session.unborn.post_network(MAKER, unborn_network(cidr="192.168.0.0/28"))

    assert session.ahead().free_addresses(NET) == 16
    assert session.unborn.networks() == {NET: unborn_network()}


def test_without_a_urn_nothing_is_posted(session: Session) -> None:
    """Where the engine does not tell which resource is checked, nobody could take anything back."""
    session.unborn.post_pool("", unborn_pool())

    assert session.unborn.pools() == {}


class TestAMigration:
    @pytest.fixture
    def move(self, emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
        """A program with a migration, and a pool in the documented network that another resource makes."""
        config = connect(emulator, request.node.nodeid)
        stack = Stack(configured(NodeMigrationProvider(), **config), urn=MOVE)
        shared(stack).unborn.post_pool(MAKER, unborn_pool(network=NETWORK))
        return stack

    def test_is_previewed_as_if_its_target_were_there(self, move: Stack, emulator: Emulator) -> None:
        """Places, networks, flavors and addresses are looked at as ever, and nobody asks for the pool."""
        shown = move.preview(placing(NODE, targetPool=MADE))

        assert shown["moves"] == {NODE: f"{TRAIN_POOL} -> {MADE}"}
        assert [each for each in emulator.journal.exchanges() if MADE in each.path] == []

    def test_is_refused_what_the_pool_will_stand_against(self, move: Stack) -> None:
        """A pool in another network takes no node of this one, made or yet to be made."""
        shared(move).unborn.post_pool(MAKER, unborn_pool(network=NET))

        with pytest.raises(CheckFailedError, match=f"target_pool: '{MADE}' is in network '{NET}'"):
            move.check(placing(NODE, targetPool=MADE))

    def test_runs_in_the_pool_alone(self, move: Stack, emulator: Emulator) -> None:
        """A run that did not come after the making is refused with what makes it come after, and sends nothing."""
        checked = move.check(placing(NODE, targetPool=MADE))

        with pytest.raises(RefusedError) as refusal:
            move.run(checked)

        assert str(refusal.value) == (
            f"Placing nodes in resource pool '{MADE}': 0 of 1 moved; target_pool: '{MADE}' is made by 'b' in this run, "
            "and is not there yet: write pool_name of 'b' in place of the id, so that Pulumi makes the pool first"
        )
        assert emulator.journal.writes() == []


def test_nobody_chooses_nodes_of_a_pool_that_will_be_made(emulator: Emulator, request: pytest.FixtureRequest) -> None:
    """The names of its nodes are not known, so that a preview could not show a choice."""
    stack = selection(connect(emulator, request.node.nodeid))
    shared(stack).unborn.post_pool(MAKER, unborn_pool())

    with pytest.raises(CheckFailedError, match=f"^pool: '{MADE}' is made by 'b' in this run, and nobody knows"):
        stack.check(choosing(1, pool=MADE))


def shared(stack: Stack) -> Session:
    """Return what the resources of a program share."""
    assert isinstance(stack.provider, Provider)
    return stack.provider.configuration.session
