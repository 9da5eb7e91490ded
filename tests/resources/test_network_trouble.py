"""Networks in trouble: answers that are lost, runs that are killed, networks that come Abnormal, pools in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import PROJECT, Emulator, Fault, Outcome
from modelarts_emulator.worlds.documented import NETWORK
from pulumi_modelarts.api.errors import BadRequestError, ConflictError, ModelArtsError, OperationFailed, RefusedError
from pulumi_modelarts.handlers._rpc import PartlyDoneError
from tests.resources.interference import Executioner, Killed, mortal
from tests.resources.networks import ADOPTING, CIDR, CREATED, ID, TAKEN_OVER, making, network, renewed, written
from tests.resources.scenario import Stack, State, configured, connect
from tests.resources.service import Hand, world

if TYPE_CHECKING:
    from collections.abc import Callable

GONE = Fault("showNetwork", status=404, code="ModelArts.50025001", message="Network not exist.")
QUICK = {"network": 1, "network_deleting": 1}
"""Virtual seconds: what is waited for is looked at a few times."""
ABNORMAL = {ID: {"cidr": CIDR, "phase": "Abnormal"}}


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


class TestALostAnswer:
    @pytest.mark.parametrize(
        "trouble",
        [
            Fault("createNetwork", drop="reset", when="after"),
            Fault("createNetwork", drop="truncate", when="after"),
            Fault("createNetwork", cut_json=True, when="after"),
            Fault("createNetwork", status=503, when="after"),
            Fault("createNetwork", status=500, when="after"),
            Fault("createNetwork", body={"metadata": {}}, when="after"),
        ],
        ids=lambda fault: str(fault.status or fault.drop or ("cut" if fault.cut_json else "odd")),
    )
    def test_to_the_creation_is_looked_for(self, net: Stack, hand: Hand, emulator: Emulator, trouble: Fault) -> None:
        """The network is found and waited for, and is this resource's own; nobody asks for it a second time."""
        emulator.faults.arm(trouble)

        net.up(making())

        assert net.state is not None
        assert (net.state.outs["ownership"], net.state.outs["phase"]) == ("made", "Active")
        assert (written(emulator), hand.networks()[ID]) == (["createNetwork"], (CIDR, "Active"))

    def test_to_a_creation_that_has_not_arrived_is_told(self, net: Stack, hand: Hand, emulator: Emulator) -> None:
        """It is looked for a while; then the run ends, and the next one makes the network."""
        emulator.faults.arm(Fault("createNetwork", drop="reset"))

        with pytest.raises(PartlyDoneError) as failed:
            net.up(making())
        net.up(making())

        assert str(failed.value).startswith(
            f"Making network {ID!r} (last seen: not shown yet): it was asked for and is not shown 30 s later ("
        )
        assert str(failed.value).endswith("Run `pulumi up` again: it looks first, and makes the network where it is "
                                          "still missing")  # fmt: skip
        assert hand.networks()[ID] == (CIDR, "Active")

    def test_to_a_deletion_is_looked_for_too(self, made: Stack, hand: Hand, emulator: Emulator) -> None:
        """What is deleted twice is gone once."""
        emulator.faults.arm(Fault("deleteNetwork", drop="reset", when="after"))

        made.destroy()

        assert ID not in hand.networks()

    def test_to_a_deletion_that_has_not_arrived_is_told(self, made: Stack, hand: Hand, emulator: Emulator) -> None:
        """Where no try arrives, the run ends, and the next one deletes the network."""
        emulator.faults.arm(Fault("deleteNetwork", status=503, times=None))

        with pytest.raises(OperationFailed, match="the answer was lost, and 30 s later nobody deletes it"):
            made.destroy()
        emulator.faults.clear()
        made.destroy()

        assert ID not in hand.networks()

    def test_of_a_network_that_is_shown_late_is_waited_for(self, net: Stack, emulator: Emulator) -> None:
        """A network that was asked for may not be shown at once."""
        checked = net.check(making())
        emulator.faults.arm(GONE._replace(times=4))

        net.run(checked)

        assert written(emulator) == ["createNetwork"]


@pytest.mark.parametrize("operation", ["listPools", "showNetworkAvailableIp"])
def test_a_network_that_is_made_is_not_lost_for_what_is_around_it(
    net: Stack, emulator: Emulator, operation: str
) -> None:
    """Its run ends well although pools or free addresses cannot be read; the next refresh brings them."""
    emulator.faults.arm(Fault(operation, status=500, times=None))

    net.up(making())
    emulator.faults.clear()
    assert net.state is not None
    before = net.state.outs
    refreshed = net.refresh()

    assert (before["phase"], before["pools"], before["freeAddresses"]) == ("Active", [], None)
    assert (refreshed, net.state.outs["freeAddresses"], written(emulator)) == ({}, 4091, ["createNetwork"])


