"""Every precondition is demanded: each in a world in which it alone is not met, and met in the world as it was."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from dirty_equals import IsStr

from modelarts_emulator import PROJECT
from modelarts_emulator.service.preconditions import (
    CREATE,
    CREATE_NETWORK,
    DELETE,
    DELETE_NETWORK,
    DELETE_POOL,
    DRAIN,
    HEADER,
    MIGRATE,
    PATCH,
    PRECONDITIONS,
)
from modelarts_emulator.worlds.flavors import FLAVORS
from tests.emulator.migrations import ONE, TWO, body, moved
from tests.emulator.pools import pool
from tests.emulator.wire import CPU, CPU_8, Wire, cpu

ARM = "modelarts.vm.arm.4u"
STEP = {"step": 2, "type": "hyperinstance"}
A, B, C = (f"os-node-created-{letter * 5}" for letter in "abc")
MANY = [f"modelarts.test.{index}" for index in range(10)]
WITH_SOLD_OUT = {**FLAVORS[CPU], "zones": {**FLAVORS[CPU]["zones"], "cn-north-7x": "soldout"}}
CATALOGUE = {
    **FLAVORS,
    CPU: WITH_SOLD_OUT,
    ARM: {**FLAVORS[CPU], "cpuArch": "arm64"},
    **dict.fromkeys(MANY, FLAVORS[CPU]),
}
PREPAID = {"annotations": {"os.modelarts/billing.mode": "1"}}

Ask = Callable[[Wire], httpx.Response]


def begin(wire: Wire, one: dict[str, Any], two: dict[str, Any], more: dict[str, Any]) -> None:
    """A pool of three named nodes and one of two, changed as it is said."""
    pools = {
        ONE: {"network": "network-a", "resources": [cpu(3)], "nodes": [A, B, C], **one},
        TWO: {"network": "network-a", "resources": [cpu(2)], **two},
    }
    wire.emulator.seed({"flavors": CATALOGUE, "projects": {PROJECT: {"pools": pools, **more}}})


def patch(**spec: Any) -> Ask:
    """Change the first pool's spec."""
    return lambda wire: wire.patch({"spec": spec}, ONE)


def scale(*entries: dict[str, Any]) -> Ask:
    """Ask for these resources."""
    return patch(resources=list(entries))


def delete(*names: str) -> Ask:
    """Delete nodes."""
    return lambda wire: wire.post(f"/pools/{ONE}/nodes/batch-delete", {"deleteNodeNames": list(names)})


def drain(*names: str) -> Ask:
    """Drain nodes."""
    return lambda wire: wire.post(f"/pools/{ONE}/nodes/batch-drain", {"nodeNames": list(names)})


def migrate(*names: str, **changes: Any) -> Ask:
    """Move nodes to the second pool."""
    document = body(*names, source=ONE, target=TWO, **changes)
    return lambda wire: wire.post(f"/pools/{ONE}/nodes/batch-migrate", document)


def after(intervene: Callable[[Wire], object], ask: Ask) -> Ask:
    """Ask once something has happened."""

    def both(wire: Wire) -> httpx.Response:
        intervene(wire)
        return ask(wire)

    return both


def on_its_way(ask: Ask, *names: str) -> Ask:
    """Ask while nodes are on their way to the second pool."""
    return after(lambda wire: moved(wire, *names, source=ONE, target=TWO), ask)


def create(*entries: dict[str, Any], annotations: dict[str, str] | None = None, **labels: str) -> Ask:
    """Make a pool of these resources; labels by the last part of their names."""
    named = {f"os.modelarts/{name.replace('_', '.')}": value for name, value in labels.items()}
    wanted = {"resources": list(entries), "network": {"name": "network-a"}}
    return lambda wire: wire.post("/pools", pool(named, annotations, **wanted))


def create_in(network: str, *entries: dict[str, Any], **spec: Any) -> Ask:
    """Make a pool in a network."""
    wanted = {"resources": list(entries), "network": {"name": network}, **spec}
    return lambda wire: wire.post("/pools", pool(**wanted))


def create_network(name: str = "net-b", cidr: str = "192.168.0.0/24", **labels: str) -> Ask:
    """Make a network."""
    given = {"os.modelarts/name": name} | {f"os.modelarts/{key.replace('_', '.')}": labels[key] for key in labels}
    body = {"apiVersion": "v1", "kind": "Network", "metadata": {"labels": given}, "spec": {"cidr": cidr}}
    return lambda wire: wire.post("/v1/networks", body)


