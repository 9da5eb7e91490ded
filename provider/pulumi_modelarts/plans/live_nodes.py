"""What is known of the nodes and pools of a migration, for a plan; and whether a node is where it is declared to be."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.work import Work
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec

_DRIVER_WORKING = ("Pending", "Updating")


@dataclass(frozen=True)
class Record:
    """What is on record about a migration from before.

    Attributes:
        placed: Nodes that an earlier run has placed.
        awaited: Training jobs that have been declared before, and so existed once.
        chosen: The selection that has chosen a node, by the name that the program has for it.
    """

    placed: frozenset[str] = frozenset()
    awaited: frozenset[str] = frozenset()
    chosen: Mapping[str, str] = field(default_factory=dict)


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
class NodeJobs:
    """What jobs of the pool service do to nodes.

    Attributes:
        migrating: Unfinished migration job of each declared node that has one.
        ended: Migration jobs of declared nodes that have ended.
        leaving: Other nodes that unfinished migration jobs take from their pools.
        holding: Unfinished job of another kind, such as `reboot-node job 123`, of each declared node that has one.
        replacing: When the last job began that replaced a declared node by another one, in seconds since 1970.
    """

    migrating: Mapping[str, str] = field(default_factory=dict)
    ended: frozenset[str] = frozenset()
    leaving: frozenset[str] = frozenset()
    holding: Mapping[str, str] = field(default_factory=dict)
    replacing: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class LiveNodes:
    """What is known about the nodes and pools of a migration.

    Attributes:
        pools: All pools of the project, by id.
        nodes: Each declared node that was found.
        lists: All nodes of each pool whose nodes were read.
        everywhere: Whether all pools were searched.
        work: What runs on each busy node that has to move; None when not read.
        untold: Why it cannot be known what runs there; empty where it can.
        unknown_jobs: What the service said about each awaited training job that does not exist; None when not read.
        jobs: What jobs do to nodes; None when not read.
        architectures: CPU architecture of each flavor; None when not read, empty when the service would not tell.
        addresses: Free addresses of the target's network; None when not read, infinite when the service would not tell.
    """

    pools: Mapping[str, ResourcePool]
    nodes: Mapping[str, LiveNode]
    lists: Mapping[str, tuple[Node, ...]]
    everywhere: bool = False
    work: Mapping[str, tuple[Work, ...]] | None = None
    untold: str = ""
    unknown_jobs: Mapping[str, str] | None = None
    jobs: NodeJobs | None = None
    architectures: Mapping[str, str] | None = None
    addresses: Mapping[str, float] | None = None

    @property
    def migrating(self) -> Mapping[str, str]:
        """Unfinished migration job of each declared node that has one, as far as jobs were read."""
        return self.jobs.migrating if self.jobs is not None else {}

    def present(self, pool: str) -> frozenset[str]:
        """Returns the names of the nodes of a pool that was read, those that are being deleted left out."""
        return frozenset(node.name for node in self.lists.get(pool, ()) if node.phase != "Deleting")

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


def elsewhere(spec: NodeMigrationSpec, live: LiveNodes) -> dict[str, LiveNode]:
    """Returns the declared nodes that were found and have to move."""
    return {name: live.nodes[name] for name in spec.nodes if name in live.nodes and not arrived(spec, live.nodes[name])}


def broken(node: Node) -> bool:
    """Returns whether a node is Abnormal, or its driver is."""
    return "Abnormal" in {node.phase, node.driver_phase}


def ready(node: Node) -> bool:
    """Returns whether a node is Available and its driver is ready; one that is not shown is taken to be."""
    return node.available and node.driver_phase not in _DRIVER_WORKING
