"""The one patch a run sends: only what changes, built from what is live.

A merge patch replaces lists whole (RFC 7396), so the body carries every live resource entry: undeclared flavors, node
pools and fields this project does not know go back as they came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_modelarts.api.resource_pool import DESCRIPTION, ResourcePool
from pulumi_modelarts.plans.fields import FieldChange, Topic
from pulumi_modelarts.plans.live import Entry, EntryKey, Live, entries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.plans.counts import Cell
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec


def patch_body(
    spec: ResourcePoolSpec, live: Live, cells: Sequence[Cell], fields: Sequence[FieldChange]
) -> dict[str, Any]:
    """Returns the merge patch of a run; empty when there is nothing to send.

    No count in it is below the live one: shrinking names its nodes and never goes through a patch.
    """
    topics = {change.topic for change in fields}
    wanted: dict[str, Any] = {}
    if any(cell.growth for cell in cells):
        wanted["resources"] = _resources(live, cells)
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
    got = {entry.key: entry.wire.count for entry in entries(answer)}
    different = [
        f"{flavor} in node pool {node_pool}: {count} sent, {got.get((flavor, node_pool), 'no entry')} answered"
        for (flavor, node_pool), count in _sent_counts(sent).items()
        if got.get((flavor, node_pool)) != count
    ]
    if "scope" in sent and set(sent["scope"]) != set(answer.spec.scope):
        different.append(f"scope: {sorted(sent['scope'])} sent, {sorted(answer.spec.scope)} answered")
    if "jobFlavors" in sent and set(sent["jobFlavors"]) != set(answer.spec.job_flavors):
        different.append(f"jobFlavors: {sent['jobFlavors']} sent, {answer.spec.job_flavors} answered")
    return different


def _sent_counts(sent: Mapping[str, Any]) -> dict[EntryKey, int]:
    return {
        (entry["flavor"], entry.get("nodePool") or f"{entry['flavor']}-default"): entry["count"]
        for entry in sent.get("resources", ())
    }


def _resources(live: Live, cells: Sequence[Cell]) -> list[dict[str, Any]]:
    grouped: dict[EntryKey, list[Cell]] = {}
    for cell in cells:
        grouped.setdefault(cell.entry, []).append(cell)
    found = entries(live.pool)
    known = {entry.key for entry in found}
    sent = [_kept(entry, grouped.get(entry.key, ()), live) for entry in found]
    return sent + [
        _new(key, group) for key, group in grouped.items() if key not in known and any(c.growth for c in group)
    ]


def _kept(entry: Entry, cells: Sequence[Cell], live: Live) -> dict[str, Any]:
    wire = entry.wire.to_wire()
    if not cells:
        return wire
    growth = sum(cell.growth for cell in cells)
    count = max(entry.count(settled=live.settled), *(cell.declared for cell in cells if cell.az is None), 0)
    if any(cell.az for cell in cells):
        count = entry.count(settled=live.settled) + growth
    zones = _zones(wire.get("azs"), cells, count)
    return {
        **wire,
        "count": count,
        **({"maxCount": count} if "maxCount" in wire else {}),
        **({"azs": zones} if zones else {}),
    }


def _zones(wire: Sequence[Mapping[str, Any]] | None, cells: Sequence[Cell], count: int) -> list[dict[str, Any]]:
    """Returns the zones of an entry: as declared, else as they were; one zone alone holds the whole count."""
    kept = [dict(zone) for zone in wire or ()]
    placed = {cell.az: max(cell.live, cell.declared) for cell in cells if cell.az}
    if not placed:
        return [{**kept[0], "count": count}] if len(kept) == 1 else kept
    named = {zone["az"]: zone for zone in kept}
    return [{**named.get(az, {}), "az": az, "count": nodes} for az, nodes in sorted(placed.items()) if nodes]


def _new(key: EntryKey, cells: Sequence[Cell]) -> dict[str, Any]:
    flavor, node_pool = key
    zones = _zones(None, cells, 0)
    return {
        "flavor": flavor,
        "count": sum(cell.declared for cell in cells),
        **({} if node_pool == f"{flavor}-default" else {"nodePool": node_pool}),
        **({"azs": zones} if zones else {}),
    }