def remove(path: str) -> Ask:
    """Delete a pool or a network."""
    return lambda wire: wire.client.delete(wire.url(path))


def only(pool: str, **facts: Any) -> dict[str, Any]:
    """The usual world, with one pool changed."""
    return {"one": {}, "two": {}, "more": {}} | {pool: facts}


USUAL: dict[str, Any] = {"one": {}, "two": {}, "more": {}}
ABNORMAL, FROZEN, NO_OTHER_FLAVOR = {"phase": "Abnormal"}, {"control_mode": 8}, {"control_mode": 2}
SUPERNODE = only("one", resources=[cpu(4, creatingStep=STEP)], nodes=[A, B])
LOCKED = only("one", nodes={A: {"locked": True}, B: {}})
FULL = {"network-a": {"free_addresses": 0}}

CASES: dict[tuple[str, str], tuple[dict[str, Any], Ask]] = {
    ("display_name", CREATE): (USUAL, create(cpu(1), name="x")),
    ("network_name", CREATE_NETWORK): (USUAL, create_network("x")),
    ("free_name", CREATE): (USUAL, after(create(cpu(1)), create(cpu(1)))),
    ("free_name", CREATE_NETWORK): (USUAL, after(create_network(), create_network())),
    ("known_workspace", CREATE): (USUAL, create(cpu(1), workspace_id="other")),
    ("known_workspace", CREATE_NETWORK): (USUAL, create_network(workspace_id="other")),
    ("node_prefix", CREATE): (USUAL, create(cpu(1), node_prefix="-x")),
    ("paid_period", CREATE): (USUAL, create(cpu(1), annotations={"os.modelarts/billing.mode": "1"})),
    ("description_characters", CREATE): (
        USUAL,
        create(cpu(1), annotations={"os.modelarts/description": "a & b"}),
    ),
    ("network_block", CREATE_NETWORK): (USUAL, create_network(cidr="10.0.0.0/8")),
    ("active_network", CREATE): (USUAL, create_in("network-b", cpu(1))),
    ("some_node", CREATE): (USUAL, create(cpu(0))),
    ("pool_quota", CREATE): (only("more", quotas={"pools": 2}), create(cpu(1))),
    ("network_quota", CREATE_NETWORK): (only("more", quotas={"networks": 1}), create_network()),
    ("pool_not_prepaid", DELETE_POOL): (only("one", **PREPAID), remove(f"/pools/{ONE}")),
    ("pool_at_rest", DELETE_POOL): (USUAL, on_its_way(remove(f"/pools/{TWO}"), A)),
    ("unused_network", DELETE_NETWORK): (USUAL, remove("/v1/networks/network-a")),
    ("known_flavor", CREATE): (USUAL, create({"flavor": "other", "count": 1})),
    ("distinct_entries", CREATE): (USUAL, create(cpu(1), cpu(1))),
    ("flavor_limit", CREATE): (USUAL, create(cpu(1), *({"flavor": name, "count": 1} for name in MANY))),
    ("cpu_architecture", CREATE): (USUAL, create(cpu(1), {"flavor": ARM, "count": 1})),
    ("count_limit", CREATE): (USUAL, create(cpu(1_000_001))),
    ("zone_offers_flavor", CREATE): (USUAL, create(cpu(1, azs=[{"az": "elsewhere", "count": 1}]))),
    ("zones_within_count", CREATE): (USUAL, create(cpu(1, azs=[{"az": "cn-north-7a", "count": 2}]))),
    ("whole_supernodes", CREATE): (USUAL, create(cpu(3, creatingStep=STEP))),
    ("zone_in_stock", CREATE): (USUAL, create(cpu(1, azs=[{"az": "cn-north-7x", "count": 1}]))),
    ("node_quota", CREATE): (only("more", quotas={"nodes": 5}), create(cpu(1))),
    ("free_addresses", CREATE): (only("more", networks=FULL), create(cpu(1))),
    ("distinct_scopes", CREATE): (USUAL, create_in("network-a", cpu(1), scope=["Train", "Train"])),
    ("driver_has_chip", CREATE): (USUAL, create_in("network-a", cpu(1), driver={"npuVersion": "C78"})),
    ("pool_running", PATCH): (only("one", **ABNORMAL), scale(cpu(4))),
    ("pool_running", DELETE): (only("one", **ABNORMAL), delete(A)),
    ("pool_running", MIGRATE): (only("two", **ABNORMAL), migrate(A)),
    ("pool_unfrozen", PATCH): (only("one", **FROZEN), scale(cpu(4))),
    ("pool_unfrozen", DELETE): (only("one", **FROZEN), delete(A)),
    ("pool_unfrozen", MIGRATE): (only("two", **FROZEN), migrate(A)),
    ("patchable_field", PATCH): (USUAL, lambda wire: wire.patch({"kind": "Pool"}, ONE)),
    ("changeable_field", PATCH): (USUAL, patch(network={"name": "network-b"})),
    ("description_characters", PATCH): (
        USUAL,
        lambda wire: wire.patch({"metadata": {"annotations": {"os.modelarts/description": "a & b"}}}, ONE),
    ),
    ("known_flavor", PATCH): (USUAL, scale(cpu(3), {"flavor": "other", "count": 1})),
    ("known_flavor", MIGRATE): (USUAL, migrate(A, resourceSpec={"flavor": "other"})),
    ("flavor_remains", PATCH): (USUAL, scale()),
    ("distinct_entries", PATCH): (USUAL, scale(cpu(3), cpu(1))),
    ("flavor_limit", PATCH): (USUAL, scale(cpu(3), *({"flavor": name, "count": 1} for name in MANY))),
    ("flavor_limit", MIGRATE): (
        only("two", resources=[{"flavor": name, "count": 1} for name in MANY]),
        migrate(A),
    ),
    ("cpu_architecture", PATCH): (USUAL, scale(cpu(3), {"flavor": ARM, "count": 1})),
    ("cpu_architecture", MIGRATE): (only("two", resources=[{"flavor": ARM, "count": 1}]), migrate(A)),
    ("flavor_change", PATCH): (only("one", **NO_OTHER_FLAVOR), scale(cpu(3), {"flavor": CPU_8, "count": 1})),
    ("flavor_change", MIGRATE): (
        only("two", resources=[{"flavor": CPU_8, "count": 1}], **NO_OTHER_FLAVOR),
        migrate(A),
    ),
    ("count_limit", PATCH): (USUAL, scale(cpu(1_000_001))),
    ("zone_offers_flavor", PATCH): (USUAL, scale(cpu(4, azs=[{"az": "elsewhere", "count": 4}]))),
    ("zones_within_count", PATCH): (USUAL, scale(cpu(4, azs=[{"az": "cn-north-7a", "count": 5}]))),
    ("whole_supernodes", PATCH): (SUPERNODE, scale(cpu(5, creatingStep=STEP))),
    ("one_direction", PATCH): (USUAL, scale(cpu(2), {"flavor": CPU_8, "count": 1})),
    ("node_remains", PATCH): (USUAL, scale(cpu(0))),
    ("node_remains", DELETE): (USUAL, delete(A, B, C)),
    ("node_remains", MIGRATE): (USUAL, migrate(A, B, C)),
    ("enough_idle_nodes", PATCH): (USUAL, on_its_way(scale(cpu(1)), A, B)),
    ("not_prepaid", PATCH): (only("one", **PREPAID), scale(cpu(2))),
    ("not_prepaid", DELETE): (only("one", **PREPAID), delete(A)),
    ("zone_in_stock", PATCH): (USUAL, scale(cpu(4, azs=[{"az": "cn-north-7x", "count": 4}]))),
    ("node_quota", PATCH): (only("more", quotas={"nodes": 5}), scale(cpu(4))),
    ("free_addresses", PATCH): (only("more", networks=FULL), scale(cpu(4))),
    ("free_addresses", MIGRATE): (only("more", networks=FULL), migrate(A)),
    ("distinct_scopes", PATCH): (USUAL, patch(scope=["Train", "Train"])),
    ("driver_has_chip", PATCH): (USUAL, patch(driver={"npuVersion": "C78"})),
    ("distinct_nodes", DELETE): (USUAL, delete(A, A)),
    ("distinct_nodes", DRAIN): (USUAL, drain(A, A)),
    ("distinct_nodes", MIGRATE): (USUAL, migrate(A, A)),
    ("known_node", DELETE): (USUAL, delete("other")),
    ("known_node", DRAIN): (USUAL, drain("other")),
    ("known_node", MIGRATE): (USUAL, migrate("other")),
    ("node_at_rest", DELETE): (USUAL, on_its_way(delete(A), A)),
    ("node_at_rest", DRAIN): (USUAL, on_its_way(drain(A), A)),
    ("node_at_rest", MIGRATE): (USUAL, on_its_way(migrate(A), A)),
    ("node_stays", DELETE): (USUAL, after(delete(A), delete(A))),
    ("node_stays", MIGRATE): (only("one", resources=[cpu(4)]), after(delete(A), migrate(A))),
    ("node_unlocked", DELETE): (LOCKED, delete(A)),
    ("node_unlocked", MIGRATE): (LOCKED, migrate(A)),
    ("whole_supernode", DELETE): (SUPERNODE, delete(A)),
    ("whole_supernode", MIGRATE): (SUPERNODE, migrate(A, resourceSpec={"flavor": CPU, "creatingStep": STEP})),
    ("node_available", MIGRATE): (only("one", nodes={A: {"phase": "Abnormal"}, B: {}}), migrate(A)),
    ("node_idle", MIGRATE): (USUAL, after(lambda wire: wire.emulator.start_workload(ONE, [A]), migrate(A))),
    ("node_in_cluster", MIGRATE): (
        only("one", clusters=["east", "west"], nodes={A: {"cluster": "west"}, B: {}}),
        migrate(A, fromClusterName="east"),
    ),
    ("more_than_one_node", MIGRATE): (only("one", resources=[cpu(1)], nodes=[A]), migrate(A)),
    ("known_target", MIGRATE): (USUAL, migrate(A, toPoolName="other", toClusterName="other")),
    ("other_cluster", MIGRATE): (USUAL, migrate(A, toPoolName=None, toClusterName=ONE)),
    ("source_cluster", MIGRATE): (USUAL, migrate(A, fromClusterName="other")),
    ("target_cluster", MIGRATE): (USUAL, migrate(A, toClusterName="other")),
    ("flavor_named", MIGRATE): (USUAL, migrate(A, resourceSpec={})),
    ("flavor_of_nodes", MIGRATE): (USUAL, migrate(A, resourceSpec={"flavor": CPU_8})),
    ("step_of_nodes", MIGRATE): (USUAL, migrate(A, resourceSpec={"flavor": CPU, "creatingStep": STEP})),
    ("unprivileged_fields", MIGRATE): (USUAL, migrate(A, resourceSpec={"flavor": CPU, "labels": {"a": "b"}})),
    ("same_network", MIGRATE): (only("two", network="network-b"), migrate(A)),
    ("room_in_target", MIGRATE): (only("two", capacity=2), migrate(A)),
}
"""World and request by precondition and operation."""