class TestARefusal:
    def test_leaves_nothing_behind(self, net: Stack, hand: Hand, emulator: Emulator) -> None:
        """A creation that the service does not take is an error, and nothing is half done."""
        emulator.faults.arm(Fault("createNetwork", status=400, code="ModelArts.0118", message="The quota is used up"))

        with pytest.raises(BadRequestError, match="The quota is used up"):
            net.up(making())

        assert (net.state, ID in hand.networks()) == (None, False)

    @pytest.mark.parametrize(
        ("cidr", "told"),
        [(CIDR, "network: exists -> managed"), ("192.168.0.0/21", "cidr: is '192.168.0.0/20', and network")],
        ids=["the same", "another block"],
    )
    def test_of_a_name_that_somebody_has_just_taken_says_so(
        self, net: Stack, hand: Hand, emulator: Emulator, cidr: str, told: str
    ) -> None:
        """The run looked, saw nothing, and was refused: what is there now is shown before it is taken over."""
        checked = net.check(making())
        hand.make_network("team-net", cidr)
        emulator.faults.arm(GONE)

        with pytest.raises(RefusedError, match=told):
            net.run(checked)

    def test_to_show_the_network_is_told_by_the_preview(self, net: Stack, hand: Hand, emulator: Emulator) -> None:
        """A run looks before it manages."""
        hand.make_network("team-net", CIDR)
        emulator.faults.arm(Fault("showNetwork", status=403, code="ModelArts.0112", message="no"))

        with pytest.raises(AssertionError, match="name: this user may not read what a run reads after its preview"):
            net.preview(making())


class TestAnotherIdThanExpected:
    def test_is_told_with_both(self, net: Stack, emulator: Emulator) -> None:
        """A service that names networks otherwise makes one that nobody manages: it is named."""
        answer = {"metadata": {"name": "8a7f"}, "spec": {"cidr": CIDR}, "status": {"phase": ""}}
        emulator.faults.arm(Fault("createNetwork", body=answer))

        with pytest.raises(PartlyDoneError, match=f"Making network {ID!r}: the service has made '8a7f' instead"):
            net.up(making())


class TestANetworkThatComesAbnormal:
    def test_is_no_success(self, net: Stack, hand: Hand, emulator: Emulator) -> None:
        """The run fails, and says how to go on."""
        emulator.faults.arm(Fault("createNetwork", outcome=Outcome(network="Abnormal")))

        with pytest.raises(PartlyDoneError) as failed:
            net.up(making())

        assert str(failed.value) == (
            f"Making network {ID!r} (last seen: network is Abnormal): it came Abnormal. Run `pulumi up` again to "
            "delete it and make it anew"
        )
        assert hand.networks()[ID] == (CIDR, "Abnormal")

    def test_is_made_anew_by_the_next_run(
        self, made: Stack, hand: Hand, emulator: Emulator, request: pytest.FixtureRequest
    ) -> None:
        """The preview shows it; it is deleted, waited for, and asked for once more."""
        emulator.seed(world(networks=ABNORMAL))
        renewed(made, emulator, request.node.nodeid)

        shown = made.up(making())
        again = made.up(making())

        assert shown["changes"] == {**CREATED, "network": "Abnormal -> deleted and created anew"}
        assert (written(emulator), hand.networks()[ID], again) == (
            ["deleteNetwork", "createNetwork"],
            (CIDR, "Active"),
            {},
        )

    def test_is_adopted_as_it_is(self, net: Stack, emulator: Emulator) -> None:
        """What is not ours is not repaired, and not a failure either."""
        emulator.seed(world(networks=ABNORMAL))

        net.up(ADOPTING)
        net.up(making())

        assert net.state is not None
        assert (net.state.outs["phase"], written(emulator)) == ("Abnormal", [])

    def test_after_it_was_taken_over_is_as_it_was(self, net: Stack, hand: Hand, emulator: Emulator) -> None:
        """A network that somebody else is making may come to nothing; that is no failure of this run."""
        emulator.faults.arm(Fault("createNetwork", outcome=Outcome(network="Abnormal")))
        hand.ask_network("team-net", CIDR)

        net.up(making())

        assert net.state is not None
        assert (net.state.outs["phase"], net.state.outs["ownership"]) == ("Abnormal", "adopted")


class TestANetworkThatGoesMeanwhile:
    @pytest.mark.parametrize("wait", [0, 60], ids=["being-deleted", "gone"])
    def test_ends_the_run(self, net: Stack, hand: Hand, emulator: Emulator, wait: int) -> None:
        """Somebody deletes it while it is being made: the wait ends, and the next run makes it again."""
        config, witness = watched(emulator, f"goes {wait}")
        configured(net.provider, **config)

        def delete() -> None:
            if ID in hand.networks() and hand.networks()[ID][1] == "Creating":
                witness.before_each = lambda: None
                hand.delete_network(ID)
                emulator.clock.advance(wait)

        witness.before_each = delete

        with pytest.raises(PartlyDoneError):
            net.up(making())
        net.up(making())

        assert hand.networks()[ID] == (CIDR, "Active")


