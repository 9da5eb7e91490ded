"""Every precondition of a migration: which preview refuses first what the service would refuse, or why none can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from modelarts_emulator import INFER_POOL, TRAIN_POOL, Emulator
from modelarts_emulator.service.preconditions import HEADER, MIGRATE, PRECONDITIONS
from modelarts_emulator.worlds.documented import NETWORK
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from tests.resources.migrations import EIGHT, STAYING, placing, seed_nine
from tests.resources.pools import CPU, GPU
from tests.resources.scenario import CheckFailedError, Stack, configured, connect
from tests.resources.service import Hand, world

if TYPE_CHECKING:
    from collections.abc import Callable

ARM = "modelarts.bm.npu.arm.8snt9b"
MANY = [f"modelarts.vm.cpu.{number}" for number in range(10)]
LOST = INFER_POOL.replace("infer", "lost")
NODE = EIGHT[0]
STEP = {"step": 3, "type": "hyperinstance"}
CLUSTERS = ["cluster-a", "cluster-b"]
IN_TRAIN = f"nodes[0]: {NODE!r} in {TRAIN_POOL!r} "


class Case(NamedTuple):
    """A world in which a precondition is not met, a program that needs it, and what its preview says.

    Attributes:
        problem: The beginning of what the preview says.
        world: Changes of the world, as for `seed_nine`; with `pool`, of that pool of the documented one.
        program: Inputs of the program.
        first: What happens before the preview.
        other_flavors: Whether the world has flavors that the documented one has not.
    """

    problem: str
    world: dict[str, Any] = {}  # noqa: RUF012 - never written to
    program: dict[str, Any] = {}  # noqa: RUF012 - never written to
    first: Callable[[Hand], object] = lambda _: None
    other_flavors: bool = False


def nodes_with(**fields: Any) -> dict[str, Any]:
    """Return nodes of the training pool, the first of which is something special."""
    return {"nodes": {name: {} for name in [*EIGHT, STAYING]} | {NODE: fields}}


def reboot(hand: Hand) -> None:
    """Let the node be rebooted."""
    assert hand.ask(f"pools/{TRAIN_POOL}/nodes/batch-reboot", {"nodeNames": [NODE]}).is_success


def delete(hand: Hand) -> None:
    """Let the node be on its way out."""
    assert hand.ask(f"pools/{TRAIN_POOL}/nodes/batch-delete", {"deleteNodeNames": [NODE]}).is_success


TABLE: dict[str, Case | str] = {
    "pool_running": Case("source_pool: cannot be changed now: resource pool ", {"phase": "Abnormal"}),
    "pool_unfrozen": Case(
        "target_pool: cannot be changed now: resource pool ", {"pool": INFER_POOL, "control_mode": 8}
    ),
    "known_flavor": "the flavor that is sent is that of the nodes, which the service has",
    "flavor_limit": Case(
        f"target_pool: {INFER_POOL!r} has 10 flavors and takes at most 10, and {CPU} is new to it",
        {"pool": INFER_POOL, "resources": [{"flavor": name, "count": 1} for name in MANY], "nodes": {}},
        other_flavors=True,
    ),
    "cpu_architecture": Case(
        f"target_pool: {INFER_POOL!r} cannot take {CPU!r}: it is built for x86, and the nodes there are for arm64",
        {"pool": INFER_POOL, "resources": [{"flavor": ARM, "count": 2}], "nodes": {}, "driver": {"npuVersion": "C78"}},
    ),
    "flavor_change": Case(
        f"target_pool: {INFER_POOL!r} has no node pool '{CPU}-default' of {CPU!r} for these nodes, and takes none ",
        {"pool": INFER_POOL, "resources": [{"flavor": MANY[0], "count": 2}], "nodes": {}, "control_mode": 2},
        other_flavors=True,
    ),
    "node_remains": Case(
        f"nodes: takes 9 nodes from {TRAIN_POOL!r}, which has 9; a pool keeps at least one. Name fewer nodes",
        program={"nodes": [*EIGHT, STAYING], "strategy": {"maxUnavailable": 9}},
    ),
    "free_addresses": Case(
        f"target_pool: network {NETWORK!r} of {INFER_POOL!r} has 0 free addresses, and 1 node would come at a time",
        {"networks": {NETWORK: {"free_addresses": 0}}},
    ),
    "distinct_nodes": Case(f"nodes[1]: {NODE!r} is named twice; name it once", program={"nodes": [NODE, NODE]}),
    "known_node": Case("nodes[0]: 'os-node-x' is in no pool of the project, ", program={"nodes": ["os-node-x"]}),
    "node_at_rest": Case(f"{IN_TRAIN}is Checking, and only an Available node can move", first=reboot),
    "node_stays": Case(f"{IN_TRAIN}is Deleting, and only an Available node can move", first=delete),
    "node_unlocked": Case(f"{IN_TRAIN}is locked; unlock it in the console first", nodes_with(locked=True)),
    "whole_supernode": Case(
        f"{IN_TRAIN}is part of supernode ",
        {"resources": [{"flavor": CPU, "count": 9, "creatingStep": STEP}]},
    ),
    "node_available": Case(f"{IN_TRAIN}is Abnormal, and only an Available node can move", nodes_with(phase="Abnormal")),
    "node_idle": Case(
        f"{IN_TRAIN}runs inference service chat (ann), which does not end by itself. Stop it or move it elsewhere, ",
        {"services": {"service-1": {"pool": TRAIN_POOL, "nodes": [NODE], "name": "chat", "user": "ann"}}},
    ),
    "node_in_cluster": Case(
        f"{IN_TRAIN}is in cluster 'cluster-b', not 'cluster-a'",
        {"clusters": CLUSTERS, **nodes_with(cluster="cluster-b")},
        {"sourceCluster": "cluster-a", "targetCluster": INFER_POOL},
    ),
    "more_than_one_node": Case(
        f"nodes: {TRAIN_POOL!r} has a single node, and such a pool takes part in no migration",
        {"clusters": CLUSTERS, "resources": [{"flavor": CPU, "count": 1}], "nodes": {NODE: {}}},
        {"sourceCluster": "cluster-a", "targetCluster": "cluster-b", "targetPool": TRAIN_POOL},
    ),
    "known_target": Case(f"target_pool: {LOST!r} does not exist. ", program={"targetPool": LOST}),
    "other_cluster": Case(
        "target_cluster: 'cluster-a' is the source cluster too, which the service refuses; name another one",
        program={"sourceCluster": "cluster-a", "targetCluster": "cluster-a"},
    ),
    "source_cluster": Case(
        f"{IN_TRAIN}is in cluster {TRAIN_POOL!r}, not 'nowhere'",
        program={"sourceCluster": "nowhere", "targetCluster": INFER_POOL},
    ),
    "target_cluster": "a cluster without nodes shows nowhere, and nodes may be the first to come to it",
    "flavor_named": "the flavor of the nodes is always sent",
    "flavor_of_nodes": Case(f"{IN_TRAIN}has flavor {CPU!r}, not {GPU!r}", program={"flavor": GPU}),
    "step_of_nodes": "the step is sent as the nodes' own entry has it",
    "unprivileged_fields": "labels, taints and network are never sent",
    "same_network": Case(
        f"target_pool: {INFER_POOL!r} is in network 'another-net' and {TRAIN_POOL!r} in {NETWORK!r}, and nodes move ",
        {"pool": INFER_POOL, "network": "another-net"},
    ),
    "room_in_target": "no answer of the service tells how many nodes a pool can take",
}
"""The preview that refuses each precondition first, or the reason in words why it cannot be known."""

CASES = {name: case for name, case in TABLE.items() if isinstance(case, Case)}


@pytest.fixture
def stack(emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
    """A program with one migration, never run."""
    return Stack(configured(NodeMigrationProvider(), **connect(emulator, request.node.nodeid)))


def begin(emulator: Emulator, case: Case) -> None:
    """Make the world of a case, with nine nodes in the training pool, unless that is changed too."""
    made = world(**case.world) if "pool" in case.world else None
    if made is None:
        seed_nine(emulator, **case.world)
        return
    (project,) = made["projects"].values()
    nine = {"resources": [{"flavor": CPU, "count": 9}], **nodes_with()}
    project["pools"][TRAIN_POOL] |= nine
    more = dict.fromkeys(MANY, made["flavors"][CPU]) if case.other_flavors else {}
    emulator.seed({**made, "flavors": {**made["flavors"], **more}})


def test_each_precondition_is_in_the_table() -> None:
    """What the service demands of a migration is either refused in the preview, or said why not."""
    demanded = {each.name for each in PRECONDITIONS if MIGRATE in each.operations}

    assert set(TABLE) == demanded


@pytest.mark.parametrize("name", CASES)
def test_the_preview_refuses_what_the_service_would(stack: Stack, emulator: Emulator, hand: Hand, name: str) -> None:
    """The preview names the input; the service, asked for the same move, names the precondition."""
    case = CASES[name]
    begin(emulator, case)
    case.first(hand)
    emulator.journal.clear()
    program = placing(NODE, **case.program)

    with pytest.raises(CheckFailedError) as failed:
        stack.preview(program)
    assert emulator.journal.writes() == []
    refusal = hand.ask(
        f"pools/{TRAIN_POOL}/nodes/batch-migrate",
        {
            "migrateNodeNames": program["nodes"],
            "fromClusterName": program.get("sourceCluster", TRAIN_POOL),
            "toClusterName": program.get("targetCluster", program["targetPool"]),
            "toPoolName": program["targetPool"],
            "resourceSpec": {"flavor": program.get("flavor", CPU)},
        },
    )

    assert str(failed.value).startswith(case.problem)
    assert refusal.headers[HEADER] == name
