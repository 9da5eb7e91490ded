"""Why each call is made: one sentence for each kind, and another one where a topic has a reason of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.calls.ground import Kind

LISTING = "Tells whether the pools are there and what they are; one serves all resources of a process for 30 seconds."
FOUND = "Tells what runs in the pool, so that nothing running is hit."

REASONS: Mapping[str, str] = {
    "listPools": LISTING,
    "showPool": "The pool as it is now, under its lock and just before it is written to.",
    "listPoolNodes": "Tells which nodes the pool has, and that counts and places are of one moment.",
    "listPoolNodes of the source": "Tells which nodes are there, in which state, and that one stays behind.",
    "listPoolNodes of the target": "Tells which nodes have arrived and are ready; nothing else is believed to.",
    "listJobs": "Tells whether the service moves, restarts or replaces a node, so that none is asked for on its way.",
    "listWorkloads": FOUND,
    "listResourceFlavors": "A flavor that is not offered, or not in that zone, is refused before anything is sent.",
    "showNetworkAvailableIp": "Nodes that a network has no address for are refused before anything is sent.",
    "showOsConfig": "More than the project may have is refused before anything is sent.",
    "showOrder": "Tells whether an earlier order is unfinished, and whether the run that waits for one may ask for it.",
    "showJob": "Tells whether the job that this run has begun goes on.",
    "listNetworks": "Tells whether the network is there and what it is; one serves all networks of a process.",
    "showNetwork": "The network as it is now: only its own address tells that it is gone, and when it is ready.",
    "batchDrainPoolNodes": "Keeps further work off the nodes; one call for ten of them.",
    "batchMigratePoolNodes": "Moves the nodes of a batch.",
    "batchDeletePoolNodes": "Deletes exactly the nodes that the preview has named.",
    "patchPool": "Changes the pool, all of its entries in one call.",
    "createPool": "Makes the pool.",
    "deletePool": "Deletes the pool.",
    "createNetwork": "Makes the network.",
    "deleteNetwork": "Deletes the network.",
    "listWorkspaces": "Training jobs are listed for each workspace by itself.",
    "showWorkspaceQuotas": "The quotas of a workspace stand at their own address.",
    "listTrainingJobs": "Tells the training jobs.",
    "listTrainingJobTasks": "Tells on which nodes a training job runs.",
    "showTrainingJobDetails": "The training job that was asked for.",
    "listOrders": "The doctor looks whether orders end as is assumed.",
    "keystoneListProjects": "The doctor looks whose key it has been given.",
}

OF_TOPIC: Mapping[tuple[str, str], str] = {
    ("A pool that is adopted", "showPool"): (
        "The pool as it is now, under its lock and before each write; the check of a change finds out whether this "
        "user may read it."
    ),
    ("A pool that is adopted", "listPools"): f"{LISTING} While a run waits it serves everybody who waits.",
    ("A pool that is adopted", "listPoolNodes"): (
        "Tells the spares of a pool that is adopted, which nodes can go, and when they are gone."
    ),
    ("A pool that is adopted", "listWorkloads"): (
        "Idle nodes go first; then what runs is waited for, looked at before the drain, and once more after it."
    ),
    ("A pool that is made", "listPools"): f"{LISTING} While a run waits it serves everybody who waits.",
    ("A pool that is made", "showPool"): (
        "Only its own address tells that the pool is not there yet, is there, or is gone; and it is looked at under "
        "its lock before each write."
    ),
    ("A pool that is made", "listPoolNodes"): "Tells the pool's own nodes from those that came to it, which keep it.",
    ("A migration of one node", "listJobs"): (
        "Tells whether a job moves the node already: before the drain, which cannot be taken back, and after it, just "
        "before the move is sent."
    ),
    ("A migration of one node", "listWorkloads"): (
        "Tells what runs on the node: before the drain, which keeps nobody's work away that is there, and after it, "
        "just before the move is sent."
    ),
    ("A migration batch by batch", "listPools"): "The pools as they are before each batch: still open, and Running.",
    ("A migration batch by batch", "listPoolNodes of the target"): (
        "Tells when the nodes of a batch have arrived and are ready; the next batch, or the end, begins with that."
    ),
    ("A migration batch by batch", "listJobs"): "For each batch before its drain and after it, as for one node.",
    ("A migration batch by batch", "listWorkloads"): "For each batch before its drain and after it, as for one node.",
    ("A migration batch by batch", "showNetworkAvailableIp"): (
        "Before each drain, since others may have taken the addresses meanwhile."
    ),
    ("A network", "listPools"): "Tells the pools in the network, which are outputs and keep it from being deleted.",
    ("A network", "showNetworkAvailableIp"): "Tells the free addresses, which are an output.",
    ("A fleet", "listPools"): f"{LISTING} Whenever something has ended the plan is made anew.",
    ("A fleet", "listJobs"): (
        "For each pool whenever a plan is made, so that nothing is bought that is on its way; and for each move, "
        "before its drain and after it."
    ),
    ("A fleet", "listWorkloads"): (
        "Idle nodes move first; and for each move, before its drain and after it, so that nothing running is hit."
    ),
    ("Data sources", "listPools"): "Tells the pools; one serves all questions of a program.",
    ("Data sources", "listPoolNodes"): "Tells the nodes.",
    ("Data sources", "listWorkloads"): "Tells what runs on them.",
    ("Data sources", "listResourceFlavors"): "Tells the flavors on offer.",
    ("Data sources", "listNetworks"): "Tells the networks.",
    ("Data sources", "showNetworkAvailableIp"): "For each network, where free addresses are asked for.",
    ("Commands", "listPools"): "Tells the pools.",
    ("Commands", "listNetworks"): "Tells the networks.",
} | {
    (
        "Commands",
        each,
    ): "The doctor tries each right that a program needs, and compares what it sees with what is assumed."
    for each in (
        *(
            "showPool",
            "showOrder",
            "listResourceFlavors",
            "showNetworkAvailableIp",
            "listPoolNodes",
            "listJobs",
            "showJob",
        ),
        *("listWorkloads", "listWorkspaces", "listTrainingJobs", "listTrainingJobTasks", "showTrainingJobDetails"),
        *("showNetwork", "showOsConfig", "showWorkspaceQuotas"),
    )
}


PRECONDITIONS: Mapping[str, str] = {
    "listJobs": "no job of the service has the node",
    "listWorkloads": "nothing runs on it",
    "listTrainingJobs": "the same, where workloads cannot be listed",
    "showNetworkAvailableIp": "the network has addresses",
    "listResourceFlavors": "the flavor is offered, and of the target's architecture",
    "showTrainingJobDetails": "an awaited training job is there",
    "showOsConfig": "the project may have one more",
    "showPool": "the run may read the pool",
    "showOrder": "the run may read the order",
}
"""What a check looks at beside pools and nodes, each once at most, and only where the program's change needs it."""


def why(topic: str, kind: Kind) -> str:
    """Return why a kind of call is made.

    Raises:
        KeyError: Nobody has said.
    """
    plain = str(kind).replace("`", "")
    return OF_TOPIC.get((topic, plain)) or REASONS[plain]
