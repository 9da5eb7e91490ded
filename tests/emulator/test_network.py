from typing import Any

import pytest
from dirty_equals import IsStr

from modelarts_emulator import NETWORK, PROJECT, Emulator, ImpossibleWorldError
from modelarts_emulator.state.clock import EPOCH, rfc3339
from tests.emulator.wire import Wire, cpu, error, world

NAME = f"net-a-{PROJECT}"


def network(name: str = "net-a", cidr: str = "192.168.0.0/16", **labels: str) -> dict[str, Any]:
    """Body of a request for a network."""
    metadata = {"labels": {"os.modelarts/name": name, **labels}}
    return {"apiVersion": "v1", "kind": "Network", "metadata": metadata, "spec": {"cidr": cidr}}


def names(wire: Wire, **query: str) -> list[str]:
    """Names of the networks that are listed."""
    return [item["metadata"]["name"] for item in wire.get("/v1/networks", **query).json()["items"]]


class TestCreate:
    @pytest.mark.loopback
    def test_course(self, wire: Wire) -> None:
        """A network has an empty phase in the answer, is Creating for a while, and then Active."""
        answer = wire.post("/v1/networks", network()).json()
        during = wire.get(f"/v1/networks/{NAME}").json()
        wire.emulator.clock.advance(20)

        document = {
            "kind": "Network",
            "apiVersion": "v1",
            "metadata": {
                "name": NAME,
                "creationTimestamp": rfc3339(EPOCH),
                "labels": {"os.modelarts/name": "net-a", "os.modelarts/workspace.id": "0"},
                "annotations": {},
            },
            "spec": {"cidr": "192.168.0.0/16"},
        }
        assert answer == {**document, "status": {"phase": ""}}
        assert during == {**document, "status": {"phase": "Creating"}}
        subnets = [{"networkId": IsStr(min_length=36), "cidr": "192.168.0.0/16"}]
        status = {"phase": "Active", "subnets": subnets}
        assert wire.get(f"/v1/networks/{NAME}").json() == {**document, "status": status}

    def test_pool_needs_an_active_one(self, wire: Wire) -> None:
        """A pool can be made in a network once that is Active, and not before."""
        wire.post("/v1/networks", network())
        pool = {
            "apiVersion": "v2",
            "kind": "Pool",
            "metadata": {"labels": {"os.modelarts/name": "team-a"}},
            "spec": {"scope": ["Train"], "resources": [cpu(1)], "network": {"name": NAME}},
        }

        early = wire.post("/pools", pool)
        wire.emulator.clock.advance(20)
        late = wire.post("/pools", pool)

        assert error(early)[2] == f"Bad request. the network {NAME} is Creating"
        assert late.status_code == 200

    @pytest.mark.parametrize("cidr", ["172.16.0.0/12", "172.31.255.0/24", "192.168.0.0/16", "192.168.7.0/24"])
    def test_blocks(self, wire: Wire, cidr: str) -> None:
        """Blocks of two private ranges are taken."""
        assert wire.post("/v1/networks", network(cidr=cidr)).status_code == 200

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ({}, "apiVersion is required"),
            (network(cidr="10.0.0.0/16"), "spec.cidr 10.0.0.0/16 must lie in"),
            (network(cidr="192.168.0.0/25"), "spec.cidr 192.168.0.0/25 must lie in"),
            (network(cidr="172.16.0.0/11"), "is not a block of addresses"),
            (network(cidr="everything"), "is not a block of addresses"),
            (network("net"), "must be 4 to 32 lower-case letters"),
            (network("maos"), None),
            (network("Net-a"), "must be 4 to 32 lower-case letters"),
        ],
    )
    def test_refusals(self, wire: Wire, body: dict[str, Any], reason: str | None) -> None:
        """A network that cannot be is refused with the reason, and none is made."""
        before = names(wire)

        answer = wire.post("/v1/networks", body)

        if reason is None:
            assert answer.status_code == 200
        else:
            assert error(answer)[:2] == (400, "ModelArts.50004000")
            assert reason in error(answer)[2]
            assert names(wire) == before

    def test_name_taken(self, wire: Wire) -> None:
        """A name that a network has is refused."""
        wire.post("/v1/networks", network())

        assert error(wire.post("/v1/networks", network()))[2] == f"Bad request. the network {NAME} already exists"

    def test_unknown_workspace(self, wire: Wire) -> None:
        """A network is made only in a workspace that is there."""
        answer = wire.post("/v1/networks", network(**{"os.modelarts/workspace.id": "w1"}))

        assert error(answer)[1] == "ModelArts.0102"

    def test_quota(self, wire: Wire) -> None:
        """A project has 15 networks at most."""
        answers = [wire.post("/v1/networks", network(f"net-{number:02}")) for number in range(15)]

        assert [answer.status_code for answer in answers] == [200] * 14 + [400]
        assert error(answers[-1])[1] == "ModelArts.0118"


