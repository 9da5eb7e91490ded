"""One pool of a listing: found there, asked for by itself, or not to be read."""

import pytest

from modelarts_emulator import TRAIN_POOL, Emulator
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import NotFoundError, UnreadableError
from pulumi_modelarts.api.pool_board import Listing, PoolBoard
from pulumi_modelarts.api.settings import Settings
from tests.api.wires import Script, answer, pool_named
from tests.clocks import FakeClock


@pytest.fixture
def board(client: Client, clock: FakeClock) -> PoolBoard:
    """A board over the documented world."""
    return PoolBoard(client, clock)


class TestFind:
    def test_what_is_listed_is_found_without_asking(self, board: PoolBoard, emulator: Emulator) -> None:
        """The list has the whole pool."""
        listing = board.recent(0)

        assert board.find(TRAIN_POOL, listing) is listing.pools[TRAIN_POOL]
        assert len(emulator.journal.exchanges()) == 1

    def test_what_is_not_listed_is_asked_for_by_itself(self, board: PoolBoard) -> None:
        """A pool that the list leaves out (of another workspace, say) is there all the same."""
        assert board.find(TRAIN_POOL, Listing(0, {})).name == TRAIN_POOL

    def test_one_that_cannot_be_read_is_nobody_elses_trouble(self, settings: Settings, clock: FakeClock) -> None:
        """Whoever asks for it learns at once why, without another request; all others are found."""
        odd = pool_named("odd") | {"spec": {"resources": [{"flavor": "f", "count": "many"}]}}
        wire = Script(answer(body={"items": [pool_named("a"), odd, {"metadata": 3}, pool_named("b")]}))
        board = PoolBoard(Client(settings, transport=wire, clock=clock), clock)
        listing = board.recent(0)

        with pytest.raises(UnreadableError) as caught:
            board.find("odd", listing)

        assert str(caught.value).startswith(
            "read resource pool odd in the list of resource pools: the answer was not understood: at "
            "items[1].spec.resources[0].count: a text, where a whole number must be"
        )
        assert [board.find(name, listing).name for name in ("a", "b")] == ["a", "b"]
        assert (list(listing.pools), list(listing.unreadable)) == (["a", "b"], ["odd", ""])
        assert len(wire.requests) == 1

    def test_only_its_own_address_says_that_a_pool_is_gone(self, board: PoolBoard) -> None:
        """A pool in no list is missing when its own address says so."""
        with pytest.raises(NotFoundError, match="show resource pool gone-pool"):
            board.find("gone-pool", board.recent(0))
