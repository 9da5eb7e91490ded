"""Why the plan of a fleet cannot be carried out, with the arithmetic, and what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.api.wording import is_are, number_of
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.fleet_supernodes import able
from pulumi_modelarts.plans.supply import too_many
from pulumi_modelarts.plans.work import OR_IGNORE
from pulumi_modelarts.specs._spec import Problem
from pulumi_modelarts.specs.spelling import property_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pulumi_modelarts.plans.counts import Cell
    from pulumi_modelarts.plans.fleet_balance import Balance
    from pulumi_modelarts.plans.fleet_blocks import Group
    from pulumi_modelarts.plans.fleet_counts import PoolView
    from pulumi_modelarts.plans.fleet_move import Move
    from pulumi_modelarts.plans.live_fleet import DeclaredFleet


def not_told(fleet: DeclaredFleet, views: Mapping[str, PoolView]) -> Iterator[Problem]:
    """Yields that it cannot be told what runs on nodes of pools that give some."""
    if fleet.on_running_jobs != "ignore":
        reasons = {view.live.untold for view in views.values() if any(cell.surplus for cell in view.shared)}
        yield from (Problem("on_running_jobs", f"{why}{OR_IGNORE}") for why in sorted(reasons) if why)


def kept_back(group: Group, views: Mapping[str, PoolView]) -> Problem | None:
    """Returns that fewer nodes can move than have to, so that pools would buy the rest; None where enough can."""
    block, most = group.block, able(group.block)
    if most == block.amount:
        return None
    givers = [group.cells[name] for name in block.surplus]
    can = f"only {most} can" if most else "none can"
    return Problem(
        "pools",
        f"{group.flavor}: {number_of(block.amount, 'node')} should leave {_and(sorted(block.surplus))} "
        f"({_sum(cell.live for cell in givers)} live, {_sum(cell.declared for cell in givers)} declared) but {can}: "
        f"{_reasons(group, views)}; {'; '.join([*_outs(group)])}{', or ' if _outs(group) else ''}"
        f"declare {_other_counts(group, most)}",
    )


def unordered(balance: Balance, groups: Sequence[Group], views: Mapping[str, PoolView]) -> Iterator[Problem]:
    """Yields why there is no order in which every pool keeps a node."""
    for name in balance.short:
        cell = next(group.cells[name] for group in groups if name in group.block.surplus)
        yield Problem(property_path(("pools", name)), _left_empty(views[name], cell))
    for waiting in balance.stuck:
        first, *_ = names = sorted(waiting)
        one_each = all(views[name].size == 1 for name in names)
        what = (
            f"{_and(names)} have one node each and would exchange them"
            if one_each
            else f"{_and(names)} would exchange nearly all of their nodes, whole supernodes among them"
        )
        yield Problem(
            property_path(("pools", first)),
            f"{what}, and a pool keeps at least one, so that none can go first; declare one node more for one of them "
            "and the others as they are, for one run",
        )


def over_budget(fleet: DeclaredFleet, moves: Sequence[Move], bought: int) -> Iterator[Problem]:
    """Yields what is more than the program allows one run to do; a part of the moves would let pools buy the rest."""
    if fleet.max_moves is not None and len(moves) > fleet.max_moves:
        yield Problem(
            "max_moves",
            f"is {fleet.max_moves}, and this run would move {number_of(len(moves), 'node')}; moving fewer would let "
            f"the pools buy the rest. Set max_moves={len(moves)}, or declare counts that are nearer to what is live",
        )
    limit, said = fleet.growth_limit
    if bought > limit:
        yield Problem("max_growth", f"this run {too_many(bought, limit, said)}")


def too_large(fleet: DeclaredFleet, sizes: Mapping[str, int]) -> Iterator[Problem]:
    """Yields that a supernode is larger than what may be away at a time.

    Args:
        fleet: What the program declares.
        sizes: Nodes of each supernode that moves, by one of them.
    """
    name, most = max(sizes.items(), key=lambda each: (each[1], each[0]), default=("", 0))
    if most > fleet.strategy.max_unavailable:
        yield Problem(
            "strategy.max_unavailable",
            f"is {fleet.strategy.max_unavailable}, and the {most} nodes of the supernode of {name} move together; "
            f"write max_unavailable={most} or more",
        )


def _left_empty(view: PoolView, cell: Cell) -> str:
    """Returns why a pool would end without a node, before what is bought for it arrives."""
    one = view.size == 1
    leave = "its only node would leave" if one else f"all of its {view.size} nodes would leave"
    coming = sum(each.growth for each in view.cells)
    if coming:
        arrive = "the node bought for it arrives" if coming == 1 else "the nodes bought for it arrive"
        flavor = cell.entry[0]
        return f"{leave} before {arrive}; declare {flavor}: {cell.declared + 1} for one run, or grow it first"
    if view.coming:
        order = f"{number_of(view.coming, 'node')} on order {is_are(view.coming)} there"
        return f"{leave} before the {order}; run `pulumi up` again then"
    return f"{leave}, and a pool keeps at least one; declare {cell.entry[0]}: {cell.declared + 1}"


def _reasons(group: Group, views: Mapping[str, PoolView]) -> str:
    """Returns what keeps nodes: each by name, those that are still to come, and supernodes that are too large."""
    kept = {name: why.why for found in group.found.values() for name, why in found.kept.items()}
    told = [f"{name} {why}" for name, why in sorted(kept.items())]
    coming = {pool: views[pool].coming for pool in sorted(group.block.surplus)}
    told += [
        f"{number_of(count, 'node')} of {pool} {is_are(count)} on order and not there yet"
        for pool, count in coming.items()
        if count
    ]
    sizes = sorted({unit.size for units in group.block.units.values() for unit in units if unit.size > 1})
    if sizes:
        told.append(f"supernodes of {' and '.join(map(str, sizes))} move whole")
    return changes.names(told) or "no node was found"


def _outs(group: Group) -> list[str]:
    return list(dict.fromkeys(out for _, found in sorted(group.found.items()) for out in found.outs))


def _other_counts(group: Group, most: int) -> str:
    """Returns counts that could be declared instead: what cannot leave stays, and is not lacked elsewhere."""
    block = group.block
    if any(unit.size > 1 for units in block.units.values() for unit in units):
        return "counts that whole supernodes make up"
    declared = {name: cell.declared for name, cell in group.cells.items()}
    lowered = missing = block.amount - most
    for name, surplus in sorted(block.surplus.items()):
        stays = min(missing, surplus - min(surplus, len(block.units[name])))
        declared[name] += stays
        missing -= stays
    for name, deficit in sorted(block.deficit.items(), reverse=True):
        fewer = min(lowered, deficit)
        declared[name] -= fewer
        lowered -= fewer
    changed = [name for name, cell in group.cells.items() if declared[name] != cell.declared]
    return _and([f"{declared[name]} for {name}" for name in changed])


def _sum(counts: Iterator[int]) -> str:
    return "+".join(map(str, counts))


def _and(names: Collection[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
