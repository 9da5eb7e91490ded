"""A network from its first preview to its end: made, kept, taken over, switched, and deleted or released."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dirty_equals import IsStr

from modelarts_emulator import GPU_POOL, INFER_POOL, TRAIN_POOL, Emulator
from modelarts_emulator.worlds.documented import NETWORK
from pulumi_modelarts.api.errors import RefusedError
from pulumi_modelarts.handlers import _rpc
from tests.resources.networks import (
    ADOPTING,
    CIDR,
    CREATED,
    ID,
    TAKEN_OVER,
    making,
    network,
    renewed,
    written,
)
from tests.resources.pools import CPU
from tests.resources.scenario import NEVER_READ, PROVIDER_KEY, CheckFailedError, Stack, connect
from tests.resources.service import world

if TYPE_CHECKING:
    from tests.resources.service import Hand

MADE = {"changes": CREATED, "cidr": CIDR, "name": "team-net", "networkName": ID, "ownership": "made"}


@pytest.fixture
def net(emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
    """A program with one network, never run."""
    return network(connect(emulator, request.node.nodeid))


@pytest.fixture
def made(net: Stack, emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
    """A program that has made its network, before the next command."""
    net.up(making())
    emulator.journal.clear()
    return renewed(net, emulator, request.node.nodeid)


class TestMaking:
    def test_shows_all_of_it_before_and_does_just_that(self, net: Stack, hand: Hand, emulator: Emulator) -> None:
        """The id is known in the first preview, one request makes it, and the run ends when it is Active."""
        shown = net.preview(making())
        net.up(making())

        (write,) = emulator.journal.writes()
        assert shown == MADE
        assert net.state is not None
        assert (net.state.id, net.state.inputs) == (ID, {**MADE, PROVIDER_KEY: NEVER_READ})
        assert net.state.outs == {
            **MADE,
            "phase": "Active",
            "subnets": [{"networkId": IsStr(min_length=36), "cidr": CIDR}],
            "freeAddresses": 4091,
            "pools": [],
        }
        assert (write.operation, hand.networks()[ID]) == ("createNetwork", (CIDR, "Active"))

    def test_costs_a_list_and_few_questions(self, net: Stack, emulator: Emulator) -> None:
        """The preview asks for the quota; the run looks, asks, looks until it is there, and reads its outputs."""
        net.preview(making())
        previewed = [exchange.operation for exchange in emulator.journal.exchanges()]
        emulator.journal.clear()
        net.up(making())

        ran = [exchange.operation for exchange in emulator.journal.exchanges()]
        assert previewed == ["listNetworks", "showNetwork", "showOsConfig"]
        assert [each for each in ran if each != "showNetwork"] == [
            "createNetwork",
            "listPools",
            "showNetworkAvailableIp",
        ]

    def test_is_done_once(self, made: Stack, emulator: Emulator) -> None:
        """A second run is silent, and costs the list of networks."""
        again = made.up(making())

        assert (again, [exchange.operation for exchange in emulator.journal.exchanges()]) == ({}, ["listNetworks"])

    def test_is_seen_by_the_checks_of_others_until_it_is_made(self, net: Stack) -> None:
        """As it will be, and no longer than it takes."""
        unborn = net.provider.handler().session.unborn  # type: ignore[attr-defined]  # ours
        checked = net.check(making())
        foreseen = unborn.networks()[ID]

        net.run(checked)

        assert (foreseen.cidr, foreseen.phase, unborn.maker(ID)) == (CIDR, "Active", "")

    def test_counts_what_other_resources_of_the_program_will_make(
        self, net: Stack, emulator: Emulator, request: pytest.FixtureRequest
    ) -> None:
        """One network is there, two may be, and the second that the program makes is one too many."""
        emulator.seed(world(quotas={"networks": 2}))
        second = network(connect(emulator, request.node.nodeid), "urn:pulumi:test::x::x::second")
        net.preview(making())

        with pytest.raises(CheckFailedError) as refused:
            second.preview(making(name="second-net", cidr="192.168.16.0/20"))

        assert str(refused.value).startswith(
            "name: makes one network too many: the project may have 2, has 1, and this program makes 2 more."
        )

    def test_is_refused_where_two_resources_would(self, net: Stack, emulator: Emulator) -> None:
        """A network has one resource, by whichever argument they name it."""
        second = Stack(net.provider, urn="urn:pulumi:test::x::x::second")
        net.preview(making())

        with pytest.raises(CheckFailedError, match=r"network_name: network .* is already managed by 'net'; merge"):
            second.preview(ADOPTING)

        assert emulator.journal.writes() == []

    def test_needs_nothing_more_where_previews_are_offline(
        self, net: Stack, emulator: Emulator, request: pytest.FixtureRequest
    ) -> None:
        """The run alone finds out whose the network is, and the state keeps it."""
        offline = renewed(net, emulator, request.node.nodeid, livePreview="false")

        offline.up(making())
        again = offline.up(making())
        offline.destroy()

        assert (again, written(emulator)) == ({}, ["createNetwork", "deleteNetwork"])

    def test_waits_for_one_of_its_name_to_be_gone(self, net: Stack, hand: Hand, emulator: Emulator) -> None:
        """What is being deleted is no network any more."""
        hand.make_network("team-net", "192.168.0.0/21")
        hand.delete_network(ID)
        emulator.journal.clear()

        shown = net.up(making())

        assert shown["changes"] == CREATED
        assert (written(emulator), hand.networks()[ID]) == (["createNetwork"], (CIDR, "Active"))


class TestAnExistingNetwork:
    @pytest.fixture(autouse=True)
    def there(self, hand: Hand, emulator: Emulator) -> None:
        """Somebody has made it in the console."""
        hand.make_network("team-net", CIDR)
        emulator.journal.clear()

    def test_is_taken_over_and_outlives_its_resource(self, net: Stack, hand: Hand, emulator: Emulator) -> None:
        """The preview says so, and nothing is sent, not in the end either."""
        shown = net.up(making())
        again = net.up(making())
        net.destroy()

        assert (shown["changes"], shown["ownership"], again) == (TAKEN_OVER, "adopted", {})
        assert (written(emulator), hand.networks()[ID]) == ([], (CIDR, "Active"))

    def test_is_adopted_by_its_id(self, net: Stack, hand: Hand, emulator: Emulator) -> None:
        """Nothing is shown to be done; its addresses are known from the run on."""
        shown = net.up(ADOPTING)
        assert net.state is not None
        outs = net.state.outs
        again, refreshed = net.up(ADOPTING), net.refresh()
        net.destroy()

        assert shown == {"networkName": ID, "ownership": "adopted", "changes": {}}
        assert (outs["cidr"], outs["ownership"], outs["freeAddresses"]) == (CIDR, "adopted", 4091)
        assert (again, refreshed, written(emulator)) == ({}, {}, [])
        assert ID in hand.networks()

    def test_with_other_addresses_is_refused(self, net: Stack) -> None:
        """Neither made nor taken over."""
        with pytest.raises(CheckFailedError, match=r"cidr: is '192.168.0.0/21', and network .* exists with"):
            net.preview(making(cidr="192.168.0.0/21"))

    def test_changes_hands_without_a_request(self, net: Stack, hand: Hand, emulator: Emulator) -> None:
        """From adopted to made and back, each shown by what becomes of it in the end; what was said last counts."""
        net.up(ADOPTING)

        to_made = net.up(making())
        to_adopted = net.up(ADOPTING)
        net.up(making())
        quiet = written(emulator)
        net.destroy()

        assert (to_made["changes"], to_made["ownership"]) == ({"on destroy": "released -> deleted"}, "made")
        assert to_adopted["changes"]["on destroy"] == "deleted -> released"
        assert (quiet, written(emulator), ID in hand.networks()) == ([], ["deleteNetwork"], False)

    def test_is_released_for_another_one(self, net: Stack, hand: Hand, emulator: Emulator) -> None:
        """Another id, or a name, is another network: the engine replaces, and the first one stays."""
        net.up(ADOPTING)
        assert net.state is not None
        state = net.state
        checked = net.check({"networkName": NETWORK})

        answer = net.provider.diff(state.id, state.outs, checked)
        net.provider.delete(state.id, state.outs)

        assert answer.replaces == ["networkName"]
        assert (written(emulator), ID in hand.networks()) == ([], True)


class TestRefresh:
    def test_brings_what_has_changed_into_the_outputs(self, net: Stack, hand: Hand) -> None:
        """Pools and free addresses are told, and are no difference of what is declared."""
        net.up({"networkName": NETWORK})
        assert net.state is not None
        before = net.state.outs
        hand.scale(TRAIN_POOL, CPU, 5)

        refreshed = net.refresh()

        assert refreshed == {}
        assert net.state.outs == {**before, "freeAddresses": before["freeAddresses"] - 3}
        assert before["pools"] == sorted([TRAIN_POOL, INFER_POOL, GPU_POOL])

    def test_of_a_network_that_somebody_deleted_has_the_next_run_make_it(
        self, made: Stack, hand: Hand, emulator: Emulator
    ) -> None:
        """It leaves the state, and comes again."""
        hand.delete_network(ID)
        emulator.clock.advance(60)
        emulator.journal.clear()

        gone = made.refresh()
        shown = made.up(making())

        assert (gone, shown) == ({"id": None}, MADE)
        assert (written(emulator), hand.networks()[ID]) == (["createNetwork"], (CIDR, "Active"))


class TestAMadeNetwork:
    def test_that_somebody_deleted_is_made_again(self, made: Stack, hand: Hand, emulator: Emulator) -> None:
        """Without a refresh: the preview shows it, and the run does it."""
        hand.delete_network(ID)
        emulator.clock.advance(60)
        emulator.journal.clear()

        shown = made.up(making())

        assert shown == {"changes": {"network": "(none) -> created (again)"}}
        assert (written(emulator), hand.networks()[ID]) == (["createNetwork"], (CIDR, "Active"))

    def test_keeps_its_name_and_its_addresses(self, made: Stack, emulator: Emulator) -> None:
        """Either would be another network."""
        for declared in (making(name="new-net"), making(cidr="192.168.0.0/21"), {"networkName": NETWORK}):
            with pytest.raises(CheckFailedError):
                made.preview(declared)

        assert emulator.journal.writes() == []

    @pytest.mark.parametrize("unknown", ["name", "cidr"])
    def test_stays_whose_it_is_while_an_input_is_not_known(self, made: Stack, unknown: str) -> None:
        """A preview that cannot tell what happens does not tell that it is somebody else's."""
        assert made.state is not None

        checked = made.provider.check(made.state.inputs, making(**{unknown: _rpc.unknown()}))

        assert (checked.failures, checked.inputs["ownership"]) == ([], "made")
        assert _rpc.is_unknown(checked.inputs["changes"])

    def test_is_deleted_with_its_resource(self, made: Stack, hand: Hand, emulator: Emulator) -> None:
        """And the call returns when it is gone."""
        made.destroy()

        assert (written(emulator), ID in hand.networks()) == (["deleteNetwork"], False)

    def test_is_kept_where_it_is_replaced_by_itself(self, made: Stack, hand: Hand, emulator: Emulator) -> None:
        """`pulumi up --replace` makes it, which finds it there, and deletes "the old one", which it is."""
        old, made.state = made.state, None
        assert old is not None
        shown = made.up(making())

        made._call(lambda: made.provider.delete(old.id, old.outs))

        assert (shown["changes"], shown["ownership"]) == (TAKEN_OVER, "adopted")
        assert (written(emulator), hand.networks()[ID]) == ([], (CIDR, "Active"))

    def test_is_kept_where_another_resource_of_the_program_names_it(
        self, made: Stack, hand: Hand, emulator: Emulator
    ) -> None:
        """A resource that was renamed without an alias goes, and its network has a new one."""
        renamed = Stack(made.provider, urn="urn:pulumi:test::x::x::renamed")
        renamed.up(making())
        old = made.state
        assert old is not None

        made._call(lambda: made.provider.delete(old.id, old.outs))

        assert (written(emulator), ID in hand.networks()) == ([], True)


def test_a_run_that_finds_another_world_than_its_preview_is_refused(net: Stack, hand: Hand, emulator: Emulator) -> None:
    """Somebody has made the network meanwhile: it is not taken over unseen."""
    checked = net.check(making())
    hand.make_network("team-net", CIDR)
    emulator.journal.clear()

    with pytest.raises(RefusedError) as refused:
        net.run(checked)

    assert str(refused.value) == (
        f"Making network {ID!r} was refused before anything was sent: it has changed since the preview, and this run "
        "would now do\n    network: exists -> managed\n    on destroy: released\nwhich the preview did not show. Run "
        "`pulumi up` again to see it."
    )
    assert written(emulator) == []
