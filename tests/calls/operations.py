"""What is played, topic by topic; each has its calls in the journal, and its reasons in `tests.calls.reasons`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL
from modelarts_emulator.worlds.documented import NETWORK
from pulumi_modelarts.resources.network import NetworkProvider
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.node_selection import NodeSelectionProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.calls.ground import Ground
from tests.cli.doctor import doctor
from tests.cli.programs import program
from tests.resources.fleet_program import PLACEMENT, FleetProgram, fleet_world, pools
from tests.resources.interference import mortal
from tests.resources.migrations import EIGHT, placing, seed_nine
from tests.resources.networks import ADOPTING, ID, making
from tests.resources.pools import train
from tests.resources.selections import choosing
from tests.resources.service import Hand
from tests.sources.program import Program
from tests.sources.subjects import SUBJECTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.calls.ground import Played

BETWEEN = {TRAIN_POOL: "of the source", INFER_POOL: "of the target"}


def adopted_pool() -> list[Played]:
    """Adopt, rest, grow, shrink, release."""
    ground = Ground("calls adopted")
    pool = ground.stack(ResourcePoolProvider)
    ground.up(pool, train(2), "adopting it as it is")
    ground.rest(pool, train(2))
    ground.up(pool, train(3), "growing it by a node")
    ground.up(pool, train(2, maxScaleIn=1.0), "removing a node")
    ground.destroy(pool)
    return ground.played


def made_pool() -> list[Played]:
    """Make, rest, grow, delete."""
    ground, inputs = Ground("calls made"), {"name": "blue", "network": NETWORK, "scope": ["Train"]}
    pool, flavor = ground.stack(ResourcePoolProvider), next(iter(train(1)["flavors"]))
    ground.up(pool, {**inputs, "flavors": {flavor: 2.0}}, "making it")
    ground.rest(pool, {**inputs, "flavors": {flavor: 2.0}})
    ground.up(pool, {**inputs, "flavors": {flavor: 3.0}}, "growing it by a node")
    ground.destroy(pool)
    return ground.played


def migration_of_one() -> list[Played]:
    """Move, rest, repair, release; then the same where a minute passes between the check and the run."""
    ground = Ground("calls one", roles=BETWEEN)
    move = ground.stack(NodeMigrationProvider)
    ground.up(move, placing(NODE), "moving a node")
    ground.rest(move, placing(NODE))
    Hand(ground.emulator).migrate(INFER_POOL, TRAIN_POOL, NODE)
    ground.up(move, placing(NODE), "moving it again after somebody took it back")
    ground.destroy(move)
    later = Ground("calls later", roles=BETWEEN, played=ground.played)
    move = later.stack(NodeMigrationProvider)
    checked = move.check(placing(NODE))
    later.emulator.clock.advance(60)
    with later.counting("create, a minute after its check"):
        move.run(checked)
    return ground.played


def migration_of_eight() -> list[Played]:
    """Move eight nodes, two at a time."""
    ground = Ground("calls eight", roles=BETWEEN)
    seed_nine(ground.emulator)
    move = ground.stack(NodeMigrationProvider)
    inputs = placing(*EIGHT, strategy={"maxUnavailable": 2.0})
    ground.up(move, inputs, "moving eight nodes, two at a time")
    ground.rest(move, inputs)
    return ground.played


def network() -> list[Played]:
    """Make, rest, delete; adopt, release."""
    ground = Ground("calls network")
    net = ground.stack(NetworkProvider)
    ground.up(net, making(), "making it")
    ground.rest(net, making())
    ground.destroy(net)
    assert ID not in Hand(ground.emulator).networks()
    adopted = ground.stack(NetworkProvider, "adopted")
    ground.up(adopted, {**ADOPTING, "networkName": NETWORK}, "adopting it")
    ground.destroy(adopted)
    return ground.played


def selection() -> list[Played]:
    """Choose, rest, forget."""
    ground = Ground("calls selection")
    choice = ground.stack(NodeSelectionProvider)
    ground.up(choice, choosing(1), "choosing a node")
    ground.rest(choice, choosing(1))
    ground.destroy(choice)
    return ground.played


def fleet() -> list[Played]:
    """Two pools of 8 nodes and of 2: as they are, then two nodes that move, then one bought."""
    ground = Ground("calls fleet", roles=BETWEEN)
    ground.emulator.seed(fleet_world(train=8, infer=2))
    declared = FleetProgram(lambda: mortal(ground.emulator, ground.emulator.transport(), ground.name))
    for title, counts in (
        ("8 and 2 nodes, at rest", {"train": 8, "infer": 2}),
        ("8 and 2 nodes to 6 and 4", {"train": 6, "infer": 4}),
        ("6 and 4 nodes to 6 and 5", {"train": 6, "infer": 5}),
    ):
        ground.emulator.clock.advance(60)
        with ground.counting(f"preview, {title}"):
            declared.preview(pools(**counts))
        with ground.counting(f"up, {title}"):
            declared.up(pools(**counts))
        assert declared.said == {}
    with ground.counting("refresh"):
        declared.refresh()
    assert declared.resources[PLACEMENT].state is not None
    return ground.played


def sources() -> list[Played]:
    """Ask each data source once, in a program of its own."""
    ground = Ground("calls sources")
    for subject in SUBJECTS:
        asking = Program(ground.emulator, f"calls {subject.name}")
        with ground.counting(f"`{subject.name}`"):
            asking.run(partial(subject.plain, **subject.arguments))
    return ground.played


def commands() -> list[Played]:
    """Run the commands that ask the service."""
    ground = Ground("calls commands")
    with ground.counting("`modelarts program`"):
        assert program(transport=ground.emulator.transport()).code == 0
    with ground.counting("`modelarts doctor`"):
        assert doctor(transport=ground.emulator.transport()).text
    return ground.played


TOPICS: Mapping[str, Callable[[], list[Played]]] = {
    "A pool that is adopted": adopted_pool,
    "A pool that is made": made_pool,
    "A migration of one node": migration_of_one,
    "A migration batch by batch": migration_of_eight,
    "A network": network,
    "A selection": selection,
    "A fleet": fleet,
    "Data sources": sources,
    "Commands": commands,
}
"""Headings of the page, and what plays each."""
