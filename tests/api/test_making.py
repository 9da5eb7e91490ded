"""Making and deleting pools and networks: what is sent, what is understood, and what is never sent twice."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from modelarts_emulator import NETWORK, PROJECT, TRAIN_POOL, Emulator, Fault
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import ApiError, ConflictError, NotFoundError, TransportError, UnreadableError
from pulumi_modelarts.api.settings import Settings
from tests.api.wires import Script, answer
from tests.clocks import FakeClock

FLAVOR = "modelarts.vm.cpu.4ud"
MADE = f"team-a-{PROJECT}"
NETWORKED = f"team-net-{PROJECT}"
TAG = {"key": "owner", "value": "team-a"}
NET: Mapping[str, Any] = {"metadata": {"labels": {"os.modelarts/name": "team-net"}}, "spec": {"cidr": "172.16.0.0/20"}}

LOST_AFTER = [Fault("deletePool", drop="reset", when="after"), Fault("deletePool", status=503, when="after")]

Ask = Callable[[Client], object]
CREATES: tuple[Ask, ...] = (
    lambda client: client.resource_pools.create(pool()),
    lambda client: client.networks.create(NET),
)
DELETES: tuple[Ask, ...] = (
    lambda client: client.resource_pools.delete(MADE),
    lambda client: client.networks.delete(NETWORKED),
)
ODD = [*zip(CREATES, ("resource pool team-a", "network team-net"), strict=True)]
POOLS_AND_NETWORKS = ("pool", "network")


def pool() -> dict[str, Any]:
    """A pool of one node, in the network of the documented world."""
    entry = {"flavor": FLAVOR, "count": 1, "tags": [TAG]}
    labels = {"os.modelarts/name": "team-a", "os.modelarts/node.prefix": "team"}
    return {
        "metadata": {"labels": labels},
        "spec": {"type": "Dedicate", "scope": ["Train"], "network": {"name": NETWORK}, "resources": [entry]},
    }


class TestCreate:
    def test_a_pool(self, client: Client, emulator: Emulator) -> None:
        """It has its id at once, no phase yet, and an order to follow it by; what was declared is found in it."""
        accepted = client.resource_pools.create(pool())

        made = accepted.value
        assert (made.name, made.display_name, made.node_prefix, made.workspace_id) == (MADE, "team-a", "team", "0")
        assert (made.phase, accepted.handle) == ("", f"order {made.order_name}")
        assert [(entry.count, [tag.to_wire() for tag in entry.tags]) for entry in made.entries] == [(1, [TAG])]
        (sent,) = emulator.journal.exchanges()
        assert sent.body == {"apiVersion": "v2", "kind": "Pool", **pool()}

    def test_a_network(self, client: Client, emulator: Emulator) -> None:
        """It has its id at once, its addresses, and no phase yet."""
        made = client.networks.create(NET).value

        assert (made.name, made.display_name, made.cidr, made.phase) == (NETWORKED, "team-net", "172.16.0.0/20", "")
        assert (client.networks.get(NETWORKED).phase, made.deleting) == ("Creating", False)
        sent = emulator.journal.exchanges()[0]
        assert sent.body == {"apiVersion": "v1", "kind": "Network", **NET}

    def test_a_pool_that_exists(self, client: Client) -> None:
        """There is one of a name at most, and the one that is there stays as it was."""
        client.resource_pools.create(pool())
        before = client.resource_pools.get(MADE)

        with pytest.raises(ConflictError, match=r"create resource pool team-a: .* \(ModelArts.50015000, request"):
            client.resource_pools.create(pool())

        assert client.resource_pools.get(MADE) == before

    @pytest.mark.parametrize("create", CREATES, ids=POOLS_AND_NETWORKS)
    @pytest.mark.parametrize("lost", [answer(500), answer(503), httpx.ReadError("reset")], ids=["500", "503", "reset"])
    def test_one_whose_answer_was_lost_is_not_sent_again(
        self, settings: Settings, clock: FakeClock, create: Ask, lost: Any
    ) -> None:
        """Whoever sent it looks for it."""
        wire = Script(lost, answer())

        with pytest.raises((ApiError, TransportError)):
            create(Client(settings, transport=wire, clock=clock))

        assert [request.method for request in wire.requests] == ["POST"]

    @pytest.mark.parametrize(("create", "what"), ODD, ids=POOLS_AND_NETWORKS)
    def test_an_answer_that_makes_no_sense(self, settings: Settings, clock: FakeClock, create: Ask, what: str) -> None:
        """It was accepted all the same, and the error says so."""
        client = Client(settings, transport=Script(answer(body={})), clock=clock)

        with pytest.raises(UnreadableError, match=f"create {what}: .* may have taken effect: at metadata: nothing"):
            create(client)


class TestDelete:
    def test_a_pool(self, client: Client) -> None:
        """It is being deleted until it is gone, and no other pool is."""
        assert client.resource_pools.delete(TRAIN_POOL).value is None

        gone = client.resource_pools.get(TRAIN_POOL)
        assert (gone.phase, bool(gone.metadata.deletion_timestamp)) == ("Deleting", True)
        others = client.resource_pools.list().pools.values()
        assert {each.phase for each in others if each.name != TRAIN_POOL} == {"Running"}

    def test_a_network(self, client: Client) -> None:
        """Its phase does not tell that it goes; that it was asked for does."""
        client.networks.create(NET)

        client.networks.delete(NETWORKED)

        assert client.networks.get(NETWORKED).deleting

    def test_a_network_with_a_pool_in_it(self, client: Client) -> None:
        """It is refused in the service's words, and stays."""
        with pytest.raises(ConflictError, match=f"delete network {NETWORK}: .*{TRAIN_POOL}|ModelArts.50025002"):
            client.networks.delete(NETWORK)

        assert not client.networks.get(NETWORK).deleting

    @pytest.mark.parametrize("delete", DELETES, ids=POOLS_AND_NETWORKS)
    def test_something_that_is_not_there(self, client: Client, delete: Ask) -> None:
        """The service says so, and the caller decides what that means."""
        with pytest.raises(NotFoundError):
            delete(client)

    @pytest.mark.parametrize("fault", LOST_AFTER, ids=["reset", "503"])
    def test_one_whose_answer_was_lost_is_sent_again(self, client: Client, emulator: Emulator, fault: Fault) -> None:
        """What is being deleted is not deleted more the second time."""
        emulator.faults.arm(fault)

        client.resource_pools.delete(TRAIN_POOL)

        assert client.resource_pools.get(TRAIN_POOL).phase == "Deleting"
        sent = [exchange.status for exchange in emulator.journal.exchanges() if exchange.method == "DELETE"]
        assert (len(sent), sent[-1]) == (2, 200)

    @pytest.mark.parametrize("delete", DELETES, ids=POOLS_AND_NETWORKS)
    def test_one_that_meets_what_it_has_done(self, settings: Settings, clock: FakeClock, delete: Ask) -> None:
        """Sent again it may find nothing any more, which is told as it is."""
        gone = answer(404, {"error_code": "ModelArts.50015001", "error_msg": "pool not found"})
        wire = Script(httpx.ReadError("reset"), gone)

        with pytest.raises(NotFoundError):
            delete(Client(settings, transport=wire, clock=clock))

        assert [(request.method, request.content) for request in wire.requests] == [("DELETE", b"")] * 2


class TestUserConfig:
    def test_what_a_project_may_have(self, client: Client) -> None:
        """Pools and networks by number, and the blocks for addresses."""
        config = client.user_config.get()

        assert (config.pool_quota, config.network_quota) == (15, 15)
        assert config.network_cidrs == ["172.16.0.0/12", "192.168.0.0/16"]

    def test_a_service_that_does_not_say(self, settings: Settings, clock: FakeClock) -> None:
        """What is left out is not known, and not zero."""
        config = Client(settings, transport=Script(answer()), clock=clock).user_config.get()

        assert (config.pool_quota, config.network_quota, config.network_cidrs) == (None, None, [])

    def test_a_quota_that_is_none(self, settings: Settings, clock: FakeClock) -> None:
        """It is not taken for a number."""
        client = Client(settings, transport=Script(answer(body={"poolQuota": "many"})), clock=clock)

        with pytest.raises(UnreadableError, match=r"show what the project may have: .* at poolQuota: a text"):
            client.user_config.get()
