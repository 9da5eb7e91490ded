"""The moves that a run has announced, as far as they are still to be made, and still what has to move."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING

from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.fleet_balance import Trip, in_order
from pulumi_modelarts.plans.fleet_order import Way, ordered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.plans.fleet_block import Block


def announced(blocks: Sequence[Block], sizes: Mapping[str, int], entries: Mapping[str, str]) -> tuple[Trip, ...] | None:
    """Returns the announced moves in an order that holds; None where they are not what has to move any more.

    Args:
        blocks: What has to move.
        sizes: Nodes of each pool.
        entries: What was announced of each node, `train -> infer`.
    """
    found = [_of_block(block, entries) for block in blocks]
    if not entries or any(not _settles(block, trips) for block, trips in zip(blocks, found, strict=True)):
        return None
    named: dict[Way, deque[Trip]] = {}
    for trip in (trip for trips in found for trip in trips):
        named.setdefault(Way(trip.source, trip.target, trip.unit.size), deque()).append(trip)
    order = ordered(sizes, {way: len(trips) for way, trips in named.items()})
    return None if order is None else tuple(in_order(order, [named]))


def _of_block(block: Block, entries: Mapping[str, str]) -> list[Trip]:
    """Returns the announced moves of nodes of a block that can be made, supernodes whole."""
    trips: list[Trip] = []
    for source, units in sorted(block.units.items()):
        targets = {changes.step(source, target): target for target in block.deficit}
        for unit in units:
            said = {entries.get(name, "") for name in unit.names}
            if len(said) == 1 and (target := targets.get(said.pop())):
                trips.append(Trip(unit, source, target))
    return trips


def _settles(block: Block, trips: Sequence[Trip]) -> bool:
    """Returns whether moves are as many as have to be, and take and bring no more than pools have and lack."""
    leave, reach = Counter[str](), Counter[str]()
    for unit, source, target in trips:
        leave[source] += unit.size
        reach[target] += unit.size
    return leave.total() == block.amount and leave <= Counter(block.surplus) and reach <= Counter(block.deficit)
