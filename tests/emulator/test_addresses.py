"""Addresses of a network: how many there are, and what is refused for want of them."""

from typing import Any

import pytest
from dirty_equals import IsPartialDict, IsStr

from modelarts_emulator import NETWORK, PROJECT, Emulator, ImpossibleWorldError
from tests.emulator.migrations import ONE, TWO, body, migrate, names
from tests.emulator.wire import Wire, cpu, error, world

NETWORKS = f"/v1/networks/{NETWORK}"


def begin(wire: Wire, **network: Any) -> None:
    """Two pools of three nodes and one in network-a, which is as described."""
    given = world(one={"resources": [cpu(3)]}, two={"resources": [cpu(1)]})
    given["projects"][PROJECT]["networks"] = {"network-a": network}
    wire.emulator.seed(given)


def addresses(wire: Wire) -> dict[str, Any]:
    """Addresses of network-a."""
    (found,) = wire.get("/v1/networks/network-a/network-ip-availabilities").json()["subnetIpAvailability"]
    return dict(found)


@pytest.mark.loopback
def test_shown(wire: Wire) -> None:
    """A network names its subnet, and tells all its addresses and those that its nodes have."""
    network = wire.get(NETWORKS).json()
    (subnet,) = network["status"]["subnets"]

    shown = wire.get(f"{NETWORKS}/network-ip-availabilities").json()

    assert subnet == {"networkId": IsStr(regex="[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "cidr": "172.16.0.0/12"}
    assert shown == {
        "name": f"{NETWORK}-subnet",
        "networkId": subnet["networkId"],
        "subnetIpAvailability": [{"cidr": "172.16.0.0/12", "ipVersion": 4, "usedIps": 6, "totalIps": 2**20 - 5}],
    }


def test_subnet_in_the_query(wire: Wire) -> None:
    """The query may name the subnet; another one is refused."""
    subnet = wire.get(NETWORKS).json()["status"]["subnets"][0]["networkId"]

    answers = [wire.get(f"{NETWORKS}/network-ip-availabilities", network_id=text) for text in (subnet, "other")]

    assert [answer.status_code for answer in answers] == [200, 400]


def test_nodes_that_come_and_go(wire: Wire) -> None:
    """A node has its address from the order on, and until it is gone."""
    begin(wire, cidr="192.168.7.0/24")
    seen = [addresses(wire)]
    wire.scale(cpu(5), pool=ONE).raise_for_status()
    seen.append(addresses(wire))
    wire.emulator.clock.advance(600)
    wire.scale(cpu(1), pool=ONE).raise_for_status()
    seen.append(addresses(wire))
    wire.emulator.clock.advance(60)

    seen.append(addresses(wire))

    assert [item["usedIps"] for item in seen] == [4, 6, 6, 2]
    assert seen[0] == {"cidr": "192.168.7.0/24", "ipVersion": 4, "usedIps": 4, "totalIps": 251}


def test_growth(wire: Wire) -> None:
    """Growth beyond the free addresses is refused as a whole, up to them it is not."""
    begin(wire, free_addresses=2)
    before = wire.emulator.world()

    answer = wire.scale(cpu(6), pool=ONE)

    text = "Bad request. the network network-a has 2 free IP addresses, 3 are needed"
    assert error(answer) == (400, "ModelArts.50004000", text)
    assert wire.emulator.world() == before
    assert wire.scale(cpu(5), pool=ONE).status_code == 200
    assert addresses(wire) == IsPartialDict(usedIps=6, totalIps=6)


def test_migration(wire: Wire) -> None:
    """Nodes move into a pool as long as its network has an address for each."""
    begin(wire, free_addresses=1)
    first, second, _ = names(wire)

    refused = migrate(wire, body(first, second, source=ONE, target=TWO), ONE)
    granted = migrate(wire, body(first, source=ONE, target=TWO), ONE)

    text = "Bad request. the network network-a has 1 free IP addresses, 2 are needed"
    assert (error(refused), granted.status_code) == ((400, "ModelArts.50004000", text), 200)


def test_impossible(modelarts: Emulator) -> None:
    """Free addresses are a number."""
    given = world(one={"resources": [cpu(1)]})
    given["projects"][PROJECT]["networks"] = {"network-a": {"free_addresses": -1}}

    with pytest.raises(ImpossibleWorldError, match=r"networks\[network-a\].free_addresses: -1 stands where"):
        modelarts.seed(given)
