"""Nodes, pools and declarations that the tests of migrations begin with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pulumi_modelarts.api.node import Node
from pulumi_modelarts.api.resource_pool import ResourcePool
from pulumi_modelarts.plans.live_nodes import LiveNode, LiveNodes, NodeJobs
from pulumi_modelarts.specs.node_migration import NodeMigrationSpec

FLAVOR = "modelarts.vm.cpu.4ud"
PROJECT = "86c13962597848eeb29c5861153a391f"
SOURCE, TARGET, OTHER = (f"{name}-pool-os-{PROJECT}" for name in ("auto", "infer", "other"))
NAMES = [f"os-node-created-{letter * 5}" for letter in "abcdefgh"]


def node(name: str, phase: str = "Available", driver: str = "", **annotations: str) -> Node:
    """Return a node as the service shows it."""
    return Node.model_validate(
        {
            "metadata": {"name": name, "annotations": annotations},
            "spec": {"flavor": FLAVOR},
            "status": {"phase": phase, "privateIp": name, "driver": {"phase": driver}},
        }
    )


def pool(name: str, **spec: Any) -> ResourcePool:
    """Return a Running pool."""
    return ResourcePool.model_validate(
        {"metadata": {"name": name}, "spec": {"network": {"name": "net"}, **spec}, "status": {"phase": "Running"}}
    )


POOLS = {name: pool(name) for name in (SOURCE, TARGET, OTHER)}


READ = LiveNodes(POOLS, {}, {}, everywhere=True, work={}, jobs=NodeJobs(), architectures={}, addresses={})
"""What is known once everything was read, but for nodes."""


def spec(*nodes: str, **inputs: Any) -> NodeMigrationSpec:
    """Declare that some nodes live in the target pool."""
    return NodeMigrationSpec.model_validate(
        {"nodes": list(nodes), "sourcePool": SOURCE, "targetPool": TARGET, **inputs}
    )


def seen(where: dict[str, str], **facts: Any) -> LiveNodes:
    """Return what is known: `where` names the pool of each node; each pool has one more, and every one was searched."""
    places = {name: LiveNode(at, node(name)) for name, at in where.items()}
    return replace(READ, **{"nodes": places, "lists": listed(*places.values()), **facts})


def listed(*places: LiveNode) -> dict[str, tuple[Node, ...]]:
    """Return the nodes of each pool: those in their places and one that stays."""
    lists = {name: [node(f"staying-in-{name[:5]}")] for name in POOLS}
    for place in places:
        lists[place.pool].append(place.node)
    return {name: tuple(nodes) for name, nodes in lists.items()}
