"""Stacks that share a service: a pool that one has marked is its own, until it is released or taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL
from pulumi_modelarts.api.errors import RefusedError
from tests.resources.pools import CPU, train
from tests.resources.scenario import CheckFailedError, Stack
from tests.resources.stacks import counts, mark, marks, migration_of, pool_of, tag, writes

if TYPE_CHECKING:
    from modelarts_emulator import Emulator

DEV, PROD = "organization/shop/dev", "organization/shop/prod"
MOVE = {"nodes": [NODE], "sourcePool": TRAIN_POOL, "targetPool": INFER_POOL}


@pytest.fixture
def dev(emulator: Emulator) -> Stack:
    """A stack that marks its pools."""
    return pool_of(emulator, "dev", claim="true")


@pytest.fixture
def prod(emulator: Emulator) -> Stack:
    """Another one that marks its pools."""
    return pool_of(emulator, "prod", claim="true")


@pytest.fixture
def careless(emulator: Emulator) -> Stack:
    """A stack that marks nothing."""
    return pool_of(emulator, "careless")


class TestMarking:
    def test_is_one_write_that_the_preview_shows(self, dev: Stack, emulator: Emulator) -> None:
        """The mark names the stack, comes before anything else, and is written once; at rest nothing is."""
        shown = dev.preview(train(3))["changes"]

        done = dev.up(train(3))["changes"]
        again = dev.up(train(3))

        assert shown == done == {"claim": f"(none) -> {DEV}", f"flavors.{CPU}": "2 -> 3"}
        assert again == {}
        assert marks(emulator) == [DEV]
        assert (writes(emulator), counts(emulator)) == (["batchCreatePoolTags", "patchPool"], {CPU: 3})

    def test_alone(self, dev: Stack, emulator: Emulator) -> None:
        """A pool at rest is marked as well, and nothing else of it changes."""
        before = emulator.world()["pools"][TRAIN_POOL]

        assert dev.up(train(2))["changes"] == {"claim": f"(none) -> {DEV}"}

        after = emulator.world()["pools"][TRAIN_POOL]
        assert {**after, "tags": {}} == {**before, "tags": {}}

    def test_names_the_organization(self, dev: Stack, emulator: Emulator) -> None:
        """Where the backend has organizations, the mark says which."""
        dev.up(train(2, organization="acme"))

        assert marks(emulator) == ["acme/shop/dev"]

    def test_leaves_other_tags_alone(self, dev: Stack, emulator: Emulator) -> None:
        """Tags of people stay, also when the mark goes."""
        tag(emulator, [{"key": "team", "value": "vision"}])
        dev.up(train(2))

        dev.destroy()

        assert emulator.world()["pools"][TRAIN_POOL]["tags"] == {"team": "vision"}

    def test_mends_a_mark_that_was_removed(self, dev: Stack, emulator: Emulator) -> None:
        """A mark that somebody took away is shown by the next preview, and written again."""
        dev.up(train(2))
        emulator.reset()

        assert dev.up(train(2))["changes"]["claim"].startswith(f"(none) -> {DEV}")
        assert marks(emulator) == [DEV]

    def test_goes_when_the_stack_marks_no_more(self, dev: Stack, emulator: Emulator) -> None:
        """A stack that is told to mark nothing takes its own mark away, once, and shows it."""
        dev.up(train(2))
        dev.provider = pool_of(emulator, "dev").provider

        assert dev.up(train(2))["changes"] == {"claim": f"{DEV} -> (none)"}
        assert (dev.up(train(2)), marks(emulator)) == ({}, [])

    def test_is_left_out_where_everything_is_left_alone(self, dev: Stack, emulator: Emulator) -> None:
        """Under `ignore_changes=["*"]` nothing is sent, marks included."""
        dev.up(train(3, ignored=["*"]))

        assert (writes(emulator), marks(emulator)) == ([], [])

    def test_needs_a_free_tag(self, dev: Stack, emulator: Emulator) -> None:
        """A pool with as many tags as it can have is refused in the preview."""
        tag(emulator, [{"key": str(number), "value": ""} for number in range(20)])

        with pytest.raises(CheckFailedError) as refused:
            dev.preview(train(2))

        assert str(refused.value) == (
            f"pool_name: cannot be marked: resource pool {TRAIN_POOL!r} has 20 tags, and takes no more. Delete one, or "
            "set modelarts:claim to false"
        )


class TestThePoolOfAnother:
    @pytest.mark.parametrize("other", ["prod", "careless"])
    def test_is_refused(self, dev: Stack, emulator: Emulator, request: pytest.FixtureRequest, other: str) -> None:
        """Whatever the other stack says of marks, its preview names whose the pool is, and nothing is sent."""
        dev.up(train(2))
        before = emulator.world()
        rival: Stack = request.getfixturevalue(other)

        with pytest.raises(CheckFailedError) as refused:
            rival.preview(train(4))

        assert str(refused.value) == (
            f"pool_name: resource pool {TRAIN_POOL!r} is marked by stack {DEV}; two stacks would undo each other's "
            "changes. Take it out of one of them, or set take_over=True to have it from now on"
        )
        assert emulator.world() == before

    def test_that_was_marked_since_the_preview(self, careless: Stack, emulator: Emulator) -> None:
        """A run whose pool another stack has marked meanwhile sends nothing."""
        checked = careless.check(train(4))
        mark(emulator, DEV)
        emulator.journal.clear()

        with pytest.raises(RefusedError, match=f"was refused before anything was sent:\n    pool_name: .*{DEV}"):
            careless.run(checked)

        assert (writes(emulator), counts(emulator)) == ([], {CPU: 2})

    def test_is_taken_over(self, dev: Stack, prod: Stack, emulator: Emulator) -> None:
        """The mark of the other goes once one's own is there; then the other is refused, and nothing more is sent."""
        dev.up(train(2))
        emulator.journal.clear()

        shown = prod.up(train(3, takeOver=True))["changes"]

        assert shown == {"claim": f"{DEV} -> {PROD}", f"flavors.{CPU}": "2 -> 3"}
        assert writes(emulator) == ["batchCreatePoolTags", "batchDeletePoolTags", "patchPool"]
        assert (prod.up(train(3, takeOver=True)), marks(emulator)) == ({}, [PROD])
        with pytest.raises(CheckFailedError, match=PROD):
            dev.preview(train(2))

    def test_is_taken_over_by_a_stack_that_marks_nothing(self, dev: Stack, careless: Stack, emulator: Emulator) -> None:
        """The mark goes, and no other comes."""
        dev.up(train(2))

        assert careless.up(train(2, takeOver=True))["changes"] == {"claim": f"{DEV} -> (none)"}
        assert marks(emulator) == []

    def test_is_free_once_it_is_released(self, dev: Stack, prod: Stack, emulator: Emulator) -> None:
        """The release takes the mark away and nothing else, and the next stack may have the pool."""
        dev.up(train(3))
        emulator.journal.clear()

        dev.destroy()

        assert (writes(emulator), counts(emulator)) == (["batchDeletePoolTags"], {CPU: 3})
        assert prod.up(train(3))["changes"] == {"claim": f"(none) -> {PROD}"}

    def test_keeps_its_mark_when_another_lets_go(self, dev: Stack, prod: Stack, emulator: Emulator) -> None:
        """The release of a pool that another stack has taken over leaves that one's mark alone."""
        dev.up(train(2))
        prod.up(train(2, takeOver=True))
        emulator.journal.clear()

        dev.destroy()

        assert (writes(emulator), marks(emulator)) == ([], [PROD])

    def test_that_is_gone_is_released(self, dev: Stack, emulator: Emulator) -> None:
        """There is nothing to take a mark off."""
        dev.up(train(2))
        emulator.seed({})

        dev.destroy()

        assert dev.state is None


