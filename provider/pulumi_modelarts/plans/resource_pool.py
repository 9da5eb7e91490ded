"""The plan for a resource pool: what one run will do to the service, and what stands against it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.counts import Cell, cells, unclear
from pulumi_modelarts.plans.fields import FieldChange, Topic, field_changes, forbidden
from pulumi_modelarts.plans.live import Fact, Live, entries
from pulumi_modelarts.plans.patch import patch_body
from pulumi_modelarts.plans.removals import Shrink, choose, left_alone, refused, shrinks
from pulumi_modelarts.specs._spec import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec


@dataclass(frozen=True)
class Plan:
    """What one run will do.

    Attributes:
        cells: Declared counts this run looks after.
        shrinking: Cells that have more nodes than declared.
        removals: Nodes that will be drained and deleted.
        fields: Other fields that will change.
        body: The merge patch; empty when nothing is sent.
        problems: What must be resolved before the run may start.
        warnings: What the run leaves as it is although it is not as declared.
        lacks: Facts that have to be read before the plan is complete.
    """

    cells: tuple[Cell, ...]
    shrinking: tuple[Shrink, ...]
    removals: tuple[str, ...]
    fields: tuple[FieldChange, ...]
    body: Mapping[str, Any]
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]
    lacks: frozenset[Fact]

    @property
    def changes(self) -> dict[str, str]:
        """The plan as the map a preview shows."""
        grown = {cell.key: changes.step(cell.live, cell.declared) for cell in self.cells if cell.growth}
        shrunk = {
            shrink.cell.key: changes.step(shrink.cell.live, shrink.cell.live - shrink.going)
            for shrink in self.shrinking
            if shrink.going
        }
        fields = {change.key: changes.step(change.live, change.declared) for change in self.fields}
        return {
            **dict(sorted({**grown, **shrunk}.items())),
            **fields,
            **{f"nodes.{name}": changes.REMOVED for name in self.removals},
        }


def plan(
    spec: ResourcePoolSpec,
    live: Live,
    before: Mapping[str, int] | None,
    named: frozenset[str] | None = None,
) -> Plan:
    """Plans a run.

    Args:
        spec: What the program declares.
        live: What is known of the service; facts a plan needs and lacks are named in the result.
        before: Counts the last run declared, by their keys in the `changes` map; None on a first adoption.
        named: Nodes that may be removed, once a preview has named them; None while previewing.
    """
    managed = tuple(_managed(spec, cells(spec, live), before))
    shrinking = tuple(shrinks(managed, before, spec.max_scale_in))
    removals, impossible = choose([shrink for shrink in shrinking if shrink.going], spec, live, named)
    fields = tuple(field_changes(spec, live.pool))
    too_much = refused(shrinking, spec.max_scale_in)
    lacks = _lacks(spec, live, managed, shrinking)
    return Plan(
        cells=managed,
        shrinking=shrinking,
        removals=tuple(removals),
        fields=fields,
        body=patch_body(spec, live, managed, fields),
        problems=()
        if lacks
        else (
            *unclear(spec, live),
            *too_much,
            *(() if too_much else impossible),
            *_growth_problems(spec, live, managed),
            *_emptied(live, shrinking),
            *forbidden(live.pool, _touched(managed, shrinking, fields)),
        ),
        warnings=tuple(left_alone(shrinking)),
        lacks=lacks,
    )


def beyond(computed: Mapping[str, str], announced: Mapping[str, str]) -> dict[str, str]:
    """Returns what a run would do now that its preview did not announce; doing less of the same is fine."""
    return {key: entry for key, entry in computed.items() if not _covered(entry, announced.get(key))}


def _covered(entry: str, shown: str | None) -> bool:
    if shown is None or entry == shown:
        return shown is not None
    try:
        (before, after), (shown_before, shown_after) = changes.ends(entry), changes.ends(shown)
    except ValueError:
        return False
    return after == shown_after and min(shown_before, after) <= before <= max(shown_before, after)


def _managed(spec: ResourcePoolSpec, found: Sequence[Cell], before: Mapping[str, int] | None) -> Sequence[Cell]:
    if not spec.ignore_count_drift or before is None:
        return found
    return [cell for cell in found if before.get(cell.key) != cell.declared]


def _lacks(spec: ResourcePoolSpec, live: Live, managed: Sequence[Cell], shrinking: Sequence[Shrink]) -> frozenset[Fact]:
    found = {entry.key: entry for entry in entries(live.pool)}
    keys = {cell.entry for cell in managed}
    short = any(found[key].short for key in keys if key in found)
    arriving = {node for node, pool in spec.after.items() if pool == spec.pool_name} - {
        node.name for node in live.nodes or ()
    }
    going = any(shrink.going for shrink in shrinking)
    needed = {
        Fact.ORDER: short and not live.changing and live.order_pending is None,
        Fact.NODES: (going or bool(spec.after)) and live.nodes is None,
        Fact.JOBS: going and live.jobs is None,
        Fact.ARRIVALS: bool(arriving) and live.nodes is not None and live.arrivals is None,
        Fact.OFFERED: any(cell.declared and cell.entry not in found for cell in managed) and live.offered is None,
    }
    return frozenset(fact for fact, needs in needed.items() if needs)


def _growth_problems(spec: ResourcePoolSpec, live: Live, managed: Sequence[Cell]) -> list[Problem]:
    growing = [cell for cell in managed if cell.growth]
    known = {entry.key[0] for entry in entries(live.pool)} | (live.offered or frozenset())
    problems = [
        Problem(cell.path, _unknown_flavor(cell.entry[0], known))
        for cell in growing
        if live.offered and cell.entry[0] not in known
    ]
    bought = sum(cell.growth for cell in growing)
    if spec.max_growth is not None and bought > spec.max_growth:
        problems += [
            Problem(
                cell.path,
                f"grows from {cell.live} to {cell.declared}; this run would buy {bought} nodes and max_growth allows "
                f"{spec.max_growth}. Raise max_growth, or declare fewer",
            )
            for cell in growing
        ]
    return problems


def _unknown_flavor(flavor: str, known: set[str]) -> str:
    close = difflib.get_close_matches(flavor, sorted(known), n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"the service offers {changes.names(sorted(known))}"
    return f"{flavor!r} is neither in the pool nor offered by the service; {hint}"


def _emptied(live: Live, shrinking: Sequence[Shrink]) -> list[Problem]:
    total = sum(entry.count(settled=live.settled) for entry in entries(live.pool))
    going = [shrink for shrink in shrinking if shrink.going]
    if not going or sum(shrink.going for shrink in going) < total:
        return []
    reason = "would leave the pool without a node; keep at least one, or delete the pool in the console"
    return [Problem(shrink.cell.path, reason) for shrink in going]


def _touched(managed: Sequence[Cell], shrinking: Sequence[Shrink], fields: Sequence[FieldChange]) -> dict[Topic, str]:
    paths = {change.topic: change.key for change in fields}
    counted = [cell.path for cell in managed if cell.growth] + [
        shrink.cell.path for shrink in shrinking if shrink.going
    ]
    return {**({Topic.COUNTS: counted[0]} if counted else {}), **paths}