class TestDelete:
    def test_course(self, wire: Wire) -> None:
        """A network that is being deleted says so until it is gone, and its name is free then."""
        wire.post("/v1/networks", network())
        wire.emulator.clock.advance(20)

        answer = wire.client.delete(wire.url(f"/v1/networks/{NAME}")).json()
        again = wire.client.delete(wire.url(f"/v1/networks/{NAME}")).json()
        during = names(wire)
        wire.emulator.clock.advance(10)

        assert (answer["metadata"]["deletionTimestamp"], again) == (rfc3339(EPOCH + 20), answer)
        assert (during, names(wire)) == ([NAME, NETWORK], [NETWORK])
        missing = f'Network "{NAME}" not exist.'
        assert error(wire.get(f"/v1/networks/{NAME}")) == (404, "ModelArts.50025001", missing)
        assert wire.post("/v1/networks", network()).status_code == 200

    def test_in_use(self, wire: Wire) -> None:
        """A network with a pool in it is not deleted."""
        answer = wire.client.delete(wire.url(f"/v1/networks/{NETWORK}"))

        assert error(answer)[:2] == (409, "ModelArts.50025002")
        assert names(wire) == [NETWORK]

    def test_missing(self, wire: Wire) -> None:
        """Deleting a network that is not there says so."""
        assert error(wire.client.delete(wire.url("/v1/networks/none")))[:2] == (404, "ModelArts.50025001")


class TestList:
    def test_pages(self, wire: Wire) -> None:
        """Pages follow each other by name."""
        for name in ("net-a", "net-b"):
            wire.post("/v1/networks", network(name))

        first = wire.get("/v1/networks", limit="2").json()

        mark = first["metadata"]["continue"]
        assert first["metadata"] == {"continue": mark, "remainingItemCount": 1}
        assert [item["metadata"]["name"] for item in first["items"]] == [NAME, f"net-b-{PROJECT}"]
        assert names(wire, **{"continue": mark}) == [NETWORK]

    @pytest.mark.loopback
    def test_unknown_mark(self, wire: Wire) -> None:
        """A mark that no page gave is refused."""
        assert "is not a value of metadata.continue" in error(wire.get("/v1/networks", **{"continue": "x"}))[2]

    def test_selector(self, wire: Wire) -> None:
        """A label selector leaves the networks that have the label."""
        wire.post("/v1/networks", network())

        assert names(wire, labelSelector="os.modelarts/name=net-a") == [NAME]


class TestWorlds:
    def test_given(self, wire: Wire) -> None:
        """A world gives networks, and has those that its pools name."""
        given = world(one={"resources": [cpu(1)]})
        given["projects"][PROJECT]["networks"] = {f"net-b-{PROJECT}": {"cidr": "172.16.0.0/16", "phase": "Abnormal"}}
        wire.emulator.seed(given)

        items = wire.get("/v1/networks").json()["items"]

        seen = {item["metadata"]["name"]: (item["spec"]["cidr"], item["status"]["phase"]) for item in items}
        assert seen == {"network-a": ("172.16.0.0/12", "Active"), f"net-b-{PROJECT}": ("172.16.0.0/16", "Abnormal")}

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            ({"networks": {"a": {"cidr": "10.0.0.0/8"}}}, r"networks\[a\].cidr: .*must lie in"),
            ({"networks": {"a": {"phase": "Gone"}}}, r"networks\[a\].phase: 'Gone' is not one of Active, Abnormal"),
            ({"networks": {"a": {"cdir": ""}}}, r"networks\[a\]: unknown field 'cdir'"),
            ({"networks": ["a"]}, "networks: .* stands where there must be"),
            ({"workspaces": {"w": None}}, r"workspaces\[w\]: .* stands where there must be"),
        ],
    )
    def test_impossible(self, modelarts: Emulator, content: dict[str, Any], reason: str) -> None:
        """Networks and workspaces that cannot be are refused with the reason, and the old world stays."""
        before = modelarts.world()

        with pytest.raises(ImpossibleWorldError, match=reason):
            modelarts.seed({"projects": {PROJECT: content}})

        assert modelarts.world() == before

    def test_pool_in_no_workspace(self, modelarts: Emulator) -> None:
        """A pool of a world lies in a workspace that the world has."""
        pool = {"resources": [cpu(1)], "labels": {"os.modelarts/workspace.id": "w1"}}

        with pytest.raises(ImpossibleWorldError, match="the project has no workspace 'w1'"):
            modelarts.seed(world(one=pool))
