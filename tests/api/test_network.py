from typing import Any

import pytest

from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import NotFoundError, UnreadableError
from pulumi_modelarts.api.settings import Settings
from tests.api.wires import Script, Step, answer
from tests.clocks import FakeClock


def asked(settings: Settings, clock: FakeClock, step: Step) -> tuple[Client, Script]:
    """A client of a service that gives this answer, and the service."""
    wire = Script(step)
    return Client(settings, transport=wire, clock=clock), wire


def subnet(used: Any, total: Any, version: int = 4) -> dict[str, Any]:
    """Addresses of a subnet."""
    return {"cidr": "192.168.20.0/24", "ipVersion": version, "usedIps": used, "totalIps": total}


def test_the_network_of_a_pool(client: Client) -> None:
    """It has the name that the pool knows it by, and addresses."""
    (pool, *_) = client.resource_pools.list().pools.values()

    network = client.networks.get(pool.spec.network.name)

    assert network.name == pool.spec.network.name
    assert (bool(network.spec.cidr), network.status.phase) == (True, "Active")


def test_a_missing_network(client: Client) -> None:
    """Its own address says that it does not exist."""
    with pytest.raises(NotFoundError, match="show network gone"):
        client.networks.get("gone")


@pytest.mark.parametrize(
    ("subnets", "free"),
    [
        ([subnet(3, 250)], 247),
        ([subnet(250, 250), subnet(1, 3), subnet(0, 1000, version=6)], 2),
        ([subnet(3, 250), subnet(3, None)], None),
        ([], 0),
    ],
)
def test_free_addresses(settings: Settings, clock: FakeClock, subnets: list[Any], free: int | None) -> None:
    """Over all subnets, of those that pools take; unknown if one of them does not say how many it has."""
    client, wire = asked(settings, clock, answer(body={"name": "net", "subnetIpAvailability": subnets}))

    assert client.networks.free_addresses("net") == free
    assert wire.requests[0].url.path == f"/v1/{settings.project_id}/networks/net/network-ip-availabilities"


@pytest.mark.parametrize(("status", "code"), [(403, "ModelArts.0108"), (404, "APIGW.0101")])
def test_a_service_that_does_not_tell(settings: Settings, clock: FakeClock, status: int, code: str) -> None:
    """Where it is not allowed or not served nobody knows how many are free."""
    client, _ = asked(settings, clock, answer(status, {"error_code": code, "error_msg": "no"}))

    assert client.networks.free_addresses("net") is None


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "subnetIpAvailability: nothing"),
        ({"subnetIpAvailability": None}, "subnetIpAvailability: nothing"),
        ({"subnetIpAvailability": [{}]}, r"subnetIpAvailability\[0\].usedIps: nothing"),
        ({"subnetIpAvailability": [subnet("x", 3)]}, r"subnetIpAvailability\[0\].usedIps: a text"),
        ({"subnetIpAvailability": [subnet(4, 3)]}, r"subnetIpAvailability\[0\].usedIps: 4, where the subnet has 3"),
    ],
)
def test_an_answer_that_does_not_say_it(settings: Settings, clock: FakeClock, body: object, place: str) -> None:
    """It is not taken for a full or an empty network."""
    client, _ = asked(settings, clock, answer(body=body))

    with pytest.raises(UnreadableError, match=f"show the free addresses of network net: .* at {place}"):
        client.networks.free_addresses("net")


def test_every_network(client: Client) -> None:
    """Each has the name it was given, and once it is there its subnet."""
    (network,) = client.networks.every()

    assert (network.display_name, network.workspace_id, network.status.phase) == ("network-maos", "0", "Active")
    assert [subnet.cidr for subnet in network.status.subnets] == [network.spec.cidr]


def test_all_pages_of_networks(settings: Settings, clock: FakeClock) -> None:
    """A mark leads to the next page."""
    first = {"metadata": {"continue": "more"}, "items": [{"metadata": {"name": "a"}}]}
    wire = Script(answer(body=first), answer(body={"metadata": {}, "items": [{"metadata": {"name": "b"}}]}))

    found = Client(settings, transport=wire, clock=clock).networks.every()

    assert [network.name for network in found] == ["a", "b"]
    assert [request.url.query for request in wire.requests] == [b"limit=500", b"continue=more&limit=500"]
