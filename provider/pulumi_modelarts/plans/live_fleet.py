"""What a program declares about a fleet, and what is known of its pools, for a plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pulumi_modelarts.specs.node_migration import RolloutSpec
from pulumi_modelarts.specs.resource_pool import DEFAULT_GROWTH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.api.job import PoolJob
    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.live_pool import LivePool
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec
    from pulumi_modelarts.specs.values import RunningJobs


@dataclass(frozen=True)
class DeclaredFleet:
    """A fleet as a program declares it.

    Attributes:
        pools: Its pools, by the logical names that the program has for them. Of each, `pool_name`, `flavors` and what
            is secret or left alone count here; `node_pools` take no part in moves.
        strategy: How nodes are moved; `max_unavailable` is for the whole fleet.
        on_running_jobs: What to do about what runs on a node that moves or is removed.
        max_moves: Nodes one run may move; None for any number.
        growth_limit: Nodes one run may buy in all pools together, and what says so; empty where nobody does.
        max_scale_in: Nodes one run may remove from all pools together.
        after: Where migrations that run before the fleet place nodes, {node: pool}; `pool/node pool` for a named one.
            These nodes are where they will be, and the fleet moves none of them.
        announced: Moves that this run has announced, {node: "train -> infer"}; nothing while previewing. As long as
            they are what has to move and can, they stay, whatever has become idle or busy meanwhile.
        before: Counts that the run before declared for each pool, by logical name and by their keys in the `changes`
            map (`counts.declared_counts`); None on a first adoption, where every surplus is asked for.
    """

    pools: Mapping[str, ResourcePoolSpec]
    strategy: RolloutSpec = RolloutSpec()  # noqa: RUF009 - frozen
    on_running_jobs: RunningJobs = "wait"
    max_moves: int | None = None
    growth_limit: tuple[int, str] = (DEFAULT_GROWTH, "")
    max_scale_in: int = 0
    after: Mapping[str, str] = field(default_factory=dict)
    announced: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, Mapping[str, int]] | None = None

    @property
    def names(self) -> dict[str, str]:
        """Logical names, by the ids of the pools."""
        return {spec.pool_name: name for name, spec in self.pools.items()}


@dataclass(frozen=True)
class LiveFleet:
    """What is known of the pools of a fleet.

    Counts and nodes of a pool are of one moment (`LivePool.at_one_moment`), and nodes are listed after jobs, so that a
    node whose job has ended meanwhile is seen where it has arrived.

    Attributes:
        pools: Each pool of the fleet that was found, by its id; its `nodes`, `work`, `untold`, `order_pending` and
            `migrating` (jobs of any kind that hold a node) once they were read.
        known: All pools of the project, by id.
        jobs: Unfinished jobs that may move nodes, by the pool that they were listed with, which their nodes leave; an
            entry, be it empty, for each pool whose jobs were read, and None where none were.
        elsewhere: Nodes of pools outside of the fleet, by the id of the pool, as far as they were read.
        architectures: CPU architecture of each flavor; None when not read, empty when the service would not tell.
        addresses: Free addresses of networks, by name; infinite where the service would not tell.
    """

    pools: Mapping[str, LivePool]
    known: Mapping[str, ResourcePool]
    jobs: Mapping[str, tuple[PoolJob, ...]] | None = None
    elsewhere: Mapping[str, tuple[Node, ...]] = field(default_factory=dict)
    architectures: Mapping[str, str] | None = None
    addresses: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def homes(self) -> dict[str, tuple[str, Node]]:
        """Where each node is that was read, and that is not being deleted: its pool, and itself."""
        lists = {**self.elsewhere, **{pool: live.nodes or () for pool, live in self.pools.items()}}
        return {node.name: (pool, node) for pool, nodes in lists.items() for node in nodes if node.phase != "Deleting"}
