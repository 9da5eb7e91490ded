"""Whether the service can supply what a run would grow by, as far as reads tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.plans.live_pool import LivePool, entries
from pulumi_modelarts.specs._spec import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pulumi_modelarts.plans.counts import Cell


def uneven(cells: Sequence[Cell], live: LivePool) -> Iterator[Problem]:
    """Yields a problem for each growing cell that would not have whole steps, where its nodes come by the step.

    Documented: CreatePool, creatingStep.
    """
    steps = {entry.key: entry.wire.creating_step.step for entry in entries(live.pool) if entry.wire.creating_step}
    for cell in cells:
        step = steps.get(cell.entry, 0)
        over = cell.due % step if step > 1 and cell.growth else 0
        if over:
            yield Problem(
                cell.path,
                f"would have {cell.due} nodes, and they come in steps of {step} (creatingStep): "
                f"declare {cell.declared - over}, or {cell.declared + step - over}",
            )
