"""Which nodes are removed when a pool shrinks: how many may be, and exactly which ones.

The service would choose by itself if a smaller count were sent, busy or just placed nodes included. So a count is never
lowered by a patch: the nodes to remove are named in the preview, and exactly those are drained and deleted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.api.resource_pool import BILLING_MODE, PREPAID
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.counts import declared_before
from pulumi_modelarts.plans.work import Work, told
from pulumi_modelarts.specs._spec import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.plans.counts import Cell
    from pulumi_modelarts.plans.live_pool import LivePool
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec


@dataclass(frozen=True)
class Candidates:
    """The nodes of a cell that has too many.

    Attributes:
        removable: Names of those that can be removed, in the order in which they would be.
        kept: Why each of the others cannot.
    """

    removable: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shrink:
    """A cell with more nodes than declared.

    Attributes:
        cell: The cell.
        asked: Number of nodes the program itself asked to remove, by declaring fewer than before.
        removing: Number of nodes this run removes.
        candidates: Its nodes; None while they have not been read.
    """

    cell: Cell
    asked: int
    removing: int
    candidates: Candidates | None

    @property
    def removed(self) -> tuple[str, ...]:
        """Names of the nodes that are removed."""
        return self.candidates.removable[: self.removing] if self.candidates else ()

    @property
    def left(self) -> int:
        """Number of nodes that the program did not ask to remove and that are kept."""
        return self.cell.surplus - max(self.removing, self.asked)


def candidates(
    cell: Cell, spec: ResourcePoolSpec, live: LivePool, named: frozenset[str] | None = None
) -> Candidates | None:
    """Returns which nodes of a cell can be removed: Available, unlocked, not prepaid, not placed by a migration.

    Args:
        cell: The cell.
        spec: The declaration.
        live: The pool with its nodes and jobs.
        named: The only nodes that may be removed, because the preview named them; None while previewing.

    Returns:
        Idle nodes first, then by name; None when the nodes have not been read.
    """
    if live.nodes is None:
        return None
    here = [node for node in live.nodes if cell.holds(node)]
    kept = {node.name: why for node in here if (why := _why_kept(node, spec, live, named))}
    busy_last = sorted((bool(_jobs(node, live)), node.name) for node in here if node.name not in kept)
    return Candidates(tuple(name for _, name in busy_last), kept)


def shrinks(
    cells: Sequence[Cell],
    before: Mapping[str, int] | None,
    budget: int,
    spare: int,
    nodes: Mapping[str, Candidates | None],
) -> list[Shrink]:
    """Shares the budget of one run among the cells that have too many nodes.

    What the program asked for comes first. What somebody added by hand is removed as far as the budget and the nodes
    allow, but never the last node of the pool.

    Args:
        cells: The declared cells.
        before: Counts declared by the last run; None on a first adoption, where every surplus is asked for.
        budget: Nodes one run may remove (`max_scale_in`).
        spare: Nodes the pool has, once it has grown, beyond the one it keeps.
        nodes: Candidates by the key of their cell; None while they have not been read.
    """
    over = sorted((cell for cell in cells if cell.surplus), key=lambda cell: cell.key)
    asked = {cell.key: _asked(cell, before) for cell in over}
    removing: dict[str, int] = {}
    for cell in over:
        removing[cell.key] = min(asked[cell.key], budget - sum(removing.values()))
    for cell in over:
        found = nodes.get(cell.key)
        taken = sum(removing.values())
        removable = cell.surplus if found is None else len(found.removable)
        by_hand = cell.surplus - asked[cell.key]
        removing[cell.key] += max(0, min(by_hand, budget - taken, spare - taken, removable - removing[cell.key]))
    return [Shrink(cell, asked[cell.key], removing[cell.key], nodes.get(cell.key)) for cell in over]


def _asked(cell: Cell, before: Mapping[str, int] | None) -> int:
    earlier = None if before is None else declared_before(cell, before)
    return cell.surplus if earlier is None else min(cell.surplus, max(0, earlier - cell.declared))


def refused(found: Sequence[Shrink], budget: int) -> list[Problem]:
    """Returns why a run may not start: the program asks to remove more nodes than `max_scale_in` allows."""
    wanted = sum(shrink.asked for shrink in found)
    if wanted <= budget:
        return []
    return [
        Problem(
            shrink.cell.path,
            f"declares {_nodes(shrink.cell.declared)} where {shrink.cell.live} are live; {shrink.asked} would be "
            f"removed and max_scale_in allows {budget}. To have them named in the preview, drained and deleted, set "
            f"max_scale_in={wanted}; to keep them, declare {shrink.cell.live}, or leave this key out to stop managing "
            "its count",
        )
        for shrink in found
        if shrink.asked
    ]


def stuck(found: Sequence[Shrink]) -> list[Problem]:
    """Returns a problem for each cell that is to lose more nodes than can be removed."""
    return [
        _too_few(shrink, shrink.candidates)
        for shrink in found
        if shrink.candidates and len(shrink.candidates.removable) < shrink.removing
    ]


def left_alone(found: Sequence[Shrink], budget: int) -> list[str]:
    """Returns a warning for each cell that keeps nodes which somebody added outside the program."""
    surplus = sum(shrink.cell.surplus for shrink in found)
    removing = sum(shrink.removing for shrink in found)
    return [
        f"{shrink.cell.path}: {_nodes(shrink.cell.declared)} declared and {shrink.cell.live} live; {shrink.left} added "
        f"outside this program left alone. "
        + (
            f"To have the surplus removed by name, set max_scale_in={surplus}; to keep it, declare {shrink.cell.live}"
            if removing >= budget
            else _why_left(shrink)
        )
        for shrink in found
        if shrink.left
    ]


def _why_left(shrink: Shrink) -> str:
    kept = shrink.candidates.kept if shrink.candidates else {}
    if not kept:
        return "A pool keeps at least one node"
    return f"They cannot go: {_reasons(kept)}"


def _why_kept(node: Node, spec: ResourcePoolSpec, live: LivePool, named: frozenset[str] | None) -> str:
    """Returns why a node cannot be removed, or an empty string."""
    jobs = _jobs(node, live)
    reasons = (
        (not node.available, f"is {node.phase or 'in no known phase'}"),
        (node.locked, "is locked against deletion"),
        (node.name in spec.after, "is placed by a migration"),
        (_prepaid(node, live), "is prepaid and has to be unsubscribed"),
        (bool(jobs) and spec.on_running_jobs == "fail", f"runs {told(jobs)}"),
        (named is not None and node.name not in named, "was not named in the preview"),
    )
    return next((why for applies, why in reasons if applies), "")


def _jobs(node: Node, live: LivePool) -> tuple[Work, ...]:
    return (live.work or {}).get(node.name, ())


def _prepaid(node: Node, live: LivePool) -> bool:
    """Returns whether a node is paid for a period; where the service does not say, its pool's billing mode counts."""
    mode = str(node.annotations.get(BILLING_MODE) or live.pool.billing_mode)
    return mode == PREPAID


def _too_few(shrink: Shrink, found: Candidates) -> Problem:
    return Problem(
        shrink.cell.path,
        f"has to lose {shrink.removing} of {_nodes(shrink.cell.live)} but only {len(found.removable)} can go: "
        f"{_reasons(found.kept)}; free them (unlock, wait for their jobs, repair) or declare a larger count",
    )


def _reasons(kept: Mapping[str, str]) -> str:
    return changes.names([f"{name} {why}" for name, why in sorted(kept.items())]) or "no node was found"


def _nodes(count: int) -> str:
    return f"{count} node" if count == 1 else f"{count} nodes"
