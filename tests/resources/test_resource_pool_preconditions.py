"""Everything the service demands of a change of a pool: refused in the preview, or the reason why that cannot be."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from modelarts_emulator import GPU_POOL, PROJECT, TRAIN_POOL
from modelarts_emulator.service.preconditions import DELETE, DRAIN, PATCH, PRECONDITIONS
from modelarts_emulator.worlds.flavors import FLAVORS
from tests.resources.pools import CPU, GPU, train
from tests.resources.scenario import CheckFailedError, Stack
from tests.resources.service import Hand, world

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator import Emulator

NPU = "modelarts.bm.npu.arm.8snt9b"
ZONE, OTHER_ZONE = "cn-north-7c", "cn-north-7a"
AT_CPU = f'flavors["{CPU}"]: '
A, B = "os-node-created-aaaaa", "os-node-created-bbbbb"
SHRUNK = train(1, maxScaleIn=1)


class Refused(NamedTuple):
    """A situation in which a preview refuses what the service would refuse.

    Attributes:
        program: What is declared.
        text: What the refusal has: its path, and a part of the reason.
        pool: Fields of the training pool.
        flavors: Flavors on offer besides those of the documented world, or in their place.
        more: Fields of the project.
    """

    program: Mapping[str, Any]
    text: str
    pool: Mapping[str, Any] = {}
    flavors: Mapping[str, Any] = {}
    more: Mapping[str, Any] = {}


REFUSED = {
    "pool_running": Refused(train(3), "is Error, not Running", {"phase": "Error"}),
    "pool_unfrozen": Refused(train(3), "is frozen (controlMode 8)", {"control_mode": 8}),
    "description_characters": Refused(train(2, description="a<b"), "description: contains <"),
    "known_flavor": Refused(
        {"poolName": TRAIN_POOL, "flavors": {"modelarts.vm.cpu.4u": 1.0}}, f"did you mean '{CPU}'?"
    ),
    "distinct_entries": Refused(
        train(2, nodePools={f"{CPU}-default": {"flavor": CPU, "count": 2.0}}), "is the same entry of the pool"
    ),
    "flavor_limit": Refused(
        {"poolName": TRAIN_POOL, "flavors": {CPU: 1.0}},
        f"{AT_CPU}is a new flavor of a pool that has 10, and a pool has at most 10",
        {"resources": [{"flavor": f"f{number}", "count": 1} for number in range(10)], "nodes": {}},
        {f"f{number}": FLAVORS[CPU] for number in range(10)},
    ),
    "cpu_architecture": Refused(
        {"poolName": TRAIN_POOL, "flavors": {NPU: 1.0}}, "has CPU architecture arm64, and the pool has x86"
    ),
    "flavor_change": Refused(
        {"poolName": TRAIN_POOL, "flavors": {GPU: 1.0}}, "may not change its flavors", {"control_mode": 2}
    ),
    "zone_offers_flavor": Refused(
        {"poolName": TRAIN_POOL, "nodePools": {"gold": {"flavor": CPU, "azs": {"cn-north-7z": 1.0}}}},
        f'node_pools["gold"].azs["cn-north-7z"]: cn-north-7z does not offer flavor \'{CPU}\'',
    ),
    "whole_supernodes": Refused(
        train(3),
        f"{AT_CPU}would have 3 nodes, and they come in steps of 2 (creatingStep): declare 2, or 4",
        {"resources": [{"flavor": CPU, "count": 2, "creatingStep": {"step": 2, "type": "hyperinstance"}}]},
    ),
    "node_remains": Refused(train(0, maxScaleIn=2), f"{AT_CPU}would leave the pool without a node"),
    "not_prepaid": Refused(
        SHRUNK, "is prepaid and has to be unsubscribed", {"annotations": {"os.modelarts/billing.mode": "1"}}
    ),
    "zone_in_stock": Refused(
        {"poolName": TRAIN_POOL, "nodePools": {"gold": {"flavor": CPU, "azs": {OTHER_ZONE: 1.0}}}},
        f"is sold out in {OTHER_ZONE}; it can be had in {ZONE}",
        flavors={CPU: {**FLAVORS[CPU], "zones": {OTHER_ZONE: "soldout", ZONE: "normal"}}},
    ),
    "free_addresses": Refused(
        train(4),
        f"{AT_CPU}grows from 2 to 4; this run would make 2 nodes and network",
        more={"networks": {"free_addresses": 1}},
    ),
    "driver_has_chip": Refused(
        train(2, driver={"npuVersion": "C78"}), "driver.npu_version: no flavor of the pool has an NPU"
    ),
    "node_unlocked": Refused(SHRUNK, f"{A} is locked", {"nodes": {A: {"locked": True}, B: {"locked": True}}}),
    "whole_supernode": Refused(
        SHRUNK,
        f"{AT_CPU}has to lose 1 of 2 nodes, and they are supernodes of 2, which go whole: declare 0, or 2",
        {"resources": [{"flavor": CPU, "count": 2, "creatingStep": {"step": 2, "type": "hyperinstance"}}]},
    ),
}

NEVER = {
    "patchable_field": "A patch has metadata and spec, and nothing else.",
    "changeable_field": "A patch has the description and declared fields of spec; a name is never sent.",
    "flavor_remains": "Every live entry is sent back.",
    "count_limit": "A limit of the emulator, not of the service.",
    "zones_within_count": "Zones are computed from the count that is sent.",
    "one_direction": "No count is ever lowered by a patch.",
    "enough_idle_nodes": "No count is ever lowered by a patch.",
    "node_quota": "No documented answer tells how many nodes a project may have.",
    "distinct_scopes": "Scopes are made distinct when they are parsed.",
    "distinct_nodes": "Nodes are named from one list, each once.",
    "known_node": "Nodes are named from the list that was read under the lock of the pool.",
    "node_stays": "A node that is being deleted is no node that counts as too many.",
}
"""Why no preview has to refuse it, or can."""

BY_HAND = {"node_at_rest"}
"""What needs more than a world; it has a test of its own below."""


class TestPreconditions:
    def test_are_all_looked_at(self) -> None:
        """Each precondition of changing a pool and of removing its nodes has a refusal, or a reason why not."""
        ours = {each.name for each in PRECONDITIONS if {PATCH, DELETE, DRAIN}.intersection(each.operations)}

        assert ours == REFUSED.keys() | NEVER.keys() | BY_HAND
        assert not REFUSED.keys() & NEVER.keys()

    @pytest.mark.parametrize("name", REFUSED)
    def test_are_refused_in_the_preview(self, stack: Stack, emulator: Emulator, name: str) -> None:
        """The preview says at its input what the service would refuse, and nothing is sent."""
        refused = REFUSED[name]
        emulator.seed(_world(refused))

        with pytest.raises(CheckFailedError) as told:
            stack.preview(refused.program)

        assert refused.text in str(told.value)
        assert emulator.journal.writes() == []

    def test_of_nodes_that_are_moved_are_known_by_their_jobs(
        self, stack: Stack, hand: Hand, emulator: Emulator
    ) -> None:
        """A node that another stack moves is not drained: the preview names the job."""
        first = hand.nodes(TRAIN_POOL)[0]
        hand.lock(TRAIN_POOL, hand.nodes(TRAIN_POOL)[1])
        hand.send_off(TRAIN_POOL, GPU_POOL, first)
        (job,) = emulator.world()["jobs"]
        emulator.journal.clear()

        with pytest.raises(CheckFailedError, match=f"{first} is under job {job}, which has not ended"):
            stack.preview(SHRUNK)


def _world(refused: Refused) -> dict[str, Any]:
    made = world(pool=TRAIN_POOL, **copy.deepcopy(dict(refused.pool)))
    project = made["projects"][PROJECT]
    made["flavors"] = {**FLAVORS, **refused.flavors}
    if "networks" in refused.more:
        network = project["pools"][TRAIN_POOL]["network"]
        project["networks"] = {**project.get("networks", {}), network: dict(refused.more["networks"])}
    return made
