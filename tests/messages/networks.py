"""What a network says: while it is declared, made, looked after, and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator import PROJECT, Fault, Outcome
from modelarts_emulator.worlds.documented import NETWORK
from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.api.operations import Deadline
from pulumi_modelarts.plans import network as plans
from pulumi_modelarts.plans import summary
from pulumi_modelarts.reconcilers.network_deletion import NetworkDeletion
from pulumi_modelarts.reconcilers.watch import Watch
from tests.messages.situation import ERROR, LIMIT, NOTE, PREVIEW, ROW, WARNING, refused, scene
from tests.resources.networks import ADOPTING, CIDR, ID, making
from tests.resources.service import world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.messages.situation import Situation

ARGUMENTS, THERE, MAKING, ENDING = (
    "Arguments of a Network",
    "A network that is not as declared",
    "A network that is made",
    "A network whose resource goes",
)
GONE = Fault("showNetwork", status=404, code="ModelArts.50025001", message="Network not exist.")
OTHER = f"other-net-{PROJECT}"


def recorded(ownership: str = "made", **inputs: Any) -> dict[str, Any]:
    """Return what is on record of the team's network."""
    return {**making(), "networkName": ID, "ownership": ownership, "changes": {}, **inputs}


def there(situation: Situation, cidr: str = CIDR) -> None:
    """Have somebody make the network in the console."""
    situation.hand.make_network("team-net", cidr)


refused(ARGUMENTS, "nothing says which network it is", {"cidr": CIDR})
refused(ARGUMENTS, "no addresses are declared", {"name": "team-net"})
refused(ARGUMENTS, "the name cannot be", making(name="Team net"))
refused(ARGUMENTS, "the addresses are none", making(cidr="a few"))
refused(ARGUMENTS, "name and addresses are numbers", making(name=1.0, cidr=24.0))
refused(ARGUMENTS, "no network can have the addresses", making(cidr="10.0.0.0/16"))
refused(ARGUMENTS, "the block is written otherwise", making(cidr="192.168.0.1/20"))
refused(ARGUMENTS, "a network is both made and adopted", making(networkName=NETWORK))
refused(ARGUMENTS, "an adopted network is declared like one that is made", {**ADOPTING, "cidr": CIDR})
refused(ARGUMENTS, "its addresses are secret", making(secrets=["cidr"]))

refused(THERE, "a network is adopted that does not exist", ADOPTING)
refused(THERE, "its display name is given", {"networkName": "network-maos"})
refused(
    THERE, "a network of the name has other addresses", making(), lambda situation: there(situation, "192.168.0.0/21")
)


@scene(THERE, "a network is adopted that is being deleted", PREVIEW)
def going(situation: Situation) -> list[str]:
    """Somebody has asked for its deletion."""
    there(situation)
    situation.hand.delete_network(ID)
    return situation.refusals(ADOPTING)


@scene(THERE, "its addresses are changed in the program", PREVIEW)
def changed(situation: Situation) -> list[str]:
    """No network can change them."""
    there(situation)
    return situation.refusals(making(cidr="192.168.0.0/19"), olds=recorded())


@scene(THERE, "a resource that has made one network names another", PREVIEW)
def renamed(situation: Situation) -> list[str]:
    """The first one would be deleted."""
    there(situation)
    return situation.refusals(making(name="other-net"), olds=recorded())


@scene(THERE, "two resources manage one network", PREVIEW)
def owned_twice(situation: Situation) -> list[str]:
    """Both are checked in one process."""
    situation.refusals(making(), "net")
    return situation.refusals(ADOPTING, "net-again")


@scene(THERE, "a network is being made, Abnormal, or being deleted", WARNING)
def ailing(situation: Situation) -> Iterator[str]:
    """Nothing can be done about the second by a run."""
    situation.hand.ask_network("team-net", CIDR)
    yield from situation.warnings(ADOPTING)
    situation.seed(world(networks={ID: {"cidr": CIDR, "phase": "Abnormal"}}))
    situation.emulator.clock.advance(60)
    yield from situation.warnings(ADOPTING)
    situation.hand.delete_network(ID)
    yield from plans.ailments(situation.client.networks.get(ID))


@scene(MAKING, "the project may not have another one", PREVIEW)
def no_quota(situation: Situation) -> list[str]:
    """Two may be there, and the program makes two."""
    situation.seed(world(quotas={"networks": 2}))
    situation.refusals(making(name="other-net", cidr="192.168.16.0/20"), "other")
    return situation.refusals(making(), "net")


@scene(MAKING, "the quota may not be read", NOTE)
def unknown_quota(situation: Situation) -> list[str]:
    """The service looks at it by itself."""
    refusal = Fault("showOsConfig", status=403, code="ModelArts.0112", message="no")
    situation.emulator.faults.arm(refusal)
    situation.foreseen(making(networkName=ID))
    return situation.losses()


@scene(MAKING, "another network has some of the addresses", WARNING)
def overlapping(situation: Situation) -> tuple[str, ...]:
    """The service minds it not."""
    return situation.warnings(making(cidr="172.16.8.0/24", networkName=ID))


