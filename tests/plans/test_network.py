"""What becomes of a network: made, taken over, adopted, switched, made anew, or refused with the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.network import LiveNetwork, NetworkPlan, Record, Step, plan
from pulumi_modelarts.plans.network_projection import creation, expected
from tests.plans.networks import CIDR, ID, PROJECT, adopting, making, network, planned, record, seen

if TYPE_CHECKING:
    from pulumi_modelarts.specs.network import NetworkSpec

CREATED = {"network": "(none) -> created"}
OTHER = f"other-net-{PROJECT}"
UNREPAIRED = (
    f"network {ID!r} is Abnormal: pools in it may not work. Ask the service's support to repair it; one that this "
    "program has made, with no pool in it and no connection, is made anew by the next `pulumi up`"
)


def refused(made: NetworkPlan) -> str:
    """Return the only problem of a plan."""
    (problem,) = made.problems
    return f"{problem.path}: {problem.reason}"


class TestANetworkThatIsNotThere:
    @pytest.mark.parametrize(
        ("was", "also"),
        [
            (None, {}),
            (record("made"), {}),
            (record(None), {}),
            (record("adopted"), {"on destroy": "released -> deleted"}),
            (record("adopted", named=False), {"on destroy": "released -> deleted"}),
        ],
        ids=["new", "made before", "nobody knows whose", "taken over before", "adopted before"],
    )
    def test_is_made_and_is_this_resources_own_from_then_on(self, was: Record | None, also: dict[str, str]) -> None:
        """Whoever has deleted it; what becomes of it in the end is told where it was another thing before."""
        assert planned(making(), was, seen()) == NetworkPlan(Step.CREATE, "made", {**CREATED, **also})

    def test_is_made_where_one_of_its_name_is_being_deleted(self) -> None:
        """The run waits until that one is gone."""
        made = planned(making(), None, seen(network(deleting=True)))

        assert made == NetworkPlan(Step.CREATE, "made", CREATED)

    def test_cannot_be_adopted(self) -> None:
        """The message names the networks that there are, and the ways out."""
        made = planned(adopting(), None, seen(None, network(OTHER), network(f"third-{PROJECT}", cidr="172.16.0.0/16")))

        assert refused(made) == (
            f"network_name: {ID!r} does not exist. The project has: {OTHER} ({CIDR}), third-{PROJECT} (172.16.0.0/16). "
            "Correct network_name; declare name and cidr to make a network; if it has been deleted, take this resource "
            "out of the program"
        )

    def test_has_an_id_where_a_display_name_was_given(self) -> None:
        """The label is told from the id."""
        made = planned(adopting("other-net"), None, seen(None, network(OTHER)))

        assert f"'other-net' does not exist; that is the display name of {OTHER}. " in refused(made)

    def test_cannot_be_adopted_while_it_is_being_deleted(self) -> None:
        """It will not be there."""
        made = planned(adopting(), record("adopted", named=False), seen(network(deleting=True)))

        assert refused(made).startswith(f"network_name: {ID!r} is being deleted; declare name and cidr")


class TestTheQuota:
    @pytest.mark.parametrize(
        ("there", "unborn", "fits"), [(14, 0, True), (13, 1, True), (15, 0, False), (14, 1, False)], ids=str
    )
    def test_is_counted_over_the_whole_program(self, there: int, unborn: int, fits: bool) -> None:  # noqa: FBT001 - drawn by name
        """What is there and what other resources will make, this one included."""
        others = [network(f"net-{number}-{PROJECT}", cidr=f"172.16.{number}.0/24") for number in range(there)]
        coming = [network(f"new-{number}-{PROJECT}", cidr=f"172.17.{number}.0/24") for number in range(unborn)]

        made = planned(
            making(), None, seen(None, *others, *coming, unborn=frozenset(each.name for each in coming), most=15)
        )

        assert not made.problems if fits else made.problems

    def test_is_told_with_the_arithmetic(self) -> None:
        """What the project may have, has, and would have."""
        coming = network(OTHER, cidr="172.16.0.0/24")

        made = planned(making(), None, seen(None, network(f"old-{PROJECT}", cidr="172.17.0.0/24"), coming, most=2,
                                            unborn=frozenset({OTHER, ID})))  # fmt: skip

        assert refused(made) == (
            "name: makes one network too many: the project may have 2, has 1, and this program makes 2 more. Delete "
            "one that is not needed, or have the quota raised"
        )

    def test_refuses_nothing_where_it_is_not_known(self) -> None:
        """The service looks at it by itself."""
        assert planned(making(), None, seen(most=float("inf"))).problems == ()


class TestANetworkThatIsThere:
    def test_is_taken_over_where_nothing_is_on_record(self) -> None:
        """Visibly, with what becomes of it in the end: nobody can tell who has made it."""
        made = planned(making(), None, seen(network()))

        assert made == NetworkPlan(Step.NOTHING, "adopted", {"network": "exists -> managed", "on destroy": "released"})

    @pytest.mark.parametrize(
        ("spec", "was"),
        [
            (making(), record("made")),
            (making(), record("adopted")),
            (making(workspaceId="0"), record("made")),
            (adopting(), record("adopted", named=False)),
            (adopting(), None),
        ],
        ids=["made", "taken over", "in its workspace", "adopted", "adopted first"],
    )
    def test_is_left_alone_where_it_is_as_declared(self, spec: NetworkSpec, was: Record | None) -> None:
        """Nothing is shown, and it stays whose it was."""
        live = seen(network(), network(OTHER))

        assert planned(spec, was, live) == NetworkPlan(ownership="adopted" if was is None else was.ownership)

    def test_is_nobodys_where_no_preview_has_looked(self) -> None:
        """What was recorded offline says nothing of it."""
        assert planned(making(), record(None), seen(network())) == NetworkPlan(ownership=None)

    @pytest.mark.parametrize(
        ("spec", "was", "ownership", "entry"),
        [
            (making(), record("adopted", named=False), "made", "released -> deleted"),
            (adopting(), record("made"), "adopted", "deleted -> released"),
        ],
        ids=["to made", "to adopted"],
    )
    def test_changes_hands_when_the_program_says_so(
        self, spec: NetworkSpec, was: Record, ownership: Any, entry: str
    ) -> None:
        """It is an update that sends nothing, and shows what becomes of the network in the end."""
        made = planned(spec, was, seen(network()))

        assert made == NetworkPlan(Step.NOTHING, ownership, {"on destroy": entry})

    def test_stays_with_its_resource_where_it_was_taken_over(self) -> None:
        """A name that turns into an id changes nothing that anybody could see."""
        assert planned(adopting(), record("adopted"), seen(network())) == NetworkPlan(ownership="adopted")


class TestWhatCannotBeChanged:
    def test_is_told_of_a_network_that_was_there_before(self) -> None:
        """Other addresses and another workspace, both at once, each with what to write."""
        made = planned(making(workspaceId="1"), None, seen(network(cidr="192.168.0.0/21")))

        assert [problem.path for problem in made.problems] == ["cidr", "workspace_id"]
        assert made.problems[0].reason == (
            f"is {CIDR!r}, and network {ID!r} exists with '192.168.0.0/21'. Declare cidr='192.168.0.0/21' to manage it "
            "as it is, or another name to make another network"
        )

    def test_is_told_of_a_network_on_record(self) -> None:
        """The way out is another network."""
        made = planned(making(cidr="192.168.0.0/19"), record("made"), seen(network()))

        assert refused(made) == (
            f"cidr: is '192.168.0.0/19', and network {ID!r} has {CIDR!r}: its addresses cannot be changed. Declare "
            f"cidr={CIDR!r}; or make another network by a resource of its own, and take this one out of the program "
            "once no pool is in it any more"
        )

    @pytest.mark.parametrize("spec", [making(name="new-net", networkName=f"new-net-{PROJECT}"), adopting(OTHER)])
    @pytest.mark.parametrize("was", [record("made"), record(None)], ids=["made", "nobody knows whose"])
    def test_is_which_network_a_resource_has_made(self, spec: NetworkSpec, was: Record) -> None:
        """Another one in its place would have the first one deleted."""
        made = planned(spec, was, seen(network(OTHER) if not spec.makes else None))

        assert refused(made).startswith(
            f"{'name' if spec.makes else 'network_name'}: says that this is {spec.id!r}, and this resource has made "
            f"{ID!r}, which would be deleted for it. Declare the other network as a resource of its own"
        )

    def test_is_not_which_network_a_resource_has_adopted(self) -> None:
        """That one is released, and the other one made or adopted as if nothing were on record."""
        was = record("adopted", named=False)

        assert planned(adopting(OTHER), was, seen(network(OTHER))) == NetworkPlan(ownership="adopted")
        assert planned(making(), record("adopted", id_=OTHER), seen()) == NetworkPlan(Step.CREATE, "made", CREATED)


@pytest.mark.parametrize("phase", ["", "Creating"])
def test_a_network_that_is_still_being_made_is_waited_for(phase: str) -> None:
    """What time alters stands in no plan, and the preview of an interrupted creation says what its run does."""
    made = planned(making(), record("made"), seen(network(phase=phase)))

    told = f"network {ID!r} is still being made; a run waits until it is Active"
    assert made == NetworkPlan(ownership="made", warnings=(told,))


class TestAnAbnormalNetwork:
    def test_is_made_anew_where_nothing_could_be_lost(self) -> None:
        """One that this resource has made, in which no pool is, and which is connected with nothing."""
        made = planned(making(), record("made"), seen(network(phase="Abnormal")))

        anew = {"network": "Abnormal -> deleted and created anew"}
        assert made == NetworkPlan(Step.CREATE_ANEW, "made", anew)

    @pytest.mark.parametrize(
        ("was", "live"),
        [
            (record("made"), seen(network(phase="Abnormal"), pools=("pool",))),
            (record("made"), seen(network(phase="Abnormal", connected=True))),
            (record("adopted"), seen(network(phase="Abnormal"))),
            (record(None), seen(network(phase="Abnormal"))),
        ],
        ids=["with a pool", "connected", "taken over", "nobody knows whose"],
    )
    def test_is_warned_of_where_something_could(self, was: Record, live: LiveNetwork) -> None:
        """It stays as it is, and the warning says what to do."""
        assert planned(making(), was, live) == NetworkPlan(ownership=was.ownership, warnings=(UNREPAIRED,))

    def test_that_is_adopted_is_warned_of_too(self) -> None:
        """The resource can do nothing about it."""
        made = planned(adopting(), None, seen(network(phase="Abnormal")))

        assert made == NetworkPlan(ownership="adopted", warnings=(UNREPAIRED,))


class TestAddressesOfAnotherNetwork:
    LIVE = (network(OTHER, cidr="192.168.8.0/24"), network(f"gone-{PROJECT}", deleting=True), network("odd", cidr="?"))

    @pytest.mark.parametrize("found", [None, network()], ids=["made", "taken over"])
    def test_are_warned_of_once(self, found: Any) -> None:
        """When the network is made or taken over; what is being deleted, or tells no block, is left out."""
        made = planned(making(), None, seen(found, *self.LIVE))

        (warning,) = made.warnings
        assert warning == (
            f"cidr: {CIDR} overlaps with network {OTHER!r}, which has 192.168.8.0/24: nothing that is connected with "
            "both of them could tell their addresses apart"
        )

    def test_are_no_news_later(self) -> None:
        """A network at rest says nothing."""
        assert planned(making(), record("made"), seen(network(), *self.LIVE)).warnings == ()


class TestFacts:
    @pytest.mark.parametrize(
        ("spec", "was", "found", "lacks"),
        [
            (making(), record("made"), network(), set()),
            (adopting(), None, network(), set()),
            (making(), None, None, {Fact.MOST_NETWORKS}),
            (making(), None, network(), {Fact.MAY_SHOW_NETWORK}),
            (making(), record("made"), network(phase="Abnormal"), {Fact.IN_NETWORK}),
        ],
        ids=["at rest", "adopted", "made", "taken over", "Abnormal"],
    )
    def test_are_asked_for_where_they_are_needed(
        self, spec: NetworkSpec, was: Record | None, found: Any, lacks: set[Fact]
    ) -> None:
        """A network at rest costs nothing beside the list of networks."""
        assert plan(spec, was, LiveNetwork(found)).lacks == lacks

    def test_a_right_that_a_run_lacks_is_told_by_its_preview(self) -> None:
        """The network is shown by itself before anything else is done."""
        made = planned(making(), None, seen(network(), denied="show network: no"))

        assert refused(made) == "name: this user may not read what a run reads after its preview: show network: no"


def test_a_creation_says_no_more_than_the_program() -> None:
    """Its name, its addresses, and the workspace of the program, of the settings, or none."""
    spec = making()

    bodies = [creation(each, settings) for each in (spec, making(workspaceId="w")) for settings in (None, "s")]

    workspaces = [body["metadata"]["labels"].pop("os.modelarts/workspace.id", None) for body in bodies]
    assert workspaces == [None, "s", "w", "w"]
    assert bodies == [{"metadata": {"labels": {"os.modelarts/name": "team-net"}}, "spec": {"cidr": CIDR}}] * 4


def test_a_network_to_come_is_seen_as_it_will_be() -> None:
    """Active, with its id and its addresses."""
    made = expected(making(), None)

    assert (made.name, made.display_name, made.cidr, made.phase) == (ID, "team-net", CIDR, "Active")
