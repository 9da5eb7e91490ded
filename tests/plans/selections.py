"""Pools, nodes and choices that the tests of selections begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_modelarts.api.node import Node
from pulumi_modelarts.plans.live_nodes import LiveNode, LiveNodes, NodeJobs
from pulumi_modelarts.plans.node_selection import Choice, SelectionPlan, plan
from pulumi_modelarts.plans.work import Work
from pulumi_modelarts.specs.node_selection import NodeSelectionSpec
from tests.plans.migrations import FLAVOR, POOLS, SOURCE, TARGET

if TYPE_CHECKING:
    from pulumi_modelarts.plans.selectable import Holder

TRAINING = Work("training job", "bert", "ann")
NOTEBOOK = Work("notebook", "lab", "eve", ends=False)


def machine(name: str, *, flavor: str = FLAVOR, phase: str = "Available", driver: str = "", **facts: Any) -> Node:
    """Return a node; `locked`, `drained`, `spare` and `supernode` (an id) make it special."""
    labels = {"os.modelarts.node/ha.redundant.enabled": "true"} if facts.get("spare") else {}
    if facts.get("supernode"):
        labels["os.modelarts.node/batch.uid"] = facts["supernode"]
    annotations = {
        **({"os.modelarts.node/lock.action": "delete"} if facts.get("locked") else {}),
        **({"os.modelarts.node/drain": "true"} if facts.get("drained") else {}),
    }
    return Node.model_validate(
        {
            "metadata": {"name": name, "labels": labels, "annotations": annotations},
            "spec": {"flavor": flavor},
            "status": {"phase": phase, "privateIp": name, "driver": {"phase": driver}},
        }
    )


def choosing(count: int, **inputs: Any) -> NodeSelectionSpec:
    """Declare that so many nodes of the source pool are chosen."""
    return NodeSelectionSpec.model_validate({"pool": SOURCE, "flavor": FLAVOR, "count": count, **inputs})


def seen(*here: Node, moved: tuple[Node, ...] = (), **facts: Any) -> LiveNodes:
    """Return what is known once everything was read: the nodes of the source pool, and those of the target pool."""
    lists = {SOURCE: here, TARGET: moved}
    nodes = {node.name: LiveNode(pool, node) for pool, listed in lists.items() for node in listed}
    return LiveNodes(
        **{"pools": POOLS, "nodes": nodes, "lists": lists, "everywhere": True, "work": {}, "jobs": NodeJobs(), **facts}
    )


def planned(
    count: int, live: LiveNodes, *chosen: str, renewed: bool = False, others: dict[str, Holder] | None = None
) -> SelectionPlan:
    """Plan a choice of so many nodes where some have been chosen before."""
    return plan(choosing(count), Choice(chosen, renewed), live, others or {})