class TestMigrations:
    @pytest.mark.parametrize(("pool", "path"), [(TRAIN_POOL, "source_pool"), (INFER_POOL, "target_pool")])
    def test_out_of_and_into_the_pool_of_another(self, emulator: Emulator, pool: str, path: str) -> None:
        """No node leaves or joins a pool of another stack: the preview says whose it is."""
        mark(emulator, PROD, pool)
        move = migration_of(emulator, "dev")

        with pytest.raises(CheckFailedError) as refused:
            move.preview(MOVE)

        assert str(refused.value) == (
            f"{path}: resource pool {pool!r} is marked by stack {PROD}, and its nodes are moved by that one. Move them "
            "there, or let this stack take the pool over first: ResourcePool(…, take_over=True), then `pulumi up`"
        )

    def test_between_ones_own(self, emulator: Emulator) -> None:
        """A stack moves nodes between the pools that it has marked itself, and those that nobody has."""
        mark(emulator, DEV, TRAIN_POOL)

        migration_of(emulator, "dev", claim="true").up(MOVE)

        assert NODE in emulator.world()["pools"][INFER_POOL]["nodes"]

    def test_at_rest(self, emulator: Emulator) -> None:
        """A migration that has nothing to move is nobody's trouble."""
        move = migration_of(emulator, "dev")
        move.up(MOVE)
        mark(emulator, PROD, INFER_POOL)

        assert move.preview(MOVE) == {}
