"""From what a program declares of a fleet to what a plan takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_modelarts.plans.counts import declared_counts
from pulumi_modelarts.plans.live_fleet import DeclaredFleet
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.specs.fleet import FleetPlacementSpec, FleetPoolSpec


def declared(
    spec: FleetPlacementSpec,
    olds: Mapping[str, Any],
    most_growth: int | None,
    announced: Mapping[str, str] | None = None,
) -> DeclaredFleet:
    """Returns what a program declares of a fleet.

    Args:
        spec: What it declares.
        olds: The recorded inputs; empty for a fleet that is new.
        most_growth: What a setting (`modelarts:maxGrowth`) allows a run to buy; None where there is none.
        announced: Moves that the run has announced; None while previewing, and where previews are offline.
    """
    pools = {key: _pool(spec, pool) for key, pool in spec.pools.items()}
    recorded = olds.get("pools") or {}
    limits = next(iter(pools.values())).under(most_growth).model_copy(update={"max_growth": spec.max_growth})
    return DeclaredFleet(
        pools=pools,
        strategy=spec.strategy,
        on_running_jobs=spec.on_running_jobs,
        max_moves=spec.max_moves,
        growth_limit=limits.growth_limit,
        max_scale_in=spec.max_scale_in,
        after=spec.after,
        announced=announced or {},
        before={key: declared_counts(pool) for key, pool in recorded.items()} if recorded else None,
    )


def _pool(spec: FleetPlacementSpec, pool: FleetPoolSpec) -> ResourcePoolSpec:
    declaration = ResourcePoolSpec(
        pool_name=pool.pool_name,
        flavors=pool.flavors,
        node_pools=pool.node_pools,
        on_running_jobs=spec.on_running_jobs,
        fleet="fleet",
    )
    return declaration.model_copy(update={"name": pool.name}).of_stack(spec.stack)
