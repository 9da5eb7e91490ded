"""What pools of a fleet stand against between which nodes move: what a migration between the same two is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.live_nodes import LiveNode, LiveNodes
from pulumi_modelarts.plans.pool_obstacles import closed, needs_addresses, newcomers
from pulumi_modelarts.specs.node_migration import NodeMigrationSpec
from pulumi_modelarts.specs.spelling import property_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pulumi_modelarts.plans.fleet_move import Move
    from pulumi_modelarts.plans.live_fleet import DeclaredFleet, LiveFleet
    from pulumi_modelarts.specs._spec import Problem

Way = tuple[str, str]
"""Logical names of the pools that nodes leave and reach."""


def migration(fleet: DeclaredFleet, way: Way, nodes: Iterable[str]) -> NodeMigrationSpec:
    """Returns the moves of one way as the declaration of a migration.

    Args:
        fleet: What the program declares.
        way: From which pool to which.
        nodes: Names of the nodes.
    """
    source, target = (fleet.pools[name] for name in way)
    spec = NodeMigrationSpec(
        nodes=tuple(nodes),
        source_pool=source.pool_name,
        target_pool=target.pool_name,
        strategy=fleet.strategy,
        on_running_jobs=fleet.on_running_jobs,
    )
    return spec.of_stack(target.stack)


def blocked(fleet: DeclaredFleet, live: LiveFleet, moves: Iterable[Move]) -> Iterator[Problem]:
    """Yields what pools stand against: their state, other stacks, flavors they cannot take, addresses."""
    told: set[Problem] = set()
    for way, spec, found in _each(fleet, live, moves):
        paths = {"source_pool": way[0], "target_pool": way[1], "target_node_pool": way[1]}
        for problem in closed(spec, _known(live, found), found):
            where = property_path(("pools", paths[problem.path])) if problem.path in paths else problem.path
            placed = replace(problem, path=where)
            if placed not in told:
                told.add(placed)
                yield placed


def lacks(fleet: DeclaredFleet, live: LiveFleet, moves: Iterable[Move]) -> dict[Fact, tuple[str, ...]]:
    """Returns what has to be read to tell that, and the ids of the pools that it is about."""
    new: set[str] = set()
    network: set[str] = set()
    for _, spec, found in _each(fleet, live, moves):
        known = _known(live, found)
        if live.architectures is None and newcomers(spec, known, found):
            new.add(spec.target_pool)
        target = known.pools[spec.target_pool]
        if needs_addresses(spec, known, found) and target.spec.network.name not in live.addresses:
            network.add(spec.target_pool)
    found_lacks = {Fact.ARCHITECTURES: tuple(sorted(new)), Fact.ADDRESSES: tuple(sorted(network))}
    return {fact: pools for fact, pools in found_lacks.items() if pools}


def _each(
    fleet: DeclaredFleet, live: LiveFleet, moves: Iterable[Move]
) -> Iterator[tuple[Way, NodeMigrationSpec, Mapping[str, LiveNode]]]:
    ways: dict[Way, list[str]] = {}
    for move in sorted(moves):
        ways.setdefault((move.source, move.target), []).append(move.node)
    homes = live.homes
    for way, nodes in sorted(ways.items()):
        yield way, migration(fleet, way, nodes), {name: LiveNode(*homes[name]) for name in nodes}


def _known(live: LiveFleet, found: Mapping[str, LiveNode]) -> LiveNodes:
    pools = {**live.known, **{name: each.pool for name, each in live.pools.items()}}
    return LiveNodes(
        pools,
        found,
        {name: each.nodes or () for name, each in live.pools.items()},
        architectures=live.architectures,
        addresses=live.addresses,
    )