MET: dict[str, Ask] = {
    CREATE: create(cpu(1)),
    CREATE_NETWORK: create_network(),
    PATCH: scale(cpu(4)),
    DELETE: delete(A),
    DRAIN: drain(A),
    MIGRATE: migrate(A),
    DELETE_POOL: remove(f"/pools/{ONE}"),
    DELETE_NETWORK: after(create_network(), remove(f"/v1/networks/net-b-{PROJECT}")),
}


def nodes(wire: Wire) -> Any:
    """Nodes of both pools, and what they count."""
    pools = wire.emulator.world()["pools"]
    return [(pools[name]["nodes"], pools[name]["counts"]) for name in (ONE, TWO)]


@pytest.mark.parametrize(("name", "operation"), CASES)
def test_unmet(wire: Wire, name: str, operation: str) -> None:
    """Where a precondition is not met, the request is refused for want of it and of nothing else."""
    given, ask = CASES[name, operation]
    begin(wire, **given)

    answer = ask(wire)

    (exchange,) = wire.emulator.journal.exchanges(operation)[-1:]
    assert (answer.status_code // 100, answer.headers[HEADER], exchange.response_headers[HEADER]) == (4, name, name)
    assert answer.json() == {"error_code": IsStr(regex=r"ModelArts\.\w+"), "error_msg": IsStr(min_length=10)}


@pytest.mark.parametrize("operation", MET)
def test_met(wire: Wire, operation: str) -> None:
    """Where all are met, the request is granted."""
    begin(wire, **USUAL)

    answer = MET[operation](wire)

    assert (answer.status_code, HEADER in answer.headers) == (200, False)


def test_all_are_demanded() -> None:
    """Each precondition of each operation is in the table, and nothing else is."""
    assert set(CASES) == {(item.name, operation) for item in PRECONDITIONS for operation in item.operations}


@pytest.mark.loopback
def test_list(wire: Wire) -> None:
    """Other processes get the list."""
    items = wire.client.get(f"{wire.base}/_emulator/preconditions").json()["items"]

    assert items == [{**item._asdict(), "operations": list(item.operations)} for item in PRECONDITIONS]
