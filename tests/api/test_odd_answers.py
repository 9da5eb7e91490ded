"""What every read makes of answers that no API page describes."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pydantic_core import to_json

from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import UnreadableError
from pulumi_modelarts.api.operations import TRANSIENT
from pulumi_modelarts.api.settings import Settings
from tests.api.wires import Script, answer
from tests.clocks import FakeClock

Read = Callable[[Client], object]

POOL = {"metadata": {"name": "a"}, "spec": {"resources": [{"flavor": "f", "count": 1}]}, "status": {"resources": {}}}
TYPES: tuple[object, ...] = (None, [], "x", 3, True)

LISTS: dict[str, Read] = {
    "pools": lambda client: client.resource_pools.list(),
    "nodes": lambda client: client.nodes.list("a"),
    "orders": lambda client: client.orders.list("a"),
    "jobs": lambda client: client.jobs.list("a"),
    "searched training jobs": lambda client: client.training_jobs.listed_in("a"),
    "workloads": lambda client: client.workloads.list("a"),
    "flavors": lambda client: client.resource_flavors.every(),
    "networks": lambda client: client.networks.every(),
}
OBJECTS: dict[str, Read] = {
    "pool": lambda client: client.resource_pools.get("a"),
    "patched pool": lambda client: client.resource_pools.patch("a", {}),
    "node": lambda client: client.nodes.get("p", "a"),
    "order": lambda client: client.orders.get("a"),
    "job": lambda client: client.jobs.get("a"),
    "training job": lambda client: client.training_jobs.get("a"),
    "training job's document": lambda client: client.training_jobs.document("a"),
    "network": lambda client: client.networks.get("a"),
    "quotas": lambda client: client.workspaces.quotas("a"),
    "free addresses": lambda client: client.networks.free_addresses("a"),
}


def refusal(settings: Settings, clock: FakeClock, read: Read, body: object) -> UnreadableError:
    """What a read makes of an answer; one request must be enough to know."""
    wire = Script(httpx.Response(200, content=to_json(body), headers={"content-type": "application/json"}))
    with pytest.raises(UnreadableError) as caught:
        read(Client(settings, transport=wire, clock=clock))
    assert len(wire.requests) == 1
    return caught.value


class TestLists:
    @pytest.mark.parametrize(
        "body",
        [
            *TYPES,
            {},
            {"items": None},
            {"items": {}},
            {"items": "x"},
            {"count": 1},
            {"items": [], "metadata": 3},
            {"items": [], "metadata": {"continue": {"x": 1}}},
            {"items": [], "metadata": {"remainingItemCount": "x"}},
            {"items": [], "metadata": {"remainingItemCount": 7}},
        ],
    )
    @pytest.mark.parametrize("name", LISTS)
    def test_what_is_no_list(self, settings: Settings, clock: FakeClock, name: str, body: object) -> None:
        """Nothing but an empty list is "none"."""
        assert "the answer was not understood" in str(refusal(settings, clock, LISTS[name], body))

    @pytest.mark.parametrize("told", [{"count": 1}, {"count": "x"}, {"count": -1}, {"count": {}}])
    @pytest.mark.parametrize("name", ["orders", "jobs", "searched training jobs", "workloads"])
    def test_what_counts_something_else(
        self, settings: Settings, clock: FakeClock, name: str, told: dict[str, Any]
    ) -> None:
        """An empty list that counts something, or counts in words, is not "none"."""
        place = refusal(settings, clock, LISTS[name], {"items": [], **told}).place

        assert place == ("items" if told["count"] == 1 else "count")

    @pytest.mark.parametrize("item", [*TYPES, {}, {"metadata": 3}, {"metadata": {"name": 3, "id": 3}}, {"uid": 3}])
    @pytest.mark.parametrize("name", [name for name in LISTS if name != "pools"])
    def test_an_odd_item(self, settings: Settings, clock: FakeClock, name: str, item: object) -> None:
        """An item that nobody can name makes the list unreadable, and is pointed at."""
        assert refusal(settings, clock, LISTS[name], {"items": [item]}).place.startswith("items[0]")

    @pytest.mark.parametrize("item", [*TYPES, {}, {"metadata": 3}, {"metadata": {"name": 3}}])
    def test_an_odd_pool(self, settings: Settings, clock: FakeClock, item: object) -> None:
        """Of a list of pools it is nobody else's trouble."""
        wire = Script(answer(body={"items": [POOL, item]}))

        listed = Client(settings, transport=wire, clock=clock).resource_pools.list()

        assert (list(listed.pools), list(listed.unreadable)) == (["a"], [""])


class TestObjects:
    @pytest.mark.parametrize(
        "body",
        [
            *TYPES,
            {},
            {"metadata": None},
            {"metadata": 3},
            {"metadata": {"name": 3, "id": 3}, "phase": 3, "orderName": 3, "subnetIpAvailability": 3},
            {"metadata": {"name": "b", "id": "b"}, "jobId": "b", "phase": "Success", "orderName": "b"},
        ],
    )
    @pytest.mark.parametrize("name", OBJECTS)
    def test_what_is_not_what_was_asked_for(
        self, settings: Settings, clock: FakeClock, name: str, body: object
    ) -> None:
        """Neither nothing, nor something of another shape, nor the document of another object will do."""
        error = refusal(settings, clock, OBJECTS[name], body)

        assert ("may have taken effect" in str(error)) is (name == "patched pool")

    @pytest.mark.parametrize(
        ("odd", "place"),
        [
            ({"spec": None}, "spec"),
            ({"spec": {}}, "spec.resources"),
            ({"spec": {"resources": None}}, "spec.resources"),
            ({"spec": {"resources": {}}}, "spec.resources"),
            ({"spec": {"resources": [{"count": 1}]}}, "spec.resources[0].flavor"),
            ({"spec": {"resources": [{"flavor": "f"}]}}, "spec.resources[0].count"),
            ({"spec": {"resources": [{"flavor": "f", "count": -1}]}}, "spec.resources[0].count"),
            ({"status": None}, "status"),
            ({"status": {"resources": {"creating": [{"flavor": "f"}]}}}, "status.resources.creating[0].count"),
        ],
    )
    @pytest.mark.parametrize("name", ["pool", "patched pool"])
    def test_a_pool_without_its_counts(
        self, settings: Settings, clock: FakeClock, name: str, odd: dict[str, Any], place: str
    ) -> None:
        """It would look like one without nodes."""
        assert refusal(settings, clock, OBJECTS[name], POOL | odd).place == place

    @pytest.mark.parametrize("body", [None, {}, "x", [3], [{"host_ip": 3}]])
    def test_tasks(self, settings: Settings, clock: FakeClock, body: object) -> None:
        """Where the tasks of a job run is a bare list."""
        refusal(settings, clock, lambda client: client.training_jobs.tasks("a"), body)


@pytest.mark.parametrize("body", [*TYPES, {}, {"workspaces": None}, {"workspaces": [{"id": 3}]}])
def test_workspaces(settings: Settings, clock: FakeClock, body: object) -> None:
    """They are listed under a name of their own."""
    refusal(settings, clock, lambda client: client.workspaces.list(), body)


def test_no_wait_outlives_it() -> None:
    """What was not understood is no outage: a wait ends with it at once."""
    assert not issubclass(UnreadableError, TRANSIENT)
