"""What earlier versions recorded, read as what the program had declared.

A refresh used to record live counts above the declared ones, and only nodes that exist, and to note in the map what
the program had said: `"3 -> 5 (by hand)"` at a count, `"pool -> (none) (vanished)"` at a node. Read so, a run
of the same program has nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pulumi_modelarts.plans import changes

BY_HAND = " (by hand)"
VANISHED = " (vanished)"


def counts_as_declared(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the recorded inputs of a pool with the counts that its program had declared, and without notes."""
    entries, notes = _told_apart(inputs.get("changes"), BY_HAND)
    if not notes:
        return dict(inputs)

    def declared(key: str, count: float) -> float:
        before, after = changes.ends(notes[key].removesuffix(BY_HAND)) if key in notes else (count, count)
        return before if after == count else count

    counts: dict[str, Any] = {}
    if flavors := inputs.get("flavors"):
        counts["flavors"] = {flavor: declared(f"flavors.{flavor}", count) for flavor, count in flavors.items()}
    if node_pools := inputs.get("nodePools"):
        counts["nodePools"] = {
            name: _node_pool(f"nodePools.{name}", each, declared) for name, each in node_pools.items()
        }
    return {**inputs, **counts, "changes": entries}


def nodes_as_declared(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the recorded inputs of a migration with the nodes that have vanished, and without notes."""
    entries, notes = _told_apart(inputs.get("moves"), VANISHED)
    return {**inputs, "nodes": sorted({*inputs["nodes"], *notes}), "moves": entries} if notes else dict(inputs)


def _node_pool(key: str, recorded: Mapping[str, Any], declared: Callable[[str, float], float]) -> dict[str, Any]:
    zones = {zone: declared(f"{key}.azs.{zone}", count) for zone, count in (recorded.get("azs") or {}).items()}
    if zones:
        return {**recorded, "azs": zones, **({"count": sum(zones.values())} if "count" in recorded else {})}
    return {**recorded, "count": declared(key, recorded["count"])}


def _told_apart(entries: object, mark: str) -> tuple[dict[str, str], dict[str, str]]:
    """Returns what a map says of runs, and what a refresh noted in it."""
    if not isinstance(entries, Mapping):  # not known yet, or never recorded
        return {}, {}
    notes = {key: entry for key, entry in entries.items() if entry.endswith(mark)}
    return {key: entry for key, entry in entries.items() if key not in notes}, notes
