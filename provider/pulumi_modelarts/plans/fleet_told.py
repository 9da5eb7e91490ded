"""The plan of a fleet in a line for each flavor: what is live, what is declared, and what becomes of the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.api.wording import is_are

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pulumi_modelarts.plans.fleet_blocks import Group
    from pulumi_modelarts.plans.fleet_counts import PoolView
    from pulumi_modelarts.plans.fleet_move import Move


MOST_TOLD = 6
"""Pools of which a line tells each count."""


def info(
    groups: Sequence[Group],
    then: Mapping[str, PoolView],
    moves: Sequence[Move],
    removed: Mapping[str, Sequence[str]],
    flying: int,
) -> Iterator[str]:
    """Yields a line for each flavor, and network where several have it, of which something moves, comes or goes.

    Args:
        groups: The pools that do not have what is declared.
        then: All pools as they will be when everything has moved.
        moves: What moves.
        removed: Names of the nodes that are removed, by pool.
        flying: Nodes that are on their way already, and count where they go.
    """
    flavors = [group.flavor for group in groups]
    places = {move.node: move.source for move in moves}
    for group in groups:
        units = {name for units in group.block.units.values() for unit in units for name in unit.names}
        moving = len(places.keys() & units)
        bought = sum(cell.growth for name in group.cells for cell in then[name].shared if cell.entry[0] == group.flavor)
        gone = _gone(group, then, removed)
        if moving or bought or gone:
            several = flavors.count(group.flavor) > 1 and group.network
            yield (
                f"{group.flavor}{f' in {group.network}' if several else ''}: {_counts(group)}: "
                f"{_number(moving)} {'move' if moving > 1 else 'moves'}, "
                f"{_number(bought)} {_verb(bought)} bought, {_number(gone)} {_verb(gone)} removed"
            )
    if flying:
        yield f"{flying} {is_are(flying)} on the way already, and {'counts' if flying == 1 else 'count'} as arrived"


def _counts(group: Group) -> str:
    """Returns the counts of each pool, or of all of them together where they are many."""
    cells = group.cells.values()
    live, declared = [cell.live for cell in cells], [cell.declared for cell in cells]
    if len(cells) > MOST_TOLD:
        return f"{sum(live)} live, {sum(declared)} declared in {len(cells)} pools"
    return f"{'+'.join(map(str, live))} live, {'+'.join(map(str, declared))} declared"


def _gone(group: Group, then: Mapping[str, PoolView], removed: Mapping[str, Sequence[str]]) -> int:
    """Returns how many nodes of a flavor are removed; those of named node pools left out."""
    names = {name for pool in group.block.surplus for name in removed.get(pool, ())}
    here = (node for pool in group.block.surplus for node in then[pool].live.nodes or ())
    default = f"{group.flavor}-default"
    return sum(node.name in names and (node.flavor, node.node_pool) == (group.flavor, default) for node in here)


def _number(count: int) -> str:
    return str(count) if count else "none"


def _verb(count: int) -> str:
    return is_are(count or 1)