@scene(MAKING, "a user may not read what a run reads", PREVIEW)
def unseen(situation: Situation) -> list[str]:
    """It looks at the network before it takes it over."""
    there(situation)
    situation.emulator.faults.arm(
        Fault("showNetwork", status=403, code="ModelArts.0112", message="Policy doesn't allow")
    )
    return situation.refusals(making())


@scene(MAKING, "it is made, taken over, made anew, or changes hands", NOTE)
def planned(_: Situation) -> Iterator[str]:
    """In a plain preview."""
    hands = ({plans.ON_DESTROY: "released -> deleted"}, {plans.ON_DESTROY: "deleted -> released"})
    for entries in ({plans.NETWORK: plans.CREATED}, plans.TAKEN_OVER, {plans.NETWORK: plans.MADE_ANEW}, *hands):
        yield summary.of_network(entries)


@scene(MAKING, "it is made", ROW)
def rows(situation: Situation) -> list[str]:
    """From the first to the last."""
    return situation.runs(making())


@scene(MAKING, "it is made, and then deleted to be made anew", NOTE)
def sent(situation: Situation) -> list[str]:
    """Lines that stay."""
    situation.seed(world(networks={ID: {"cidr": CIDR, "phase": "Abnormal"}}))
    situation.runs(making(), olds=recorded())
    return situation.told


@scene(MAKING, "its answer is lost, and it is not there", ERROR)
def lost(situation: Situation) -> list[str]:
    """It may come all the same."""
    situation.emulator.faults.arm(Fault("createNetwork", drop="reset"))
    return situation.fails(making())


@scene(MAKING, "it comes Abnormal", ERROR)
def abnormal(situation: Situation) -> list[str]:
    """Nothing can be made in it."""
    situation.emulator.faults.arm(Fault("createNetwork", outcome=Outcome(network="Abnormal")))
    return situation.fails(making())


@scene(MAKING, "somebody deletes it meanwhile", ERROR)
def deleted_meanwhile(situation: Situation) -> Iterator[str]:
    """While it is being made, and once it is gone."""
    started = lambda: situation.asked("createNetwork")  # noqa: E731 - said twice
    situation.once(started, lambda: situation.hand.delete_network(ID))
    yield from situation.fails(making())
    situation.emulator.clock.advance(60)
    yield from situation.fails({"networkName": NETWORK}, between=lambda: vanish(situation))


def vanish(situation: Situation) -> None:
    """Take the network out of the world once a run has begun to wait for it."""
    answer = {"metadata": {"name": NETWORK}, "spec": {"cidr": CIDR}, "status": {"phase": "Creating"}}
    situation.emulator.faults.arm(Fault("showNetwork", body=answer))
    situation.emulator.faults.arm(GONE)


@scene(MAKING, "the service names it otherwise", ERROR)
def misnamed(situation: Situation) -> list[str]:
    """What follows from its name is wrong then."""
    answer = {"metadata": {"name": "8a7f"}, "spec": {"cidr": CIDR}, "status": {"phase": ""}}
    situation.emulator.faults.arm(Fault("createNetwork", body=answer))
    return situation.fails(making())


@scene(MAKING, "somebody has made it since the preview", ERROR)
def overtaken(situation: Situation) -> list[str]:
    """It is not taken over unseen."""
    return situation.fails(making(), between=lambda: there(situation))


def deleting(situation: Situation, network: str) -> tuple[list[str], list[str]]:
    """Delete a network; return what its row has shown, and what was told or went wrong."""
    rows: list[str] = []
    told: list[str] = []
    session = situation.session
    watch = Watch(session, Deadline.after(LIMIT, session.clock, situation.cancellation), rows.append, told.append)
    try:
        NetworkDeletion(watch, network).delete()
    except ModelArtsError as error:
        told.append(str(error))
    return list(dict.fromkeys(rows)), told


@scene(ENDING, "it is deleted", ROW)
def deletion(situation: Situation) -> list[str]:
    """With pools in it that are being deleted."""
    for pool in situation.emulator.world()["pools"]:
        situation.hand.doom_pool(pool)
    rows, _ = deleting(situation, NETWORK)
    return rows


@scene(ENDING, "it is deleted, or stays", NOTE)
def ends(situation: Situation) -> Iterator[str]:
    """By whose it is."""
    there(situation)
    yield from deleting(situation, ID)[1]
    yield plans.released(ID)
    yield plans.kept(ID, "'net'")


@scene(ENDING, "pools are in it", ERROR)
def occupied(situation: Situation) -> list[str]:
    """It cannot go before them."""
    return deleting(situation, NETWORK)[1]


@scene(ENDING, "the answer to its deletion is lost, and nobody deletes it", ERROR)
def deletion_lost(situation: Situation) -> list[str]:
    """No try has arrived."""
    there(situation)
    situation.emulator.faults.arm(Fault("deleteNetwork", status=503, times=None))
    return deleting(situation, ID)[1][-1:]


@scene(ENDING, "the run is stopped while it is deleted", ERROR)
def deletion_stopped(situation: Situation) -> list[str]:
    """The next destroy goes on; before anything was sent, it begins anew."""
    there(situation)
    situation.once(lambda: situation.asked("deleteNetwork"), situation.cancellation.request)
    later = deleting(situation, ID)[1][-1:]
    for pool in situation.emulator.world()["pools"]:
        situation.hand.doom_pool(pool)
    return [*later, *deleting(situation, NETWORK)[1]]
