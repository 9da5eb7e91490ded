"""Which networks and fleets `modelarts program` prints, and why others are not there."""

import copy
from typing import Any

import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, PROJECT, TRAIN_POOL, Emulator, Fault
from modelarts_emulator.worlds.documented import NETWORK, WORLD
from tests.cli.adopting import registrations
from tests.cli.programs import program
from tests.resources.pools import CPU

EAST = f"east-net-{PROJECT}"
ZONES = [{"az": "cn-north-7a", "count": 1}, {"az": "cn-north-7c", "count": 1}]


def account(**facts: dict[str, Any]) -> dict[str, Any]:
    """Return the documented account with a network more, and other facts about pools by the first word of their ids."""
    found = copy.deepcopy(WORLD)
    project = found["projects"][PROJECT]
    project["networks"] = {NETWORK: {"cidr": "172.16.0.0/16"}, EAST: {"cidr": "192.168.0.0/20"}}
    template = project["pools"][INFER_POOL]
    for word, changed in facts.items():
        name = f"{word}-pool-os-{PROJECT}"
        project["pools"][name] = {**project["pools"].get(name, {**template, "nodes": {}}), **changed}
    return found


def names(text: str, kind: str) -> list[str]:
    """Return what resources of a class are called in a program."""
    return [each.name for each in registrations(text, "") if each.kind == kind]


def remarks(text: str) -> str:
    """Return what a program says in comments."""
    return " ".join(line.strip().removeprefix("# ") for line in text.splitlines() if line.strip().startswith("#"))


@pytest.mark.parametrize(
    ("words", "networks"),
    [
        ([], ["east-net", "network-maos"]),
        ([TRAIN_POOL], ["network-maos"]),
        (["--no-networks"], []),
    ],
    ids=["all", "of one pool", "none"],
)
def test_prints_networks(words: list[str], networks: list[str]) -> None:
    """All of them, those of the pools that are asked for, or none."""
    with Emulator(world=account()) as emulator:
        text = program(*words, transport=emulator.transport()).text

    assert names(text, "Network") == networks


def test_networks_that_may_not_be_listed_are_left_out() -> None:
    """The pools are printed all the same, and a comment says what the service said."""
    with Emulator(world=account()) as emulator:
        emulator.faults.arm(Fault("listNetworks", status=403))
        done = program(TRAIN_POOL, transport=emulator.transport())

    assert (done.code, names(done.text, "ResourcePool")) == (0, ["auto-pool-os"])
    assert "Not declared: networks: list networks: " in remarks(done.text)


def test_a_network_that_is_not_well_says_so() -> None:
    """One that is Abnormal is adopted with a remark."""
    found = account()
    found["projects"][PROJECT]["networks"][EAST]["phase"] = "Abnormal"
    with Emulator(world=found) as emulator:
        text = program(transport=emulator.transport()).text

    assert names(text, "Network") == ["east-net", "network-maos"]
    assert f"Network '{EAST}' is Abnormal: " in remarks(text)


@pytest.mark.parametrize(
    ("facts", "outside", "reason"),
    [
        (
            {"resources": [{"flavor": CPU, "count": 2, "azs": ZONES}], "nodes": {}},
            "auto-pool-os",
            "its nodes are counted by node pool or by zone, and those never move.",
        ),
        ({"network": EAST}, "auto-pool-os", "its network has no other pool that nodes could move to or from."),
        (
            {
                "resources": [
                    {"flavor": CPU, "count": 2, "creatingStep": {"step": step, "type": "hyperinstance"}}
                    for step in (1, 2)
                ],
                "nodes": {},
            },
            "auto-pool-os",
            "none of its counts is declared.",
        ),
    ],
    ids=["zones", "alone in its network", "no counts"],
)
def test_a_pool_that_takes_no_part_is_outside_of_the_fleet(facts: dict[str, Any], outside: str, reason: str) -> None:
    """It is a pool of its own, and a comment says why."""
    with Emulator(world=account(auto=facts)) as emulator:
        text = program("--fleet", transport=emulator.transport()).text

    assert names(text, "FleetPlacement") == ["fleet-placement"]
    assert names(text, "Fleet$ResourcePool") == ["fleet-gpu-pool-os", "fleet-infer-pool-os"]
    assert names(text, "ResourcePool") == [outside]
    assert f"Outside of a fleet: {reason}" in remarks(text)


def test_each_network_has_a_fleet_of_its_own() -> None:
    """No node leaves its network, so that pools of two of them have nothing to do with each other."""
    with Emulator(world=account(east={"network": EAST}, west={"network": EAST})) as emulator:
        text = program("--fleet", transport=emulator.transport()).text

    assert {each.name: [*each.inputs["pools"]] for each in registrations(text, "") if "pools" in each.inputs} == {
        "fleet-network-maos-placement": ["auto-pool-os", "gpu-pool-os", "infer-pool-os"],
        "fleet-east-net-placement": ["east-pool-os", "west-pool-os"],
    }
    assert f"Pools of network {EAST}, which no node leaves." in remarks(text)


def test_a_pool_that_cannot_be_adopted_is_in_no_fleet() -> None:
    """It is a comment alone, and the others are a fleet."""
    with Emulator(world=account(auto={"tags": {"pulumi-modelarts:0123456789ab": "other/stack"}})) as emulator:
        text = program("--fleet", transport=emulator.transport()).text

    pools = {each.inputs["poolName"] for each in registrations(text, "") if "poolName" in each.inputs}
    assert pools == {GPU_POOL, INFER_POOL}
    assert f"Not declared: resource pool {TRAIN_POOL}: pool_name resource pool" in remarks(text)
