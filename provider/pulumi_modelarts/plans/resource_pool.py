"""The plan for a resource pool: what one run will do to the service, and its problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pulumi_modelarts.plans import arrivals, changes, marks
from pulumi_modelarts.plans.candidates import candidates
from pulumi_modelarts.plans.counts import Cell, cells, declared_before, pending_moves, unclear
from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.fields import FieldChange, Topic, field_changes, forbidden
from pulumi_modelarts.plans.health import ailing
from pulumi_modelarts.plans.live_pool import LivePool, entries
from pulumi_modelarts.plans.patch import patch_body
from pulumi_modelarts.plans.removals import Shrink, left_alone, refused, shrinks, stuck
from pulumi_modelarts.plans.secrets import SECRET, told
from pulumi_modelarts.plans.supply import chips_in_doubt, unsupplied
from pulumi_modelarts.plans.work import OR_IGNORE
from pulumi_modelarts.specs._spec import Problem
from pulumi_modelarts.specs.spelling import spoken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pulumi_modelarts.plans.marks import Marking
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec


AHEAD = "this user may not read what a run reads after its preview"


@dataclass(frozen=True)
class PoolPlan:
    """What one run will do.

    Attributes:
        cells: Declared counts this run looks after.
        shrinking: Cells that have more nodes than declared.
        removals: Nodes that will be drained and deleted.
        spares: Those of them that stand by for others.
        awaited: Nodes that migrations bring after the run, and that are not there yet.
        fields: Other fields that will change.
        marking: What becomes of the pool's marks; None for nothing.
        body: The merge patch; empty when nothing is sent.
        problems: What must be resolved before the run may start.
        warnings: What the run leaves as it is although it is not as declared.
        lacks: Facts that have to be read before the plan is complete.
    """

    cells: tuple[Cell, ...]
    shrinking: tuple[Shrink, ...]
    removals: tuple[str, ...]
    spares: frozenset[str]
    awaited: tuple[str, ...]
    fields: tuple[FieldChange, ...]
    marking: Marking | None
    body: Mapping[str, Any]
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]
    lacks: frozenset[Fact]

    @property
    def shown(self) -> dict[str, str]:
        """The plan as the map a preview shows: what it does, and which nodes it awaits."""
        return {**self.changes, **arrivals.notes(self.awaited)}

    @property
    def changes(self) -> dict[str, str]:
        """What the plan does, as a map."""
        shrunk = {
            shrink.cell.key: _step(shrink.cell.step[0], shrink.cell.step[0] - shrink.removing, shrink.cell.secret)
            for shrink in self.shrinking
            if shrink.removing
        }
        return {
            **({marks.KEY: self.marking.entry} if self.marking else {}),
            **dict(sorted({**self._grown, **shrunk}.items())),
            **self._altered,
            **{
                f"nodes.{name}": changes.REMOVED_SPARE if name in self.spares else changes.REMOVED
                for name in self.removals
            },
        }

    @property
    def patched(self) -> dict[str, str]:
        """What of that its patch makes true: all but marks, and nodes that go."""
        return {**dict(sorted(self._grown.items())), **self._altered}

    @property
    def _grown(self) -> dict[str, str]:
        return {cell.key: _step(*cell.step, cell.secret) for cell in self.cells if cell.growth}

    @property
    def _altered(self) -> dict[str, str]:
        return {change.key: _step(change.live, change.declared, change.secret) for change in self.fields}

    @property
    def secret(self) -> bool:
        """Whether something that it does is never told."""
        return any(cell.secret for cell in self.cells) or any(change.secret for change in self.fields)


def _step(before: object, after: object, secret: bool) -> str:  # noqa: FBT001 - the last word of what is told
    return SECRET if secret else changes.step(before, after)


def plan(
    spec: ResourcePoolSpec,
    live: LivePool,
    before: Mapping[str, int] | None,
    named: frozenset[str] | None = None,
) -> PoolPlan:
    """Plans a run.

    Args:
        spec: What the program declares.
        live: What is known of the service; facts a plan needs and lacks are named in the result.
        before: Counts the last run declared, by their keys in the `changes` map; None on a first adoption.
        named: Nodes that may be removed, once a preview has named them; None while previewing.
    """
    managed = tuple(_managed(spec, cells(spec, live), before))
    shrinking = tuple(_shrinking(spec, live, managed, before, named))
    fields = tuple(field_changes(spec, live.pool))
    marking = None if spec.left_alone.everything else marks.marking(live.pool, spec.stack, take_over=spec.take_over)
    lacks = _lacks(spec, live, managed, shrinking)
    if named is None:
        acts = bool(fields or marking) or any(shrink.removing for shrink in shrinking)
        lacks = lacks or _lacks_of_preview(live, managed, fields) or _untried(live, managed, acts=acts)
    return PoolPlan(
        cells=managed,
        shrinking=shrinking,
        removals=tuple(sorted(name for shrink in shrinking for name in shrink.removed)),
        spares=frozenset(name for shrink in shrinking for name in shrink.spares),
        awaited=arrivals.awaited(spec, live),
        fields=fields,
        marking=marking,
        body=patch_body(spec, live, managed, fields),
        problems=() if lacks else told(_problems(spec, live, managed, shrinking, fields), spec.hidden),
        warnings=(
            *marks.untold(live.pool, spec.stack),
            *left_alone(shrinking, spec.max_scale_in),
            *_by_name(spec, live, shrinking),
        ),
        lacks=lacks,
    )


def _managed(spec: ResourcePoolSpec, found: Sequence[Cell], before: Mapping[str, int] | None) -> Sequence[Cell]:
    if not spec.ignore_count_drift or before is None:
        return found
    return [cell for cell in found if declared_before(cell, before) != cell.declared]


def _shrinking(
    spec: ResourcePoolSpec,
    live: LivePool,
    managed: Sequence[Cell],
    before: Mapping[str, int] | None,
    named: frozenset[str] | None,
) -> list[Shrink]:
    if _blank(live):
        return []
    nodes = {cell.key: candidates(cell, spec, live, named) for cell in managed if cell.surplus}
    return shrinks(managed, before, spec.max_scale_in, _most(spec, live, managed) - 1, nodes)


def _blank(live: LivePool) -> bool:
    """Returns whether the pool is yet to be made: it has nothing that could go, and all that is live arrives."""
    return not live.pool.entries


def _most(spec: ResourcePoolSpec, live: LivePool, managed: Sequence[Cell]) -> int:
    """Returns the nodes of the whole pool once it has grown, before any is removed; what arrives later is not there."""
    now = sum(entry.count(settled=live.settled) for entry in entries(live.pool))
    moved = sum(move.by for move in pending_moves(spec, live) if not move.late)
    return now + moved + sum(cell.growth for cell in managed)


def _problems(
    spec: ResourcePoolSpec,
    live: LivePool,
    managed: Sequence[Cell],
    shrinking: Sequence[Shrink],
    fields: Sequence[FieldChange],
) -> Iterator[Problem]:
    yield from marks.refused(live.pool, spec.stack, take_over=spec.take_over)
    yield from unclear(spec, live)
    yield from arrivals.refused(spec, live, managed)
    if _blank(live):
        yield from arrivals.too_many(spec, live, managed)
    yield from refused(shrinking, spec.max_scale_in) or stuck(shrinking)
    yield from _untold(spec, live, shrinking)
    yield from unsupplied(spec, live, managed, fields)
    yield from _emptied(spec, live, managed, shrinking)
    yield from forbidden(live.pool, _touched(managed, shrinking, fields))
    yield from (Problem("pool_name", f"{AHEAD}: {why}") for why in live.denied.values() if why)


def _lacks(
    spec: ResourcePoolSpec, live: LivePool, managed: Sequence[Cell], shrinking: Sequence[Shrink]
) -> frozenset[Fact]:
    found = entries(live.pool)
    declared = {cell.entry for cell in managed}
    flavors = {entry.key[0] for entry in found}
    short = any(entry.short for entry in found if entry.key in declared)
    arriving = spec.arriving.keys() - {node.name for node in live.nodes or ()}
    removes = any(shrink.removing for shrink in shrinking)
    needed = {
        Fact.ORDER: short and not live.changing and live.order_pending is None,
        Fact.NODES: (removes or bool(spec.moving and managed)) and live.nodes is None,
        Fact.MIGRATING: removes and live.migrating is None,
        Fact.WORK: removes and live.work is None,
        Fact.ARRIVALS: bool(arriving and managed) and live.nodes is not None and live.arrivals is None,
        Fact.OFFERED: any(cell.growth and cell.entry[0] not in flavors for cell in managed) and live.offered is None,
    }
    return frozenset(fact for fact, is_needed in needed.items() if is_needed)


def _lacks_of_preview(live: LivePool, managed: Sequence[Cell], fields: Sequence[FieldChange]) -> frozenset[Fact]:
    """Returns what only a preview needs: what is broken, and whether the service can supply what the run asks for.

    A run asks for it, and is told.
    """
    grows = any(cell.growth for cell in managed)
    needed = {
        Fact.NODES: ailing(live.pool) and live.nodes is None,
        Fact.OFFERED: (grows or bool(chips_in_doubt(fields, live))) and live.offered is None,
        Fact.ADDRESSES: grows and bool(live.pool.spec.network.name) and live.addresses is None,
    }
    return frozenset(fact for fact, is_needed in needed.items() if is_needed)


def _untried(live: LivePool, managed: Sequence[Cell], *, acts: bool) -> frozenset[Fact]:
    """Returns the rights that a run needs later, and that its preview has not tried.

    Args:
        live: What is known of the pool.
        managed: Declared counts that the run looks after.
        acts: Whether it does anything else than let counts grow.
    """
    grows = any(cell.growth for cell in managed)
    needed = {
        Fact.MAY_SHOW_POOL: grows or acts,
        Fact.MAY_SHOW_ORDER: grows and bool(live.pool.order_name),
    }
    return frozenset(fact for fact, is_needed in needed.items() if is_needed and fact not in live.denied)


def _untold(spec: ResourcePoolSpec, live: LivePool, shrinking: Sequence[Shrink]) -> Iterator[Problem]:
    """Yields a problem for each cell that loses nodes while nobody can tell whether anything runs on them."""
    if live.untold and spec.on_running_jobs != "ignore":
        why = f"{live.untold}{OR_IGNORE}"
        yield from (Problem(shrink.cell.path, why) for shrink in shrinking if shrink.removing)


def _by_name(spec: ResourcePoolSpec, live: LivePool, shrinking: Sequence[Shrink]) -> Iterator[str]:
    if live.untold and spec.on_running_jobs == "ignore" and any(shrink.removing for shrink in shrinking):
        yield f"Nodes to remove are chosen by name alone, busy or not: {live.untold}"


def _emptied(
    spec: ResourcePoolSpec, live: LivePool, managed: Sequence[Cell], shrinking: Sequence[Shrink]
) -> Iterator[Problem]:
    if sum(shrink.removing for shrink in shrinking) < _most(spec, live, managed):
        return
    reason = "would leave the pool without a node; keep at least one, or delete the pool in the console"
    for shrink in shrinking:
        if shrink.removing:
            yield Problem(shrink.cell.path, reason)


def _touched(managed: Sequence[Cell], shrinking: Sequence[Shrink], fields: Sequence[FieldChange]) -> dict[Topic, str]:
    """Returns the path of one change for each topic that the run touches."""
    growing = [cell.path for cell in managed if cell.growth]
    losing = [shrink.cell.path for shrink in shrinking if shrink.removing]
    touched: dict[Topic, str] = {}
    if growing or losing:
        touched[Topic.COUNTS] = [*growing, *losing][0]
    return touched | {change.topic: spoken(change.key) for change in fields}
