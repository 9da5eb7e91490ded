"""A pool that the program makes: asked for once, known by its id beforehand, and kept as declared like any other."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

import pytest
from dirty_equals import IsPartialDict, IsStr

from modelarts_emulator import NODE, TRAIN_POOL
from modelarts_emulator.worlds.documented import NETWORK
from pulumi_modelarts.handlers import _rpc
from tests.resources.making import BORN, MADE, TEAM, asked, maker, reborn, refusals, team
from tests.resources.pools import CPU, GPU

if TYPE_CHECKING:
    from modelarts_emulator import Emulator
    from tests.resources.lifetime import Resource
    from tests.resources.service import Hand

MARK = IsStr(regex="[0-9a-f]{32}")
SCRIPT = "#!/bin/sh\necho done\n"


@pytest.fixture
def resource(emulator: Emulator, request: pytest.FixtureRequest) -> Resource:
    """A resource that has never run."""
    return maker(emulator, request.node.nodeid)


def test_is_asked_for_once_and_known_before_it_is_there(resource: Resource, emulator: Emulator) -> None:
    """The first preview says everything that is made; the run sends exactly that, and waits until it is true."""
    seen = resource.preview(team())

    resource.up(team())

    assert (seen["changes"], seen["poolName"]) == (MADE, TEAM)
    assert [(write.operation, write.body) for write in emulator.journal.writes()] == [
        (
            "createPool",
            {
                "apiVersion": "v2",
                "kind": "Pool",
                "metadata": {
                    "labels": {"os.modelarts/name": "team-b"},
                    "annotations": {"os.modelarts/billing.mode": "0"},
                },
                "spec": {
                    "type": "Dedicate",
                    "scope": ["Train"],
                    "network": {"name": NETWORK},
                    "resources": [{"flavor": CPU, "count": 2, "tags": [{"key": "pulumi-modelarts", "value": MARK}]}],
                },
            },
        )
    ]
    assert resource.state is not None
    assert (resource.state.id, resource.state.outs) == (
        TEAM,
        {
            **team(),
            "poolName": TEAM,
            "changes": MADE,
            "ownership": "made",
            "mark": MARK,
            "phase": "Running",
            "nodeCounts": {CPU: 2},
            "nodeStates": {CPU: {"usable": 2, "spare": 0, "broken": 0}},
            "driverStatus": {},
        },
    )


def test_is_kept_as_declared_by_patches_from_then_on(resource: Resource, emulator: Emulator) -> None:
    """What is at rest is silent, also after a refresh; another count or text is one patch, as for an adopted pool."""
    resource.up(team())
    emulator.journal.clear()

    silent = resource.up(team()), resource.refresh(), resource.up(team())
    changed = resource.up(team(3, description="team blue"))

    assert silent == ({}, {}, {})
    assert changed["changes"] == {f"flavors.{CPU}": "2 -> 3", "description": "(none) -> team blue"}
    assert asked(emulator) == [("patchPool", 200)]


def test_has_whatever_a_program_can_say_of_it(resource: Resource, emulator: Emulator) -> None:
    """Name, workspace, prefix, text, drivers, job flavors; entries with zones, and with what nodes are made with."""
    gold = {
        "flavor": GPU,
        "azs": {"cn-north-7a": 1.0},
        "labels": {"team": "blue"},
        "taints": [{"key": "dedicated", "value": "blue", "effect": "NoSchedule"}],
        "tags": {"cost": "4711"},
        "rootVolume": {"type": "SSD", "size": 100.0},
        "dataVolumes": [{"type": "SAS", "size": 500.0, "count": 2.0, "volumeGroup": "vguser1"}],
        "osImage": "4a3b",
        "postInstall": SCRIPT,
    }
    program = team(
        1,
        workspaceId="0",
        prefix="blue",
        tags={"team": "blue"},
        nodePools={"gold": gold},
        driver={"gpuVersion": "515.65.01"},
        jobFlavors=["a"],
        description="team blue",
    )

    seen = resource.up(program)

    (write,) = emulator.journal.writes()
    assert write.body["metadata"] == {
        "labels": {"os.modelarts/name": "team-b", "os.modelarts/workspace.id": "0", "os.modelarts/node.prefix": "blue"},
        "annotations": {"os.modelarts/billing.mode": "0", "os.modelarts/description": "team blue"},
    }
    assert write.body["spec"] == {
        "type": "Dedicate",
        "scope": ["Train"],
        "network": {"name": NETWORK},
        "jobFlavors": ["a"],
        "driver": {"gpuVersion": "515.65.01", "updateStrategy": "idle"},
        "resources": [
            {
                "flavor": CPU,
                "count": 1,
                "tags": [{"key": "team", "value": "blue"}, {"key": "pulumi-modelarts", "value": MARK}],
            },
            {
                "flavor": GPU,
                "count": 1,
                "nodePool": "gold",
                "azs": [{"az": "cn-north-7a", "count": 1}],
                "labels": {"team": "blue"},
                "taints": [{"key": "dedicated", "value": "blue", "effect": "NoSchedule"}],
                "tags": [
                    {"key": "cost", "value": "4711"},
                    {"key": "team", "value": "blue"},
                    {"key": "pulumi-modelarts", "value": MARK},
                ],
                "rootVolume": {"volumeType": "SSD", "size": "100"},
                "dataVolumes": [
                    {"volumeType": "SAS", "size": "500", "count": 2, "extendParams": {"volumeGroup": "vguser1"}}
                ],
                "os": {"imageId": "4a3b", "imageType": "private"},
                "extendParams": {"postInstall": b64encode(SCRIPT.encode()).decode()},
            },
        ],
    }
    assert seen["changes"] == {
        "pool": BORN,
        f"flavors.{CPU}": "0 -> 1",
        "nodePools.gold.azs.cn-north-7a": "0 -> 1",
        "driver.gpuVersion": "(none) -> 515.65.01",
        "scope": "(none) -> Train",
        "jobFlavors": "(none) -> a",
        "description": "(none) -> team blue",
    }
    assert (resource.up(program), resource.refresh(), resource.up(program)) == ({}, {}, {})


def test_refuses_to_change_what_nodes_were_made_with(resource: Resource, emulator: Emulator) -> None:
    """A later label or script is refused with the way out, while one of a node pool without nodes is sent.

    A line break at the end of a script makes no other one of it.
    """
    made = {"flavor": CPU, "count": 1.0, "labels": {"team": "blue"}, "postInstall": SCRIPT}
    program = team(1, nodePools={"gold": made})
    resource.up(program)
    emulator.journal.clear()

    refused = refusals(
        resource,
        team(1, nodePools={"gold": {**made, "labels": {"team": "red"}, "postInstall": "reboot"}}, tags={"cost": "1"}),
    )
    ended = {**made, "postInstall": f"{SCRIPT}\n"}
    resource.up(team(1, nodePools={"gold": ended, "silver": {**made, "labels": {"team": "red"}}}))

    out = "is what nodes are made with, and those of node pool {!r} are there and were not made so"
    assert [each.partition(";")[0] for each in refused] == [
        f"tags: {out.format(f'{CPU}-default')}",
        f'node_pools["gold"].labels: {out.format("gold")}',
        f'node_pools["gold"].post_install: {out.format("gold")}',
        f"tags: {out.format('gold')}",
    ]
    (write,) = emulator.journal.writes()
    assert write.body["spec"]["resources"][-1] == {
        "flavor": CPU,
        "count": 1,
        "nodePool": "silver",
        "labels": {"team": "red"},
        "extendParams": {"postInstall": b64encode(SCRIPT.encode()).decode()},
        "tags": [{"key": "pulumi-modelarts", "value": MARK}],
    }


def test_that_was_deleted_by_hand_is_made_again(resource: Resource, emulator: Emulator, hand: Hand) -> None:
    """The preview says so without a refresh, and the run makes it under the same id."""
    resource.up(team())
    hand.delete_pool(TEAM)
    emulator.journal.clear()

    seen = resource.up(team())

    assert seen == {"changes": {key: f"{entry} (again)" for key, entry in MADE.items()}}
    assert asked(emulator) == [("createPool", 200)]
    assert hand.counts(TEAM) == {CPU: 2}


def test_that_was_deleted_by_hand_leaves_the_state(resource: Resource, hand: Hand) -> None:
    """A refresh finds that it is gone."""
    resource.up(team())
    hand.delete_pool(TEAM)

    assert resource.refresh() == {"id": None}


def test_waits_for_one_of_its_name_that_is_on_its_way_out(resource: Resource, emulator: Emulator, hand: Hand) -> None:
    """Somebody has asked to delete it, and it is made when that has come true."""
    resource.up(team())
    emulator.clock.advance(60)
    hand.begin_to_delete(TEAM)
    emulator.journal.clear()

    seen = resource.up(team(1))

    assert seen["changes"] == IsPartialDict({"pool": f"Deleting -> created in {NETWORK}", f"flavors.{CPU}": "0 -> 1"})
    assert (asked(emulator), hand.counts(TEAM)) == ([("createPool", 200)], {CPU: 1})


@pytest.mark.parametrize(("path", "unknown"), [("name", True), ("network", False), ("flavors", False)])
def test_has_a_known_id_as_soon_as_its_name_is(resource: Resource, path: str, *, unknown: bool) -> None:
    """What is not known yet makes what the run does unknown; the id follows from the name alone."""
    checked = resource.provider.check({}, {**team(), path: _rpc.unknown()})

    assert checked.failures == []
    assert (_rpc.is_unknown(checked.inputs["poolName"]), _rpc.is_unknown(checked.inputs["changes"])) == (unknown, True)
    assert unknown or checked.inputs["poolName"] == TEAM


def test_orders_so_many_nodes_fewer_as_arrive(resource: Resource, emulator: Emulator) -> None:
    """A node that a migration brings is not bought."""
    seen = resource.up(team(2, arrivals=[NODE]))

    (write,) = emulator.journal.writes()
    assert (seen["changes"][f"flavors.{CPU}"], write.body["spec"]["resources"][0]["count"]) == ("0 -> 1", 1)


def test_is_marked_as_that_of_its_stack(emulator: Emulator, request: pytest.FixtureRequest) -> None:
    """With `modelarts:claim` the preview says so, and the pool is made first and marked then."""
    resource = maker(emulator, request.node.nodeid, claim="true")

    seen = resource.up(team())

    assert seen["changes"] == {**MADE, "claim": "(none) -> organization/shop/test"}
    assert asked(emulator) == [("createPool", 200), ("batchCreatePoolTags", 204)]
    assert resource.up(team()) == {}


@pytest.mark.parametrize("ignored", [["flavors"], ["*"], ["scope", "description"]], ids=str)
def test_is_made_with_what_the_program_leaves_alone_afterwards(
    resource: Resource, emulator: Emulator, hand: Hand, ignored: list[str]
) -> None:
    """`ignore_changes` is for later: whoever scales the pool by hand then is left in peace."""
    program = team(2, description="blue", ignored=ignored)

    seen = resource.up(program)
    hand.scale(TEAM, CPU, 3)
    emulator.clock.advance(60)

    assert seen["changes"] == {**MADE, "description": "(none) -> blue"}
    assert (resource.up(program), hand.counts(TEAM)) == ({}, {CPU: 3})


def test_is_made_without_a_live_preview(emulator: Emulator, request: pytest.FixtureRequest) -> None:
    """The run alone decides then, looks before it asks, and refuses what a preview would."""
    resource = maker(emulator, request.node.nodeid, livePreview="false")

    resource.up(team())
    again = resource.up(team(3))

    assert asked(emulator) == [("createPool", 200), ("patchPool", 200)]
    assert again["flavors"] == {CPU: 3}


def test_is_found_by_a_state_that_has_lost_it(resource: Resource, emulator: Emulator, hand: Hand) -> None:
    """Its mark tells whose it is: it is taken up, whatever differs is made true, and nothing is bought."""
    resource.up(team())
    emulator.journal.clear()
    again = maker(emulator, "lost")

    seen = again.up(team(description="found"))

    assert seen["changes"] == {"description": "(none) -> found"}
    assert (asked(emulator), hand.counts(TEAM)) == ([("patchPool", 200)], {CPU: 2})


def test_becomes_adopted_and_made_again_by_nothing_but_its_record(resource: Resource, emulator: Emulator) -> None:
    """Handing it over sends nothing, and shows what becomes of it in the end."""
    resource.up(team())
    emulator.journal.clear()
    adopted = {"poolName": TEAM, "flavors": {CPU: 2.0}, "scope": ["Train"]}

    released, made = resource.up(adopted), resource.up(team())

    assert released["changes"]["on destroy"] == "deleted with its 2 nodes -> released"
    assert made["changes"]["on destroy"] == "released -> deleted with its 2 nodes"
    assert asked(emulator) == []


def test_is_none_of_the_others(resource: Resource, emulator: Emulator) -> None:
    """Making a pool touches no other one."""
    before = emulator.world()["pools"]

    resource.up(team())

    after = emulator.world()["pools"]
    assert {name: after[name] for name in before} == before
    assert TRAIN_POOL in before
    reborn(resource, emulator, "another process")
    assert resource.up(team()) == {}
