"""Whose a pool is, as its outputs record it: never inferred from what is missing, so that nothing is lost silently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.plans import ownership

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.plans.pool_deletion import MadePool
    from pulumi_modelarts.specs.stack import Stack

OWNERSHIP: Final = "ownership"
MADE, ADOPTED = "made", "adopted"
"""Values of the output `ownership`."""

MARK: Final = "mark"
"""The output that keeps the mark which a pool was made with: another name of the resource makes another mark."""


def is_made(outputs: Mapping[str, Any]) -> bool:
    """Returns whether outputs say that the program made the pool; any state that does not say so adopted it."""
    return outputs.get(OWNERSHIP) == MADE


def recorded(outputs: Mapping[str, Any]) -> dict[str, str]:
    """Returns what outputs say of whose a pool is, for those that follow a look at it."""
    return {OWNERSHIP: MADE if is_made(outputs) else ADOPTED, **_mark(str(outputs.get(MARK) or ""))}


def declared(news: Mapping[str, Any], olds: Mapping[str, Any], stack: Stack) -> dict[str, str]:
    """Returns what outputs say of it after a run.

    Args:
        news: The inputs of the run.
        olds: The outputs before it; empty where there were none.
        stack: The stack and resource that make a pool.
    """
    made = bool(news.get("name"))
    mark = str(olds.get(MARK) or "") or (ownership.mark_of(stack) if made else "")
    return {OWNERSHIP: MADE if made else ADOPTED, **_mark(mark)}


def on_record(inputs: Mapping[str, Any], outputs: Mapping[str, Any], stack: Stack) -> MadePool:
    """Returns what is on record of a pool that the program made.

    Args:
        inputs: The recorded inputs.
        outputs: The recorded outputs.
        stack: The stack and resource that it belongs to now.
    """
    from pulumi_modelarts.plans.pool_deletion import MadePool  # noqa: PLC0415 - on demand

    return MadePool.of(inputs, [str(outputs.get(MARK) or ""), ownership.mark_of(stack)])


def _mark(mark: str) -> dict[str, str]:
    return {MARK: mark} if mark else {}
