"""What a program will make: seen by its other checks as it will be, and by no run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator import TRAIN_POOL
from tests.resources.unborn import MADE, MAKER, NET, unborn_network, unborn_pool

if TYPE_CHECKING:
    from pulumi_modelarts.reconcilers.session import Session

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
