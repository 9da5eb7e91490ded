"""The one patch a run sends: only what changes, built from what is live.

A merge patch replaces lists whole (RFC 7396), so the body carries every live resource entry: undeclared flavors, node
pools and fields this project does not know go back as they came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_modelarts.api.resource_pool import DESCRIPTION, ResourcePool
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.fields import FieldChange, Topic
from pulumi_modelarts.plans.live_pool import Entry, EntryKey, LivePool, entries
from pulumi_modelarts.plans.node_details import details_of
from pulumi_modelarts.specs.spelling import argument

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pulumi_modelarts.plans.counts import Cell
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec


def patch_body(
    spec: ResourcePoolSpec, live: LivePool, cells: Sequence[Cell], fields: Sequence[FieldChange]
) -> dict[str, Any]:
    """Returns the merge patch of a run; empty when there is nothing to send.

    No count in it is below the live one: nodes are removed by name and never by a patch.
    """
    topics = {change.topic for change in fields}
    wanted: dict[str, Any] = {}
    if any(cell.growth for cell in cells):
        wanted["resources"] = _resources(spec, live, cells)
    if Topic.SCOPE in topics:
        wanted["scope"] = list(spec.scope or ())
    if Topic.JOB_FLAVORS in topics:
        wanted["jobFlavors"] = list(spec.job_flavors or ())
    if Topic.DRIVER in topics and spec.driver is not None:
        wanted["driver"] = {**spec.driver.to_inputs(), "updateStrategy": spec.driver.update_strategy}
    body: dict[str, Any] = {"spec": wanted} if wanted else {}
    if Topic.DESCRIPTION in topics:
        body["metadata"] = {"annotations": {DESCRIPTION: spec.description}}
    return body


def unlike(body: Mapping[str, Any], answer: ResourcePool) -> list[str]:
    """Returns what the service answered differently from what it was sent, one line for each entry or field."""
    sent = body.get("spec", {})
    got = _counts((entry.key, entry.wire.count) for entry in entries(answer))
    different = [
        f"{flavor} in node pool {node_pool}: {changes.text(counts)} sent, "
        f"{changes.text(got.get((flavor, node_pool)) or 'no entry')} answered"
        for (flavor, node_pool), counts in _counts(map(_sent, sent.get("resources", ()))).items()
        if got.get((flavor, node_pool), [0]) != counts
    ]
    fields = {"scope": answer.spec.scope, "jobFlavors": answer.spec.job_flavors}
    return different + [
        f"{argument(name)}: {changes.text(sent[name])} sent, {changes.text(answered)} answered"
        for name, answered in fields.items()
        if name in sent and set(sent[name]) != set(answered)
    ]


def _sent(entry: Mapping[str, Any]) -> tuple[EntryKey, int]:
    return (entry["flavor"], entry.get("nodePool") or f"{entry['flavor']}-default"), entry["count"]


def _counts(found: Iterable[tuple[EntryKey, int]]) -> dict[EntryKey, list[int]]:
    """Returns the counts of each entry; several for entries that only their creatingStep tells apart."""
    counts: dict[EntryKey, list[int]] = {}
    for key, count in found:
        counts[key] = sorted([*counts.get(key, ()), count])
    return counts


def _resources(spec: ResourcePoolSpec, live: LivePool, cells: Sequence[Cell]) -> list[dict[str, Any]]:
    grouped: dict[EntryKey, list[Cell]] = {}
    for cell in cells:
        grouped.setdefault(cell.entry, []).append(cell)
    found = entries(live.pool)
    known = {entry.key for entry in found}
    return [_kept(spec, entry, grouped.get(entry.key, ()), live) for entry in found] + [
        _new(spec, key, group, live)
        for key, group in grouped.items()
        if key not in known and any(cell.growth for cell in group)
    ]


def _kept(spec: ResourcePoolSpec, entry: Entry, cells: Sequence[Cell], live: LivePool) -> dict[str, Any]:
    """Returns a live entry with what its cells grow by; what migrations have still to move is not sent.

    One without nodes takes what its new ones are to be made with.
    """
    wire = entry.wire.to_wire()
    if not cells:
        return wire
    before = entry.count(settled=live.settled)
    if not before:
        wire |= details_of(spec, entry.key, live.pool)
    count = before + sum(cell.growth for cell in cells)
    wire["count"] = count
    if "maxCount" in wire:
        wire["maxCount"] = count
    zones = _zones(entry, cells, count, settled=live.settled)
    if zones or "azs" in wire:
        wire["azs"] = zones
    return wire


def _zones(entry: Entry, cells: Sequence[Cell], count: int, *, settled: bool) -> list[dict[str, Any]]:
    """Returns the zones of an entry, never for more nodes than its count.

    Zones that the program declares grow as declared. Otherwise they stay as they were and the service places new
    nodes; a zone that stands alone holds all of them.
    """
    kept = {zone.az: zone.to_wire() for zone in entry.wire.azs}
    grown = {cell.az: cell.growth for cell in cells if cell.az}
    if not grown and len(kept) == 1:
        return [{**zone, "count": count} for zone in kept.values()]
    if not grown and sum(zone.count for zone in entry.wire.azs) <= count:
        return list(kept.values())
    here = entry.zones(settled=settled) or {}
    placed = {az: here.get(az, 0) + grown.get(az, 0) for az in sorted({*here, *grown})}
    return [{**kept.get(az, {}), "az": az, "count": nodes} for az, nodes in placed.items() if nodes]


def _new(spec: ResourcePoolSpec, key: EntryKey, cells: Sequence[Cell], live: LivePool) -> dict[str, Any]:
    flavor, node_pool = key
    zones = [{"az": cell.az, "count": cell.growth} for cell in cells if cell.az and cell.growth]
    return {
        "flavor": flavor,
        "count": sum(cell.growth for cell in cells),
        **({} if node_pool == f"{flavor}-default" else {"nodePool": node_pool}),
        **({"azs": zones} if zones else {}),
        **details_of(spec, key, live.pool),
    }
