import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.service import Service, names, refusal, third

NETWORKS = "/v1/networks"
NO_NETWORK = (404, "ModelArts.50025001")
BAD_REQUEST = (400, "ModelArts.50004000")
PREFIX = "emulator-contract-"
DISPLAY_NAME = PREFIX + os.environ.get("PYTEST_XDIST_WORKER", "test")
"""Of the network that the tests make; each process that runs tests has its own."""

PAUSES = [0.1 * 2**index for index in range(12)]
"""Seconds between two looks at a network that comes or goes: seven minutes in all."""


def body(cidr: str = "192.168.0.0/16") -> dict[str, Any]:
    """Body of a request for a network."""
    metadata = {"labels": {"os.modelarts/name": DISPLAY_NAME, "os.modelarts/workspace.id": "0"}}
    return {"apiVersion": "v1", "kind": "Network", "metadata": metadata, "spec": {"cidr": cidr}}


def wait_for(service: Service, path: str, *phases: str) -> str:
    """Phase of a network once it is one of these; `gone` when it is not there any more."""
    for pause in PAUSES:
        response = service.get(path)
        phase: str = "gone" if response.status_code == 404 else response.json()["status"]["phase"]
        if phase in phases:
            return phase
        service.sleep(pause)
    return pytest.fail(f"the network is still {phase}, not {' or '.join(phases)}")


def ours(service: Service) -> list[str]:
    """Paths of the networks that these tests have made and not deleted, whatever the service has named them."""
    label = f"os.modelarts/name={DISPLAY_NAME}"
    found = [item["metadata"] for item in service.items(NETWORKS, labelSelector=label)]
    return [f"{NETWORKS}/{item['name']}" for item in found if item["labels"]["os.modelarts/name"] == DISPLAY_NAME]


def others(service: Service) -> list[dict[str, Any]]:
    """Networks that no tests have made."""
    return [item for item in service.items(NETWORKS) if not item["metadata"]["name"].startswith(PREFIX)]


def remove(service: Service) -> None:
    """Delete what these tests have made, and wait until it is gone."""
    for path in ours(service):
        service.delete(path)
        wait_for(service, path, "gone")


def make(service: Service) -> str:
    """Path of a network that was made and is Active."""
    response = service.post(NETWORKS, body())
    assert response.status_code == 200, service.said(response)
    path = f"{NETWORKS}/{response.json()['metadata']['name']}"
    wait_for(service, path, "Active")
    return path


@pytest.fixture
def tidy(service: Service) -> Iterator[Service]:
    """A service with no network of these tests, before and after."""
    remove(service)
    yield service
    remove(service)


def test_list_and_show(service: Service) -> None:
    """The list has the networks as they are shown one by one."""
    listed = service.some("networks", NETWORKS)

    shown = [service.document(f"{NETWORKS}/{name}") for name in names(listed)]

    assert [(item["metadata"], item["spec"]) for item in shown] == [(item["metadata"], item["spec"]) for item in listed]


@pytest.mark.behaviour("networks", "A network's id is its display name and the project's id")
def test_id(service: Service) -> None:
    """A network's id begins with its display name and ends with the project."""
    for item in service.some("networks", NETWORKS):
        display_name = item["metadata"]["labels"]["os.modelarts/name"]

        assert item["metadata"]["name"] == f"{display_name}-{service.project}"


def test_of_a_pool(service: Service) -> None:
    """The network of every pool is listed."""
    wanted = {item["spec"]["network"]["name"] for item in service.some("pools", "/pools")}

    assert wanted <= set(names(service.items(NETWORKS)))


def test_pages(service: Service) -> None:
    """Pages follow each other and have every network once."""
    everything = names(service.some("networks", NETWORKS, least=2))

    pages = service.pages(NETWORKS, limit=third(everything))

    assert [name for page in pages for name in names(page)] == everything


@pytest.mark.behaviour("networks", "A missing one is 404 `ModelArts.50025001`")
def test_missing(service: Service) -> None:
    """A missing network is 404, also for who would delete it."""
    missing = f"{NETWORKS}/{service.nothing('network')}"

    assert [refusal(service.get(missing)), refusal(service.delete(missing))] == [NO_NETWORK] * 2


@pytest.mark.changes
@pytest.mark.behaviour("networks", "Its phase is empty in the answer, then Creating, then Active")
def test_life(tidy: Service) -> None:
    """A network comes, is Active, and goes; the others are what they were."""
    before = others(tidy)

    made = tidy.post(NETWORKS, body()).json()
    path = f"{NETWORKS}/{made['metadata']['name']}"
    wait_for(tidy, path, "Active")
    active = tidy.document(path)
    deleted = tidy.delete(path).json()
    wait_for(tidy, path, "gone")

    assert (made["status"], active["spec"]) == ({"phase": ""}, body()["spec"])
    assert deleted["metadata"]["name"] == made["metadata"]["name"]
    assert (ours(tidy), others(tidy)) == ([], before)


@pytest.mark.changes
@pytest.mark.behaviour("networks", "A name that is taken is 400 `ModelArts.50004000`")
def test_taken_name(tidy: Service) -> None:
    """A second network of one name is refused, and the first one stays."""
    path = make(tidy)
    before = tidy.document(path)

    response = tidy.post(NETWORKS, body())

    assert refusal(response) == BAD_REQUEST
    assert tidy.document(path) == before


@pytest.mark.changes
@pytest.mark.behaviour("networks", "It lies in 172.16.0.0/12 to /24 or in 192.168.0.0/16 to /24")
def test_public_addresses(tidy: Service) -> None:
    """A network with addresses that are not private is refused, and none is made."""
    response = tidy.post(NETWORKS, body(cidr="8.8.8.0/24"))

    assert refusal(response) == BAD_REQUEST
    assert ours(tidy) == []


@pytest.mark.changes
def test_by_label(tidy: Service) -> None:
    """A label selector leaves the networks that have the label."""
    path = make(tidy)

    found = tidy.items(NETWORKS, labelSelector=f"os.modelarts/name={DISPLAY_NAME}")

    assert [f"{NETWORKS}/{name}" for name in names(found)] == [path]


@pytest.mark.behaviour("networks", "`status.subnets[0].networkId` is the id of its subnet")
def test_addresses(service: Service) -> None:
    """A network tells how many addresses its subnet has, and how many of them are used."""
    active = [item for item in others(service) if item["status"]["phase"] == "Active"]
    name = names(active or service.lacks("an active network"))[0]
    subnet = service.document(f"{NETWORKS}/{name}")["status"]["subnets"][0]["networkId"]

    shown = service.document(f"{NETWORKS}/{name}/network-ip-availabilities", network_id=subnet)

    counts = [(item["usedIps"], item["totalIps"]) for item in shown["subnetIpAvailability"]]
    assert shown["networkId"] == subnet
    assert all(0 <= used <= total for used, total in counts)


@pytest.mark.behaviour("networks", "A missing one is 404 `ModelArts.50025001`")
def test_addresses_of_a_missing_network(service: Service) -> None:
    """The addresses of a missing network are missing as the network is."""
    path = f"{NETWORKS}/{service.nothing('network')}/network-ip-availabilities"

    assert refusal(service.get(path)) == NO_NETWORK
