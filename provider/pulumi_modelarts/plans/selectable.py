"""Which nodes of a pool a selection can choose: those that a migration can take, and that nobody else has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.plans.candidates import Candidates, Kept, sorted_out
from pulumi_modelarts.plans.live_nodes import broken
from pulumi_modelarts.plans.supernodes import possible_steps
from pulumi_modelarts.plans.units import Rank
from pulumi_modelarts.plans.work import lasting, told

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.plans.live_nodes import LiveNodes
    from pulumi_modelarts.plans.work import Work
    from pulumi_modelarts.specs.node_selection import NodeSelectionSpec


@dataclass(frozen=True)
class Holder:
    """Another resource of the program that has a node.

    Attributes:
        why: Why nobody else can choose the node, to follow its name: `is chosen by 'two'`.
        leaves: Whether the node leaves the pool for it.
        selection: Its name where it is a selection; empty for a migration.
    """

    why: str
    leaves: bool
    selection: str = ""


def selectable(
    spec: NodeSelectionSpec, live: LiveNodes, chosen: Collection[str], others: Mapping[str, Holder]
) -> Candidates:
    """Returns which nodes of the pool can be chosen besides, idle ones first, and what keeps the others.

    Args:
        spec: What the program declares.
        live: What is known of the service.
        chosen: Nodes that stay chosen.
        others: Nodes that others have.
    """
    everything = live.lists[spec.pool]
    here = [node for node in everything if node.flavor == spec.flavor and node.name not in chosen]
    kept = {node.name: why for node in here if (why := _why_not(node, spec, live, others))}
    return sorted_out(here, everything, kept, lambda node: Rank.BUSY if _works(node, live) else Rank.IDLE)


def room(spec: NodeSelectionSpec, live: LiveNodes, chosen: Collection[str], others: Mapping[str, Holder]) -> int:
    """Returns how many nodes more can leave the pool: it keeps at least one (documented)."""
    present = live.present(spec.pool)
    leaving = {*chosen, *live.migrating, *(name for name, holder in others.items() if holder.leaves)}
    return max(0, len(present - leaving) - 1)


def unfit(node: Node, live: LiveNodes) -> Kept | None:
    """Returns why no migration takes a node that is where it was chosen; None where one does, or is taking it."""
    if node.name in live.migrating:
        return None
    return next(_lasting_reasons(node, live), None)


def unmovable(node: Node) -> Iterator[Kept]:
    """Yields why the service would not move a node, or why it should not, whatever runs there."""
    if not node.available:
        yield Kept(f"is {node.phase or 'in no known phase'}", "wait for what is not Available, or have it repaired")
    if broken(node):
        yield Kept("has a driver that is Abnormal", "have drivers repaired")
    if node.locked:
        yield Kept("is locked", "unlock what is locked")
    if node.spare:
        yield Kept("is a spare, which stands by for nodes that break")


def _lasting_reasons(node: Node, live: LiveNodes) -> Iterator[Kept]:
    """Yields reasons that do not pass by themselves, apart from a drain, which a migration may have begun with."""
    yield from unmovable(node)
    if staying := lasting({node.name: _works(node, live)}).get(node.name):
        ending = "do not end by themselves" if len(staying) > 1 else "does not end by itself"
        yield Kept(f"runs {told(staying)}, which {ending}", "stop what runs there")


def _why_not(node: Node, spec: NodeSelectionSpec, live: LiveNodes, others: Mapping[str, Holder]) -> Kept | None:
    """Returns why a node cannot be chosen by itself; None where it can."""
    return next(_reasons(node, spec, live, others), None)


def _reasons(node: Node, spec: NodeSelectionSpec, live: LiveNodes, others: Mapping[str, Holder]) -> Iterator[Kept]:
    if node.name in others:
        yield Kept(others[node.name].why)
    yield from _lasting_reasons(node, live)
    if node.drained:
        yield Kept("is drained and takes no further work")
    jobs = live.jobs
    if jobs is not None and (job := jobs.holding.get(node.name) or jobs.migrating.get(node.name)):
        yield Kept(f"is under job {job}, which has not ended", "wait until that job has ended")
    if len(possible_steps(live.pools.get(spec.pool), node)) > 1:
        yield Kept("is of one of several entries that differ in their creating step alone")


def _works(node: Node, live: LiveNodes) -> tuple[Work, ...]:
    return (live.work or {}).get(node.name, ())
