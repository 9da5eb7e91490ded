"""What stands against making a pool, as far as reads can tell: refused in the preview, at the input, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import PROJECT, Fault
from modelarts_emulator.worlds.documented import NETWORK
from modelarts_emulator.worlds.flavors import FLAVORS
from pulumi_modelarts.resources.network import NetworkProvider
from tests.resources.lifetime import Resource
from tests.resources.making import TEAM, asked, maker, refusals, team
from tests.resources.pools import CPU
from tests.resources.scenario import configured, connect
from tests.resources.service import world

if TYPE_CHECKING:
    from modelarts_emulator import Emulator
    from tests.resources.service import Hand

ARM = "modelarts.bm.npu.arm.8snt9b"
SOLD_OUT = {CPU: {**FLAVORS[CPU], "zones": dict.fromkeys(FLAVORS[CPU]["zones"], "soldout")}}


@pytest.fixture
def resource(emulator: Emulator, request: pytest.FixtureRequest) -> Resource:
    """A resource that has never run."""
    return maker(emulator, request.node.nodeid)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (team(scope=None), "scope: is required for a pool to make: name the job types that it serves"),
        (team(flavors=None), "flavors: is required for a pool to make, or node_pools"),
        (team(0), "flavors: a pool is made with at least one node"),
        (team(network="network-none-4711"), "network: there is no network 'network-none-4711'. Give the id of one"),
        (team(40), f'flavors["{CPU}"]: grows from 0 to 40; this run would buy 40 nodes, and 32 are the most'),
        (
            team(flavors={"vm.4ud": 1.0}),
            "flavors[\"vm.4ud\"]: 'vm.4ud' is neither in the pool nor offered by the service",
        ),
        (
            team(flavors={CPU: 1.0, ARM: 1.0}),
            f"flavors[\"{CPU}\"]: '{CPU}' has CPU architecture x86, and the pool has arm64",
        ),
        (team(driver={"gpuVersion": "515"}), f"driver.gpu_version: no flavor of the pool has a GPU ({CPU})"),
    ],
    ids=["scope", "flavors", "nodes", "network", "growth", "flavor", "architecture", "driver"],
)
def test_is_refused_in_the_preview(resource: Resource, emulator: Emulator, program: dict[str, Any], said: str) -> None:
    """Each at the input that it is about; nothing is sent."""
    found = refusals(resource, {key: value for key, value in program.items() if value is not None})

    assert ([each[: len(said)] for each in found], asked(emulator)) == ([said], [])


def test_everything_is_told_at_once(resource: Resource) -> None:
    """One mistake hides no other."""
    found = refusals(resource, team(40, network="network-none-4711", driver={"npuVersion": "C78"}, scope=["Cooking"]))

    assert [each.partition(": ")[0] for each in found] == [
        "scope[0]",
        "network",
        f'flavors["{CPU}"]',
        "driver.npu_version",
    ]


def test_a_flavor_that_is_sold_out_everywhere(resource: Resource, emulator: Emulator) -> None:
    """No zone has any."""
    emulator.seed({**world(), "flavors": {**FLAVORS, **SOLD_OUT}})

    (said,) = refusals(resource, team())

    assert "is sold out in" in said
    assert "no zone has any" in said


def test_a_network_that_is_not_active(resource: Resource, hand: Hand) -> None:
    """One that is being deleted takes no pool."""
    network = hand.make_network("other", "192.168.0.0/24")
    hand.delete_network(network)

    (said,) = refusals(resource, team(network=network))

    assert said == (
        f"network: network '{network}' is being deleted, and a pool is made in one that is Active. Wait until it is, "
        "or name another one"
    )


def test_the_quota_of_pools_over_the_whole_program(emulator: Emulator, request: pytest.FixtureRequest) -> None:
    """Four pools may be there and three are: of two that the program makes, the second is refused, with the sum."""
    made = world()
    made["projects"][PROJECT]["quotas"] = {"pools": 4}
    emulator.seed(made)
    first, second = (maker(emulator, request.node.nodeid, name) for name in ("one", "two"))
    configured(second.provider, **connect(emulator, request.node.nodeid))
    configured(first.provider, endpoint="emulator", emulatorFile=request.node.nodeid)

    first.preview(team())
    (said,) = refusals(second, team(name="team-c"))

    assert said == (
        "name: the project may have 4 pools, has 3, and this program makes 2 more. Make fewer, or ask for more quota"
    )


def test_a_network_that_the_program_makes_is_there_for_its_pools(
    emulator: Emulator, request: pytest.FixtureRequest
) -> None:
    """The preview of the pool takes it as it will be, and shows what would be made in it."""
    config = connect(emulator, request.node.nodeid)
    net = Resource(configured(NetworkProvider(), **config), name="net", computed="changes")
    pool = maker(emulator, request.node.nodeid)
    configured(net.provider, **config)

    network = net.preview({"name": "team-net", "cidr": "192.168.0.0/24"})["networkName"]
    seen = pool.preview(team(network=network))

    assert seen["changes"]["pool"] == f"(none) -> created in {network}"


@pytest.mark.parametrize("operation", ["listNetworks", "showOsConfig", "listResourceFlavors"])
def test_what_this_user_may_not_read_refuses_nothing(resource: Resource, emulator: Emulator, operation: str) -> None:
    """The service looks by itself: a pool is made without what a preview would have looked at."""
    emulator.faults.arm(Fault(operation, status=403, code="ModelArts.0108", message="not authorized", times=None))

    resource.up(team())

    assert asked(emulator) == [("createPool", 200)]


def test_a_pool_that_the_program_makes_is_not_adopted_by_it_as_well(
    emulator: Emulator, request: pytest.FixtureRequest
) -> None:
    """A second resource for it is told where to say what it wants, and how to come after it."""
    one, two = maker(emulator, request.node.nodeid, "b"), maker(emulator, request.node.nodeid, "again")
    one.provider = two.provider

    one.preview(team())
    (said,) = refusals(two, {"poolName": TEAM, "flavors": {CPU: 2.0}})

    assert said == (
        f"pool_name: '{TEAM}' is made by 'b' of this program: declare there what should be true of it. Where its id is "
        "wanted, use pool_name of 'b', so that what needs the pool comes after it"
    )


def test_it_is_made_in_the_network_that_is_named(resource: Resource, emulator: Emulator) -> None:
    """The documented network is as good as any."""
    resource.up(team())

    (write,) = emulator.journal.writes()
    assert write.body["spec"]["network"] == {"name": NETWORK}
