"""A choice in one process and the next: who has which nodes, and when the service is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import INFER_POOL, TRAIN_POOL, Emulator, Fault
from pulumi_modelarts.handlers import _rpc
from tests.resources.migrations import EIGHT, STAYING, batches, seed_nine
from tests.resources.pools import CPU
from tests.resources.scenario import CheckFailedError, connect
from tests.resources.selections import ChosenAndMoved, choosing, chosen, selection

if TYPE_CHECKING:
    from tests.resources.service import Hand

A, B, C, D, E, F, G, H = EIGHT


@pytest.fixture
def config(emulator: Emulator, request: pytest.FixtureRequest) -> dict[str, str]:
    """A process that looks at nine nodes in the training pool."""
    seed_nine(emulator)
    return connect(emulator, request.node.nodeid)


class TestTwoSelections:
    def test_of_one_pool_share_no_node(self, config: dict[str, str]) -> None:
        """The second one chooses among what the first has left, and an edit of one takes nothing from the other."""
        first, second = selection(config, "first"), selection(config, "second")

        first.up(choosing(2))
        second.up(choosing(2))
        first.up(choosing(3))

        assert (chosen(first), chosen(second)) == ([A, B, E], [C, D])

    def test_share_no_node_over_pools(self, config: dict[str, str], hand: Hand) -> None:
        """A node that was chosen in one pool and lives in another one is not chosen there."""
        first, second = selection(config, "first"), selection(config, "second")
        first.up(choosing(1))
        hand.migrate(TRAIN_POOL, INFER_POOL, A)
        first.up(choosing(1))

        second.up(choosing(1, pool=INFER_POOL))

        assert chosen(first) == [A]
        assert chosen(second) == [name for name in hand.nodes(INFER_POOL) if name != A][:1]

    def test_that_have_one_on_record_are_told_how_to_part(
        self, config: dict[str, str], emulator: Emulator, request: pytest.FixtureRequest
    ) -> None:
        """Runs of a part of a program can lead there; the second that is checked gives way when its keepers change."""
        first = selection(config, "first")
        first.up(choosing(2))
        second = selection(connect(emulator, request.node.nodeid), "second")
        second.up(choosing(2))

        with pytest.raises(CheckFailedError) as refused:
            first.up(choosing(2))
        first.up(choosing(2, keepers={"round": 2.0}))

        assert f"nodes: {A}, {B} are chosen by 'second' too; change keepers" in str(refused.value)
        assert (chosen(first), chosen(second)) == ([C, D], [A, B])

    def test_keep_their_nodes_while_an_input_is_not_known_yet(
        self, config: dict[str, str], emulator: Emulator, request: pytest.FixtureRequest
    ) -> None:
        """What the first has on record is nobody else's, although nobody knows how many it will have."""
        first = selection(config, "first")
        first.up(choosing(2))
        assert first.state is not None
        olds, config = first.state.inputs, connect(emulator, request.node.nodeid)
        again, second = selection(config, "first"), selection(config, "second")

        checked = again._call(lambda: again.provider.check(olds, {**choosing(2), "count": _rpc.unknown()}))
        second.up(choosing(1))

        assert _rpc.is_unknown(checked.inputs["nodes"])
        assert chosen(second) == [C]

    def test_choose_anew_when_one_is_replaced(self, config: dict[str, str]) -> None:
        """Checked again as a new one, a selection does not stand in its own way."""
        first = selection(config, "first")
        first.up(choosing(2))
        first.state = None

        first.up(choosing(2))

        assert chosen(first) == [A, B]


class TestAMigrationAndASelection:
    def test_share_no_node(self, config: dict[str, str]) -> None:
        """A node that a migration names is not chosen by a selection that is checked after it."""
        program, two = ChosenAndMoved(), selection(config)
        program.begin(config)
        program.move.check({"nodes": [A], "sourcePool": TRAIN_POOL, "targetPool": INFER_POOL})

        two.up(choosing(2))

        assert chosen(two) == [B, C]

    def test_move_just_what_was_chosen(self, config: dict[str, str], emulator: Emulator) -> None:
        """And the second run does nothing."""
        program = ChosenAndMoved()
        program.begin(config)

        program.up(choosing(2))
        again = program.up(choosing(2))

        assert batches(emulator) == [[A], [B]]
        assert again == {}

    def test_speak_of_a_lost_node_with_one_voice(self, config: dict[str, str], emulator: Emulator, hand: Hand) -> None:
        """The migration sends to the selection's keepers, before the node was moved and after it."""
        program = ChosenAndMoved()
        program.begin(config)
        program.choice.up(choosing(1))
        hand.delete(TRAIN_POOL, A)

        with pytest.raises(CheckFailedError) as refused:
            program.up(choosing(1))
        program.up(choosing(1, keepers={"round": 2.0}))

        assert "is in no pool of the project any more; 'two' has chosen it: change keepers there" in str(refused.value)
        assert batches(emulator) == [[B]]


