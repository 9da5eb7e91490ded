"""What is known of the nodes and pools of a migration, for a plan; and whether a node is where it is declared to be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.work import Work
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec

_DRIVER_WORKING = ("Pending", "Updating")


@dataclass(frozen=True)
class LiveNode:
    """A node and the pool it is in.

    Attributes:
        pool: Id of its pool.
        node: The node.
    """

    pool: str
    node: Node

    @property
    def cluster(self) -> str:
        """Its cluster; a service that names none has one cluster in a pool, called like it (documented)."""
        return self.node.cluster or self.pool


@dataclass(frozen=True)
class LiveNodes:
    """What is known about the nodes and pools of a migration.

    Attributes:
        pools: All pools of the project, by id.
        nodes: Each declared node that was found.
        sizes: Number of nodes in each pool whose nodes were read.
        everywhere: Whether all pools were searched.
        work: What runs on each busy node; None when not read.
        unknown_jobs: What the service said about each awaited training job that does not exist; None when not read.
        migrating: Unfinished migration job of each node that has one; None when not read.
        ended: Migration jobs of these nodes that have ended.
        architectures: CPU architecture of each flavor; None when not read, empty when the service would not tell.
    """

    pools: Mapping[str, ResourcePool]
    nodes: Mapping[str, LiveNode]
    sizes: Mapping[str, int]
    everywhere: bool = False
    work: Mapping[str, tuple[Work, ...]] | None = None
    unknown_jobs: Mapping[str, str] | None = None
    migrating: Mapping[str, str] | None = None
    ended: frozenset[str] = frozenset()
    architectures: Mapping[str, str] | None = None

    def with_nodes(self, pool: str, nodes: Iterable[Node]) -> LiveNodes:
        """Returns the same with some nodes that have been seen in a pool since."""
        return replace(self, nodes={**self.nodes, **{node.name: LiveNode(pool, node) for node in nodes}})


def arrived(spec: NodeMigrationSpec, node: LiveNode) -> bool:
    """Returns whether a node is where it should be."""
    if node.pool != spec.target_pool:
        return False
    if spec.between_clusters:
        return node.cluster == spec.target_cluster
    return spec.target_node_pool in {None, node.node.node_pool}


def in_place(spec: NodeMigrationSpec, live: LiveNodes) -> list[str]:
    """Returns the names of the declared nodes that are where they should be."""
    return [name for name in spec.nodes if name in live.nodes and arrived(spec, live.nodes[name])]


def broken(node: Node) -> bool:
    """Returns whether a node is Abnormal, or its driver is."""
    return "Abnormal" in {node.phase, node.driver_phase}


def ready(node: Node) -> bool:
    """Returns whether a node is Available and its driver is ready; one that is not shown is taken to be."""
    return node.available and node.driver_phase not in _DRIVER_WORKING
