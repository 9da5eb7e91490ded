"""Which nodes are removed when a pool shrinks: how many may be, and exactly which ones.

The service would choose by itself if a smaller count were sent, busy or just placed nodes included. So a count is never
lowered by a patch: the nodes to remove are named in the preview, and exactly those are drained and deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pulumi_modelarts.api.wording import is_are, number_of
from pulumi_modelarts.plans.counts import declared_before
from pulumi_modelarts.plans.units import Unit, chosen, reachable
from pulumi_modelarts.specs._spec import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.plans.candidates import Candidates
    from pulumi_modelarts.plans.counts import Cell


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

    @cached_property
    def removed(self) -> tuple[str, ...]:
        """Names of the nodes that are removed."""
        return tuple(name for unit in self.units or () for name in unit.names)

    @cached_property
    def units(self) -> tuple[Unit, ...] | None:
        """What is removed; None where no units have exactly that many nodes, or the nodes have not been read."""
        return chosen(self.candidates.units, self.removing) if self.candidates else None

    @property
    def spares(self) -> frozenset[str]:
        """Names of removed nodes that stood by for others."""
        return self.candidates.spares.intersection(self.removed) if self.candidates else frozenset()

    @property
    def left(self) -> int:
        """Number of nodes that the program did not ask to remove and that are kept."""
        return self.cell.surplus - max(self.removing, self.asked)


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
        taken = sum(removing.values())
        by_hand = min(cell.surplus - asked[cell.key], budget - taken, spare - taken)
        removing[cell.key] = _fitting(removing[cell.key], max(0, by_hand), nodes.get(cell.key))
    return [Shrink(cell, asked[cell.key], removing[cell.key], nodes.get(cell.key)) for cell in over]


def _fitting(asked: int, further: int, found: Candidates | None) -> int:
    """Returns how many nodes are removed: what is asked for, and as many further ones as whole units allow."""
    if found is None:
        return asked + further
    return max(asked, *reachable(found.units, asked + further))


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
            f"declares {_nodes(shrink.cell.declared)} where {shrink.cell.live} {is_are(shrink.cell.live)} live; "
            f"{shrink.asked} would be removed and max_scale_in allows {budget}. To have nodes named in the preview, "
            f"drained and deleted, set max_scale_in={wanted}; to keep them, declare {shrink.cell.live}, or leave this "
            "key out to stop managing its count",
        )
        for shrink in found
        if shrink.asked
    ]


def stuck(found: Sequence[Shrink]) -> list[Problem]:
    """Returns a problem for each cell that is to lose more nodes than can be removed, or a part of a supernode."""
    return [
        Problem(shrink.cell.path, _why_stuck(shrink, shrink.candidates))
        for shrink in found
        if shrink.candidates and shrink.units is None
    ]


def left_alone(found: Sequence[Shrink], budget: int) -> list[str]:
    """Returns a warning for each cell that keeps nodes which somebody added outside the program."""
    surplus = sum(shrink.cell.surplus for shrink in found)
    left = budget - sum(shrink.removing for shrink in found)
    return [_kept_surplus(shrink, surplus, left) for shrink in found if shrink.left]


def _kept_surplus(shrink: Shrink, surplus: int, left: int) -> str:
    cell = shrink.cell
    if cell.secret:
        return f"{cell.path}: more nodes are live than declared; those added outside this stack are left alone"
    out = (
        f"To have the surplus removed by name, set max_scale_in={surplus}; to keep it, declare {cell.live}"
        if _beyond(shrink, left)
        else _why_left(shrink)
    )
    return (
        f"{cell.path}: {_nodes(cell.declared)} declared and {cell.live} live; {shrink.left} added outside this "
        f"stack {is_are(shrink.left)} left alone. {out}"
    )


def _beyond(shrink: Shrink, left: int) -> bool:
    """Returns whether it is the budget that keeps nodes: what is left of it is too little for the next unit."""
    if shrink.candidates is None:
        return left <= 0
    further = [unit.size for unit in shrink.candidates.units if unit not in (shrink.units or ())]
    return any(left < size <= shrink.left for size in further)


def _why_left(shrink: Shrink) -> str:
    found, it = shrink.candidates, "It" if shrink.left == 1 else "They"
    if found and found.kept:
        return f"{it} cannot go: {found.reasons}. To keep what is there, declare {shrink.cell.live}"
    if found and found.supernodes:
        part = f"{it} {is_are(shrink.left)} part of {_supernodes(found)}, which go whole"
        return f"{part}. To keep what is there, declare {shrink.cell.live}"
    return f"A pool keeps at least one node: declare {shrink.cell.live}, or delete the pool in the console"


def _why_stuck(shrink: Shrink, found: Candidates) -> str:
    if found.most >= shrink.removing:
        return _uneven(shrink, found)
    can = f"only {found.most} can" if found.most else "none can"
    outs = "; ".join([*found.outs, "or declare a larger count" if found.outs else "declare a larger count"])
    return (
        f"has to lose {shrink.removing} of {_nodes(shrink.cell.live)} but {can} go: {found.reasons}. "
        f"{outs[0].upper()}{outs[1:]}"
    )


def _uneven(shrink: Shrink, found: Candidates) -> str:
    """Returns the nearest counts that whole units allow."""
    sums = reachable(found.units, found.most)
    near = [
        *[count for count in sums if count > shrink.removing][:1],
        *[count for count in sums if count < shrink.removing][-1:],
    ]
    kept = f" ({found.reasons})" if found.kept else ""
    return (
        f"has to lose {shrink.removing} of {_nodes(shrink.cell.live)}, and they are {_supernodes(found)}, which go "
        f"whole{kept}: declare {', or '.join(str(shrink.cell.live - count) for count in near)}"
    )


def _supernodes(found: Candidates) -> str:
    return f"supernodes of {' and '.join(map(str, found.supernodes))}"


def _nodes(count: int) -> str:
    return number_of(count, "node")
