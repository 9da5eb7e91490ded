"""The plan for a fleet: the fewest moves between its pools, what is bought and removed besides, and in which order.

A pure function of what the program declares and what is known of the service. Nothing of an earlier plan is kept: from
the same pools it makes the same plan, whatever has happened before. It names what it lacks, so that a fleet at rest
costs no more than the listing of pools.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pulumi_modelarts.plans.counts import unclear
from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.fleet_announced import announced
from pulumi_modelarts.plans.fleet_balance import Balance, balanced
from pulumi_modelarts.plans.fleet_blocks import groups
from pulumi_modelarts.plans.fleet_counts import views
from pulumi_modelarts.plans.fleet_flights import Flight, flights, outside, untold
from pulumi_modelarts.plans.fleet_move import Move, moves_of
from pulumi_modelarts.plans.fleet_refusals import kept_back, not_told, over_budget, too_large, unordered
from pulumi_modelarts.plans.fleet_removals import removals
from pulumi_modelarts.plans.fleet_told import info
from pulumi_modelarts.plans.fleet_ways import blocked, lacks
from pulumi_modelarts.plans.live_pool import entries
from pulumi_modelarts.plans.pool_names import absent
from pulumi_modelarts.specs._spec import Problem
from pulumi_modelarts.specs.spelling import property_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pulumi_modelarts.plans.fleet_blocks import Group
    from pulumi_modelarts.plans.fleet_counts import PoolView
    from pulumi_modelarts.plans.live_fleet import DeclaredFleet, LiveFleet


@dataclass(frozen=True)
class FleetPlan:
    """What one run will do.

    Attributes:
        moves: Nodes to move, in an order in which no pool is ever left without a node. Those that are on their way
            already are not among them.
        after: For each pool the nodes that come or go, as a `ResourcePoolSpec` takes them: {node: id of the pool it
            ends in}; those on their way are among them. Only pools that have some.
        growth: Nodes to buy, by pool and flavor, once everything has moved. Only what is not zero, as below.
        shrink: Names of the nodes to remove from each pool, once everything has moved.
        problems: What must be resolved before the run may start.
        warnings: What the run leaves as it is although it is not as declared.
        info: A line for each flavor of which nodes move, are bought or are removed, such as `modelarts.vm.cpu.4ud:
            8+2 live, 6+6 declared: 2 move, 2 are bought, none is removed`.
        lacks: Facts that have to be read before the plan is complete.
        lacks_of: Ids of the pools that they are about.
    """

    moves: tuple[Move, ...] = ()
    after: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    growth: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    shrink: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    info: tuple[str, ...] = ()
    lacks: frozenset[Fact] = frozenset()
    lacks_of: tuple[str, ...] = ()

    @property
    def entries(self) -> dict[str, str]:
        """The moves as the map a preview shows: {node: "train -> infer"}."""
        return {move.node: move.entry for move in sorted(self.moves)}


def plan(fleet: DeclaredFleet, live: LiveFleet) -> FleetPlan:
    """Plans a run.

    Args:
        fleet: What the program declares.
        live: What is known of the service; what a plan needs and lacks is named in the result, one kind after the
            other: unfinished orders, jobs, nodes of its pools and then of others, work, and what targets stand against.
    """
    if problems := tuple(_unknown(fleet, live)):
        return FleetPlan(problems=problems)
    if unfinished := _unfinished(fleet, live):
        return _lacking(Fact.ORDER, unfinished)
    listed = views(fleet, live, {})
    if not fleet.after and all(view.balanced for view in listed.values()):
        return FleetPlan()
    if (lacking := _unread(fleet, live, listed)) is not None:
        return lacking
    moving = flights(fleet, live)
    seen = views(fleet, live, moving)
    if problems := (*_unclear(seen), *untold(fleet, live)):
        return FleetPlan(problems=problems)
    return _moved(fleet, live, moving, seen)


def _moved(
    fleet: DeclaredFleet, live: LiveFleet, moving: Mapping[str, Flight], seen: Mapping[str, PoolView]
) -> FleetPlan:
    """Plans what has to move beside what is on its way."""
    if all(view.balanced for view in seen.values()):
        return FleetPlan(after=_after(seen))
    if unknown := [view.live.pool.name for view in seen.values() if _works_unread(view)]:
        return _lacking(Fact.WORK, unknown)
    found = groups(seen, fleet.on_running_jobs)
    balance, problems = _balance(fleet, found, seen)
    if problems:
        return FleetPlan(after=_after(seen), problems=problems)
    moves = tuple(moves_of(balance.trips, found, seen))
    for fact, lacking in lacks(fleet, live, moves).items():
        return _lacking(fact, lacking)
    homes, ids = live.homes, {name: spec.pool_name for name, spec in fleet.pools.items()}
    chosen = {move.node: Flight(ids[move.source], ids[move.target], homes[move.node][1].flavor) for move in moves}
    then = views(fleet, live, {**moving, **chosen})
    problems = (*too_large(fleet, balance.supernodes), *blocked(fleet, live, moves))
    return _left(fleet, FleetPlan(moves, _after(then), problems=problems), found, then, len(moving))


def _balance(
    fleet: DeclaredFleet, found: Sequence[Group], seen: Mapping[str, PoolView]
) -> tuple[Balance, tuple[Problem, ...]]:
    """Returns who goes where, and why that cannot be."""
    some = [group for group in found if group.block.amount]
    if some and (problems := tuple(not_told(fleet, seen))):
        return Balance(), problems
    if problems := tuple(problem for group in some if (problem := kept_back(group, seen))):
        return Balance(), problems
    blocks, sizes = [group.block for group in some], {name: view.size for name, view in seen.items()}
    if (trips := announced(blocks, sizes, fleet.announced)) is not None:
        return Balance(trips), ()
    balance = balanced(blocks, sizes)
    return balance, tuple(unordered(balance, some, seen))


def _left(
    fleet: DeclaredFleet, plan: FleetPlan, found: Sequence[Group], then: Mapping[str, PoolView], flying: int
) -> FleetPlan:
    """Adds what is bought and removed once everything has moved."""
    grown = {name: {cell.entry[0]: cell.growth for cell in view.shared if cell.growth} for name, view in then.items()}
    bought = sum(cell.growth for view in then.values() for cell in view.cells)
    removed = removals(fleet, then)
    return replace(
        plan,
        growth={name: counts for name, counts in grown.items() if counts},
        shrink=removed.names,
        problems=(*plan.problems, *over_budget(fleet, plan.moves, bought), *removed.problems),
        warnings=tuple(removed.warnings),
        info=tuple(info(found, then, plan.moves, removed.names, flying)),
    )


def _after(seen: Mapping[str, PoolView]) -> dict[str, Mapping[str, str]]:
    return {name: view.spec.after for name, view in seen.items() if view.spec.after}


def _lacking(fact: Fact, pools: Iterable[str]) -> FleetPlan:
    return FleetPlan(lacks=frozenset({fact}), lacks_of=tuple(sorted(pools)))


def _unknown(fleet: DeclaredFleet, live: LiveFleet) -> Iterator[Problem]:
    """Yields pools that do not exist."""
    for name, spec in sorted(fleet.pools.items()):
        if spec.pool_name not in live.pools:
            path = property_path(("pools", name))
            yield Problem(f"{path}.pool_name", absent(spec.pool_name, live.known, "pool_name"))


def _unclear(seen: Mapping[str, PoolView]) -> Iterator[Problem]:
    """Yields counts that cannot be told."""
    for name, view in seen.items():
        path = property_path(("pools", name))
        yield from (replace(each, path=f"{path}.{each.path}") for each in unclear(view.spec, view.live))


def _unfinished(fleet: DeclaredFleet, live: LiveFleet) -> list[str]:
    """Returns pools that lack nodes of which it is not known whether they are still to come."""
    found = (live.pools[spec.pool_name] for spec in fleet.pools.values())
    return [
        pool.pool.name
        for pool in found
        if pool.order_pending is None and not pool.changing and any(entry.short for entry in entries(pool.pool))
    ]


def _unread(fleet: DeclaredFleet, live: LiveFleet, listed: Mapping[str, PoolView]) -> FleetPlan | None:
    """Returns a plan that lacks jobs, or nodes of pools in the networks of those that are not as declared."""
    if unasked := {*live.pools, *_suppliers(live, listed)} - (live.jobs or {}).keys():
        return _lacking(Fact.MIGRATING, unasked)
    networks = {view.network for view in listed.values() if fleet.after or not view.balanced}
    near = [view for view in listed.values() if view.network in networks]
    if unlisted := [view.live.pool.name for view in near if view.live.nodes is None]:
        return _lacking(Fact.NODES, unlisted)
    if others := outside(fleet, live):
        return _lacking(Fact.ELSEWHERE, others)
    return None


def _suppliers(live: LiveFleet, listed: Mapping[str, PoolView]) -> Iterator[str]:
    """Yields other pools, from which nodes may be on their way to where the plan would buy some."""
    lacking: Counter[tuple[str, str]] = Counter()
    for view in listed.values():
        for cell in view.shared:
            lacking[view.network, cell.entry[0]] += cell.growth - cell.surplus
    networks = {network for (network, _), count in lacking.items() if count > 0}
    yield from (name for name, pool in live.known.items() if pool.spec.network.name in networks)


def _works_unread(view: PoolView) -> bool:
    return view.live.work is None and any(cell.surplus for cell in view.cells)
