"""What of a fleet can take each other's place, which of its nodes can move, and what keeps the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.plans.candidates import Candidates, Kept, held_by_work, sorted_out
from pulumi_modelarts.plans.counts import entry_of
from pulumi_modelarts.plans.fleet_block import Block
from pulumi_modelarts.plans.selectable import unmovable
from pulumi_modelarts.plans.units import Rank

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.plans.counts import Cell
    from pulumi_modelarts.plans.fleet_counts import PoolView
    from pulumi_modelarts.plans.supernodes import NodeStep
    from pulumi_modelarts.plans.work import Work
    from pulumi_modelarts.specs.values import RunningJobs

Kind = tuple[str, str, "NodeStep | None"]
"""Flavor, network and creating step: what nodes have in common that can take each other's place."""


@dataclass(frozen=True)
class Group:
    """The pools of a fleet that declare nodes of one kind, and have another number of them.

    Attributes:
        flavor: The flavor.
        network: The network.
        cells: The counts, by the logical name of the pool: those with too many nodes first, then by name.
        block: What can move where; None while the nodes have not been read.
        found: What can leave each pool with too many, and what keeps the rest.
    """

    flavor: str
    network: str
    cells: Mapping[str, Cell]
    block: Block
    found: Mapping[str, Candidates]


def groups(views: Mapping[str, PoolView], on_running_jobs: RunningJobs) -> list[Group]:
    """Returns what can take each other's place, by flavor and network.

    Where pools have nodes of one flavor that come by different steps, those do not mix: an entry takes nodes of its own
    step only, and a pool with two such entries could not be counted by flavor. A pool that has none yet takes them as
    they are there, those without a step first.
    """
    kinds: dict[Kind, dict[str, Cell]] = {}
    for name, cell in _unbalanced(views):
        kinds.setdefault(_kind(views[name], cell, views), {})[name] = cell
    return [_group(kind, found, views, on_running_jobs) for kind, found in sorted(kinds.items(), key=str)]


def _unbalanced(views: Mapping[str, PoolView]) -> list[tuple[str, Cell]]:
    """Returns counts that are not as declared: those with too many nodes first, then by the names of their pools."""
    found = [(name, cell) for name, view in views.items() for cell in view.shared if cell.growth or cell.surplus]
    return sorted(found, key=lambda each: (not each[1].surplus, each[0], each[1].key))


def _kind(view: PoolView, cell: Cell, views: Mapping[str, PoolView]) -> Kind:
    flavor = cell.entry[0]
    if view.has(flavor):
        return flavor, view.network, view.step(flavor)
    steps = {
        other.step(flavor)
        for other in views.values()
        if other.network == view.network and any(each.entry[0] == flavor and each.surplus for each in other.shared)
    }
    return flavor, view.network, min(steps, key=lambda step: step or (0, ""), default=None)


def _group(kind: Kind, cells: Mapping[str, Cell], views: Mapping[str, PoolView], on_running_jobs: RunningJobs) -> Group:
    surplus = {name: cell.surplus for name, cell in cells.items() if cell.surplus}
    found = {name: movable(views[name], cells[name], on_running_jobs) for name in surplus}
    block = Block(
        surplus=surplus,
        deficit={name: cell.growth for name, cell in cells.items() if cell.growth},
        units={name: candidates.units for name, candidates in found.items()},
    )
    return Group(kind[0], kind[1], cells, block, found)


def movable(view: PoolView, cell: Cell, on_running_jobs: RunningJobs) -> Candidates:
    """Returns which nodes of a count can move: drained ones first, then idle ones, then others, each by name.

    A drained node takes no further work, and a drain cannot be taken back: it is a move that ends it. So a run that was
    killed after a drain is resumed with the same nodes.

    Args:
        view: The pool.
        cell: The count.
        on_running_jobs: What to do about what runs on a node.
    """
    present = [node for node in view.live.nodes or () if node.name not in view.spec.after and node.phase != "Deleting"]
    here = [node for node in present if entry_of(node) == cell.entry]
    kept = {node.name: why for node in here if (why := _why_kept(node, view, on_running_jobs))}
    return sorted_out(here, present, kept, lambda node: _rank(node, works(view, node.name)))


def works(view: PoolView, name: str) -> Sequence[Work]:
    """Returns what runs on a node of a pool, as far as that is known."""
    return (view.live.work or {}).get(name, ())


def _rank(node: Node, busy: Sequence[Work]) -> Rank:
    if node.drained:
        return Rank.DRAINED
    return Rank.BUSY if busy else Rank.IDLE


def _why_kept(node: Node, view: PoolView, on_running_jobs: RunningJobs) -> Kept | None:
    """Returns why a node does not move by itself; None where it can."""
    return next((kept for kept in _reasons(node, view, on_running_jobs) if kept), None)


def _reasons(node: Node, view: PoolView, on_running_jobs: RunningJobs) -> Iterator[Kept | None]:
    yield from unmovable(node)
    if job := (view.live.migrating or {}).get(node.name):
        yield Kept(f"is under job {job}, which has not ended", "wait until that job has ended")
    yield held_by_work(works(view, node.name), on_running_jobs)
