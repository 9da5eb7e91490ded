"""Node pools: list, show, and their nodes. A node pool is what the entries of one name in a pool's spec are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.exceptions import node_pool_not_found
from modelarts_emulator.messages import Response
from modelarts_emulator.models import node, resource_pool
from modelarts_emulator.models.entry import key_of
from modelarts_emulator.responses.node import page_of_nodes
from modelarts_emulator.responses.resource_pool import counts_by_group

if TYPE_CHECKING:
    from modelarts_emulator.models.entry import Entry
    from modelarts_emulator.models.node import PhaseCount
    from modelarts_emulator.models.resource_pool import Pool
    from modelarts_emulator.responses.call import Call


def list_node_pools(call: Call) -> Response:
    """All node pools of a pool, in the order of its spec."""
    pool = resource_pool.find(call.tenant, call.parameters["pool"])
    counts = node.phase_counts(call.tenant, pool.name)
    items = [_render(entry, counts) for entry in _entries(pool).values()]
    return Response.of_json(200, {"kind": "NodePoolList", "apiVersion": "v2", "items": items})


def show_node_pool(call: Call) -> Response:
    """One node pool."""
    pool = resource_pool.find(call.tenant, call.parameters["pool"])
    entry = _find(pool, call.parameters["nodepool"])
    return Response.of_json(200, _render(entry, node.phase_counts(call.tenant, pool.name)))


def list_node_pool_nodes(call: Call) -> Response:
    """One page of a node pool's nodes."""
    pool = resource_pool.find(call.tenant, call.parameters["pool"])
    _find(pool, call.parameters["nodepool"])
    return page_of_nodes(call, pool, call.parameters["nodepool"])


def _entries(pool: Pool) -> dict[str, Entry]:
    """First entry of each node pool: several have one name where nodes come in steps (assumed)."""
    entries: dict[str, Entry] = {}
    for entry in pool.entries:
        entries.setdefault(key_of(entry).node_pool, entry)
    return entries


def _find(pool: Pool, name: str) -> Entry:
    entry = _entries(pool).get(name)
    if entry is None:
        raise node_pool_not_found(name)
    return entry


def _render(entry: Entry, counts: list[PhaseCount]) -> dict[str, Any]:
    """Document of a node pool; its name stands in the entry too (client: official SDK)."""
    name = key_of(entry).node_pool
    return {
        "kind": "NodePool",
        "apiVersion": "v2",
        "metadata": {"name": name},
        "spec": {"resources": {**entry, "nodePool": name}},
        "status": {"resources": counts_by_group(count for count in counts if count.key.node_pool == name)},
    }