class TestDeletion:
    def test_with_a_pool_in_it_is_refused(self, net: Stack, hand: Hand, emulator: Emulator) -> None:
        """It names the pools and the ways out, and nothing is sent: every time that it is asked."""
        net.state = State(NETWORK, {}, {"networkName": NETWORK, "ownership": "made"})

        for _ in range(2):
            with pytest.raises(RefusedError) as refused:
                net.provider.delete(net.state.id, net.state.outs)

        pools = sorted(emulator.world()["pools"])
        assert str(refused.value) == (
            f"Deleting network {NETWORK!r} was refused before anything was sent: {', '.join(pools)} are in it. Delete "
            "the pools first; or keep the network: run `pulumi up` once with ResourceOptions(retain_on_delete=True), "
            "or take it out of the state alone with `pulumi state delete`"
        )
        assert (written(emulator), NETWORK in hand.networks()) == ([], True)

    def test_waits_for_pools_that_are_being_deleted(self, net: Stack, hand: Hand, emulator: Emulator) -> None:
        """Pools of the same program go first, and may take a while."""
        for pool in emulator.world()["pools"]:
            hand.doom_pool(pool)
        emulator.journal.clear()

        net.provider.delete(NETWORK, {"networkName": NETWORK, "ownership": "made"})

        assert (written(emulator), hand.networks()) == (["deleteNetwork"], {})

    def test_of_what_is_being_deleted_waits(self, made: Stack, hand: Hand, emulator: Emulator) -> None:
        """A run before was killed: nothing more is sent."""
        hand.delete_network(ID)
        emulator.journal.clear()

        made.destroy()

        assert (written(emulator), ID in hand.networks()) == ([], False)

    def test_of_what_is_gone_is_done(self, made: Stack, hand: Hand, emulator: Emulator) -> None:
        """One look is enough."""
        hand.delete_network(ID)
        emulator.clock.advance(60)
        emulator.journal.clear()

        made.destroy()

        assert [exchange.operation for exchange in emulator.journal.exchanges()] == ["showNetwork"]

    def test_that_the_service_refuses_says_what_it_says(self, made: Stack, hand: Hand, emulator: Emulator) -> None:
        """It may know of a pool that no list shows."""
        message = f"Network is used by pool hidden-{PROJECT}"
        emulator.faults.arm(Fault("deleteNetwork", status=409, code="ModelArts.50025002", message=message))

        with pytest.raises(ConflictError, match="is used by pool hidden"):
            made.destroy()

        assert ID in hand.networks()


def watched(emulator: Emulator, name: str) -> tuple[dict[str, str], Executioner]:
    """Return the configuration of a process whose requests are watched, and what watches them."""
    witness = Executioner(emulator)
    return mortal(emulator, witness, name), witness


def killed_everywhere(run: Callable[[Stack], object], begin: Callable[[Stack], object]) -> list[Emulator]:
    """Return a world for each request of a run and each half of it, in which the run was killed there.

    Args:
        run: What is killed.
        begin: What happens before.
    """
    worlds: list[Emulator] = []
    for answered in (False, True):
        for number in range(1, 20):
            emulator = Emulator()
            emulator.seed({**world(), "timings": QUICK})
            name = f"killed {run.__name__} {answered} {number}"
            stack = network(connect(emulator, name))
            begin(stack)
            config, executioner = watched(emulator, name)
            configured(stack.provider, **config)
            executioner.requests, executioner.answered = number, answered
            try:
                run(stack)
            except Killed:
                worlds.append(emulator)
                continue
            break
    return worlds


@pytest.mark.long
def test_wherever_a_creation_is_killed_one_run_finishes_it() -> None:
    """The network is asked for once in all; where it was, the next preview shows that it is taken over."""

    def create(stack: Stack) -> None:
        stack.up(making())

    worlds = killed_everywhere(create, lambda _: None)

    for number, emulator in enumerate(worlds):
        there = ID in Hand(emulator).networks()
        stack = network(connect(emulator, f"finishes {number}"))
        shown = stack.up(making())
        assert shown["changes"] == (TAKEN_OVER if there else CREATED)
        assert Hand(emulator).networks()[ID] == (CIDR, "Active")
        assert [each.operation for each in emulator.journal.writes() if each.status < 300] == ["createNetwork"]
    assert len(worlds) > 10


@pytest.mark.long
def test_wherever_a_deletion_is_killed_the_next_one_finishes_it() -> None:
    """It is gone, and no refusal is met on the way."""

    def destroy(stack: Stack) -> None:
        stack.provider.delete(ID, {"networkName": ID, "ownership": "made"})

    worlds = killed_everywhere(destroy, lambda stack: stack.up(making()))

    for number, emulator in enumerate(worlds):
        destroy(network(connect(emulator, f"deletes {number}")))
        assert ID not in Hand(emulator).networks()
    assert len(worlds) > 4


def test_a_run_that_reads_nothing_changes_nothing(net: Stack, emulator: Emulator) -> None:
    """A list that the service does not give is no empty one."""
    emulator.faults.arm(Fault("listNetworks", body={"metadata": {}}, times=None))

    with pytest.raises(ModelArtsError, match="list networks"):
        net.preview(making())

    assert emulator.journal.writes() == []
