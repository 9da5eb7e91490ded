"""Which nodes go when a pool shrinks: how many may, and exactly which ones.

The service would choose by itself if a smaller count were sent, busy or just placed nodes included. So a count is never
lowered by a patch: the nodes that go are named in the preview, and exactly those are drained and deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.api.resource_pool import BILLING_MODE, PREPAID
from pulumi_modelarts.plans import changes
from pulumi_modelarts.specs._spec import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.plans.counts import Cell
    from pulumi_modelarts.plans.live import Live
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec


@dataclass(frozen=True)
class Shrink:
    """A cell with more nodes than declared.

    Attributes:
        cell: The cell.
        asked: Nodes the program itself asked to remove, by declaring fewer than before.
        going: Nodes this run removes.
    """

    cell: Cell
    asked: int
    going: int


def shrinks(cells: Sequence[Cell], before: Mapping[str, int] | None, budget: int) -> list[Shrink]:
    """Shares the budget of one run among the cells that have too many nodes.

    What the program asked for comes first; what somebody added by hand goes as far as the budget reaches.

    Args:
        cells: The declared cells.
        before: Counts declared by the last run; None on a first adoption, where every surplus is asked for.
        budget: Nodes one run may remove (`max_scale_in`).
    """
    found: list[Shrink] = []
    over = [cell for cell in cells if cell.surplus]
    for cell in sorted(over, key=lambda cell: -_asked(cell, before)):
        asked = _asked(cell, before)
        going = min(cell.surplus, budget)
        budget -= going
        found.append(Shrink(cell, asked, going))
    return sorted(found, key=lambda shrink: shrink.cell.key)


def _asked(cell: Cell, before: Mapping[str, int] | None) -> int:
    if before is None or cell.key not in before:
        return cell.surplus
    return min(cell.surplus, max(0, before[cell.key] - cell.declared))


def refused(found: Sequence[Shrink], budget: int) -> list[Problem]:
    """Returns why a run may not start: the program asks to remove more nodes than `max_scale_in` allows."""
    wanted = sum(shrink.asked for shrink in found)
    if wanted <= budget:
        return []
    return [
        Problem(
            shrink.cell.path,
            f"declares {shrink.cell.declared} nodes where {shrink.cell.live} are live; {shrink.asked} would be removed "
            f"and max_scale_in allows {budget}. To have them named in the preview, drained and deleted, set "
            f"max_scale_in={wanted}; to keep them, declare {shrink.cell.live}, or leave this key out to stop managing its count",
        )
        for shrink in found
        if shrink.asked
    ]


def left_alone(found: Sequence[Shrink]) -> list[str]:
    """Returns a warning for each cell that keeps more nodes than declared."""
    return [
        f"{shrink.cell.path}: {shrink.cell.live} nodes are live and {shrink.cell.declared} declared, and not through "
        f"this program; {left} left alone. To have the surplus removed by name, set max_scale_in={shrink.cell.surplus}; "
        f"to keep it, declare {shrink.cell.live}"
        for shrink in found
        if (left := shrink.cell.surplus - shrink.going) > 0 and shrink.asked <= shrink.going
    ]


def choose(
    found: Sequence[Shrink], spec: ResourcePoolSpec, live: Live, named: frozenset[str] | None = None
) -> tuple[list[str], list[Problem]]:
    """Chooses the nodes that go: Available, unlocked, not prepaid, not placed by a migration; idle first, then by name.

    Args:
        found: The shrinking cells.
        spec: The declaration.
        live: The pool with its nodes and jobs.
        named: The only nodes that may go, because the preview named them; None while previewing.

    Returns:
        Names of the nodes, and a problem for each cell that has too few nodes that can go.
    """
    chosen: list[str] = []
    problems: list[Problem] = []
    for shrink in found:
        here = [node for node in live.nodes or () if shrink.cell.holds(node)]
        staying = {node.name: why for node in here if (why := _stays(node, spec, live, named))}
        able = sorted((bool((live.jobs or {}).get(node.name)), node.name) for node in here if node.name not in staying)
        chosen += [name for _, name in able[: shrink.going]]
        if len(able) < shrink.going:
            problems.append(_too_few(shrink, len(able), staying))
    return sorted(chosen), problems


def _stays(node: Node, spec: ResourcePoolSpec, live: Live, named: frozenset[str] | None) -> str:
    """Returns why a node cannot go, or an empty string."""
    jobs = (live.jobs or {}).get(node.name, ())
    reasons = (
        (node.phase != "Available", f"is {node.phase}"),
        (node.locked, "is locked against deletion"),
        (node.name in spec.after, "is placed by a migration"),
        (_prepaid(node, live), "is prepaid and has to be unsubscribed"),
        (bool(jobs) and spec.on_running_jobs == "fail", f"runs training job {changes.names(jobs)}"),
        (named is not None and node.name not in named, "was not named in the preview"),
    )
    return next((why for applies, why in reasons if applies), "")


def _prepaid(node: Node, live: Live) -> bool:
    return bool(node.annotations.get(BILLING_MODE, live.pool.billing_mode) == PREPAID)


def _too_few(shrink: Shrink, able: int, staying: Mapping[str, str]) -> Problem:
    reasons = changes.names([f"{name} {why}" for name, why in sorted(staying.items())])
    return Problem(
        shrink.cell.path,
        f"has to lose {shrink.going} of {shrink.cell.live} nodes but only {able} can go: "
        f"{reasons or 'no node was found'}; free them (unlock, wait for their jobs, repair) or declare a larger count",
    )
