"""What whoever approves would want to know, and an input does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.effect import Deleted, Kind, Made, Moved, Removed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_modelarts.cli.review.report import Resource, Stack


def gaps(stack: Stack) -> Iterator[str]:
    """Yields what is not in the input of a stack."""
    acting = [each for each in stack.resources if each.effects and not _is_made(each)]
    pools = [each for each in acting if each.kind is Kind.POOL]
    if counts := [each.name for each in pools if each.standing.counts is None]:
        yield f"how many nodes there are before: {changes.names(counts)}"
    if states := [each.name for each in pools if each.standing.states is None]:
        yield f"spare and broken nodes: {changes.names(states)}"
    if any(isinstance(effect, (Moved, Removed, Deleted)) for each in acting for effect in each.effects):
        yield "what runs on the nodes that move or go, but for what messages say of it"


def _is_made(resource: Resource) -> bool:
    return any(isinstance(effect, Made) for effect in resource.effects)
