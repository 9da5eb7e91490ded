"""Entries of `spec.resources`: so many nodes of a flavor in a node pool."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic_core import to_json

Entry = dict[str, Any]
"""One item of `spec.resources`, as it was sent, unknown fields included."""


class EntryKey(NamedTuple):
    """What tells two entries of one pool apart.

    Attributes:
        flavor: Flavor id.
        node_pool: Node pool; `{flavor}-default` where the entry names none (client: Terraform acceptance tests).
        step: `type/step` of the creating step; empty without one.
    """

    flavor: str
    node_pool: str
    step: str

    @property
    def creating_step(self) -> dict[str, Any] | None:
        """The creating step as documents have it; None without one."""
        kind, _, step = self.step.rpartition("/")
        return {"type": kind, "step": int(step)} if self.step else None


def key_of(entry: Entry) -> EntryKey:
    """Key of an entry."""
    step = entry.get("creatingStep") or {}
    text = f"{step.get('type', '')}/{step.get('step', '')}" if step else ""
    return EntryKey(entry["flavor"], entry.get("nodePool") or f"{entry['flavor']}-default", text)


OF_NODES = ("rootVolume", "dataVolumes", "os", "tags", "taints")
"""Fields of an entry that its nodes show (documented: ListPoolNodes, the fields of a node; that new ones have them as
their entry does is assumed)."""

POLICIES = {"tags": "tagPolicyOnExistingNodes", "taints": "taintPolicyOnExistingNodes"}
"""Of those that can be changed, the field of `extendParams` that says whether nodes that are there follow: they do
unless it is `ignore` (documented: CreatePool)."""


def details_of(entry: Entry) -> str:
    """What the nodes of an entry show of it when they are made, as JSON; empty for nothing."""
    details = {name: entry[name] for name in OF_NODES if entry.get(name)}
    return to_json(details).decode() if details else ""


def refreshed(before: Entry, after: Entry) -> dict[str, Any]:
    """What nodes that are there show otherwise once their entry has changed; None for what they show no more."""
    policies = after.get("extendParams") or {}
    return {
        name: after.get(name) or None
        for name, policy in POLICIES.items()
        if (after.get(name) or None) != (before.get(name) or None) and policies.get(policy) != "ignore"
    }


def counts_by_flavor(entries: list[Entry]) -> dict[str, int]:
    """Nodes per flavor over all node pools."""
    totals: dict[str, int] = {}
    for entry in entries:
        totals[entry["flavor"]] = totals.get(entry["flavor"], 0) + entry["count"]
    return totals


def with_count(entry: Entry, count: int) -> Entry:
    """Copy with another count; `maxCount` follows, as the two are equal in a dedicated pool (documented: ListPools)."""
    changed = {**entry, "count": count}
    if "maxCount" in entry:
        changed["maxCount"] = count
    return changed


def with_node(entry: Entry, zone: str, by: int) -> Entry:
    """Copy for one node more (1) or less (-1) in a zone; zones are counted where the entry counts them."""
    changed = with_count(entry, max(0, entry["count"] + by))
    if entry.get("azs"):
        known = [item["az"] for item in entry["azs"]]
        zones = entry["azs"] if zone in known else [*entry["azs"], {"az": zone, "count": 0}]
        changed["azs"] = [
            {**item, "count": max(0, item["count"] + by)} if item["az"] == zone else item for item in zones
        ]
    return changed


def with_nodes(entry: Entry, there: dict[str, int]) -> Entry:
    """Copy that counts the nodes there are, given by zone, and no more of them in any zone than there are."""
    changed = with_count(entry, sum(there.values()))
    if entry.get("azs"):
        changed["azs"] = [{**item, "count": min(item["count"], there.get(item["az"], 0))} for item in entry["azs"]]
    return changed


def without_node(entries: list[Entry], key: EntryKey, zone: str) -> list[Entry]:
    """Entries after a node has left."""
    return [with_node(entry, zone, -1) if key_of(entry) == key else entry for entry in entries]


def with_another_node(entries: list[Entry], template: Entry, zone: str) -> list[Entry]:
    """Entries after a node has come; the template is the entry to begin where there is none like it."""
    key = key_of(template)
    if all(key_of(entry) != key for entry in entries):
        entries = [*entries, {**template, "count": 0, "maxCount": 0}]
    return [with_node(entry, zone, 1) if key_of(entry) == key else entry for entry in entries]


def adjusted(entries: list[Entry], differences: dict[EntryKey, int]) -> list[Entry]:
    """Entries with their counts changed by these differences; no count goes below zero."""
    return [
        with_count(entry, max(0, entry["count"] + differences[key_of(entry)]))
        if key_of(entry) in differences
        else entry
        for entry in entries
    ]
