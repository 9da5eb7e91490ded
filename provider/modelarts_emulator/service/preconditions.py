"""What must be so before the service does what it is asked for: each precondition has a name.

A refusal for want of one names it in a header of the answer, so that a test can go through all of them. Bodies of a
wrong shape, and pools that are not there, are refused as such.
"""

from __future__ import annotations

from typing import NamedTuple

from modelarts_emulator.service.exceptions import ApiError, bad_request

HEADER = "x-emulator-precondition"
"""Header of a refusal that names the precondition; the service itself has none such."""

PATCH, DELETE = "patchPool", "batchDeletePoolNodes"
DRAIN, MIGRATE = "batchDrainPoolNodes", "batchMigratePoolNodes"
CREATE, DELETE_POOL = "createPool", "deletePool"
CREATE_NETWORK, DELETE_NETWORK = "createNetwork", "deleteNetwork"


class Precondition(NamedTuple):
    """One precondition.

    Attributes:
        name: What refusals call it.
        operations: Ids of the operations that demand it.
        text: What must be so.
    """

    name: str
    operations: tuple[str, ...]
    text: str


PRECONDITIONS = (
    Precondition("display_name", (CREATE,), "The display name has 4 to 30 lower-case letters, digits and hyphens."),
    Precondition(
        "network_name", (CREATE_NETWORK,), "The display name has 4 to 32 lower-case letters, digits and hyphens."
    ),
    Precondition("free_name", (CREATE, CREATE_NETWORK), "Nothing of its kind in the project has the display name."),
    Precondition("known_workspace", (CREATE, CREATE_NETWORK), "The workspace is there."),
    Precondition("node_prefix", (CREATE,), "The prefix can begin the name of a node."),
    Precondition("paid_period", (CREATE,), "A pool that is paid by the month or year says for how long."),
    Precondition("network_block", (CREATE_NETWORK,), "The block of addresses is one that networks may have."),
    Precondition("active_network", (CREATE,), "The network is there and Active, and is not being deleted."),
    Precondition("some_node", (CREATE,), "The pool is made with a node or more, unless the world chooses otherwise."),
    Precondition("pool_quota", (CREATE,), "The project's quota of pools is large enough."),
    Precondition("network_quota", (CREATE_NETWORK,), "The project's quota of networks is large enough."),
    Precondition("pool_not_prepaid", (DELETE_POOL,), "The pool is not paid for by the month or year."),
    Precondition("pool_at_rest", (DELETE_POOL,), "No node is being migrated from the pool or to it."),
    Precondition("unused_network", (DELETE_NETWORK,), "No pool is in the network, one that is being deleted included."),
    Precondition("pool_running", (PATCH, DELETE, MIGRATE), "The pool, and the target pool, are Running."),
    Precondition("pool_unfrozen", (PATCH, DELETE, MIGRATE), "The pool, and the target pool, are not frozen."),
    Precondition("patchable_field", (PATCH,), "Only metadata and spec are sent."),
    Precondition(
        "changeable_field",
        (PATCH,),
        "Names, node prefix, resource id, type, network and control mode stay as they are.",
    ),
    Precondition("description_characters", (CREATE, PATCH), "The description has none of the forbidden characters."),
    Precondition("known_flavor", (CREATE, PATCH, MIGRATE), "Every flavor is on offer."),
    Precondition("flavor_remains", (PATCH,), "The pool keeps a flavor."),
    Precondition("distinct_entries", (CREATE, PATCH), "No flavor stands twice in one node pool."),
    Precondition("flavor_limit", (CREATE, PATCH, MIGRATE), "The pool, or the target pool, has ten flavors at most."),
    Precondition("cpu_architecture", (CREATE, PATCH, MIGRATE), "All flavors of a pool have one CPU architecture."),
    Precondition("flavor_change", (PATCH, MIGRATE), "Control mode 2 adds no flavor or node pool, and drops none."),
    Precondition("count_limit", (CREATE, PATCH), "A count is a million at most."),
    Precondition("zone_offers_flavor", (CREATE, PATCH), "Every zone offers the flavor that it is named for."),
    Precondition("zones_within_count", (CREATE, PATCH), "The zones name no more nodes than count."),
    Precondition("whole_supernodes", (CREATE, PATCH), "Counts, of zones too, are multiples of the creating step."),
    Precondition("one_direction", (PATCH,), "No flavor grows while another one shrinks."),
    Precondition("node_remains", (PATCH, DELETE, MIGRATE), "A node stays that is not on its way elsewhere."),
    Precondition("enough_idle_nodes", (PATCH,), "Nodes that are under way are not needed for scaling in."),
    Precondition("not_prepaid", (PATCH, DELETE), "Nodes to be removed are not paid for by the month or year."),
    Precondition("zone_in_stock", (CREATE, PATCH), "No zone that nodes are to come from is sold out."),
    Precondition("node_quota", (CREATE, PATCH), "The project's quota of nodes is large enough."),
    Precondition(
        "free_addresses", (CREATE, PATCH, MIGRATE), "The network has a free address for each node that comes."
    ),
    Precondition("distinct_scopes", (CREATE, PATCH), "No job type stands twice."),
    Precondition("driver_has_chip", (CREATE, PATCH), "A driver's version is one for accelerators that the pool has."),
    Precondition("distinct_nodes", (DELETE, DRAIN, MIGRATE), "No node is named twice."),
    Precondition("known_node", (DELETE, DRAIN, MIGRATE), "Every node is in the pool."),
    Precondition("node_at_rest", (DELETE, DRAIN, MIGRATE), "No node is being migrated, rebooted or replaced."),
    Precondition("node_stays", (DELETE, MIGRATE), "No node is being deleted."),
    Precondition("node_unlocked", (DELETE, MIGRATE), "No node is locked."),
    Precondition("whole_supernode", (DELETE, MIGRATE), "All nodes of a supernode are named together."),
    Precondition("node_available", (MIGRATE,), "Every node is Available."),
    Precondition("node_idle", (MIGRATE,), "Nothing runs on the nodes, unless the world chooses otherwise."),
    Precondition("node_in_cluster", (MIGRATE,), "Every node is in the cluster that it is to leave."),
    Precondition("more_than_one_node", (MIGRATE,), "The pool has more than a single node."),
    Precondition("known_target", (MIGRATE,), "The target pool is there."),
    Precondition("other_cluster", (MIGRATE,), "The two clusters differ."),
    Precondition("source_cluster", (MIGRATE,), "The one to leave is a cluster of the pool."),
    Precondition("target_cluster", (MIGRATE,), "The one to go to is a cluster of the target pool."),
    Precondition("flavor_named", (MIGRATE,), "Between pools resourceSpec names the flavor."),
    Precondition("flavor_of_nodes", (MIGRATE,), "The flavor in resourceSpec is that of the nodes."),
    Precondition("step_of_nodes", (MIGRATE,), "The creating step in resourceSpec is that of the nodes."),
    Precondition("unprivileged_fields", (MIGRATE,), "resourceSpec has no labels, taints or network."),
    Precondition("same_network", (MIGRATE,), "Both pools are in one network."),
    Precondition("room_in_target", (MIGRATE,), "The target pool has room for the nodes."),
)
"""All preconditions of making, changing and deleting pools and networks, and of what is done with nodes."""


def unmet(name: str, detail: str) -> ApiError:
    """Refusal for want of a precondition: 400 ModelArts.50004000."""
    return named(name, bad_request(detail))


def named(name: str, error: ApiError) -> ApiError:
    """A refusal that says for want of which precondition it is."""
    error.headers = {**error.headers, HEADER: name}
    return error


def table() -> str:
    """The preconditions as a Markdown table."""
    rows = ["| Precondition | What must be so | Demanded by |", "|---|---|---|"]
    for item in PRECONDITIONS:
        operations = ", ".join(f"`{name}`" for name in item.operations)
        rows += [f"| `{item.name}` | {item.text} | {operations} |"]
    return "\n".join(rows) + "\n"