class TestAnotherPoolOrFlavor:
    @pytest.mark.parametrize(
        "declared", [choosing(1, pool=INFER_POOL), choosing(1, flavor="modelarts.vm.cpu.8ud")], ids=["pool", "flavor"]
    )
    def test_has_all_nodes_chosen_anew(
        self, config: dict[str, str], emulator: Emulator, declared: dict[str, object]
    ) -> None:
        """In place and shown: what was chosen is dropped and stays where it is."""
        eight = {
            name: {"flavor": "modelarts.vm.cpu.8ud"} for name in ("os-node-created-qqqqq", "os-node-created-rrrrr")
        }
        nodes: dict[str, Any] = {name: {} for name in [*EIGHT, STAYING]} | eight
        counts = [{"flavor": CPU, "count": 9}, {"flavor": "modelarts.vm.cpu.8ud", "count": 2}]
        seed_nine(emulator, nodes=nodes, resources=counts)
        two = selection(config)
        two.up(choosing(2))

        changed = two.up(declared)

        assert {*changed} >= {"count", "nodes"}
        assert len(chosen(two)) == 1
        assert not {A, B} & {*chosen(two)}
        assert emulator.journal.writes() == []


class TestOfflinePreviews:
    def test_look_at_the_service_where_something_is_to_be_chosen_alone(
        self, emulator: Emulator, request: pytest.FixtureRequest
    ) -> None:
        """A new choice and a larger one need the service; one that stands needs none, and knows of nothing lost."""
        seed_nine(emulator)
        two = selection(connect(emulator, request.node.nodeid, livePreview="false") | {"livePreview": "false"})

        two.up(choosing(2))
        emulator.journal.clear()
        at_rest, asked = two.up(choosing(2)), emulator.journal.exchanges()
        two.up(choosing(3))

        assert (at_rest, asked) == ({}, [])
        assert chosen(two) == [A, B, C]

    def test_of_a_choice_that_stands_need_no_settings(self, config: dict[str, str]) -> None:
        """A pipeline without keys previews what has been chosen."""
        two = selection(config)
        two.up(choosing(2))
        two.provider = selection({"livePreview": "false"}).provider

        assert two.preview(choosing(2)) == {}


def test_a_service_that_cannot_be_read_changes_no_choice(config: dict[str, str], emulator: Emulator) -> None:
    """A list that lacks nodes is no reason to believe that one has vanished."""
    two = selection(config)
    two.up(choosing(2))
    emulator.clock.advance(60)
    emulator.faults.arm(Fault("listPoolNodes", body={"items": []}, times=3))

    with pytest.raises(Exception, match="list nodes of resource pool"):
        two.up(choosing(2, keepers={"round": 2.0}))

    assert chosen(two) == [A, B]


def test_a_node_in_no_pool_is_looked_for_among_the_jobs_of_all(
    config: dict[str, str], emulator: Emulator, hand: Hand
) -> None:
    """It may be on its way from any pool, and a node on its way has not vanished."""
    two = selection(config)
    two.up(choosing(1))
    hand.delete(TRAIN_POOL, A)
    emulator.journal.clear()

    two.up(choosing(1))

    assert [exchange.query.get("name") for exchange in emulator.journal.exchanges("listJobs")] == [None]
    assert chosen(two) == [A]


def test_a_choice_that_stands_costs_the_listing_and_node_lists_until_all_are_found(
    config: dict[str, str], emulator: Emulator, hand: Hand
) -> None:
    """Its own pool, then pools that have the flavor; neither jobs nor work are asked for, nor any other pool."""
    two = selection(config)
    two.up(choosing(2))
    hand.migrate(TRAIN_POOL, INFER_POOL, A)
    emulator.journal.clear()

    two.up(choosing(2))

    asked = [(exchange.operation, exchange.path.split("/")[4:5]) for exchange in emulator.journal.exchanges()]
    assert asked == [("listPools", []), ("listPoolNodes", [TRAIN_POOL]), ("listPoolNodes", [INFER_POOL])]
