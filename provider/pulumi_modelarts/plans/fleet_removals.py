"""Which nodes of a fleet are removed once everything has moved: what is too many in all pools together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.plans.candidates import candidates
from pulumi_modelarts.plans.removals import Shrink, left_alone, refused, shrinks, stuck

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi_modelarts.plans.fleet_counts import PoolView
    from pulumi_modelarts.plans.live_fleet import DeclaredFleet
    from pulumi_modelarts.specs._spec import Problem


@dataclass(frozen=True)
class Removals:
    """What a run removes.

    Attributes:
        shrinks: Counts that are too high, by the logical name of the pool.
        limit: Nodes that the run may remove.
    """

    shrinks: Mapping[str, tuple[Shrink, ...]]
    limit: int

    @property
    def names(self) -> dict[str, tuple[str, ...]]:
        """Names of the nodes that go, by pool."""
        gone = {name: sorted(node for each in found for node in each.removed) for name, found in self.shrinks.items()}
        return {name: tuple(nodes) for name, nodes in gone.items() if nodes}

    @property
    def problems(self) -> Iterator[Problem]:
        """Why the run may not start."""
        every = [each for found in self.shrinks.values() for each in found]
        yield from refused(every, self.limit) or stuck(every)

    @property
    def warnings(self) -> list[str]:
        """What is left alone, since somebody has added it outside of the program."""
        return left_alone([each for found in self.shrinks.values() for each in found], self.limit)


def removals(fleet: DeclaredFleet, views: Mapping[str, PoolView]) -> Removals:
    """Returns what a run removes: first what the program asks for, then what the budget allows besides.

    Args:
        fleet: What the program declares.
        views: The pools as they will be when everything has moved.
    """
    asked = _shared(fleet, views, dict.fromkeys(views, 0))
    needs = {name: sum(each.asked for each in found) for name, found in asked.items()}
    left = max(0, fleet.max_scale_in - sum(needs.values()))
    budgets = dict.fromkeys(views, 0)
    for name, found in asked.items():
        by_hand = min(left, sum(each.cell.surplus - each.asked for each in found))
        budgets[name] = needs[name] + by_hand
        left -= by_hand
    return Removals(_shared(fleet, views, budgets), fleet.max_scale_in)


def _shared(
    fleet: DeclaredFleet, views: Mapping[str, PoolView], budgets: Mapping[str, int]
) -> dict[str, tuple[Shrink, ...]]:
    found = {name: tuple(_of_pool(fleet, view, budgets[name])) for name, view in views.items()}
    return {name: each for name, each in found.items() if each}


def _of_pool(fleet: DeclaredFleet, view: PoolView, budget: int) -> list[Shrink]:
    before = None if fleet.before is None else fleet.before.get(view.name)
    nodes = {cell.key: candidates(cell, view.spec, view.live) for cell in view.cells if cell.surplus}
    others = view.size + view.coming + sum(cell.growth for cell in view.cells) - 1
    return shrinks(view.cells, before, budget, others, nodes)
