"""The service replaces a node: another one comes under a new name, and the old one goes."""

from typing import Any

import pytest
from dirty_equals import IsPartialDict, IsStr

from modelarts_emulator import NODE, TRAIN_POOL
from tests.emulator.migrations import ONE, OTHER, body, job
from tests.emulator.wire import Wire, cpu, error, world


def nodes(wire: Wire, pool: str = TRAIN_POOL) -> dict[str, Any]:
    """A pool's nodes as the plain view has them."""
    found: dict[str, Any] = wire.emulator.world()["pools"][pool]["nodes"]
    return found


@pytest.mark.loopback
def test_course(wire: Wire) -> None:
    """Until its moment the node stays as it was; then another one of its flavor is there in its place."""
    wire.emulator.set_node_phase(TRAIN_POOL, NODE, "Abnormal")
    url = f"{wire.base}/_emulator/replacements/{NODE}"
    made = wire.client.post(url, json={"pool": TRAIN_POOL}).raise_for_status().json()["job_id"]
    wire.emulator.clock.advance(74)
    before, running = nodes(wire), job(wire, made)

    wire.emulator.clock.advance(1)

    assert running == IsPartialDict(type="replace-node", phase="Running")
    assert {name: item["phase"] for name, item in before.items()} == {NODE: "Abnormal", OTHER: "Available"}
    after = nodes(wire)
    new = next(name for name in after if name not in before)
    address = IsStr(regex=r"10\.0\.0\.\d+")
    assert after == {OTHER: before[OTHER], new: {**before[NODE], "phase": "Available", "private_ip": address}}
    assert job(wire, made) == IsPartialDict(type="replace-node", phase="Success")
    assert wire.pool()["spec"]["resources"] == [IsPartialDict(cpu(2))]
    assert wire.emulator.world()["jobs"][made] == IsPartialDict(nodes=[NODE], arrived=[NODE])


def test_place(wire: Wire) -> None:
    """The new node is what the old one was: a spare, in the same supernode and zone."""
    step = {"step": 2, "type": "hyperinstance"}
    place = {"az": "cn-north-7b"}
    given = {"resources": [cpu(2, creatingStep=step)], "nodes": {"a": {"spare": True, **place}, "b": place}}
    wire.emulator.seed(world(one=given))
    old = nodes(wire, ONE)["a"]

    wire.emulator.replace_node(ONE, "a")
    wire.emulator.clock.advance(75)

    new = next(item for item in nodes(wire, ONE).values() if item["spare"])
    assert {**new, "private_ip": ""} == {**old, "private_ip": ""}


def test_what_runs_there(wire: Wire) -> None:
    """A service goes on until the old node is gone, and fails then."""
    service = wire.emulator.start_workload(TRAIN_POOL, [NODE])
    wire.emulator.replace_node(TRAIN_POOL, NODE)
    wire.emulator.clock.advance(74)
    before = wire.emulator.world()["services"][service]["status"]

    wire.emulator.clock.advance(1)

    assert (before, wire.emulator.world()["services"][service]["status"]) == ("Running", "Failed")


def test_other_operations(wire: Wire) -> None:
    """A node that is being replaced is neither migrated nor deleted nor replaced once more."""
    made = wire.emulator.replace_node(TRAIN_POOL, NODE)

    answers = [
        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-migrate", body(NODE)),
        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-delete", {"deleteNodeNames": [NODE]}),
        wire.client.post(f"{wire.base}/_emulator/replacements/{NODE}", json={"pool": TRAIN_POOL}),
    ]

    text = f'Bad request. node "{NODE}" is being replaced by job {made}'
    assert [error(answer) for answer in answers] == [(400, "ModelArts.50004000", text)] * 3


def test_pool_that_goes_meanwhile(wire: Wire) -> None:
    """A replacement in a pool that is deleted meanwhile comes to nothing, and stands in nobody's way."""
    wire.emulator.replace_node(TRAIN_POOL, NODE)
    wire.client.delete(wire.url(f"/pools/{TRAIN_POOL}")).raise_for_status()

    wire.emulator.clock.advance(600)

    assert TRAIN_POOL not in wire.emulator.world()["pools"]


@pytest.mark.parametrize(
    ("name", "wish", "reason"),
    [
        (NODE, {}, "pool is needed"),
        ("other", {"pool": TRAIN_POOL}, 'node "other" not found'),
        (NODE, {"pool": "other"}, 'pool "other" not found'),
    ],
)
def test_what_cannot_be_replaced(wire: Wire, name: str, wish: dict[str, str], reason: str) -> None:
    """A node that is not there is not replaced."""
    answer = wire.client.post(f"{wire.base}/_emulator/replacements/{name}", json=wish)

    assert reason in error(answer)[2]
    assert wire.emulator.world()["jobs"] == {}
