"""Which pools make a fleet: those of one network whose nodes could move, and whose plan has nothing to do.

Nodes never move from network to network, so that pools of two would share nothing but limits: each network has a fleet
of its own.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.cli.program.declared import DeclaredPool, told
from pulumi_modelarts.plans.fleet_declared import declared
from pulumi_modelarts.plans.live_fleet import LiveFleet
from pulumi_modelarts.specs._spec import parse
from pulumi_modelarts.specs.fleet import FleetPlacementSpec
from pulumi_modelarts.specs.spelling import property_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.reconcilers.fleet_reader import FleetReader
    from pulumi_modelarts.specs.paths import Steps

COUNTED: Final = ("poolName", "flavors", "nodePools")
LEAST: Final = 2
"""Pools between which nodes can move."""

NOT_COUNTED: Final = "Outside of a fleet: none of its counts is declared."
BOUND: Final = "Outside of a fleet: its nodes are counted by node pool or by zone, and those never move."
ALONE: Final = "Outside of a fleet: its network has no other pool that nodes could move to or from."


@dataclass(frozen=True)
class FleetOf:
    """Pools that make a fleet.

    Attributes:
        network: the network that they are in.
        pools: the pools.
    """

    network: str
    pools: tuple[DeclaredPool, ...]


def grouped(reader: FleetReader, pools: Sequence[DeclaredPool]) -> tuple[list[FleetOf], list[DeclaredPool]]:
    """Fleets by network, and the pools that are in none, with the reason; those that cannot be declared as they are.

    Raises:
        ModelArtsError: something could not be read.
    """
    by_network: defaultdict[str, list[DeclaredPool]] = defaultdict(list)
    others = [pool for pool in pools if pool.refused]
    for pool in pools:
        if not pool.refused:
            member = _without_secrets(pool)
            if reason := _reason(reader, member):
                others.append(_remarked(pool, reason))
            else:
                by_network[pool.live.pool.spec.network.name].append(member)
    fleets: list[FleetOf] = []
    for network, members in by_network.items():
        reason = ALONE if len(members) < LEAST else _objection(reader, members)
        if reason:
            apart = {member.id for member in members}
            others += [_remarked(pool, reason) for pool in pools if pool.id in apart]
        else:
            fleets.append(FleetOf(network, tuple(members)))
    places = {pool.id: place for place, pool in enumerate(pools)}
    return fleets, sorted(others, key=lambda pool: places[pool.id])


def _reason(reader: FleetReader, pool: DeclaredPool) -> str:
    """Why a pool takes no part in a fleet, whatever others there are; empty where it does."""
    if not pool.inputs.get("flavors"):
        return BOUND if pool.inputs.get("nodePools") else NOT_COUNTED
    return _objection(reader, [pool])


def _objection(reader: FleetReader, members: Sequence[DeclaredPool]) -> str:
    """Why pools cannot be a fleet as they are; empty where a run of it has nothing to do."""
    pools = {member.id: {name: member.inputs[name] for name in COUNTED if name in member.inputs} for member in members}
    parsed = parse(FleetPlacementSpec, {"pools": pools}, lambda _: False)
    if parsed.spec is None:
        return f"Outside of a fleet: {told(parsed.problems)}."
    known = reader.pools(*pools)
    live = LiveFleet({member.id: member.live for member in members}, known)
    _, plan = reader.plan_from(declared(parsed.spec, {}, None), live)
    if plan.problems:
        return f"Outside of a fleet: {told(plan.problems)}."
    acts = plan.entries or plan.growth or plan.shrink
    return "Outside of a fleet: a run would move, buy or remove nodes at once." if acts else ""


def _without_secrets(pool: DeclaredPool) -> DeclaredPool:
    """A pool without what has secrets in its node pools, all of which the plan of a fleet tells."""
    apart = sorted({steps[:3] for steps in pool.secrets if steps[0] == "nodePools"})
    inputs = pool.inputs
    for steps in apart:
        inputs = _without(inputs, steps)
    remarks = (
        f"Not declared: {property_path(steps)}: it may be a secret, which node_pools of a fleet do not take."
        for steps in apart
    )
    return replace(
        pool,
        inputs=inputs,
        remarks=(*pool.remarks, *remarks),
        secrets=frozenset(steps for steps in pool.secrets if steps[:3] not in apart),
    )


def _without(inputs: Mapping[str, Any], steps: Steps) -> dict[str, Any]:
    """Inputs without the one at the end of some steps, nor maps that are empty for that."""
    first, *rest = steps
    if rest and (inner := _without(inputs[first], tuple(rest))):
        return {**inputs, first: inner}
    return {name: value for name, value in inputs.items() if name != first}


def _remarked(pool: DeclaredPool, reason: str) -> DeclaredPool:
    return replace(pool, remarks=(reason, *pool.remarks))
