"""A pool that changes hands: nothing is sent, and what becomes of it in the end is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import NETWORK, PROJECT, TRAIN_POOL
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from pulumi_modelarts.specs.spelling import argument
from tests.resources.blue import BLUE, QUICK, adopted_blue, blue, pools, writes
from tests.resources.pools import CPU
from tests.resources.scenario import CheckFailedError, Stack, configured, connect
from tests.resources.stopping import URN

if TYPE_CHECKING:
    from modelarts_emulator import Emulator
    from tests.resources.service import Hand

OUT = (
    "Declare a second pool under a name of its own, move nodes into it by a NodeMigration, and take this one out of "
    "the program then"
)


@pytest.fixture
def made(emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
    """A program that has made its pool, at a service that is quick."""
    emulator.seed(QUICK)
    stack = Stack(configured(ResourcePoolProvider(), **connect(emulator, request.node.nodeid)), urn=URN)
    stack.up(blue())
    emulator.clock.advance(60)
    emulator.journal.clear()
    return stack


class TestTheWayBack:
    def test_from_made_to_adopted_and_back(self, made: Stack, emulator: Emulator) -> None:
        """Each run shows what becomes of the pool from then on, sends nothing, and the next one is silent."""
        shown = [made.up(program)["changes"] for program in (adopted_blue(), blue())]
        again = made.up(blue())

        assert shown == [
            {"on destroy": "deleted with its 2 nodes -> released"},
            {"on destroy": "released -> deleted with its 2 nodes"},
        ]
        assert (again, writes(emulator)) == ({}, [])

    def test_released_in_between(self, made: Stack, emulator: Emulator) -> None:
        """A pool that was made and is adopted now is not deleted."""
        made.up(adopted_blue())

        made.destroy()

        assert (writes(emulator), BLUE in pools(emulator)) == ([], True)

    def test_deleted_in_the_end(self, made: Stack, emulator: Emulator) -> None:
        """A pool that was adopted in between is the program's own again, with all that it was made with."""
        made.up(adopted_blue())
        made.refresh()
        made.up(blue())

        made.destroy()

        assert (writes(emulator), BLUE in pools(emulator)) == (["deletePool"], False)

    def test_with_growth(self, made: Stack) -> None:
        """The nodes that the same run buys are among those that go in the end."""
        made.up(adopted_blue())

        shown = made.preview(blue(3))["changes"]

        assert shown == {f"flavors.{CPU}": "2 -> 3", "on destroy": "released -> deleted with its 3 nodes"}

    def test_with_secret_counts(self, made: Stack) -> None:
        """How many nodes there are is not told where it is secret."""
        secret = [f'flavors["{CPU}"]']
        made.up(adopted_blue(secrets=secret))

        shown = made.preview(blue(secrets=secret))["changes"]

        assert shown == {"on destroy": "released -> deleted with its nodes"}


class TestRefusal:
    def test_of_a_pool_that_was_only_adopted(
        self, emulator: Emulator, hand: Hand, request: pytest.FixtureRequest
    ) -> None:
        """What the resource has not made cannot become what it deletes."""
        hand.make_pool("blue", NETWORK, CPU)
        stack = Stack(configured(ResourcePoolProvider(), **connect(emulator, request.node.nodeid)), urn=URN)
        stack.up(adopted_blue(1))

        with pytest.raises(CheckFailedError) as refused:
            stack.preview(blue(1))

        assert str(refused.value).startswith(
            f"name: resource pool {BLUE!r} exists and was not made by this resource. Adopt it with pool_name={BLUE!r}"
        )

    @pytest.mark.parametrize("live", ["true", "false"], ids=["live", "offline"])
    @pytest.mark.parametrize(
        ("program", "told"),
        [
            ({"name": "green"}, "a pool keeps its name: 'blue' would be deleted, and all nodes of 'green' bought"),
            (
                {"network": f"other-{PROJECT}"},
                f"a pool keeps its network, which is {NETWORK}, and is not made anew for another one",
            ),
            (
                {"prefix": "red"},
                "a pool keeps its prefix of node names, which is (none), and is not made anew for another one",
            ),
            (
                {"workspaceId": "0123456789abcdef0123456789abcdef"},
                "a pool keeps its workspace, which is (none), and is not made anew for another one",
            ),
        ],
        ids=["name", "network", "prefix", "workspace"],
    )
    def test_of_a_replacement(
        self, made: Stack, emulator: Emulator, program: dict[str, Any], told: str, live: str, request: Any
    ) -> None:
        """A made pool is not made anew, whether or not previews ask the service; the way out is told."""
        config = connect(emulator, f"{request.node.nodeid} again", livePreview=live)
        made.provider = configured(ResourcePoolProvider(), **config)

        with pytest.raises(CheckFailedError) as refused:
            made.preview(blue(**program))

        (field,) = program
        assert (str(refused.value), writes(emulator)) == (f"{argument(field)}: {told}. {OUT}", [])

    def test_of_another_pool_in_its_place(self, made: Stack) -> None:
        """Adopting another pool would delete this one on the way."""
        with pytest.raises(CheckFailedError) as refused:
            made.preview({"poolName": TRAIN_POOL})

        assert str(refused.value) == (
            f"pool_name: resource pool {BLUE!r} was made by this resource, and would be deleted for {TRAIN_POOL!r} to "
            "take its place. Declare that one as a resource of its own; take this one out of the program, or declare "
            f"it with pool_name={BLUE!r} first to keep it"
        )

    def test_of_a_network_that_the_pool_is_not_in(self, made: Stack) -> None:
        """A pool that is handed back has to be declared where it is."""
        made.up(adopted_blue())

        with pytest.raises(CheckFailedError) as refused:
            made.preview(blue(network=f"other-{PROJECT}"))

        assert str(refused.value).startswith(f"network: a pool keeps its network, which is {NETWORK}, and is not made")
