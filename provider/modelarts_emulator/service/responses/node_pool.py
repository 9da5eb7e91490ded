"""Node pools: list, show, and their nodes. A node pool is what the entries of one name in a pool's spec are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.messages import Response
from modelarts_emulator.service.exceptions import node_pool_not_found
from modelarts_emulator.service.models import node, resource_pool
from modelarts_emulator.service.models.entry import key_of
from modelarts_emulator.service.operation import NONE_NEEDED, operation
from modelarts_emulator.service.responses.node import page_of_nodes
from modelarts_emulator.service.responses.resource_pool import counts_by_group

if TYPE_CHECKING:
    from modelarts_emulator.service.call import Call
    from modelarts_emulator.service.models.entry import Entry, EntryKey
    from modelarts_emulator.service.models.node import PhaseCount
    from modelarts_emulator.service.models.resource_pool import Pool


@operation(
    "listNodePools",
    "GET",
    "/v2/{project}/pools/{pool}/nodepools",
    source="documented: ListNodePools",
    permission=NONE_NEEDED,
    answer="NodePoolList",
)
def list_node_pools(call: Call) -> Response:
    """All node pools of a pool, in the order of its spec."""
    pool = resource_pool.find(call.tenant, call.parameters["pool"])
    counts = node.phase_counts(call.tenant, pool.name)
    items = [_render(entry, counts) for entry in _entries(pool).values()]
    return Response.of_json(200, {"kind": "NodePoolList", "apiVersion": "v2", "items": items})


@operation(
    "showNodePool",
    "GET",
    "/v2/{project}/pools/{pool}/nodepools/{nodepool}",
    source="documented: ShowNodePool",
    answer="NodePool",
)
def show_node_pool(call: Call) -> Response:
    """One node pool."""
    pool = resource_pool.find(call.tenant, call.parameters["pool"])
    entry = _find(pool, call.parameters["nodepool"])
    return Response.of_json(200, _render(entry, node.phase_counts(call.tenant, pool.name)))


@operation(
    "listNodePoolNodes",
    "GET",
    "/v2/{project}/pools/{pool}/nodepools/{nodepool}/nodes",
    source="documented: ListNodePoolNodes",
    permission=NONE_NEEDED,
    query="node.ListNodes",
    answer="node.NodeList",
)
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
    key = key_of(entry)
    return {
        "kind": "NodePool",
        "apiVersion": "v2",
        "metadata": {"name": key.node_pool},
        "spec": {"resources": {**entry, "nodePool": key.node_pool}},
        "status": {"resources": _count_by_group(key, counts)},
    }


def _count_by_group(key: EntryKey, counts: list[PhaseCount]) -> dict[str, dict[str, Any]]:
    """Nodes by what they are doing: one count where a pool has a list (client: official SDK, Terraform).

    Nodes of the further entries of one name count as those of the first (assumed).
    """
    own = (count._replace(key=key) for count in counts if count.key.node_pool == key.node_pool)
    return {group: count for group, (count,) in counts_by_group(own).items()}
