"""Who manages a pool of a fleet: the fleet and nobody else, and what a program is told that says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import INFER_POOL, TRAIN_POOL
from pulumi_modelarts.reconcilers.claims import Conflict, NodeClaim, PoolClaim
from pulumi_modelarts.reconcilers.fleet_claim import FleetClaim
from pulumi_modelarts.reconcilers.owners import Owners
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from tests.resources.fleet_program import IDS, PLACEMENT, FleetProgram, fleet_world, node, pools
from tests.resources.host import Resource
from tests.resources.interference import mortal
from tests.resources.migrations import batches, placing
from tests.resources.pools import CPU
from tests.resources.scenario import configured

if TYPE_CHECKING:
    from modelarts_emulator import Emulator
    from tests.resources.service import Hand

FLEET, OTHER = (f"urn:pulumi:test::x::{name}-placement" for name in ("fleet", "platform"))
POOL, MOVE = (f"urn:pulumi:test::x::{name}" for name in ("train", "move"))
FIRST = node("train", 0)


@pytest.fixture
def owners() -> Owners:
    """The claims of a process in which a fleet of two pools was checked."""
    made = Owners()
    assert made.claim_fleet(["auto-pool", "infer-pool"], FleetClaim(FLEET, {})) == []
    return made


def test_a_pool_is_in_one_fleet(owners: Owners) -> None:
    """Another fleet that declares it is told which one has it, by the name that the program has for that."""
    conflicts = owners.claim_fleet(["infer-pool", "third-pool"], FleetClaim(OTHER, {}))

    assert conflicts == [Conflict("infer-pool", "is managed by the fleet 'fleet' already; declare it in one of them")]


def test_a_pool_of_a_fleet_has_no_resource_of_its_own(owners: Owners) -> None:
    """Whichever of the two is checked first, the other one is refused."""
    later = owners.claim_pool("auto-pool", PoolClaim(POOL, counts=True, after={}))
    before = Owners()
    before.claim_pool("auto-pool", PoolClaim(POOL, counts=True, after={}))
    sooner = before.claim_fleet(["auto-pool"], FleetClaim(FLEET, {}))

    assert later == [Conflict("auto-pool", "is managed by the fleet 'fleet' already; declare it there alone")]
    assert sooner == [
        Conflict("auto-pool", "is managed by 'train', a ResourcePool of its own; take one of the two out")
    ]


def test_a_fleet_knows_of_every_migration(owners: Owners) -> None:
    """The advice names the fleet, to which the migration can be passed, and not what is in it."""
    claim = NodeClaim(MOVE, frozenset({"auto-pool"}), "third-pool")

    (later,) = owners.claim_nodes(MOVE, {"node-0": claim})
    (sooner,) = owners.claim_fleet(["auto-pool"], FleetClaim(FLEET, {}))
    knowing = owners.claim_fleet(["auto-pool"], FleetClaim(FLEET, {"node-0": "third-pool"}))

    assert later == Conflict(
        "auto-pool",
        "node node-0 is moved by 'move', and the fleet 'fleet' manages the counts of 'auto-pool' without knowing of "
        "it: it would move, buy or delete nodes for that. Pass the migration to the fleet: Fleet(after=[…])",
    )
    assert sooner == Conflict("node-0", later.reason)
    assert knowing == []


def test_a_fleet_that_comes_after_a_migration_counts_its_nodes_where_they_go(
    emulator: Emulator, hand: Hand, request: pytest.FixtureRequest
) -> None:
    """The preview shows the rest alone, the run makes it, and the migration's node stays where it was placed."""
    emulator.seed(fleet_world(train=8, infer=2))
    config: dict[str, str] = {}
    declared, after = pools(train=6, infer=4), {FIRST: INFER_POOL}
    program = FleetProgram(lambda: config, policy={"after": after})
    move = Resource(NodeMigrationProvider(), name="move", computed="moves")
    placement = placing(FIRST)

    config |= mortal(emulator, emulator.transport(), request.node.nodeid)
    configured(move.provider, **config)
    move.check(placement)
    shown = program.preview(declared)
    config |= mortal(emulator, emulator.transport(), request.node.nodeid)
    configured(move.provider, **config)
    move.up(placement)
    program.up(declared)

    assert shown == {PLACEMENT: {node("train", 1): "train -> infer"}, "train": {}, "infer": {}}
    assert program.said == {}
    assert batches(emulator) == [[FIRST], [node("train", 1)]]
    assert (hand.counts(TRAIN_POOL), hand.counts(IDS["infer"])) == ({CPU: 6}, {CPU: 4})
