"""Where nodes are, and where a program wants them to be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec

AVAILABLE = "Available"
_DRIVER_WORKING = ("Pending", "Updating")


class Lookup(Enum):
    """Something about the service that only some plans need."""

    ELSEWHERE = "the nodes of all other pools"
    JOBS = "the training jobs on the nodes"
    AWAITED = "whether the awaited training jobs exist"
    MIGRATING = "which nodes are on their way"
    ARCHITECTURES = "the CPU architecture of each flavor"


@dataclass(frozen=True)
class Place:
    """Where a node is.

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
class Whereabouts:
    """What is known about the nodes and pools of a migration.

    Attributes:
        pools: All pools of the project, by id.
        places: Where each declared node was found.
        sizes: Nodes in each pool whose nodes were read.
        everywhere: Whether all pools were searched.
        training: Names of running training jobs on each node; None when not read.
        unknown_jobs: What the service said about each awaited training job that does not exist; None when not asked.
        migrating: Unfinished migration job of each node that has one; None when not read.
        ended: Migration jobs of these nodes that are over.
        architectures: CPU architecture of each flavor; None when not read, empty when the service would not tell.
    """

    pools: Mapping[str, ResourcePool]
    places: Mapping[str, Place]
    sizes: Mapping[str, int]
    everywhere: bool = False
    training: Mapping[str, tuple[str, ...]] | None = None
    unknown_jobs: Mapping[str, str] | None = None
    migrating: Mapping[str, str] | None = None
    ended: frozenset[str] = frozenset()
    architectures: Mapping[str, str] | None = None


def arrived(spec: NodeMigrationSpec, place: Place) -> bool:
    """Tells whether a node is where it should be."""
    if place.pool != spec.target_pool:
        return False
    if spec.between_clusters:
        return place.cluster == spec.target_cluster
    return spec.target_node_pool in {None, place.node.node_pool}


def there(spec: NodeMigrationSpec, seen: Whereabouts) -> list[str]:
    """Returns the nodes that are where they should be."""
    return [name for name in spec.nodes if name in seen.places and arrived(spec, seen.places[name])]


def broken(node: Node) -> bool:
    """Tells whether a node is Abnormal, or its driver is."""
    return "Abnormal" in {node.phase, node.driver_phase}


def ready(node: Node) -> bool:
    """Tells whether a node has its phase and its driver (drivers that the service does not show count as ready)."""
    return node.phase == AVAILABLE and node.driver_phase not in _DRIVER_WORKING
